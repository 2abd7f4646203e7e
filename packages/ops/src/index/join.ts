/**
 * Putting elements of one tensor where an index says into another: what `scatter` and the index family share, once the
 * index and the source have the same shape.
 *
 * Invariant: where several elements go to one place, they are joined in a fixed order.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html
 */
import { alias, ArgumentError, constantLike, isFloat, type DType, type Tensor } from '@sconce/core';
import { clampMin } from '../elementwise/clamp.js';
import { eq } from '../elementwise/comparison.js';
import { div } from '../elementwise/division.js';
import { where } from '../elementwise/where.js';
import { limitsOf } from '../families/element.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { pick, put, type Join } from './along.js';
import { valueLike } from './value.js';

/** How `scatterReduce` joins. */
export type Reduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

export interface IncludeSelfOptions {
  /** Whether what the input holds takes part in the reduction. Default true. */
  readonly includeSelf?: boolean;
}

/** Where and what to put, with shapes that fit. */
export interface Placed {
  readonly x: Tensor;
  readonly dim: number;
  readonly index: Tensor;
  readonly src: Tensor;
}

/** A number as a tensor of a shape. */
export const filled = (op: string, x: Tensor, value: unknown, shape: readonly number[], name?: string): Tensor =>
  broadcasted(valueLike(op, x, value, name), shape);

export const checked = (op: string) => ({ op, fromEnd: false });

/** Puts, and gives the result the shape of the original input. */
export function joined(op: string, join: Join, { x, dim, index, src }: Placed, shape: readonly number[]): Tensor {
  const y = index.numel() === 0 ? alias(x) : put(join, x, dim, index, src, checked(op));
  return shape.length === 0 ? reshape(y, []) : y;
}

/** What leaves a reduction as it is, for elements that do not take part in it. */
function neutral(reduce: Reduction, dtype: DType): number {
  if (reduce === 'prod') return 1;
  if (reduce === 'sum' || reduce === 'mean') return 0;
  return limitsOf(dtype)[reduce === 'amax' ? 0 : 1];
}

const JOINS: Readonly<Record<Reduction, Join>> = { sum: 'sum', mean: 'sum', prod: 'prod', amax: 'max', amin: 'min' };

/**
 * What the input holds where that is the extreme of the others, and elsewhere what leaves it as it is: in PyTorch an element
 * that does not take part shares the gradient of those that equal it all the same.
 */
function equalSelf(op: string, { x, dim, index }: Placed, extreme: Tensor, none: Tensor): Tensor {
  const own = pick(x.detach(), dim, index, checked(op));
  return where(eq(own, pick(reshape(extreme, x.shape), dim, index, checked(op))), own, none);
}

export function reduced(op: string, given: Placed, reduce: Reduction, { includeSelf = true }: IncludeSelfOptions, shape: readonly number[]): Tensor {
  if (!Object.hasOwn(JOINS, reduce)) {
    throw new ArgumentError(`${op}: reduce must be one of ${Object.keys(JOINS).map((k) => `'${k}'`).join(', ')}, got '${String(reduce)}'.`);
  }
  const { x, dim, index, src } = given;
  if (index.numel() === 0) return joined(op, 'sum', given, shape);
  const none = filled(op, x, neutral(reduce, x.dtype), index.shape);
  const over = (instead: Tensor): Tensor => joined(op, JOINS[reduce], { ...given, x: put('set', x, dim, index, instead, checked(op)) }, shape);
  const result = includeSelf ? joined(op, JOINS[reduce], given, shape) : over(none);
  const isExtreme = reduce === 'amax' || reduce === 'amin';
  if (isExtreme && !includeSelf && src.requiresGrad) return over(equalSelf(op, given, result.detach(), none));
  if (reduce !== 'mean') return result;
  const counts = joined(op, 'sum', { x: constantLike(x, includeSelf ? 1 : 0), dim, index, src: constantLike(src, 1) }, shape);
  return div(result, clampMin(counts, 1), isFloat(x.dtype) ? {} : { roundingMode: 'floor' });
}
