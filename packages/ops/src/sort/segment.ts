/**
 * Reductions of segments: consecutive parts of a dimension, given by their lengths or by where they begin.
 *
 * Each element finds its segment among the offsets and is joined into it; what belongs to none goes into one more, which
 * is cut off.
 *
 * Invariant: the initial value takes part in every segment's reduction, an empty one's too; gradients go to the data alone.
 *
 * Reference: PyTorch's `torch.segment_reduce`.
 */
import { ArgumentError, cast, describe, DTypeError, findKnown, isFloat, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { arange } from '../creation/range.js';
import { full, zeros } from '../creation/fill.js';
import { clampMin, div, eq, lt, where } from '../elementwise/index.js';
import { requireIndex } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { put, type Join } from '../index/along.js';
import { cumsum } from '../scan/cumulative.js';
import { cat, expand, narrow, reshape } from '../view/index.js';
import { diff } from '../scan/calculus.js';
import { searchsorted } from './search.js';

/** How segments are reduced. */
export type SegmentReduction = 'sum' | 'mean' | 'max' | 'min' | 'prod';

export interface SegmentReduceOptions {
  /** [..., segments]: how many elements each segment has. */
  readonly lengths?: Tensor | null;
  /** [..., segments + 1]: where each segment begins, and where the last one ends. */
  readonly offsets?: Tensor | null;
  /** The dimension that is cut into segments; those before it have segments of their own. Default: 0. */
  readonly axis?: number;
  /** Do not check that lengths are not negative and add up to the size of the dimension. Default: false. */
  readonly unsafe?: boolean;
  /** Takes part in the reduction of every segment. */
  readonly initial?: number | null;
}

const OPTIONS = ['lengths', 'offsets', 'axis', 'unsafe', 'initial'];

/** What a reduction starts from, and how elements join it. */
const JOINS: Readonly<Record<SegmentReduction, { readonly join: Join; readonly neutral: number }>> = {
  sum: { join: 'sum', neutral: 0 },
  mean: { join: 'sum', neutral: 0 },
  max: { join: 'max', neutral: -Infinity },
  min: { join: 'min', neutral: Infinity },
  prod: { join: 'prod', neutral: 1 },
};

/** Checks lengths whose values are known: none is negative, and those of a row add up to `size`. */
function checkLengths(lengths: Tensor, size: number): void {
  const segments = lengths.shape.at(-1)!;
  let sum = 0;
  const wrong = findKnown(lengths, (length, position) => {
    sum = (position % segments === 0 ? 0 : sum) + length;
    return length < 0 || (position % segments === segments - 1 && sum !== size);
  });
  if (wrong === undefined) return;
  const what = wrong.value < 0 ? `a negative length ${wrong.value}` : `lengths that add up to ${sum}`;
  throw new ArgumentError(`segmentReduce: got ${what} at position ${wrong.position}, expected lengths from 0 that add up to ${size}, the size of the dimension.`);
}

/** Where segments begin and end: [..., segments + 1]. */
function offsetsOf(data: Tensor, axis: number, { lengths, offsets, unsafe = false }: SegmentReduceOptions): Tensor {
  const given = lengths ?? offsets;
  const name = lengths ? 'lengths' : 'offsets';
  if ((lengths && offsets) || !given) throw new ArgumentError('segmentReduce: expected one of lengths and offsets.');
  requireIndex('segmentReduce', given, name);
  const least = lengths ? 0 : 1;
  const outer = data.shape.slice(0, axis);
  if (given.ndim !== axis + 1 || outer.some((n, d) => given.shape[d] !== n) || given.shape[axis] < least) {
    throw new ShapeError(`segmentReduce: ${name} are ${shapeText(given.shape)}, expected ${shapeText(outer).slice(0, -1)}${axis > 0 ? ', ' : ''}segments${lengths ? '' : ' + 1'}], as data is ${shapeText(data.shape)} and axis ${axis}.`);
  }
  if (!lengths) return cast(given, 'int32');
  if (!unsafe) checkLengths(given, data.shape[axis]);
  const start = zeros([...outer, 1], { dtype: 'int32', device: data.device });
  return cast(cumsum(cat([start, cast(given, 'int32')], -1), -1), 'int32');
}

/**
 * The sum, mean, maximum, minimum or product of each segment of a dimension.
 *
 * @param data floating point, [..., size, ...]
 * @param options `lengths` or `offsets` say where segments are; `axis`, `unsafe`, `initial`
 * @returns data with as many places along the dimension as there are segments; of an empty segment the initial value, or
 *   0, NaN, −∞, ∞ or 1 without one
 * @throws ArgumentError for lengths that do not add up, where their values are known; ShapeError; DTypeError.
 * @example
 * segmentReduce(tensor([1.5, 2.5, 4, 8]), 'sum', { lengths: tensor([2, 0, 2]) });      // [4, 0, 12]
 * @see https://pytorch.org/docs/stable/generated/torch.segment_reduce.html
 */
export function segmentReduce(data: Tensor, reduce: SegmentReduction, options: SegmentReduceOptions = {}): Tensor {
  requireTensor('segmentReduce', data, 'data');
  checkOptions('segmentReduce', options, OPTIONS);
  if (!Object.hasOwn(JOINS, reduce)) throw new ArgumentError(`segmentReduce: reduce must be one of ${Object.keys(JOINS).map((k) => `'${k}'`).join(', ')}, got ${describe(reduce)}.`);
  if (!isFloat(data.dtype)) throw new DTypeError(`segmentReduce: data is ${data.dtype}, expected floating point. Use data.to('float32').`);
  if (data.ndim === 0) throw new ShapeError('segmentReduce: data must have at least 1 dimension.');
  const axis = normalizeDim('segmentReduce', options.axis ?? 0, data.ndim);
  const offsets = offsetsOf(data, axis, options);
  const segments = offsets.shape[axis] - 1;
  const { join, neutral } = JOINS[reduce];
  const initial = options.initial ?? null;
  const wide = (t: Tensor, count: number): Tensor => reshape(t, data.shape.map((n, d) => (d < axis ? n : d === axis ? count : 1)));

  const size = data.shape[axis];
  const places = data.shape.map((n, d) => (d === axis ? segments + 1 : n));
  const base = full(places, initial ?? neutral, { dtype: data.dtype, device: data.device });
  let joined = base;
  if (data.numel() > 0) {
    const position = expand(arange(size, { dtype: 'int32', device: data.device }), data.shape.slice(0, axis + 1));
    const ends = narrow(offsets, -1, 1, segments);
    const counted = segments === 0 ? position : searchsorted(ends, position, { right: true });
    const own = where(lt(position, narrow(offsets, -1, 0, 1)), segments, counted);
    joined = put(join, base, axis, expand(wide(own, size), data.shape), data, { op: 'segmentReduce', fromEnd: false });
  }
  const result = narrow(joined, axis, 0, segments);
  if (reduce !== 'mean') return result;
  const lengths = wide(diff(offsets, 1, -1), segments);
  return where(eq(lengths, 0), initial ?? NaN, div(result, clampMin(lengths, 1)));
}
