/**
 * Masks: tensors of truth values that say where.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.masked_select.html
 */
import {
  ArgumentError,
  broadcastShapes,
  cast,
  constantNode,
  describe,
  fromHost,
  readHost,
  requireTensor,
  type Tensor,
} from '@sconce/core';
import { sub } from '../elementwise/arithmetic.js';
import { clampMin } from '../elementwise/clamp.js';
import { where } from '../elementwise/where.js';
import { requireMask } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { scanOp } from '../families/scan.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { pick } from './along.js';
import { requireSameType } from './locate.js';
import { valueLike } from './value.js';

/**
 * `value` where the mask holds, `x` elsewhere; both broadcast. Another value compiles nothing.
 *
 * @param mask bool.
 * @param value a number, or a 0-d tensor.
 * @throws DTypeError when the mask is not bool or the dtype of `x` cannot hold the value; ShapeError for shapes that do not
 *   broadcast.
 * @example
 * maskedFill(tensor([[1, 2], [3, 4]]), triu(ones(2, 2), 1).to('bool'), 0);      // [[1, 0], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html
 */
export const maskedFill = /* @__PURE__ */ describeOp(
  (x: Tensor, mask: Tensor, value: number | boolean | Tensor): Tensor => {
    const op = 'maskedFill';
    requireTensor(op, x);
    requireMask(op, mask);
    const filling = valueLike(op, x, value);
    if (filling.ndim !== 0) throw new ArgumentError(`${op}: value must be a number or a 0-d tensor, got ${describe(value)}.`);
    return where(mask, filling, x);
  },
  { name: 'maskedFill', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3], dtype: 'bool' }], rest: [1.5] }], differentiable: true },
);

const COUNT = /* @__PURE__ */ scanOp('countMasked', 'sum');

/**
 * `x` with the elements where the mask holds replaced by those of `source`, in order.
 *
 * @param mask bool, of a shape that broadcasts with that of `x`.
 * @param source of the dtype of `x`, with at least as many elements as the mask holds.
 * @throws DTypeError at once; IndexError on reading when `source` has too few elements.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.masked_scatter_.html
 */
export function maskedScatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  const op = 'maskedScatter';
  requireTensor(op, x);
  requireMask(op, mask);
  requireTensor(op, source, 'source');
  requireSameType(op, source, x, 'source');
  const shape = broadcastShapes(op, x.shape, mask.shape);
  const flatMask = reshape(broadcasted(mask, shape), [-1]);
  const order = clampMin(sub(COUNT(flatMask, { dim: 0 }, 'int32'), 1), 0);
  // Without a source, the elements that are not masked have nothing to read: they read a 0, and masked ones are out of range.
  const [values, positions] = source.numel() === 0 ? [x.like(constantNode(0, x.dtype, x.device)), cast(flatMask, 'int32')] : [source, order];
  const picked = pick(reshape(values, [-1]), 0, positions, { op, fromEnd: false });
  return where(broadcasted(mask, shape), reshape(picked, shape), x);
}

/** Positions of what is not 0. */
export function positionsOf(values: ArrayLike<number>): Int32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += Number(values[i] !== 0);
  const found = new Int32Array(count);
  // Each is written, and stays where it is to stay: a branch would be guessed wrong half of the time.
  for (let i = 0, at = 0; at < count; i++) {
    found[at] = i;
    at += Number(values[i] !== 0);
  }
  return found;
}

/**
 * The elements of `x` where the mask holds, in one dimension. How many there are depends on values, so the mask is read.
 *
 * @param mask bool, of a shape that broadcasts with that of `x`.
 * @throws DTypeError when the mask is not bool; ShapeError for shapes that do not broadcast.
 * @example
 * await maskedSelect(tensor([1, -2, 3]), tensor([true, false, true]));      // [1, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.masked_select.html
 */
export function maskedSelect(x: Tensor, mask: Tensor): Promise<Tensor> {
  const op = 'maskedSelect';
  requireTensor(op, x);
  requireMask(op, mask);
  const shape = broadcastShapes(op, x.shape, mask.shape);
  const flat = reshape(broadcasted(x, shape), [-1]);
  return readHost(broadcasted(mask, shape).node).then((host) => {
    const positions = positionsOf(host as Uint8Array);
    return pick(flat, 0, fromHost(positions, [positions.length], 'int32', { device: x.device }), { op, fromEnd: false });
  });
}
