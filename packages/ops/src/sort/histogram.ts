/**
 * Histograms: how many elements fall into each of some bins, or what they weigh together.
 *
 * A bin holds its left edge, the last one its right edge too. Elements find their bins; what is outside of all, and NaN,
 * goes into one more, which is cut off.
 *
 * Invariant: edges from data that are not finite fail the run, as PyTorch rejects them.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.histogram.html
 */
import { ArgumentError, cast, describe, DTypeError, isTensor, requireTensor, sameShape, ShapeError, shapeText, sizeOf, type Shape, type Tensor } from '@sconce/core';
import { full, ones, zeros } from '../creation/fill.js';
import { arange } from '../creation/range.js';
import { add, clampMax, div, eq, floor, ge, isfinite, le, logicalAnd, logicalOr, lt, mul, sub, where } from '../elementwise/index.js';
import { requireInteger } from '../families/arguments.js';
import { onlyFloats } from '../families/checks.js';
import { checkOptions } from '../families/options.js';
import { parts, type Parts } from '../families/parts.js';
import { put } from '../index/along.js';
import { amax, amin } from '../reduce/extreme.js';
import { sum } from '../reduce/sum.js';
import { diff } from '../scan/calculus.js';
import { narrow, reshape, select } from '../view/index.js';
import { searchsorted } from './search.js';

/** The least and the greatest value of a range, 0-d tensors. */
type Ends = readonly [Tensor, Tensor];
/** A range that a caller gives. */
export type HistogramRange = readonly [number, number];

/** The range that is given, or that of the elements; where it is a single point, it is widened on both sides. */
function endsOf(op: string, x: Tensor, range: HistogramRange | null, margin: number): Ends {
  if (range !== null) {
    const number = (value: number): Tensor => full([], value, { dtype: x.dtype, device: x.device });
    const [low, high] = range;
    if (!(low <= high && Number.isFinite(high - low))) {
      throw new ArgumentError(`${op}: the range must be finite and its end not below its start, got [${String(low)}, ${String(high)}].`);
    }
    return low === high ? [number(low - margin), number(high + margin)] : [number(low), number(high)];
  }
  const [low, high] = [amin(x), amax(x)];
  const isPoint = eq(low, high);
  return [where(isPoint, sub(low, margin), low), where(isPoint, add(high, margin), high)];
}

/** Bins of elements: where they are inside the range, otherwise `none`. Without a finite range there are no bins: −1 is rejected when the value is read. */
function placed(bin: Tensor, isInside: Tensor, [low, high]: Ends, none: number): Tensor {
  return cast(where(isfinite(sub(high, low)), where(isInside, bin, none), -1), 'int32');
}

/** What falls into each of `count` bins: how many, or what they weigh; `bin` is `count` for what falls into none. */
function counted(op: string, bin: Tensor, count: number, weight: Tensor | null): Tensor {
  const at = { dtype: weight?.dtype ?? 'int32', device: bin.device } as const;
  const empty = zeros([count + 1], at);
  const bins = bin.numel() === 0 ? empty : put('sum', empty, 0, bin, weight ?? ones(bin.shape, at), { op, fromEnd: false });
  return narrow(bins, 0, 0, count);
}

function requireFloats(op: string, x: unknown): asserts x is Tensor {
  requireTensor(op, x);
  onlyFloats(x.dtype, op);
}

/**
 * How many elements fall into each of `bins` equal bins between `min` and `max`; elements outside are not counted.
 *
 * @param bins how many. Default: 100.
 * @param min the least element that is counted. Default: 0; where it equals `max`, the elements' own range is taken.
 * @param max the greatest. Default: 0.
 * @returns [bins], of the dtype of `x`
 * @throws ArgumentError unless `bins` is positive and the range finite; DTypeError unless `x` is floating point; IndexError
 *   on reading where the elements' own range is not finite.
 * @example
 * histc(tensor([1.0, 2, 1.5]), 4, 0, 4);                 // [0, 2, 1, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.histc.html
 */
export function histc(x: Tensor, bins = 100, min = 0, max = 0): Tensor {
  requireFloats('histc', x);
  requireInteger('histc', 'bins', bins, 1);
  const isOwn = min === max && x.numel() > 0;
  const ends = endsOf('histc', x, isOwn ? null : [min, max], 1);
  const [low, high] = ends;
  const flat = reshape(x, [-1]);
  const place = clampMax(floor(mul(div(sub(flat, low), sub(high, low)), bins)), bins - 1);
  const bin = placed(place, logicalAnd(ge(flat, low), le(flat, high)), ends, bins);
  return cast(counted('histc', bin, bins, null), x.dtype);
}

// ── bins with edges ──────────────────────────────────────────────────────────────────────────────────────────────────

export interface HistogramddOptions {
  /** For each dimension its start and its end, in one list; without it, the elements' own. */
  readonly range?: readonly number[] | null;
  /** What each point counts: the shape of the input without its last dimension. Default: 1. */
  readonly weight?: Tensor | null;
  /** Divide by the total and the size of each bin, so that the integral is 1. Default: false. */
  readonly density?: boolean;
}

export interface HistogramOptions extends Omit<HistogramddOptions, 'range'> {
  /** Where bins start and end; without it, the elements' own range. */
  readonly range?: HistogramRange | null;
}

/** `steps + 1` edges from one end to the other, counted from the nearer one. */
function edgesBetween([low, high]: Ends, steps: number): Tensor {
  const i = arange(steps + 1, { dtype: 'int32', device: low.device });
  const step = div(sub(high, low), steps);
  return where(lt(mul(i, 2), steps + 1), add(low, mul(step, i)), sub(high, mul(step, sub(steps, i))));
}

/** The edges of one dimension's bins: as given, or so many between two ends. */
function edgesOf(op: string, x: Tensor, bins: number | Tensor, range: HistogramRange | null): Tensor {
  if (!isTensor(bins)) return edgesBetween(endsOf(op, x, x.numel() === 0 ? (range ?? [0, 1]) : range, 0.5), requireInteger(op, 'bins', bins, 1));
  if (bins.ndim !== 1 || bins.numel() < 2) throw new ShapeError(`${op}: edges must have one dimension with at least 2 of them, got ${shapeText(bins.shape)}.`);
  if (bins.dtype !== x.dtype) throw new DTypeError(`${op}: edges are ${bins.dtype} and input ${x.dtype}, expected one dtype. Use bins.to('${x.dtype}').`);
  return bins;
}

/** The histogram of points [count, dimensions] between edges, which are sorted. */
function between(op: string, points: Tensor, edges: readonly Tensor[], weight: Tensor | null, density: boolean): Tensor {
  const sizes = edges.map((t) => t.numel() - 1);
  const total = sizeOf(sizes);
  let bin: Tensor | null = null;
  let none: Tensor | null = null;
  edges.forEach((t, d) => {
    const x = select(points, 1, d);
    const ends: Ends = [select(t, 0, 0), select(t, 0, sizes[d])];
    const own = clampMax(sub(searchsorted(t, x, { right: true }), 1), sizes[d] - 1);
    const place = placed(own, logicalAnd(ge(x, ends[0]), le(x, ends[1])), ends, total);
    const isNone = eq(place, total);
    none = none === null ? isNone : logicalOr(none, isNone);
    bin = bin === null ? place : where(lt(place, 0), place, add(mul(bin, sizes[d]), place));
  });
  const flat = counted(op, where(none!, total, bin!), total, weight);
  const hist = reshape(cast(flat, points.dtype), sizes);
  if (!density) return hist;
  return edges.reduce((h, t, d) => div(h, reshape(diff(t), sizes.map((n, k) => (k === d ? n : 1)))), div(hist, sum(hist)));
}

/** A weight for each point, flat. */
function weightsOf(op: string, x: Tensor, shape: Shape, { weight }: HistogramddOptions): Tensor | null {
  if (weight === undefined || weight === null) return null;
  requireTensor(op, weight, 'weight');
  if (!sameShape(weight.shape, shape)) throw new ShapeError(`${op}: weight is ${shapeText(weight.shape)}, expected ${shapeText(shape)}, one for each point.`);
  if (weight.dtype !== x.dtype) throw new DTypeError(`${op}: weight is ${weight.dtype} and input ${x.dtype}, expected one dtype. Use weight.to('${x.dtype}').`);
  return reshape(weight, [-1]);
}

const OPTIONS = ['range', 'weight', 'density'];

/** A histogram, and the edges of its bins. */
export type Histogram = Parts<'hist' | 'binEdges'>;

/**
 * How many elements fall between neighbouring edges, or what they weigh together: hist[i] = Σ_{e_i ≤ x < e_{i+1}} w, and
 * the last bin holds its right edge too.
 *
 * @param bins how many equal ones, or their edges, ascending
 * @param options `range` (default: that of the elements), `weight`, `density`
 * @returns `{ hist, binEdges }`, [bins] and [bins + 1], of the dtype of `x`
 * @throws DTypeError unless all are floating point of one dtype; ShapeError; ArgumentError; IndexError on reading where the
 *   elements' own range is not finite.
 * @example
 * const { hist, binEdges } = histogram(tensor([1, 2, 1.5]), 4, { range: [0, 4] });     // [0, 2, 1, 0], [0, 1, 2, 3, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.histogram.html
 */
export function histogram(x: Tensor, bins: number | Tensor, options: HistogramOptions = {}): Histogram {
  requireFloats('histogram', x);
  checkOptions('histogram', options, OPTIONS);
  const binEdges = edgesOf('histogram', x, bins, options.range ?? null);
  const weight = weightsOf('histogram', x, x.shape, { weight: options.weight });
  return parts({ hist: between('histogram', reshape(x, [x.numel(), 1]), [binEdges], weight, options.density ?? false), binEdges });
}

/** A histogram of points, and for each dimension the edges of its bins. */
export interface Histogramdd extends Iterable<Tensor | readonly Tensor[]> {
  readonly hist: Tensor;
  readonly binEdges: readonly Tensor[];
}

/**
 * How many points fall into each cell of a grid, or what they weigh together.
 *
 * @param x [..., dimensions]: points
 * @param bins for each dimension how many equal ones, or their edges, ascending; or one number for all
 * @param options `range` (start and end for each dimension, in one list), `weight`, `density`
 * @returns `{ hist, binEdges }`: one dimension for each of the points', and a list of edges
 * @throws DTypeError unless all are floating point of one dtype; ShapeError; ArgumentError; IndexError on reading where the
 *   points' own range is not finite.
 * @example
 * const { hist } = histogramdd(tensor([[0.0, 1], [1, 0], [2, 2.5]]), [2, 2]);
 * @see https://pytorch.org/docs/stable/generated/torch.histogramdd.html
 */
export function histogramdd(x: Tensor, bins: number | readonly (number | Tensor)[], options: HistogramddOptions = {}): Histogramdd {
  const op = 'histogramdd';
  requireFloats(op, x);
  checkOptions(op, options, OPTIONS);
  if (x.ndim < 2) throw new ShapeError(`${op}: input is ${shapeText(x.shape)}, expected [..., dimensions].`);
  const dims = x.shape.at(-1)!;
  const each = typeof bins === 'number' ? new Array<number>(dims).fill(bins) : bins;
  if (!Array.isArray(each) || each.length !== dims) throw new ArgumentError(`${op}: bins must be a number or a list of ${dims}, one for each dimension, got ${describe(bins)}.`);
  const { range } = options;
  if (range && range.length !== 2 * dims) throw new ArgumentError(`${op}: range must hold ${2 * dims} numbers, a start and an end for each dimension, got ${range.length}.`);
  const points = reshape(x, [x.numel() / dims, dims]);
  const binEdges = (each as readonly (number | Tensor)[]).map((n, d) => edgesOf(op, select(points, 1, d), n, range ? [range[2 * d], range[2 * d + 1]] : null));
  const hist = between(op, points, binEdges, weightsOf(op, x, x.shape.slice(0, -1), options), options.density ?? false);
  return Object.defineProperty({ hist, binEdges }, Symbol.iterator, { value: () => [hist, binEdges][Symbol.iterator]() }) as unknown as Histogramdd;
}
