/**
 * Indices from data as positions: checked where they are used, counted from the end where an op allows negative ones.
 *
 * Invariant: an index out of range fails the run on every backend and never reads a neighbour.
 */
import { DTypeError, e, ShapeError, shapeText, type Expr, type Shape, type Tensor } from '@sconce/core';
import { requireIndex } from '../families/arguments.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';

/** How an op reads its indices: what errors call it, and whether negative ones count from the end. */
export interface Indexing {
  readonly op: string;
  readonly fromEnd: boolean;
}

/** The position that an index names in a dimension. */
export function locate(index: Expr, size: number, { op, fromEnd }: Indexing): Expr {
  const i = e.cast(index, 'int32');
  const check = { op, size, noun: 'index' };
  return fromEnd ? e.check(e.select(e.lt(i, 0), e.add(i, size), i), { ...check, fromEnd }) : e.check(i, check);
}

/** A 0-d tensor as one of a single element. */
export const atLeastOneDim = (x: Tensor): Tensor => (x.ndim === 0 ? reshape(x, [1]) : x);

/** A list of indices laid along one dimension of a shape and repeated along the others. */
export function alongDim(index: Tensor, dim: number, shape: Shape): Tensor {
  return broadcasted(reshape(index, shape.map((_, d) => (d === dim ? index.numel() : 1))), shape);
}

/** A list of indices: one dimension, or none for a single one. */
export function requireIndexList(op: string, index: unknown): asserts index is Tensor {
  requireIndex(op, index);
  if (index.ndim > 1) throw new ShapeError(`${op}: index has shape ${shapeText(index.shape)}, expected at most 1 dimension.`);
}

/** Two tensors of one dtype. */
export function requireSameType(op: string, src: Tensor, x: Tensor, name = 'src'): void {
  if (src.dtype === x.dtype) return;
  throw new DTypeError(`${op}: ${name} is ${src.dtype} and input ${x.dtype}, expected one dtype. Use ${name}.to('${x.dtype}').`);
}

