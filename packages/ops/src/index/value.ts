/**
 * Values that a user writes into a tensor: numbers become runtime scalars of its dtype, so other numbers compile nothing.
 */
import { ArgumentError, cast, describe, isTensor, numberNode, type Tensor } from '@sconce/core';
import { elementOf } from '../families/element.js';

/** A value in the dtype of `x`: a tensor is cast, a number becomes a 0-d tensor. */
export function valueLike(op: string, x: Tensor, value: unknown, name = 'value'): Tensor {
  if (isTensor(value)) return cast(value, x.dtype);
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new ArgumentError(`${op}: ${name} must be a Tensor or a number, got ${describe(value)}.`);
  return x.like(numberNode(elementOf(op, value, x.dtype), x.dtype, x.device));
}
