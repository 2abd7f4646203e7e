/**
 * Picking: the one element of each row along a dimension that another tensor points at.
 *
 * Invariant: positions come from ops that found them in the same rows, so they need no check.
 */
import { alias, constant, defineOp, record, type Attrs, type Expr, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';

interface PickAttrs extends Attrs {
  readonly dim: number;
  readonly keepdim: boolean;
}

const PICK = /* @__PURE__ */ defineOp({
  name: 'pick',
  form: 'element',
  lower: (ix, [x, positions], { attrs }) => {
    const { dim, keepdim } = attrs as PickAttrs;
    const at = e.cast(positions(ix), 'int32');
    return x([...ix.slice(0, dim), at, ...ix.slice(keepdim ? dim + 1 : dim)]);
  },
  grad: (g, { inputs: [x, positions], attrs }) => [place(g, positions, attrs as PickAttrs, x.shape)],
});

const PLACE = /* @__PURE__ */ defineOp({
  name: 'place',
  form: 'element',
  lower: (ix, [g, positions], { attrs }) => {
    const { dim, keepdim } = attrs as PickAttrs;
    const row: Expr[] = keepdim ? ix.map((x, d) => (d === dim ? constant(0, 'int32') : x)) : ix.filter((_, d) => d !== dim);
    const value = g(row);
    return e.select(e.eq(ix[dim], e.cast(positions(row), 'int32')), value, constant(0, value.dtype));
  },
  grad: (g, { inputs: [, positions], attrs }) => {
    const { dim, keepdim } = attrs as PickAttrs;
    return [pick(g, positions, dim, keepdim)];
  },
});

/** Zeros but for `g` at the positions picked: the gradient of `pick`. */
const place = (g: Tensor, positions: Tensor, attrs: PickAttrs, shape: Shape): Tensor =>
  record(PLACE, [g, positions], attrs, shape, g.dtype);

/** x[…, positions, …]: of each row along `dim`, the element at the row's position. `positions` has the result's shape. */
export const pick = (x: Tensor, positions: Tensor, dim: number, keepdim: boolean): Tensor =>
  x.ndim === 0 ? alias(x) : record(PICK, [x, positions], { dim, keepdim } satisfies PickAttrs, positions.shape, x.dtype);
