/**
 * Parts of a tensor at positions known only at run time: the index of `select` and the start of `narrow` decide no shape,
 * so a loop over them compiles once.
 *
 * Invariant: `select` and `unselect`, `narrow` and `widen` are each other's gradients.
 *
 * Reference: XLA's DynamicSlice and DynamicUpdateSlice.
 */
import { ArgumentError, describe, IndexError, isInteger, isTensor, normalizeDim, numberNode, requireTensor, type Expr, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { locate } from '../families/locate.js';
import { describeOp } from '../families/sample.js';
import { overlay, view, type Overlay, type View } from '../families/view.js';
import { matchType, replaced, requireShape, slice, sliceBounds, sliceScatter, without } from './slice.js';

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

const NARROW_SCATTER: Overlay<Position> = /* @__PURE__ */ overlay({
  name: 'narrowScatter',
  map: (ix, attrs, from, to, [at]) => replaced(ix, attrs.dim, e.sub(ix[attrs.dim], startOf(attrs, from, to, at))),
  where: (ix, attrs, from, to, [at]) => {
    const position = e.sub(ix[attrs.dim], startOf(attrs, from, to, at));
    return e.and(e.ge(position, 0), e.lt(position, from[attrs.dim]));
  },
  read: (y, attrs, shape, at) => NARROW(y, attrs, shape, at),
});

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

// ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whether a slice is one of several of its length, as in a loop over batches, so that where it starts should compile
 * nothing: at most half of a dimension, of what gradients do not pass through. Bounds of other slices are structure.
 */
const isWindow = (x: Tensor, dim: number, length: number, step: number): boolean => step === 1 && length > 0 && 2 * length <= x.shape[dim] && !x.requiresGrad;

/** As `slice`, where a window may start anywhere. */
export function window(x: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor {
  const bounds = sliceBounds(x.shape[dim], start, end, step);
  return isWindow(x, dim, bounds.length, step) ? narrow(x, dim, bounds.start, bounds.length) : slice(x, dim, start, end, step);
}

/** As `sliceScatter`, where a window may start anywhere. */
export function windowScatter(x: Tensor, src: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor {
  const bounds = sliceBounds(x.shape[dim], start, end, step);
  if (!isWindow(x, dim, bounds.length, step) || src.requiresGrad) return sliceScatter(x, src, dim, start, end, step);
  requireShape('sliceScatter', src, replaced(x.shape, dim, bounds.length));
  return NARROW_SCATTER(x, matchType(src, x), { dim, checked: false }, [x.like(numberNode(bounds.start, 'int32', x.device))]);
}
