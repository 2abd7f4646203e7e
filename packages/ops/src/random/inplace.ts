/**
 * In-place forms: a tensor's handle is bound to a draw of its shape, dtype and device.
 *
 * A parameter is filled inside `noGrad`, as in PyTorch.
 */
import { assign, requireTensor, type Tensor } from '@sconce/core';
import { bernoulli, normal, uniform } from './distributions.js';

const sameKind = (op: string, x: Tensor): { dtype: Tensor['dtype']; device: string } => {
  requireTensor(op, x);
  return { dtype: x.dtype, device: x.device };
};

/**
 * Fills `x` with numbers uniform in [from, to).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 */
export const uniform_ = (x: Tensor, from = 0, to = 1): Tensor => assign(x, uniform(from, to, x.shape, sameKind('uniform_', x)), 'uniform_');

/**
 * Fills `x` with normal numbers of the given mean and deviation.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
 */
export const normal_ = (x: Tensor, mean = 0, std = 1): Tensor => assign(x, normal(mean, std, x.shape, sameKind('normal_', x)), 'normal_');

/**
 * Fills `x` with 1 with probability `p` and 0 otherwise.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
 */
export const bernoulli_ = (x: Tensor, p: number | Tensor = 0.5): Tensor => assign(x, bernoulli(x, p), 'bernoulli_');
