/**
 * `torch.autograd`: gradients, functions with a gradient of their own, modes, and derivatives of functions.
 */
export { AutogradFunction as Function, enableGrad, FunctionContext, grad, isGradEnabled, noGrad, setGradEnabled, type Context } from '@sconce/core';
export * as functional from '@sconce/ops/autograd';
export { backward } from './backward.js';
