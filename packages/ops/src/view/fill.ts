/**
 * Tensors filled: whole ones, and their diagonals.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.Tensor.fill_.html
 */
import { assign, cast, isTensor, requireTensor, ShapeError, shapeText, stridesOf, type Tensor } from '@sconce/core';
import { fullLike } from '../creation/fill.js';
import { arange } from '../creation/range.js';
import { eq, lt } from '../elementwise/comparison.js';
import { remainder } from '../elementwise/division.js';
import { logicalAnd } from '../elementwise/logic.js';
import { where } from '../elementwise/where.js';
import { expand } from './expand.js';
import { reshape } from './shape.js';

/**
 * `value` everywhere, in shape, dtype and device of `x`. A 0-d tensor for it gets the gradient.
 *
 * @throws ShapeError for a tensor with dimensions.
 * @example
 * fill(zeros(2, 2), 3);      // [[3, 3], [3, 3]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.fill_.html
 */
export function fill(x: Tensor, value: number | boolean | bigint | Tensor): Tensor {
  if (!isTensor(value)) return fullLike(x, value);
  requireTensor('fill', x);
  if (value.ndim > 0) throw new ShapeError(`fill: value must be a number or a 0-d tensor, got shape ${shapeText(value.shape)}.`);
  return expand(cast(value, x.dtype), x.shape);
}

/**
 * Fills the elements whose indices are all equal with a value, in place.
 *
 * @param wrap in a matrix that is taller than wide, begin again below each square.
 * @throws ShapeError for fewer than two dimensions, and for more of unequal sizes.
 * @example
 * fillDiagonal_(zeros(2, 3), 1);      // [[1, 0, 0], [0, 1, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.fill_diagonal_.html
 */
export function fillDiagonal_(x: Tensor, value: number | boolean, wrap = false): Tensor {
  const op = 'fillDiagonal_';
  requireTensor(op, x);
  const { shape } = x;
  if (x.ndim < 2 || (x.ndim > 2 && shape.some((n) => n !== shape[0]))) {
    throw new ShapeError(`${op}: got ${shapeText(shape)}, expected a matrix, or more dimensions of one size.`);
  }
  // Flat positions of the diagonal are multiples of the sum of all strides.
  const step = stridesOf(shape).reduce((sum, stride) => sum + stride, 0);
  const positions = reshape(arange(x.numel(), { dtype: 'int32', device: x.device }), shape);
  const multiples = eq(remainder(positions, Math.max(step, 1)), 0);
  const diagonal = wrap ? multiples : logicalAnd(multiples, lt(positions, step * Math.min(...shape)));
  return assign(x, where(diagonal, fullLike(x, value), x), op);
}
