/**
 * Windowed views: what a kernel slides over, as dimensions of their own. Convolution is a windowed view and a `contract`,
 * pooling one and a reduction.
 *
 *   windows(x, { dims: [2, 3], kernel: [3, 3] })       [N, C, H, W] → [N, C, H−2, W−2, 3, 3]
 *
 * Along a windowed dimension the result at output o and kernel position k is x at
 *   (o·stride + k·dilation − low) / spread
 * and `fill` where that is outside x or no integer. `spread` puts spread − 1 gaps between neighbours of x: the gradient of
 * a strided convolution is a convolution over spread windows.
 *
 * Invariant: the gradient gathers. Every element of x sums the windows that it is in, in a fixed order; when windows do not
 * overlap, that is one element, and no sum.
 *
 * Reference: XLA's `ConvGeneralDilated`, whose window dilation and base dilation are `dilation` and `spread` here.
 */
import {
  computeType,
  defineOp,
  normalizeDim,
  record,
  requireTensor,
  sameShape,
  ShapeError,
  shapeText,
  type Attrs,
  type Expr,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { perDimension, requireInteger } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { view, type View } from '../families/view.js';
import { reshape } from './shape.js';

export interface WindowOptions {
  /** The dimensions that windows slide over. */
  readonly dims: readonly number[];
  /** Sizes of a window; one number or one for each of `dims`, as all that follow. */
  readonly kernel: number | readonly number[];
  /** Steps between windows. Default 1. */
  readonly stride?: number | readonly number[];
  /** Steps between the elements of a window. Default 1. */
  readonly dilation?: number | readonly number[];
  /** What is added on both sides, or for each dimension `[before, after]`. May be negative, which cuts off. Default 0. */
  readonly padding?: number | readonly (number | readonly [number, number])[];
  /** Distance at which neighbours of x are laid out. Default 1. */
  readonly spread?: number | readonly number[];
  /** The value of padding and gaps. Default 0. */
  readonly fill?: number;
}

interface WindowAttrs extends Attrs {
  readonly dims: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly low: readonly number[];
  readonly spread: readonly number[];
  readonly fill: number;
}

/** Where window o, position k lies along windowed dimension j, in the laid out x. */
const positionIn = (o: Expr, k: Expr, j: number, { stride, dilation, low }: WindowAttrs): Expr =>
  e.sub(e.add(e.mul(o, stride[j]), e.mul(k, dilation[j])), low[j]);

const all = (conditions: readonly Expr[]): Expr => conditions.reduce((a, b) => e.and(a, b), e.const(true, 'bool'));

const WINDOWS: View<WindowAttrs> = /* @__PURE__ */ view({
  name: 'windows',
  map: (ix, attrs, from) => {
    const source = ix.slice(0, from.length);
    attrs.dims.forEach((d, j) => {
      const position = positionIn(ix[d], ix[from.length + j], j, attrs);
      source[d] = attrs.spread[j] === 1 ? position : e.quot(position, attrs.spread[j]);
    });
    return source;
  },
  where: (ix, attrs, from) =>
    all(
      attrs.dims.flatMap((d, j) => {
        const position = positionIn(ix[d], ix[from.length + j], j, attrs);
        const inside = [e.ge(position, 0), e.lt(position, laidOut(from[d], attrs.spread[j]))];
        return attrs.spread[j] === 1 ? inside : [...inside, e.eq(e.rem(position, attrs.spread[j]), 0)];
      }),
    ),
  fill: ({ fill }) => fill,
  grad: (g, x, attrs) => record(FOLD, [g], attrs, x.shape, g.dtype),
});

/** One of the windows that an element is in: its number, the place in it, and when there is such a window. */
interface Membership {
  readonly window: Expr;
  readonly place: Expr;
  readonly conditions: readonly Expr[];
}

/** How many places an element can have in windows along dimension j. */
const memberships = (j: number, { kernel, stride, dilation }: WindowAttrs): number =>
  dilation[j] === 1 ? Math.ceil(kernel[j] / stride[j]) : kernel[j];

/** The t-th window that holds the element at `position` along dimension j, of `count` windows. */
function membership(position: Expr, t: Expr, j: number, count: number, { kernel, stride, dilation }: WindowAttrs): Membership {
  const s = stride[j];
  if (dilation[j] === 1) {
    // The last window to start at or before the element, and those before it.
    const window = e.sub(s === 1 ? position : e.quot(position, s), t);
    const place = s === 1 ? t : e.add(e.rem(position, s), e.mul(t, s));
    return { window, place, conditions: [e.ge(window, 0), e.lt(window, count), e.ge(place, 0), e.lt(place, kernel[j])] };
  }
  const start = e.sub(position, e.mul(t, dilation[j]));
  const within = [e.ge(start, 0), e.lt(start, count * s)];
  return { window: e.quot(start, s), place: t, conditions: s === 1 ? within : [...within, e.eq(e.rem(start, s), 0)] };
}

/** Adds windows up where they came from: the gradient of `windows`. */
const FOLD = /* @__PURE__ */ defineOp({
  name: 'foldWindows',
  form: 'reduce',
  lower: (ix, [g], node) => {
    const attrs = node.attrs as WindowAttrs;
    const { dims, spread, low } = attrs;
    const term = (t: readonly Expr[]): Expr => {
      const found = dims.map((d, j) => membership(e.add(e.mul(ix[d], spread[j]), low[j]), t[j], j, g.shape[d], attrs));
      const outer = [...ix];
      dims.forEach((d, j) => (outer[d] = found[j].window));
      const element = e.cast(g([...outer, ...found.map((m) => m.place)]), computeType(node.dtype));
      return e.select(all(found.flatMap((m) => m.conditions)), element, 0);
    };
    const counts = dims.map((_, j) => memberships(j, attrs));
    return counts.every((n) => n === 1) ? term(counts.map(() => e.const(0, 'int32'))) : e.reduce('sum', counts, term);
  },
  grad: (g, { inputs: [w], attrs }) => [WINDOWS(g, { ...attrs, fill: 0 } as WindowAttrs, w.shape)],
});

/** Length of n elements laid out at a distance. */
const laidOut = (n: number, spread: number): number => (n === 0 ? 0 : (n - 1) * spread + 1);

function paddingOf(op: string, padding: WindowOptions['padding'], count: number): [number, number][] {
  const list = typeof padding === 'number' || padding === undefined ? new Array<number>(count).fill(padding ?? 0) : padding;
  const ends = list.map((p) => (typeof p === 'number' ? [p, p] : p).map((n) => requireInteger(op, 'padding', n)));
  perDimension(op, 'padding', ends.map(([low]) => low), count, -Infinity);
  return ends as [number, number][];
}

/** How many windows there are along each dimension; ShapeError when there is none for a dimension with room for padding. */
function windowCounts(op: string, shape: Shape, attrs: WindowAttrs, high: readonly number[]): number[] {
  return attrs.dims.map((d, j) => {
    const room = laidOut(shape[d], attrs.spread[j]) + attrs.low[j] + high[j];
    const extent = attrs.dilation[j] * (attrs.kernel[j] - 1) + 1;
    if (room < extent) {
      throw new ShapeError(
        `${op}: a window of ${extent} (kernel ${attrs.kernel[j]}, dilation ${attrs.dilation[j]}) does not fit dimension ${d} of ${shapeText(shape)}, which has ${room} with padding.`,
      );
    }
    return Math.floor((room - extent) / attrs.stride[j]) + 1;
  });
}

/** The options, checked for a tensor of this shape, and the shape of its windows. */
function windowAttrs(op: string, shape: Shape, options: WindowOptions): { attrs: WindowAttrs; windowed: number[] } {
  const { stride = 1, dilation = 1, spread = 1, fill = 0 } = options;
  const dims = options.dims.map((d) => normalizeDim(op, d, shape.length));
  const count = dims.length;
  const padding = paddingOf(op, options.padding, count);
  const attrs: WindowAttrs = {
    dims,
    kernel: perDimension(op, 'kernel', options.kernel, count, 1),
    stride: perDimension(op, 'stride', stride, count, 1),
    dilation: perDimension(op, 'dilation', dilation, count, 1),
    low: padding.map(([low]) => low),
    spread: perDimension(op, 'spread', spread, count, 1),
    fill,
  };
  const windowed = [...shape, ...attrs.kernel];
  const counts = windowCounts(op, shape, attrs, padding.map(([, high]) => high));
  dims.forEach((d, j) => (windowed[d] = counts[j]));
  return { attrs, windowed };
}

/**
 * The windows of `x`: its shape with the number of windows in place of each of `dims`, and the kernel's sizes at the end.
 *
 * @throws ShapeError when a window is larger than its dimension with padding.
 * @example
 * const patches = windows(images, { dims: [2, 3], kernel: 3, padding: 1 });     // [N, C, H, W, 3, 3]
 * const pooled = amax(windows(images, { dims: [2, 3], kernel: 2, stride: 2, fill: -Infinity }), [-2, -1]);
 */
export function windows(x: Tensor, options: WindowOptions): Tensor {
  requireTensor('windows', x);
  const { attrs, windowed } = windowAttrs('windows', x.shape, options);
  return WINDOWS(x, attrs, windowed);
}

/**
 * Windows added up where they came from, in a tensor of this shape: the transpose of `windows`.
 *
 * @param w the shape that `windows` gives for `shape`
 * @throws ShapeError when `w` has another shape.
 */
export function foldWindows(w: Tensor, shape: Shape, options: WindowOptions): Tensor {
  requireTensor('foldWindows', w);
  const { attrs, windowed } = windowAttrs('foldWindows', shape, options);
  if (!sameShape(w.shape, windowed)) {
    throw new ShapeError(`foldWindows: got windows of shape ${shapeText(w.shape)}, expected ${shapeText(windowed)} for ${shapeText(shape)}.`);
  }
  return record(FOLD, [w], attrs, shape, w.dtype);
}

/**
 * Slices of length `size`, `step` apart, along a dimension; they become the last dimension.
 *
 * @throws ArgumentError when `size` is larger than the dimension.
 * @example
 * unfold(tensor([1, 2, 3, 4]), 0, 2, 1);      // [[1, 2], [2, 3], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
 */
export const unfold = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number, size: number, step: number): Tensor => {
    const op = 'unfold';
    requireTensor(op, x);
    const d = normalizeDim(op, dim, x.ndim);
    requireInteger(op, 'size', size, 0);
    requireInteger(op, 'step', step, 1);
    if (size > (x.shape[d] ?? 1)) {
      throw new ShapeError(`${op}: size ${size} is larger than dimension ${dim} of ${shapeText(x.shape)}.`);
    }
    if (x.ndim === 0) return reshape(x, [size]);
    return windows(x, { dims: [d], kernel: size, stride: step });
  },
  { name: 'unfold', samples: [{ tensors: [{ shape: [2, 7] }], rest: [1, 3, 2] }], differentiable: true },
);
