/**
 * Tensors of indices: what they must be, and how a list of them is laid along a dimension.
 */
import { DTypeError, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { requireIndex } from '../families/arguments.js';
import { requireInside, type Indexing } from '../families/locate.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';

/** Checks indices at the call where they are known; all others, and masks, are checked where they are used. */
export function checkKnown(index: Tensor, size: number, indexing: Indexing): void {
  if (index.dtype !== 'bool') requireInside(index, size, indexing);
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

