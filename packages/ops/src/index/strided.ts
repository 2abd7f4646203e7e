/**
 * Elements by strides: an element at [i, j, …] is the one at offset + i · s₀ + j · s₁ + … of the flattened tensor.
 *
 * Invariant: strides are those of a contiguous tensor, which every tensor here counts as; nothing is outside of it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.as_strided.html
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, mul } from '../elementwise/index.js';
import { arange, full } from '../creation/index.js';
import { requireInteger, requireSizes } from '../families/index.js';
import { reshape } from '../view/index.js';
import { matchType, requireShape } from '../view/slice.js';
import { take } from './gather.js';
import { put } from './parts.js';

/** The positions in the flattened tensor of the elements by strides, in their shape. */
function positionsOf(op: string, x: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number): Tensor {
  requireTensor(op, x);
  const shape = requireSizes(op, size);
  const steps = requireSizes(op, stride);
  requireInteger(op, 'storageOffset', storageOffset, 0);
  if (steps.length !== shape.length) throw new ShapeError(`${op}: got ${steps.length} strides for the size ${shapeText(shape)}, expected as many.`);
  const empty = shape.includes(0);
  const last = storageOffset + shape.reduce((sum, n, d) => sum + (n - 1) * steps[d], 0);
  if (!empty && last >= x.numel()) {
    throw new ShapeError(`${op}: size ${shapeText(shape)} with strides ${shapeText(steps)} from ${storageOffset} reaches element ${last}, the input has ${x.numel()}.`);
  }
  const like = { dtype: 'int32', device: x.device } as const;
  return shape.reduce<Tensor>(
    (sum, n, d) => add(sum, mul(reshape(arange(n, like), shape.map((_, k) => (k === d ? n : 1))), steps[d])),
    full(shape, storageOffset, like),
  );
}

/**
 * A tensor of this size whose elements are `stride` apart in the flattened input; they may repeat.
 *
 * @param storageOffset where it begins. Default 0.
 * @throws ShapeError when the strides are not as many as the sizes, or lead out of the input.
 * @example
 * asStrided(tensor([0, 1, 2, 3, 4]), [3, 2], [1, 2]);      // [[0, 2], [1, 3], [2, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.as_strided.html
 */
export function asStrided(x: Tensor, size: readonly number[], stride: readonly number[], storageOffset = 0): Tensor {
  return take(x, positionsOf('asStrided', x, size, stride, storageOffset));
}

/**
 * `x` with `src` where `asStrided` reads. Of elements that it reads several times, the last one stays.
 *
 * @throws ShapeError when `src` has another size, when the strides are not as many as the sizes, or lead out of the input.
 * @example
 * asStridedScatter(tensor([0, 0, 0, 0]), tensor([1, 2]), [2], [2]);      // [1, 0, 2, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
 */
export function asStridedScatter(x: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], storageOffset = 0): Tensor {
  const positions = positionsOf('asStridedScatter', x, size, stride, storageOffset);
  requireShape('asStridedScatter', src, positions.shape);
  return put(x, positions, matchType(src, x));
}
