/**
 * Indexing by several tensors at once: each names positions along one dimension, and together, broadcast to each other,
 * they name elements.
 *
 *   pickAt      out[b…, rest…] = x[i(b…), rest…, j(b…)]
 *   putAt       out = x, then for every point of the result's shape, in order: out[i(b…), rest…, j(b…)] ⊕= values[b…, rest…]
 *
 * Invariant: each is the other's gradient; points are put in row-major order, so the result is the same on every run.
 *
 * Reference: PyTorch's index and index_put, whose placement rule `at` carries.
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
  type Expr,
  type Reader,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { broadcastRead } from '../families/binary.js';
import { locate } from '../families/locate.js';

/** Which dimensions of x are indexed, and where the `rank` broadcast dimensions stand in the result. */
export interface Placement extends Attrs {
  readonly op: string;
  readonly dims: readonly number[];
  readonly at: number;
  readonly rank: number;
}

/** The index in x of a point of the result. */
function source(ix: readonly Expr[], shape: Shape, indices: readonly Reader[], { op, dims, at, rank }: Placement): Expr[] {
  const shared = ix.slice(at, at + rank);
  const rest = [...ix.slice(0, at), ...ix.slice(at + rank)];
  return shape.map((n, d) => {
    const k = dims.indexOf(d);
    return k < 0 ? rest.shift()! : locate(broadcastRead(indices[k], shared), n, { op, fromEnd: true });
  });
}

/** The shape of what `pickAt` gives, when the index tensors broadcast to `shared`. */
export function pickedShape(shape: Shape, shared: Shape, { dims, at }: Pick<Placement, 'dims' | 'at'>): number[] {
  const rest = shape.filter((_, d) => !dims.includes(d));
  return [...rest.slice(0, at), ...shared, ...rest.slice(at)];
}

const PICK_AT = /* @__PURE__ */ defineOp({
  name: 'index',
  form: 'element',
  lower: (ix, [x, ...indices], { attrs }) => x(source(ix, x.shape, indices, attrs as Placement)),
  grad: (g, { inputs: [x, ...indices], attrs }) => [putAt(constantLike(x, 0), indices, g, attrs as Placement, true)],
});

/** The elements of `x` that the index tensors name, in the given shape. */
export const pickAt = (x: Tensor, indices: readonly Tensor[], placement: Placement, shape: Shape): Tensor =>
  record(PICK_AT, [x, ...indices], placement, shape, x.dtype);

interface PutAttrs extends Placement {
  readonly accumulate: boolean;
}

const PUT_AT = /* @__PURE__ */ defineOp({
  name: 'indexPut',
  form: 'scatter',
  lower: (ix, [x, values, ...indices], { attrs, dtype }) => {
    const a = attrs as PutAttrs;
    const axes = values.shape.map((n, d) => freshAxis(n, `s${d}`));
    const point = axes.map((axis) => (axis.extent === 1 ? e.const(0, 'int32') : axisRef(axis)));
    const target = source(point, x.shape, indices, a);
    return {
      scatter: a.accumulate ? 'sum' : 'set',
      base: x(ix),
      axes,
      target,
      value: e.cast(values(point), computeType(dtype)),
    };
  },
  grad: (g, { inputs: [, values, ...indices], attrs, needs }) => {
    const { accumulate, ...placement } = attrs as PutAttrs;
    const kept = (): Tensor => (accumulate ? g : putAt(g, indices, constantLike(values, 0), placement, false));
    return [needs[0] ? kept() : null, needs[1] ? pickAt(g, indices, placement, values.shape) : null];
  },
});

/** `x` with these values, of the picked shape, put where the index tensors point. Halves are joined as float32. */
export function putAt(x: Tensor, indices: readonly Tensor[], values: Tensor, placement: Placement, accumulate: boolean): Tensor {
  if (isFloat(x.dtype) && computeType(x.dtype) !== x.dtype) {
    return cast(putAt(cast(x, 'float32'), indices, cast(values, 'float32'), placement, accumulate), x.dtype);
  }
  return record(PUT_AT, [x, values, ...indices], { ...placement, accumulate } satisfies PutAttrs, x.shape, x.dtype);
}
