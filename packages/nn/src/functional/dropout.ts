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

export const DROPOUT = ['p', 'training', 'inplace'] as const;

export function requireProbability(op: string, p: unknown): asserts p is number {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) throw new ArgumentError(`${op}: p must be a probability between 0 and 1, got ${describe(p)}.`);
}

/** Which elements of this shape stay, each with probability 1 − p. */
const survivors = (x: Tensor, shape: Shape, p: number): Tensor => ge(rand([...shape], { device: x.device }), p);

/** One decision for each element, or for each channel [N, C, 1, …]. */
type Grain = (x: Tensor) => Shape;
const elements: Grain = (x) => x.shape;
const channelsOf = (rank: number): Grain => (x) => [...x.shape.slice(0, x.ndim - rank), ...new Array<number>(rank).fill(1)];

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

function dropChannels(op: string, x: Tensor, rank: number, rest: readonly unknown[]): Tensor {
  requireTensor(op, x);
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected ${rank + 1} dimensions [C, …] or ${rank + 2} with a batch [N, C, …].`);
  }
  return drop(op, x, channelsOf(rank), rest);
}

/** As `dropout`, of whole channels of signals. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html */
export const dropout1d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor => dropChannels('dropout1d', x, 1, rest);
/** As `dropout`, of whole channels of images. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html */
export const dropout2d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor => dropChannels('dropout2d', x, 2, rest);
/** As `dropout`, of whole channels of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html */
export const dropout3d = (x: Tensor, ...rest: Rest<DropoutOptions, typeof DROPOUT>): Tensor => dropChannels('dropout3d', x, 3, rest);

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
  dropToSaturation('featureAlphaDropout', x, (t) => channelsOf(t.ndim - 2)(t), 2, rest);
