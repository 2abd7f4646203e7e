/**
 * Padding: elements put in around a tensor, or cut off where an amount is negative.
 *
 * Amounts come as PyTorch writes them: pairs of before and after, the last dimension first.
 *
 * Invariant: no gradient scatters. That of constant padding is the cut-out middle; that of the other modes is the middle
 * plus what each end repeats, reflected or summed back to where it came from.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
import {
  accumulate,
  ArgumentError,
  describe,
  numberNode,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Expr,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { elementOf } from '../families/element.js';
import { keywords, type Rest } from '../families/keywords.js';
import { sumOver } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { view, type View } from '../families/view.js';
import { flip } from './permute.js';
import { embedded, replaced, sliced } from './slice.js';

export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

// ── constant ─────────────────────────────────────────────────────────────────────────────────────────────────────────

interface PadAttrs extends Attrs {
  /** What is put in before each dimension. */
  readonly low: readonly number[];
}

const PAD: View<PadAttrs> = /* @__PURE__ */ view({
  name: 'pad',
  map: (ix, { low }) => ix.map((i, d) => e.sub(i, low[d])),
  where: (ix, { low }, from) =>
    ix
      .map((i, d) => e.and(e.ge(i, low[d]), e.lt(i, from[d] + low[d])))
      .reduce((a, b) => e.and(a, b), e.const(true, 'bool')),
  fill: (_attrs, [value]) => value,
  grad: (g, x, { low }) => PAD(g, { low: low.map((n) => 0 - n) }, x.shape, [value(g, 0)]),
});

function value(x: Tensor, fill: number | boolean): Tensor {
  if (typeof fill !== 'number' && typeof fill !== 'boolean') throw new ArgumentError(`pad: value must be a number, got ${describe(fill)}.`);
  return x.like(numberNode(elementOf('pad', fill, x.dtype), x.dtype, x.device));
}

// ── the modes that repeat what is there ──────────────────────────────────────────────────────────────────────────────

interface EdgeAttrs extends Attrs {
  readonly dim: number;
  readonly low: number;
  readonly high: number;
  readonly mode: Exclude<PadMode, 'constant'>;
}

interface Edge {
  /** The source of position i, which runs from −low to n − 1 + high. */
  readonly source: (i: Expr, n: number) => Expr;
  /** What the gradient of the part before (after) the middle adds, and from where on. */
  readonly before: (g: Tensor, dim: number, n: number) => { part: Tensor; at: number };
  readonly after: (g: Tensor, dim: number, n: number) => { part: Tensor; at: number };
  /** The largest amount that a dimension of size n allows. */
  readonly most: (n: number) => number;
}

const total = (g: Tensor, dim: number): Tensor => sumOver(g, { dims: [dim], keepdim: true }, g.dtype);

const EDGES: Readonly<Record<EdgeAttrs['mode'], Edge>> = {
  reflect: {
    source: (i, n) => e.sub(n - 1, e.abs(e.sub(n - 1, e.abs(i)))),
    before: (g, dim) => ({ part: flip(g, [dim]), at: 1 }),
    after: (g, dim, n) => ({ part: flip(g, [dim]), at: n - 1 - g.shape[dim] }),
    most: (n) => n - 1,
  },
  replicate: {
    source: (i, n) => e.max(e.min(i, n - 1), 0),
    before: (g, dim) => ({ part: total(g, dim), at: 0 }),
    after: (g, dim, n) => ({ part: total(g, dim), at: n - 1 }),
    most: (n) => (n === 0 ? 0 : Infinity),
  },
  circular: {
    source: (i, n) => e.rem(e.add(i, n), n),
    before: (g, dim, n) => ({ part: g, at: n - g.shape[dim] }),
    after: (g) => ({ part: g, at: 0 }),
    most: (n) => n,
  },
};

const PAD_EDGE: View<EdgeAttrs> = /* @__PURE__ */ view({
  name: 'padEdge',
  map: (ix, { dim, low, mode }, from) => replaced(ix, dim, EDGES[mode].source(e.sub(ix[dim], low), from[dim])),
  grad: (g, x, { dim, low, high, mode }) => {
    const n = x.shape[dim];
    const { before, after } = EDGES[mode];
    const ends = [
      ...(low > 0 ? [before(sliced(g, dim, 0, low), dim, n)] : []),
      ...(high > 0 ? [after(sliced(g, dim, low + n, high), dim, n)] : []),
    ];
    return ends.reduce((sum, { part, at }) => accumulate(sum, embedded(part, dim, at, n)), sliced(g, dim, low, n));
  },
});

// ── the calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The amounts before and after each dimension, the first dimension first. */
function amountsOf(op: string, x: Tensor, pad: readonly number[]): { low: number[]; high: number[]; shape: number[] } {
  requireTensor(op, x);
  if (!Array.isArray(pad)) throw new ArgumentError(`${op}: pad must be a list of integers, got ${describe(pad)}.`);
  const amounts = (pad as readonly number[]).map((n) => requireInteger(op, 'pad', n));
  if (amounts.length % 2 !== 0 || amounts.length > 2 * x.ndim) {
    throw new ArgumentError(`${op}: pad must hold a pair for each of at most ${x.ndim} dimensions, got [${amounts.join(', ')}].`);
  }
  const low = x.shape.map((_, d) => amounts[2 * (x.ndim - 1 - d)] ?? 0);
  const high = x.shape.map((_, d) => amounts[2 * (x.ndim - 1 - d) + 1] ?? 0);
  const shape = x.shape.map((n, d) => n + low[d] + high[d]);
  if (shape.some((n) => n < 0)) throw new ShapeError(`${op}: [${amounts.join(', ')}] cuts more off ${shapeText(x.shape)} than there is.`);
  return { low, high, shape };
}

/**
 * `x` with a constant around it. Another value compiles nothing.
 *
 * @param pad pairs of before and after, the last dimension first; negative amounts cut off.
 * @throws ArgumentError for too many amounts, ShapeError when nothing would be left to cut off.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
export function constantPadNd(x: Tensor, pad: readonly number[], fill: number | boolean = 0): Tensor {
  const { low, shape } = amountsOf('pad', x, pad);
  return PAD(x, { low }, shape, [value(x, fill)]);
}

/** Cuts off where amounts are negative, then pads one dimension after the other. */
function padEdges(x: Tensor, pad: readonly number[], mode: EdgeAttrs['mode']): Tensor {
  const { low, high } = amountsOf('pad', x, pad);
  const padded = pad.length / 2;
  const free = x.ndim - padded;
  if (padded > 3 || free < 1 || free > 2) {
    throw new ShapeError(
      `pad: mode '${mode}' pads the last 1, 2 or 3 dimensions behind one or two others, got ${padded} pairs for shape ${shapeText(x.shape)}.`,
    );
  }
  return x.shape.reduce((y, n, dim) => {
    const [before, after] = [Math.max(low[dim], 0), Math.max(high[dim], 0)];
    const kept = n + Math.min(low[dim], 0) + Math.min(high[dim], 0);
    const middle = kept === n ? y : sliced(y, dim, before - low[dim], kept);
    if (before + after === 0) return middle;
    const most = EDGES[mode].most(kept);
    if (before > most || after > most) {
      throw new ShapeError(`pad: mode '${mode}' can add at most ${most} to dimension ${dim} of ${shapeText(x.shape)}, got ${before} and ${after}.`);
    }
    return PAD_EDGE(middle, { dim, low: before, high: after, mode }, replaced(middle.shape, dim, before + kept + after));
  }, x);
}

export interface PadOptions {
  readonly mode?: PadMode;
  readonly value?: number | boolean | null;
}

const PAD_OPTIONS = ['mode', 'value'] as const;

/**
 * `x` with elements put in around it.
 *
 * @param pad pairs of before and after, the last dimension first; negative amounts cut off.
 * @param rest `mode` and `value`, by position or by name: 'constant' puts `value` in; 'reflect' mirrors at the edge element,
 *   'replicate' repeats it, 'circular' goes on at the other end.
 * @throws ArgumentError for an unknown mode or too many amounts, ShapeError when a mode cannot add so much.
 * @example
 * pad(tensor([1, 2, 3]), [1, 2], 'constant', 9);      // [9, 1, 2, 3, 9, 9]
 * pad(tensor([1, 2, 3]), [1, 0], { value: 7 });       // [7, 1, 2, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
export const pad = /* @__PURE__ */ describeOp(
  (x: Tensor, pad: readonly number[], ...rest: Rest<PadOptions, typeof PAD_OPTIONS>): Tensor => {
    const { mode = 'constant', value } = keywords<PadOptions>('pad', PAD_OPTIONS, rest);
    if (mode === 'constant') return constantPadNd(x, pad, value ?? 0);
    if (!Object.hasOwn(EDGES, mode)) {
      throw new ArgumentError(`pad: there is no mode '${String(mode)}', expected 'constant', 'reflect', 'replicate' or 'circular'.`);
    }
    if (value !== undefined && value !== null && value !== 0) throw new ArgumentError(`pad: mode '${mode}' takes no value.`);
    return padEdges(x, pad, mode);
  },
  {
    name: 'pad',
    samples: [
      { tensors: [{ shape: [2, 3] }], rest: [[1, 2]] },
      { tensors: [{ shape: [1, 2, 4] }], rest: [[2, 1], 'reflect'] },
      { tensors: [{ shape: [1, 2, 3] }], rest: [[2, 1], 'replicate'] },
      { tensors: [{ shape: [1, 2, 3] }], rest: [[2, 1], 'circular'] },
    ],
    differentiable: true,
  },
);
