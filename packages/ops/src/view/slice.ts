/**
 * Slices and what undoes them: parts of a tensor along its dimensions, and a tensor laid into zeros.
 *
 * Bounds decide the result's shape, so they are structure; positions that do not are in select.ts.
 *
 * Invariant: `slice` and `embed` are each other's gradient.
 *
 * Reference: XLA's Slice and Pad, whose interior padding is `step − 1` here.
 */
import { IndexError, normalizeDim, requireTensor, ShapeError, shapeText, type Expr, type Node, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { overlay, view, type Overlay, type View } from '../families/view.js';

export const replaced = <V>(list: readonly V[], d: number, value: V): V[] => list.map((old, i) => (i === d ? value : old));
export const without = <V>(list: readonly V[], d: number): V[] => list.filter((_, i) => i !== d);

interface Stretch {
  readonly [key: string]: unknown;
  readonly dim: number;
  readonly start: number;
  readonly step: number;
}

const SLICE: View<Stretch> = /* @__PURE__ */ view({
  name: 'slice',
  map: (ix, { dim, start, step }) => replaced(ix, dim, e.add(e.mul(ix[dim], step), start)),
  grad: (g, x, attrs) => EMBED(g, attrs, x.shape),
});

/** Where a dimension of size n laid out from `start` in steps has an element, and which. */
const laidOut = {
  index: (i: Expr, { start, step }: Stretch): Expr => (step === 1 ? e.sub(i, start) : e.quot(e.sub(i, start), step)),
  where: (i: Expr, { start, step }: Stretch, n: number): Expr => {
    const position = e.sub(i, start);
    const inside = e.and(e.ge(position, 0), e.lt(position, n * step));
    return step === 1 ? inside : e.and(inside, e.eq(e.rem(position, step), 0));
  },
};

const EMBED: View<Stretch> = /* @__PURE__ */ view({
  name: 'embed',
  map: (ix, attrs) => replaced(ix, attrs.dim, laidOut.index(ix[attrs.dim], attrs)),
  where: (ix, attrs, from) => laidOut.where(ix[attrs.dim], attrs, from[attrs.dim]),
  grad: (g, x, attrs) => SLICE(g, attrs, x.shape),
});

/** What a node lays into zeros, and from where on along `dim`; null for any other node. */
export function embeddedIn(node: Node, dim: number): { input: Node; start: number } | null {
  const { start, step, dim: along } = node.attrs as Stretch;
  return node.op === EMBED.op && along === dim && step === 1 && node.storage === null ? { input: node.inputs[0], start } : null;
}

/** Python's bounds of a slice of n elements: the first, and how many. */
export function sliceBounds(n: number, start: number | null | undefined, end: number | null | undefined, step: number): { start: number; length: number } {
  const within = (i: number): number => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
  const first = within(start ?? 0);
  return { start: first, length: Math.max(0, Math.ceil((within(end ?? n) - first) / step)) };
}

/** `length` elements from `start` on, both known to fit. */
export const sliced = (x: Tensor, dim: number, start: number, length: number, step = 1): Tensor =>
  SLICE(x, { dim, start, step }, replaced(x.shape, dim, length));

/** Zeros of size `size` along `dim` with `x` laid into them from `start` on. */
export const embedded = (x: Tensor, dim: number, start: number, size: number, step = 1): Tensor =>
  EMBED(x, { dim, start, step }, replaced(x.shape, dim, size));

/** The arguments of Python's slice along one dimension, checked. */
function stretchOf(op: string, x: Tensor, dim: number, start: number | null, end: number | null, step: number): Stretch & { length: number } {
  requireTensor(op, x);
  if (x.ndim === 0) throw new IndexError(`${op}: a 0-d tensor cannot be sliced.`);
  const d = normalizeDim(op, dim, x.ndim);
  requireInteger(op, 'step', step, 1);
  if (start !== null) requireInteger(op, 'start', start);
  if (end !== null && end !== Infinity) requireInteger(op, 'end', end);
  return { dim: d, step, ...sliceBounds(x.shape[d], start, end, step) };
}

/**
 * Every `step`-th element along `dim` from `start` up to but without `end`, as Python slices: negative bounds count from
 * the end, and bounds outside are cut to the size.
 *
 * @throws ArgumentError when `step` is not positive.
 * @example
 * slice(tensor([1, 2, 3, 4, 5]), 0, 1, -1);      // [2, 3, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.slice.html
 */
export const slice = /* @__PURE__ */ describeOp(
  (x: Tensor, dim = 0, start: number | null = null, end: number | null = null, step = 1): Tensor => {
    const { length, ...s } = stretchOf('slice', x, dim, start, end, step);
    return sliced(x, s.dim, s.start, length, s.step);
  },
  { name: 'slice', samples: [{ tensors: [{ shape: [2, 7] }], rest: [1, 1, 6, 2] }], differentiable: true },
);

const SLICE_SCATTER: Overlay<Stretch> = /* @__PURE__ */ overlay({
  name: 'sliceScatter',
  map: (ix, attrs) => replaced(ix, attrs.dim, laidOut.index(ix[attrs.dim], attrs)),
  where: (ix, attrs, from) => laidOut.where(ix[attrs.dim], attrs, from[attrs.dim]),
  read: (y, attrs, shape) => SLICE(y, attrs, shape),
});

/**
 * `x` with `src` in place of the slice that `slice` with these bounds gives.
 *
 * @throws ShapeError when `src` has not the slice's shape.
 * @see https://pytorch.org/docs/stable/generated/torch.slice_scatter.html
 */
export function sliceScatter(x: Tensor, src: Tensor, dim = 0, start: number | null = null, end: number | null = null, step = 1): Tensor {
  const { length, ...s } = stretchOf('sliceScatter', x, dim, start, end, step);
  requireShape('sliceScatter', src, replaced(x.shape, s.dim, length));
  return SLICE_SCATTER(x, matchType(src, x), s);
}

// ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export function requireShape(op: string, src: Tensor, shape: Shape): void {
  requireTensor(op, src, 'src');
  if (src.shape.length !== shape.length || src.shape.some((n, d) => n !== shape[d])) {
    throw new ShapeError(`${op}: src has shape ${shapeText(src.shape)}, expected ${shapeText(shape)}.`);
  }
}

/** What is written takes the dtype of what it is written into. */
export const matchType = (src: Tensor, x: Tensor): Tensor => (src.dtype === x.dtype ? src : src.to(x.dtype));
