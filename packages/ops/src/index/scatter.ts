/**
 * Writing single elements at indices along a dimension, as functions: the result is a new tensor.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.scatter.html
 */
import { ArgumentError, isTensor, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { checkOptions } from '../families/options.js';
import { sliced } from '../view/slice.js';
import type { Join } from './along.js';
import { requireFittingIndex } from './gather.js';
import { filled, joined, reduced, type IncludeSelfOptions, type Placed, type Reduction } from './join.js';
import { atLeastOneDim, requireSameType } from './locate.js';

/** The arguments of the scatter family: `src` at least as large as the index, from which its corner is taken. */
function placed(op: string, x: Tensor, dim: number, index: Tensor, src: Tensor | number): Placed {
  requireTensor(op, x);
  const d = normalizeDim(op, dim, x.ndim);
  requireFittingIndex(op, x, d, index);
  const wide = { x: atLeastOneDim(x), dim: d, index: atLeastOneDim(index) };
  if (!isTensor(src)) return { ...wide, src: filled(op, x, src, wide.index.shape, 'src') };
  requireSameType(op, src, x);
  if (Math.max(src.ndim, 1) !== wide.index.ndim || (index.numel() > 0 && wide.index.shape.some((n, k) => n > (src.shape[k] ?? 1)))) {
    throw new ShapeError(`${op}: src has shape ${shapeText(src.shape)}, expected at least that of index, ${shapeText(index.shape)}, in as many dimensions.`);
  }
  const corner = index.numel() === 0 ? filled(op, x, 0, wide.index.shape) : wide.index.shape.reduce((y, n, k) => (y.shape[k] === n ? y : sliced(y, k, 0, n)), atLeastOneDim(src));
  return { ...wide, src: corner };
}

const NAMED_JOINS: Readonly<Record<string, Join>> = { add: 'sum', multiply: 'prod' };

export interface ScatterOptions {
  /** Join with what is there instead of replacing it. */
  readonly reduce?: 'add' | 'multiply';
}

/**
 * `x` with out[index[i][j]][j] = src[i][j] for `dim` 0, and so on. Where several name one element, the last one stays.
 *
 * @param index integers from 0, of as many dimensions as `x`.
 * @param src a tensor of the dtype of `x` and at least the size of the index, or a number.
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @example
 * scatter(zeros(2, 3), 1, tensor([[2], [0]]), 1);      // [[0, 0, 1], [1, 0, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.scatter.html
 */
export function scatter(x: Tensor, dim: number, index: Tensor, src: Tensor | number, options: ScatterOptions = {}): Tensor {
  checkOptions('scatter', options, ['reduce']);
  const { reduce } = options;
  if (reduce !== undefined && !Object.hasOwn(NAMED_JOINS, reduce)) {
    throw new ArgumentError(`scatter: reduce must be 'add' or 'multiply', got '${String(reduce)}'.`);
  }
  return joined('scatter', reduce === undefined ? 'set' : NAMED_JOINS[reduce], placed('scatter', x, dim, index, src), x.shape);
}

/**
 * `x` with src[i][j] added to out[index[i][j]][j] for `dim` 0, and so on. The order of the sums is fixed.
 *
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.scatter_add.html
 */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  return joined('scatterAdd', 'sum', placed('scatterAdd', x, dim, index, src), x.shape);
}

/**
 * `x` with all of `src` that goes to one element joined: summed, multiplied, averaged, or the largest or smallest of it.
 *
 * @param reduce 'sum', 'prod', 'mean', 'amax' or 'amin'.
 * @throws ShapeError, DTypeError, ArgumentError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @example
 * scatterReduce(zeros(2), 0, tensor([0, 0, 1]), tensor([1, 3, 5]).to('float32'), 'amax');      // [3, 5]
 * @see https://pytorch.org/docs/stable/generated/torch.scatter_reduce.html
 */
export function scatterReduce(x: Tensor, dim: number, index: Tensor, src: Tensor, reduce: Reduction, options: IncludeSelfOptions = {}): Tensor {
  checkOptions('scatterReduce', options, ['includeSelf']);
  return reduced('scatterReduce', placed('scatterReduce', x, dim, index, src), reduce, options, x.shape);
}
