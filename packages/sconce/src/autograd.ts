/**
 * `torch.autograd`: gradients, modes, functions with a gradient of their own, and derivatives of functions.
 */
export { AutogradFunction as Function, enableGrad, FunctionContext, grad, isGradEnabled, noGrad, setGradEnabled } from '@sconce/core';
export * as functional from '@sconce/ops/autograd';
