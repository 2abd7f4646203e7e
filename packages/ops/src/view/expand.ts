/**
 * Views that repeat elements: broadcasting, tiling, and grids made of rows.
 *
 * Invariant: the gradient sums over what was repeated.
 */
import {
  ArgumentError,
  broadcastShapes as commonShape,
  NO_ATTRS,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { integersOf, requireSizes, tensorsOf, type Integers } from '../families/arguments.js';
import { sumTo } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { view, type View } from '../families/view.js';
import { reshape } from './shape.js';

const EXPAND: View<Attrs> = /* @__PURE__ */ view({
  name: 'expand',
  map: (ix, _attrs, from) => from.map((n, d) => (n === 1 ? e.const(0, 'int32') : ix[ix.length - from.length + d])),
  grad: (g, x) => sumTo(g, x.shape),
});

/** `x` broadcast to a shape that it is known to broadcast to. */
export const broadcasted = (x: Tensor, shape: Shape): Tensor => EXPAND(x, NO_ATTRS, shape);

/**
 * Repeats dimensions of size 1 up to the given sizes; −1 keeps a size, and new dimensions come first.
 *
 * @throws ShapeError when another size would have to change.
 * @example
 * expand(tensor([[1], [2]]), [2, 3]);      // [[1, 1, 1], [2, 2, 2]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.expand.html
 */
export const expand = /* @__PURE__ */ describeOp(
  (x: Tensor, ...size: Integers): Tensor => {
    requireTensor('expand', x);
    const sizes = integersOf('expand', 'size', size);
    const fresh = sizes.length - x.ndim;
    const shape = sizes.map((n, d) => (n === -1 && d >= fresh ? x.shape[d - fresh] : n));
    const fits = fresh >= 0 && shape.every((n, d) => n >= 0 && (d < fresh || x.shape[d - fresh] === 1 || x.shape[d - fresh] === n));
    if (!fits) {
      throw new ShapeError(`expand: ${shapeText(x.shape)} cannot be expanded to ${shapeText(sizes)}: only sizes of 1 can be repeated.`);
    }
    return broadcasted(x, shape);
  },
  { name: 'expand', samples: [{ tensors: [{ shape: [3, 1] }], rest: [[2, 3, 2]] }], differentiable: true },
);

/** As `expand`. */
export const broadcastTo = expand;

/**
 * `x` expanded to the shape of `other`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.expand_as.html
 */
export function expandAs(x: Tensor, other: Tensor): Tensor {
  requireTensor('expandAs', other, 'other');
  return expand(x, other.shape);
}

/**
 * All tensors broadcast to their common shape.
 *
 * @throws ShapeError when there is none.
 * @see https://pytorch.org/docs/stable/generated/torch.broadcast_tensors.html
 */
export function broadcastTensors(...tensors: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor[] {
  const list = tensorsOf('broadcastTensors', tensors);
  const shape = commonShape('broadcastTensors', ...list.map((x) => x.shape));
  return list.map((x) => broadcasted(x, shape));
}

/**
 * The shape that these shapes broadcast to; a number is a shape of one dimension.
 *
 * @throws ShapeError when there is none, or for a negative size.
 * @example
 * broadcastShapes([2], [3, 1]);      // [3, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.broadcast_shapes.html
 */
export const broadcastShapes = (...shapes: readonly (number | readonly number[])[]): Shape =>
  commonShape('broadcastShapes', ...shapes.map((shape) => requireSizes('broadcastShapes', [shape] as Integers)));

// ── tiling ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Each dimension d repeated as a whole `counts[d]` times; [m, n] becomes [r, m, s, n] and that [r·m, s·n]. */
function tiled(x: Tensor, counts: readonly number[]): Tensor {
  const rank = counts.length;
  const shape = [...new Array<number>(rank - x.ndim).fill(1), ...x.shape];
  const apart = reshape(x, shape.flatMap((n) => [1, n]));
  const wide = broadcasted(apart, shape.flatMap((n, d) => [counts[d], n]));
  return reshape(wide, shape.map((n, d) => n * counts[d]));
}

/**
 * Repeats the tensor as a whole, `sizes[d]` times along dimension d; new dimensions come first.
 *
 * @throws ArgumentError for fewer sizes than dimensions.
 * @example
 * repeat(tensor([1, 2]), [2, 2]);      // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.repeat.html
 */
export const repeat = /* @__PURE__ */ describeOp(
  (x: Tensor, ...sizes: Integers): Tensor => {
    requireTensor('repeat', x);
    const counts = requireSizes('repeat', sizes);
    if (counts.length < x.ndim) {
      throw new ArgumentError(`repeat: got ${counts.length} sizes for ${x.ndim} dimensions, expected at least as many.`);
    }
    return tiled(x, counts);
  },
  { name: 'repeat', samples: [{ tensors: [{ shape: [2, 3] }], rest: [[2, 2]] }], differentiable: true },
);

/**
 * As `repeat`, but missing sizes at the front count as 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.tile.html
 */
export function tile(x: Tensor, ...dims: Integers): Tensor {
  requireTensor('tile', x);
  const counts = requireSizes('tile', dims);
  return tiled(x, [...new Array<number>(Math.max(0, x.ndim - counts.length)).fill(1), ...counts]);
}
