/**
 * Writing elements at indices from data, as functions: the result is a new tensor.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.scatter.html
 */
import {
  alias,
  ArgumentError,
  constantLike,
  describe,
  isFloat,
  isTensor,
  normalizeDim,
  requireTensor,
  ShapeError,
  shapeText,
  type DType,
  type Tensor,
} from '@sconce/core';
import { clampMin } from '../elementwise/clamp.js';
import { mul } from '../elementwise/arithmetic.js';
import { div } from '../elementwise/division.js';
import { limitsOf } from '../families/element.js';
import { requireIndex } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { replaced, sliced } from '../view/slice.js';
import { put, type Join } from './along.js';
import { requireFittingIndex } from './gather.js';
import { alongDim, atLeastOneDim, checkKnown, requireIndexList, requireSameType } from './locate.js';
import { valueLike } from './value.js';

/** How `scatterReduce` joins. */
export type Reduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

export interface IncludeSelfOptions {
  /** Whether what the input holds takes part in the reduction. Default true. */
  readonly includeSelf?: boolean;
}

/** Where and what to put, with shapes that fit. */
interface Placed {
  readonly x: Tensor;
  readonly dim: number;
  readonly index: Tensor;
  readonly src: Tensor;
}

/** A number as a tensor of a shape. */
const filled = (op: string, x: Tensor, value: unknown, shape: readonly number[], name?: string): Tensor =>
  broadcasted(valueLike(op, x, value, name), shape);

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

const checked = (op: string) => ({ op, fromEnd: false });

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

/** Puts, and gives the result the shape of the original input. */
function joined(op: string, join: Join, { x, dim, index, src }: Placed, shape: readonly number[]): Tensor {
  const y = index.numel() === 0 ? alias(x) : put(join, x, dim, index, src, checked(op));
  return shape.length === 0 ? reshape(y, []) : y;
}

// ── scatter ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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

/** What leaves a reduction as it is, for elements that do not take part in it. */
function neutral(reduce: Reduction, dtype: DType): number {
  if (reduce === 'prod') return 1;
  if (reduce === 'sum' || reduce === 'mean') return 0;
  return limitsOf(dtype)[reduce === 'amax' ? 0 : 1];
}

const JOINS: Readonly<Record<Reduction, Join>> = { sum: 'sum', mean: 'sum', prod: 'prod', amax: 'max', amin: 'min' };

function reduced(op: string, given: Placed, reduce: Reduction, { includeSelf = true }: IncludeSelfOptions, shape: readonly number[]): Tensor {
  if (!Object.hasOwn(JOINS, reduce)) {
    throw new ArgumentError(`${op}: reduce must be one of ${Object.keys(JOINS).map((k) => `'${k}'`).join(', ')}, got '${String(reduce)}'.`);
  }
  const { x, dim, index, src } = given;
  if (index.numel() === 0) return joined(op, 'sum', given, shape);
  const base = includeSelf ? x : put('set', x, dim, index, filled(op, x, neutral(reduce, x.dtype), index.shape), checked(op));
  const result = joined(op, JOINS[reduce], { ...given, x: base }, shape);
  if (reduce !== 'mean') return result;
  const counts = joined(op, 'sum', { x: constantLike(x, includeSelf ? 1 : 0), dim, index, src: constantLike(src, 1) }, shape);
  return div(result, clampMin(counts, 1), isFloat(x.dtype) ? {} : { roundingMode: 'floor' });
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

// ── lists of indices along a dimension ───────────────────────────────────────────────────────────────────────────────

export interface AlphaOptions {
  /** Factor of what is added. Default 1. */
  readonly alpha?: number | boolean;
}

/**
 * `x` with alpha · source[i] added to part index[i] along `dim`.
 *
 * @throws ShapeError, DTypeError; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
 */
export function indexAdd(x: Tensor, dim: number, index: Tensor, source: Tensor, options: AlphaOptions = {}): Tensor {
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
