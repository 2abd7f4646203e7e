/**
 * @sconce/ops/testing: what a user's own tests need: `torch.testing`, and the gradient checks of `torch.autograd`.
 */
export { AssertionError, assertClose, type AssertCloseOptions } from './assert-close.js';
export { GradcheckError, gradcheck, gradgradcheck, type GradcheckOptions } from './gradcheck.js';
