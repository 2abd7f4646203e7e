/**
 * Dropout: elements, or whole channels, set to nothing at random while training.
 *
 * Invariant: what is dropped is decided by counter-based random numbers, so equal seeds drop the same on every device;
 * only the decision is kept for the gradient, one truth value an element.
 *
 * Reference: Srivastava et al., Dropout (JMLR 2014); Klambauer et al., Self-Normalizing Neural Networks (NIPS 2017)
 */
import { ArgumentError, describe, requireTensor, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { add, ge, mul, rand, where } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';

export interface DropoutOptions {
  /** The probability of being dropped. Default 0.5. */
  readonly p?: number;
  /** Whether to drop at all. Default true. */
  readonly training?: boolean;
  /** Taken for PyTorch's sake: a result is always a tensor of its own. */
  readonly inplace?: boolean;
}

const DROPOUT = ['p', 'training', 'inplace'] as const;

export function requireProbability(op: string, p: unknown): asserts p is number {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) throw new ArgumentError(`${op}: p must be a probability between 0 and 1, got ${describe(p)}.`);
}

/** Which elements of this shape stay, each with probability 1 − p. */
const survivors = (x: Tensor, shape: Shape, p: number): Tensor => ge(rand([...shape], { device: x.device }), p);

/** One decision for each element, or for each index of the first dimensions, as [N, C, 1, …]. */
type Grain = (x: Tensor) => Shape;
const elements: Grain = (x) => x.shape;
const leading = (count: number): Grain => (x) => x.shape.map((n, d) => (d < count ? n : 1));

function drop(op: string, x: Tensor, grain: Grain, rest: readonly unknown[]): Tensor {
  requireTensor(op, x);
  const { p = 0.5, training = true } = keywords<DropoutOptions>(op, DROPOUT, rest);
  requireProbability(op, p);
  if (!training || p === 0) return x;
  return where(survivors(x, grain(x), p), mul(x, p === 1 ? 0 : 1 / (1 - p)), 0);
}

/**
 * The input with elements dropped with probability p, and the others scaled by 1 / (1 − p).
 *
 * @throws ArgumentError when p is no probability.
 * @example dropout(x, 0.2, model.training)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 */
export const dropout = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor => drop('dropout', x, elements, rest);

/** Decisions for channels, which the first `count` dimensions of so many dimensions name. */
function dropChannels(op: string, x: Tensor, [least, most]: readonly [number, number], count: (rank: number) => number, rest: readonly unknown[]): Tensor {
  requireTensor(op, x);
  if (x.ndim < least || x.ndim > most) {
    const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected ${range} dimensions. Use dropout, which drops single elements.`);
  }
  return drop(op, x, leading(count(x.ndim)), rest);
}

/**
 * As `dropout`, of whole channels of signals [N, C, L] or [C, L].
 *
 * @throws ShapeError for other ranks.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html
 */
export const dropout1d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor =>
  dropChannels('dropout1d', x, [2, 3], (rank) => rank - 1, rest);

/**
 * As `dropout`, of whole channels of images [N, C, H, W]. As in PyTorch, three dimensions are [N, C, L].
 *
 * @throws ShapeError for fewer than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html
 */
export const dropout2d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor =>
  dropChannels('dropout2d', x, [2, Infinity], () => 2, rest);

/**
 * As `dropout`, of whole channels of volumes [N, C, D, H, W]. As in PyTorch, other ranks are without a batch: [C, …].
 *
 * @throws ShapeError for a scalar.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html
 */
export const dropout3d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor =>
  dropChannels('dropout3d', x, [1, Infinity], (rank) => (rank === 5 ? 2 : 1), rest);

// ── that keeps mean and variance ─────────────────────────────────────────────────────────────────────────────────────

/** −scale · alpha of SELU: the value that it saturates at. */
const SATURATED = -1.7580993408473766;

function dropToSaturation(op: string, x: Tensor, grain: Grain, least: number, rest: readonly unknown[]): Tensor {
  requireTensor(op, x);
  const { p = 0.5, training = false } = keywords<DropoutOptions>(op, DROPOUT, rest);
  requireProbability(op, p);
  if (!training || p === 0) return x;
  if (x.ndim < least) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least two dimensions [N, C, …].`);
  if (p === 1) return mul(x, 0);
  const scale = 1 / Math.sqrt((1 - p) * (1 + p * SATURATED ** 2));
  return add(mul(where(survivors(x, grain(x), p), x, SATURATED), scale), -scale * SATURATED * p);
}

/**
 * Dropout that sets elements to where SELU saturates, and then restores mean 0 and variance 1.
 *
 * @throws ArgumentError when p is no probability.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html
 */
export const alphaDropout = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor => dropToSaturation('alphaDropout', x, elements, 0, rest);

/** As `alphaDropout`, of whole channels. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.feature_alpha_dropout.html */
export const featureAlphaDropout = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor =>
  dropToSaturation('featureAlphaDropout', x, leading(2), 2, rest);
