/**
 * Slices and what undoes them: parts of a tensor along its dimensions, and a tensor laid into zeros.
 *
 * Bounds that decide the result's shape are structure. Positions that do not (the index of `select`, the start of
 * `narrow`) are known only at run time, so a loop over them compiles once.
 *
 * Invariant: `slice` and `embed` are each other's gradient.
 *
 * Reference: XLA's Slice and Pad, whose interior padding is `step − 1` here.
 */
import {
  ArgumentError,
  describe,
  IndexError,
  isInteger,
  isTensor,
  normalizeDim,
  numberNode,
  requireTensor,
  ShapeError,
  shapeText,
  type Expr,
  type Node,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { locate } from '../families/locate.js';
import { describeOp } from '../families/sample.js';
import { overlay, view, type Overlay, type View } from '../families/view.js';

export const replaced = <V>(list: readonly V[], d: number, value: V): V[] => list.map((old, i) => (i === d ? value : old));
export const without = <V>(list: readonly V[], d: number): V[] => list.filter((_, i) => i !== d);

// ── bounds that are structure ────────────────────────────────────────────────────────────────────────────────────────

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

// ── positions known at run time ──────────────────────────────────────────────────────────────────────────────────────

interface Position {
  readonly [key: string]: unknown;
  readonly dim: number;
  /** The position comes from a tensor, so its value is checked where it is used. */
  readonly checked: boolean;
}

/** The position as an index below `size`. A checked number is only bounded, which tells the compiler its range. */
const bounded = (op: string, i: Expr, size: number, { checked }: Position): Expr =>
  checked ? locate(i, size, { op, fromEnd: true }) : e.max(e.min(e.cast(i, 'int32'), Math.max(size - 1, 0)), 0);

const SELECT: View<Position> = /* @__PURE__ */ view({
  name: 'select',
  map: (ix, attrs, from, _to, [at]) => ix.toSpliced(attrs.dim, 0, bounded('select', at, from[attrs.dim], attrs)),
  grad: (g, x, attrs, at) => UNSELECT(g, attrs, x.shape, at),
});

const UNSELECT: View<Position> = /* @__PURE__ */ view({
  name: 'unselect',
  map: (ix, { dim }) => without(ix, dim),
  where: (ix, attrs, _from, to, [at]) => e.eq(ix[attrs.dim], bounded('select', at, to[attrs.dim], attrs)),
  grad: (g, x, attrs, at) => SELECT(g, attrs, x.shape, at),
});

const SELECT_SCATTER: Overlay<Position> = /* @__PURE__ */ overlay({
  name: 'selectScatter',
  map: (ix, { dim }) => without(ix, dim),
  where: (ix, attrs, _from, to, [at]) => e.eq(ix[attrs.dim], bounded('selectScatter', at, to[attrs.dim], attrs)),
  read: (y, attrs, shape, at) => SELECT(y, attrs, shape, at),
});

const NARROW: View<Position> = /* @__PURE__ */ view({
  name: 'narrow',
  map: (ix, attrs, from, to, [at]) => {
    const starts = from[attrs.dim] - to[attrs.dim] + 1;
    return replaced(ix, attrs.dim, e.add(ix[attrs.dim], bounded('narrow', at, starts, attrs)));
  },
  grad: (g, x, attrs, at) => WIDEN(g, attrs, x.shape, at),
});

const WIDEN: View<Position> = /* @__PURE__ */ view({
  name: 'widen',
  map: (ix, attrs, from, to, [at]) => replaced(ix, attrs.dim, e.sub(ix[attrs.dim], startOf(attrs, from, to, at))),
  where: (ix, attrs, from, to, [at]) => {
    const position = e.sub(ix[attrs.dim], startOf(attrs, from, to, at));
    return e.and(e.ge(position, 0), e.lt(position, from[attrs.dim]));
  },
  grad: (g, x, attrs, at) => NARROW(g, attrs, x.shape, at),
});

const startOf = (attrs: Position, from: Shape, to: Shape, at: Expr): Expr =>
  bounded('narrow', at, to[attrs.dim] - from[attrs.dim] + 1, attrs);

/** A position as a 0-d tensor: a number within `count` positions, counted from the end when negative, or a tensor. */
function positionOf(op: string, x: Tensor, name: string, index: number | Tensor, count: number, size: number): { at: Tensor; checked: boolean } {
  if (isTensor(index)) {
    if (!isInteger(index.dtype) || index.ndim !== 0) {
      throw new ArgumentError(`${op}: ${name} must be an integer or a 0-d tensor of integers, got ${describe(index)}.`);
    }
    return { at: index, checked: true };
  }
  requireInteger(op, name, index);
  const i = index < 0 ? index + size : index;
  if (i < 0 || i >= count) {
    throw new IndexError(`${op}: ${name} ${index} is out of range for dimension of size ${size}, expected ${-size} to ${count - 1}.`);
  }
  return { at: x.like(numberNode(i, 'int32', x.device)), checked: false };
}

/** The dimension that `select` drops and the position on it. */
function selection(op: string, x: Tensor, dim: number, index: number | Tensor): { attrs: Position; shape: number[]; at: Tensor[] } {
  requireTensor(op, x);
  if (x.ndim === 0) throw new IndexError(`${op}: a 0-d tensor has no dimension to select from.`);
  const d = normalizeDim(op, dim, x.ndim);
  const { at, checked } = positionOf(op, x, 'index', index, x.shape[d], x.shape[d]);
  return { attrs: { dim: d, checked }, shape: without(x.shape, d), at: [at] };
}

/**
 * The part of `x` at `index` along `dim`, which the result lacks. Another index compiles nothing.
 *
 * @param index an integer, counted from the end when negative, or a 0-d tensor of one.
 * @throws IndexError when the index is out of range.
 * @example
 * select(tensor([[1, 2], [3, 4]]), 0, -1);      // [3, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.select.html
 */
export const select = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number, index: number | Tensor): Tensor => {
    const { attrs, shape, at } = selection('select', x, dim, index);
    return SELECT(x, attrs, shape, at);
  },
  { name: 'select', samples: [{ tensors: [{ shape: [2, 3] }], rest: [1, 2] }], differentiable: true },
);

/**
 * `x` with `src` in place of what `select(x, dim, index)` gives.
 *
 * @throws ShapeError when `src` has not that shape, IndexError when the index is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.select_scatter.html
 */
export function selectScatter(x: Tensor, src: Tensor, dim: number, index: number | Tensor): Tensor {
  const { attrs, shape, at } = selection('selectScatter', x, dim, index);
  requireShape('selectScatter', src, shape);
  return SELECT_SCATTER(x, matchType(src, x), attrs, at);
}

/**
 * `length` elements of `x` along `dim`, from `start` on. Another start compiles nothing.
 *
 * @param start an integer, counted from the end when negative, or a 0-d tensor of one.
 * @throws IndexError when the elements do not lie within the dimension.
 * @example
 * const batch = narrow(images, 0, 32, 32);      // the second 32
 * @see https://pytorch.org/docs/stable/generated/torch.narrow.html
 */
export const narrow = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number, start: number | Tensor, length: number): Tensor => {
    const op = 'narrow';
    requireTensor(op, x);
    if (x.ndim === 0) throw new IndexError(`${op}: a 0-d tensor cannot be narrowed.`);
    const d = normalizeDim(op, dim, x.ndim);
    const n = x.shape[d];
    requireInteger(op, 'length', length, 0);
    if (length > n) throw new IndexError(`${op}: length ${length} is more than the ${n} elements of dimension ${dim}.`);
    const { at, checked } = positionOf(op, x, 'start', start, n - length + 1, n);
    return NARROW(x, { dim: d, checked }, replaced(x.shape, d, length), [at]);
  },
  { name: 'narrow', samples: [{ tensors: [{ shape: [2, 5] }], rest: [1, 1, 3] }], differentiable: true },
);

/** As `narrow`. */
export const narrowCopy = narrow;

// ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export function requireShape(op: string, src: Tensor, shape: Shape): void {
  requireTensor(op, src, 'src');
  if (src.shape.length !== shape.length || src.shape.some((n, d) => n !== shape[d])) {
    throw new ShapeError(`${op}: src has shape ${shapeText(src.shape)}, expected ${shapeText(shape)}.`);
  }
}

/** What is written takes the dtype of what it is written into. */
export const matchType = (src: Tensor, x: Tensor): Tensor => (src.dtype === x.dtype ? src : src.to(x.dtype));
