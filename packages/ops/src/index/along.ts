/**
 * The two primitives of indexing along one dimension, each the other's gradient:
 *
 *   pick      out[…, i, …] = x[…, index[…, i, …], …]
 *   put       out = x, then for every point of `index`, in order: out[…, index[…, i, …], …] ⊕= src[…, i, …]
 *
 * Invariant: points are put in row-major order of the index, so the result is the same on every run; where several name
 * one element, the last one is set.
 *
 * Reference: PyTorch's gather and scatter_reduce, and their formulas in derivatives.yaml.
 */
import {
  axisRef,
  cast,
  computeType,
  constantLike,
  defineOp,
  freshAxis,
  isFloat,
  record,
  type Attrs,
  type GradContext,
  type Scatter,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { logicalAnd } from '../elementwise/logic.js';
import { mul } from '../elementwise/arithmetic.js';
import { eq } from '../elementwise/comparison.js';
import { div } from '../elementwise/division.js';
import { where } from '../elementwise/where.js';
import { locate, type Indexing } from '../families/locate.js';
import { replaced } from '../view/slice.js';

/** How a value joins what is there. */
export type Join = Scatter['scatter'];

interface PickAttrs extends Attrs, Indexing {
  readonly dim: number;
}

interface PutAttrs extends PickAttrs {
  readonly join: Join;
}

const GATHER = /* @__PURE__ */ defineOp({
  name: 'gather',
  form: 'element',
  lower: (ix, [x, index], { attrs }) => {
    const a = attrs as PickAttrs;
    return x(replaced(ix, a.dim, locate(index(ix), x.shape[a.dim], a)));
  },
  grad: (g, { inputs: [x, index], attrs }) => {
    const { dim, op, fromEnd } = attrs as PickAttrs;
    return [put('sum', constantLike(x, 0), dim, index, g, { op, fromEnd })];
  },
});

/** The elements of `x` that `index`, of the same rank, names along `dim`. */
export const pick = (x: Tensor, dim: number, index: Tensor, { op, fromEnd }: Indexing): Tensor =>
  record(GATHER, [x, index], { dim, op, fromEnd } satisfies PickAttrs, index.shape, x.dtype);

const SCATTER = /* @__PURE__ */ defineOp({
  name: 'scatter',
  form: 'scatter',
  lower: (ix, [x, index, src], { attrs, dtype }) => {
    const a = attrs as PutAttrs;
    const axes = index.shape.map((n, d) => freshAxis(n, `s${d}`));
    const at = axes.map((axis) => (axis.extent === 1 ? e.const(0, 'int32') : axisRef(axis)));
    const target = replaced(at, a.dim, locate(index(at), x.shape[a.dim], a));
    return { scatter: a.join, base: x(ix), axes, target, value: e.cast(src(at), computeType(dtype)) };
  },
  grad: (g, context) => GRADS[(context.attrs as PutAttrs).join](g, context),
});

/** Puts `src`, of the index's shape, into `x` along `dim`. Halves are joined as float32. */
export function put(join: Join, x: Tensor, dim: number, index: Tensor, src: Tensor, { op, fromEnd }: Indexing): Tensor {
  if (isFloat(x.dtype) && computeType(x.dtype) !== x.dtype) {
    return cast(put(join, cast(x, 'float32'), dim, index, cast(src, 'float32'), { op, fromEnd }), x.dtype);
  }
  return record(SCATTER, [x, index, src], { dim, join, op, fromEnd } satisfies PutAttrs, x.shape, x.dtype);
}

// ── gradients of put ─────────────────────────────────────────────────────────────────────────────────────────────────

type PutGrad = (g: Tensor, context: GradContext) => readonly (Tensor | null)[];

/** `pick` and `put` with the index of a node. */
const along = ({ inputs: [, index], attrs }: GradContext) => {
  const { dim, op, fromEnd } = attrs as PutAttrs;
  return {
    picked: (x: Tensor): Tensor => pick(x, dim, index, { op, fromEnd }),
    putInto: (join: Join, x: Tensor, src: Tensor): Tensor => put(join, x, dim, index, src, { op, fromEnd }),
  };
};

const setGrad: PutGrad = (g, context) => {
  const { picked, putInto } = along(context);
  const [, , src] = context.inputs;
  return [context.needs[0] ? putInto('set', g, constantLike(src, 0)) : null, null, context.needs[2] ? picked(g) : null];
};

const sumGrad: PutGrad = (g, context) => [g, null, context.needs[2] ? along(context).picked(g) : null];

/** Each factor gets the product of the others: the whole divided by it, and where it is 0, the product without it. */
const prodGrad: PutGrad = (g, context) => {
  const { inputs: [x, , src], output, needs } = context;
  const { picked, putInto } = along(context);
  const without0 = where(eq(x, 0), 1, x);
  const srcIs0 = eq(src, 0);
  const zeros = picked(putInto('sum', constantLike(x, 0), cast(srcIs0, x.dtype)));
  const only0 = logicalAnd(srcIs0, eq(zeros, 1));
  const others = putInto('prod', x, where(only0, 1, src));
  return [
    needs[0] ? div(mul(g, putInto('prod', without0, src)), without0) : null,
    null,
    needs[2] ? where(only0, picked(mul(g, others)), div(picked(mul(g, output)), where(srcIs0, 1, src))) : null,
  ];
};

/** All that attain the extreme share its gradient. */
const extremeGrad: PutGrad = (g, context) => {
  const { inputs: [x, , src], output, needs } = context;
  const { picked, putInto } = along(context);
  const isX = cast(eq(x, output), x.dtype);
  const isSrc = cast(eq(src, picked(output)), x.dtype);
  const share = div(g, putInto('sum', isX, isSrc));
  return [needs[0] ? mul(isX, share) : null, null, needs[2] ? mul(isSrc, picked(share)) : null];
};

const GRADS: Readonly<Record<Join, PutGrad>> = { set: setGrad, sum: sumGrad, prod: prodGrad, max: extremeGrad, min: extremeGrad };
