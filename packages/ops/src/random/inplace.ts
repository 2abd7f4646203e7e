/**
 * In-place forms: a tensor's handle is bound to a draw of its shape, dtype and device.
 *
 * A parameter is filled inside `noGrad`, as in PyTorch.
 */
import { assign, requireTensor, type Tensor, type TensorOptions } from '@sconce/core';
import { bernoulli, normal, uniform } from './distributions.js';

/** A draw with two numbers, such as bounds. */
type Draw = (a: number, b: number, size: readonly number[], options: TensorOptions) => Tensor;

/** Binds `x` to a draw of its shape, dtype and device. */
function filled(op: string, x: Tensor, draw: Draw, a: number, b: number): Tensor {
  requireTensor(op, x);
  return assign(x, draw(a, b, x.shape, { dtype: x.dtype, device: x.device }), op);
}

/**
 * Fills `x` with numbers uniform in [from, to).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 */
export const uniform_ = (x: Tensor, from = 0, to = 1): Tensor => filled('uniform_', x, uniform, from, to);

/**
 * Fills `x` with normal numbers of the given mean and deviation.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
 */
export const normal_ = (x: Tensor, mean = 0, std = 1): Tensor => filled('normal_', x, normal, mean, std);

/**
 * Fills `x` with 1 with probability `p` and 0 otherwise.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
 */
export const bernoulli_ = (x: Tensor, p: number | Tensor = 0.5): Tensor => assign(x, bernoulli(x, p), 'bernoulli_');
