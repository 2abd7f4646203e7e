/**
 * Activations that draw random numbers.
 *
 * Invariant: the draw counts as a constant, so gradients pass through what it scales alone.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
 */
import { ArgumentError, cast, normalizeDim, requireTensor, type Tensor } from '@sconce/core';
import { add, arange, argmax, eq, le, log, mul, neg, randLike, reshape, softmax, sub, trueDivide, where } from '@sconce/ops';
import { onlyFloats } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { leakyRelu } from './activation.js';

export interface RreluOptions {
  /** Least slope below 0. Default: 1/8. */
  readonly lower?: number;
  /** Largest slope below 0. Default: 1/3. */
  readonly upper?: number;
  /** Draw a slope for each element; otherwise the mean slope serves. Default: false. */
  readonly training?: boolean;
}

/**
 * input above 0, slope · input below, with slopes drawn from [lower, upper) while training.
 *
 * @throws ArgumentError when lower is above upper; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.rrelu.html
 */
export function rrelu(input: Tensor, ...rest: Rest<RreluOptions, ['lower', 'upper', 'training']>): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false } = keywords<RreluOptions>('rrelu', ['lower', 'upper', 'training'], rest);
  requireTensor('rrelu', input);
  onlyFloats(input.dtype, 'rrelu');
  if (typeof lower !== 'number' || typeof upper !== 'number' || !(lower <= upper)) throw new ArgumentError(`rrelu: lower and upper must be numbers, lower not above upper, got ${String(lower)} and ${String(upper)}.`);
  if (!training) return leakyRelu(input, (lower + upper) / 2);
  const slopes = add(mul(randLike(input), upper - lower), lower);
  return where(le(input, 0), mul(input, slopes), input);
}

export interface GumbelSoftmaxOptions {
  /** Temperature, above 0. Default: 1. */
  readonly tau?: number;
  /** Give 1 to the likeliest class and 0 to the others; the gradient is that of the soft value. Default: false. */
  readonly hard?: boolean;
  /** Default: the last dimension. */
  readonly dim?: number;
}

/**
 * A sample of classes as softmax((logits + Gumbel noise) / tau), through which gradients pass.
 *
 * @throws ArgumentError for a temperature that is not above 0; IndexError for a dimension out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html (Jang et al., 2017)
 */
export function gumbelSoftmax(logits: Tensor, ...rest: Rest<GumbelSoftmaxOptions, ['tau', 'hard']>): Tensor {
  const { tau = 1, hard = false, dim = -1 } = keywords<GumbelSoftmaxOptions>('gumbelSoftmax', ['tau', 'hard', 'dim'], rest);
  requireTensor('gumbelSoftmax', logits, 'logits');
  onlyFloats(logits.dtype, 'gumbelSoftmax');
  if (!(tau > 0)) throw new ArgumentError(`gumbelSoftmax: tau must be above 0, got ${tau}.`);
  const axis = normalizeDim('gumbelSoftmax', dim, logits.ndim);
  const noise = neg(log(neg(log(randLike(logits)))));
  const soft = softmax(trueDivide(add(logits, noise), tau), axis);
  if (!hard || logits.ndim === 0) return soft;
  const places = reshape(
    arange(logits.shape[axis], { device: logits.device }),
    logits.shape.map((n, d) => (d === axis ? n : 1)),
  );
  const chosen = cast(eq(places, argmax(soft, axis, { keepdim: true })), soft.dtype);
  return add(sub(chosen, soft.detach()), soft);
}
