/**
 * Indexing by several tensors at once: each names positions along one dimension, and together, broadcast to each other,
 * they name elements.
 *
 *   pickAt      out[b…, rest…] = x[i(b…), rest…, j(b…)]
 *   putAt       out = x, then for every point of the result's shape, in order: out[i(b…), rest…, j(b…)] ⊕= values[b…, rest…]
 *
 * Many index tensors are first joined to one, which counts elements.
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
  sizeOf,
  type Attrs,
  type Expr,
  type Reader,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, mul } from '../elementwise/arithmetic.js';
import { broadcastRead } from '../families/binary.js';
import { locate } from '../families/locate.js';
import { permute } from '../view/permute.js';
import { reshape } from '../view/shape.js';

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

/** Index tensors that one kernel reads beside the tensor, the values and the result: a device may bind six buffers. */
const MOST_INDICES = 3;

const POSITION = /* @__PURE__ */ defineOp({
  name: 'position',
  form: 'element',
  lower: (ix, [index], { attrs }) => locate(index(ix), attrs['size'] as number, { op: attrs['op'] as string, fromEnd: true }),
});

/** `x` with the indexed dimensions in front and as one, the single index tensor that says the same there, and the way back. */
function joined(x: Tensor, indices: readonly Tensor[], { op, dims, at, rank }: Placement): { flat: Tensor; index: Tensor; placed: Placement; unflat: (y: Tensor) => Tensor } {
  const rest = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const order = [...dims, ...rest];
  const shape = order.map((d) => x.shape[d]);
  const index = indices
    .map((t, k) => record(POSITION, [t], { op, size: x.shape[dims[k]] }, t.shape, 'int32'))
    .reduce((all, position, k) => add(mul(all, x.shape[dims[k]]), position));
  return {
    flat: reshape(permute(x, order), [sizeOf(shape.slice(0, dims.length)), ...shape.slice(dims.length)]),
    index,
    placed: { op, dims: [0], at, rank },
    unflat: (y) => permute(reshape(y, shape), x.shape.map((_, d) => order.indexOf(d))),
  };
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
export function pickAt(x: Tensor, indices: readonly Tensor[], placement: Placement, shape: Shape): Tensor {
  if (indices.length > MOST_INDICES) {
    const { flat, index, placed } = joined(x, indices, placement);
    return pickAt(flat, [index], placed, shape);
  }
  return record(PICK_AT, [x, ...indices], placement, shape, x.dtype);
}

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
  if (indices.length > MOST_INDICES) {
    const { flat, index, placed, unflat } = joined(x, indices, placement);
    return unflat(putAt(flat, [index], values, placed, accumulate));
  }
  return record(PUT_AT, [x, values, ...indices], { ...placement, accumulate } satisfies PutAttrs, x.shape, x.dtype);
}
