/**
 * Values on their way into a part of a tensor: brought to its shape and dtype, and put where a mask holds.
 */
import { ArgumentError, broadcastShapes, constantLike, sameShape, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { add } from '../elementwise/arithmetic.js';
import { where } from '../elementwise/where.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { maskedScatter } from './mask.js';
import type { Located } from './resolve.js';
import { valueLike } from './value.js';

/** A value broadcast to the shape of the part that it replaces; dimensions of 1 in front may be too many. */
export function valueFor(op: string, y: Tensor, value: Tensor | number | boolean, shape: Shape): Tensor {
  const v = valueLike(op, y, value);
  const extra = Math.max(0, v.ndim - shape.length);
  const fitting = v.shape.slice(0, extra).every((n) => n === 1) ? v.shape.slice(extra) : v.shape;
  if (fitting.length > shape.length || !sameShape(broadcastShapes(op, fitting, shape), shape)) {
    throw new ShapeError(`${op}: a value of shape ${shapeText(v.shape)} does not broadcast to ${shapeText(shape)}, the shape of the part.`);
  }
  return broadcasted(extra > 0 ? reshape(v, fitting) : v, shape);
}

/**
 * `y` with a value where a mask holds: one value for all masked places, or, when the mask stands for the first dimensions,
 * one for each in row-major order.
 */
export function writeMasked(op: string, y: Tensor, { dim, index: mask }: Located, value: Tensor | number | boolean, accumulate: boolean): Tensor {
  const rest = y.shape.slice(dim + mask.ndim);
  const wide = broadcasted(reshape(mask, [...mask.shape, ...rest.map(() => 1)]), y.shape);
  const v = valueLike(op, y, value);
  /** The dimension of the value that runs along the masked places. */
  const along = v.ndim - 1 - rest.length;
  if (along >= 0 && v.shape[along] !== 1) {
    if (dim > 0 || along > 0) {
      throw new ArgumentError(
        `${op}: got a value of shape ${shapeText(v.shape)} with an element for each masked place. Use its indices, from await nonzero(mask, { asTuple: true }), in place of the mask.`,
      );
    }
    const each = valueFor(op, y, v, [v.shape[0], ...rest]);
    return accumulate ? add(y, maskedScatter(constantLike(y, 0), wide, each)) : maskedScatter(y, wide, each);
  }
  const apart = along < 0 ? v.shape : [...v.shape.slice(0, along), ...mask.shape.map(() => 1), ...v.shape.slice(along + 1)];
  const same = valueFor(op, y, reshape(v, apart), y.shape);
  return where(wide, accumulate ? add(y, same) : same, y);
}
