/**
 * Writing whole parts at a list of indices along a dimension, and elements of the flattened tensor, as functions: the
 * result is a new tensor.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.index_add.html
 */
import { alias, ArgumentError, describe, isTensor, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { mul } from '../elementwise/arithmetic.js';
import { requireIndex } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { reshape } from '../view/shape.js';
import { replaced } from '../view/slice.js';
import { put } from './along.js';
import { checked, filled, joined, reduced, type IncludeSelfOptions, type Placed, type Reduction } from './join.js';
import { alongDim, atLeastOneDim, checkKnown, requireIndexList, requireSameType } from './locate.js';

/** The arguments of the index family: one part of `source` for each of a list of indices. */
function listed(op: string, x: Tensor, dim: number, index: Tensor, source: Tensor): Placed {
  requireTensor(op, x);
  requireTensor(op, source, 'source');
  const d = normalizeDim(op, dim, x.ndim);
  requireIndexList(op, index);
  requireSameType(op, source, x, 'source');
  const y = atLeastOneDim(x);
  const shape = replaced(y.shape, d, index.numel());
  const src = atLeastOneDim(source);
  if (src.ndim !== y.ndim || shape.some((n, k) => n !== src.shape[k])) {
    throw new ShapeError(`${op}: source has shape ${shapeText(source.shape)}, expected ${shapeText(shape)}: that of input with ${index.numel()} along dimension ${d}.`);
  }
  checkKnown(index, y.shape[d], checked(op));
  return { x: y, dim: d, index: alongDim(index, d, shape), src };
}

export interface IndexAddOptions {
  /** Factor of what is added. Default 1. */
  readonly alpha?: number | boolean;
}

/**
 * `x` with alpha · source[i] added to part index[i] along `dim`.
 *
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
 */
export function indexAdd(x: Tensor, dim: number, index: Tensor, source: Tensor, options: IndexAddOptions = {}): Tensor {
  checkOptions('indexAdd', options, ['alpha']);
  const given = listed('indexAdd', x, dim, index, source);
  if (options.alpha !== undefined && typeof options.alpha !== 'number' && typeof options.alpha !== 'boolean') throw new ArgumentError(`indexAdd: alpha must be a number, got ${describe(options.alpha)}.`);
  const src = options.alpha === undefined ? given.src : mul(given.src, filled('indexAdd', x, options.alpha, [], 'alpha'));
  return joined('indexAdd', 'sum', { ...given, src }, x.shape);
}

/**
 * `x` with part index[i] along `dim` replaced by source[i]. Where several name one part, the last one stays.
 *
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html
 */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  return joined('indexCopy', 'set', listed('indexCopy', x, dim, index, source), x.shape);
}

/**
 * `x` with the parts that a list of indices names along `dim` filled with a value. Negative indices count from the end.
 *
 * @param value a number, or a 0-d tensor.
 * @throws ShapeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html
 */
export function indexFill(x: Tensor, dim: number, index: Tensor, value: number | Tensor): Tensor {
  const op = 'indexFill';
  requireTensor(op, x);
  const d = normalizeDim(op, dim, x.ndim);
  requireIndexList(op, index);
  if (isTensor(value) && value.ndim !== 0) throw new ShapeError(`${op}: value must be a number or a 0-d tensor, got shape ${shapeText(value.shape)}.`);
  const y = atLeastOneDim(x);
  const shape = replaced(y.shape, d, index.numel());
  const src = filled(op, x, value, shape);
  checkKnown(index, y.shape[d], { op, fromEnd: true });
  const z = index.numel() === 0 ? alias(y) : put('set', y, d, alongDim(index, d, shape), src, { op, fromEnd: true });
  return x.ndim === 0 ? reshape(z, []) : z;
}

/**
 * `x` with all of `source` that goes to one part along `dim` joined, as in `scatterReduce`.
 *
 * @throws ShapeError, DTypeError, ArgumentError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html
 */
export function indexReduce(x: Tensor, dim: number, index: Tensor, source: Tensor, reduce: Exclude<Reduction, 'sum'>, options: IncludeSelfOptions = {}): Tensor {
  checkOptions('indexReduce', options, ['includeSelf']);
  return reduced('indexReduce', listed('indexReduce', x, dim, index, source), reduce, options, x.shape);
}

/**
 * `x` with elements of the flattened tensor replaced, or added to. Negative indices count from the end.
 *
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.put_.html
 */
function putFlat(x: Tensor, index: Tensor, source: Tensor, accumulate = false): Tensor {
  requireTensor('put', x);
  requireIndex('put', index);
  requireTensor('put', source, 'source');
  requireSameType('put', source, x, 'source');
  if (source.numel() !== index.numel()) {
    throw new ShapeError(`put: source has ${source.numel()} elements and index ${index.numel()}, expected as many.`);
  }
  checkKnown(index, x.numel(), { op: 'put', fromEnd: true });
  if (index.numel() === 0) return alias(x);
  const flat = put(accumulate ? 'sum' : 'set', reshape(x, [-1]), 0, reshape(index, [-1]), reshape(source, [-1]), { op: 'put', fromEnd: true });
  return reshape(flat, x.shape);
}

export { putFlat as put };
