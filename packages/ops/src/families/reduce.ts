/**
 * The reduce family: elements along some dimensions are joined into one.
 */
import {
  broadcastShapes,
  computeType,
  constant,
  defineOp,
  isArg,
  normalizeDims,
  record,
  requireTensor,
  sameShape,
  ShapeError,
  shapeText,
  sizeOf,
  type Attrs,
  type Combine,
  type ComputeType,
  type DType,
  type Expr,
  type Grad,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';

export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. */
  readonly keepdim?: boolean;
  /** Cast the input to this dtype first, and give the result in it. */
  readonly dtype?: DType;
}

/** The structural part of a reduction. */
export interface ReduceAttrs extends Attrs {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** The shape that is left of `shape`. */
export const reducedShape = (shape: Shape, dims: readonly number[], keepdim: boolean): number[] =>
  keepdim ? shape.map((n, d) => (dims.includes(d) ? 1 : n)) : shape.filter((_, d) => !dims.includes(d));

/** The input's index: kept dimensions from the result's index, reduced ones from `r`. */
export function inputIndex(ix: readonly Expr[], r: readonly Expr[], rank: number, { dims, keepdim }: ReduceAttrs): Expr[] {
  let kept = 0;
  let reduced = 0;
  return Array.from({ length: rank }, (_, d) => {
    if (!dims.includes(d)) return ix[keepdim ? d : kept++];
    return r[reduced++];
  });
}

/** What a reduction does to an element before it is joined; the result has the type `compute`. */
export type Prepare = (x: Expr, compute: ComputeType, attrs: ReduceAttrs) => Expr;
/** What it does to the join of `count` elements. */
export type Finish = (joined: Expr, count: number, attrs: ReduceAttrs) => Expr;
/** A reduction over dimensions that the caller has checked. */
export type ReduceOp = (x: Tensor, attrs: ReduceAttrs, dtype: DType) => Tensor;

/** Defines a reduction. */
export function reduceOp(
  name: string,
  combine: Combine,
  grad?: Grad,
  prepare: Prepare = (x, compute) => e.cast(x, compute),
  finish: Finish = (joined) => joined,
): ReduceOp {
  const isPosition = isArg(combine);
  const op = defineOp({
    name,
    form: 'reduce',
    lower: (ix, [x], { attrs, dtype }) => {
      const a = attrs as ReduceAttrs;
      const extents = a.dims.map((d) => x.shape[d]);
      const compute = computeType(dtype);
      const joined = e.reduce(combine, extents, (r) => {
        const element = x(inputIndex(ix, r, x.shape.length, a));
        return isPosition ? element : prepare(element, compute, a);
      });
      return isPosition ? e.cast(joined, compute) : finish(joined, sizeOf(extents), a);
    },
    grad,
  });
  return (x, attrs, dtype) => {
    requireTensor(name, x);
    return record(op, [x], attrs, reducedShape(x.shape, attrs.dims, attrs.keepdim), dtype);
  };
}

/** Checked dimensions and keepdim as attributes. */
export const reduceAttrs = (op: string, x: Tensor, dim: number | readonly number[] | null | undefined, keepdim = false): ReduceAttrs => ({
  dims: normalizeDims(op, dim, x.ndim),
  keepdim,
});

// ── the sum that gradients of broadcasts need ────────────────────────────────────────────────────────────────────────

const SPREAD = defineOp({
  name: 'spread',
  form: 'element',
  lower: (ix, [g], { attrs }) => {
    const { dims, keepdim } = attrs as ReduceAttrs;
    return g(keepdim ? ix.map((x, d) => (dims.includes(d) ? constant(0, 'int32') : x)) : ix.filter((_, d) => !dims.includes(d)));
  },
  grad: (g, { attrs }) => [sumOver(g, attrs as ReduceAttrs, g.dtype)],
});

/** A reduced tensor repeated along the reduced dimensions: the gradient of a sum. */
export const spread = (g: Tensor, shape: Shape, { dims, keepdim }: ReduceAttrs): Tensor =>
  record(SPREAD, [g], { dims, keepdim }, shape, g.dtype);

/** The sum over `dims`, whose gradient is `spread`. */
export const sumOver = /* @__PURE__ */ reduceOp('sum', 'sum', (g, { inputs: [x], attrs }) => {
  const wide = spread(g, x.shape, attrs as ReduceAttrs);
  return [wide];
});

/** Sums `g` over what broadcasting from `shape` added: the gradient of a broadcast. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  if (!sameShape(broadcastShapes('sumTo', g.shape, shape), g.shape)) {
    throw new ShapeError(`sumTo: ${shapeText(g.shape)} is no broadcast of ${shapeText(shape)}.`);
  }
  const shift = g.ndim - shape.length;
  const leading: number[] = [];
  const rest: number[] = [];
  for (let d = 0; d < g.ndim; d++) {
    if (d < shift) leading.push(d);
    else if (shape[d - shift] !== g.shape[d]) rest.push(d - shift);
  }
  const inner = leading.length === 0 ? g : sumOver(g, { dims: leading, keepdim: false }, g.dtype);
  return rest.length === 0 ? inner : sumOver(inner, { dims: rest, keepdim: true }, g.dtype);
}
