/**
 * Values that a user writes into a tensor: numbers become runtime scalars of its dtype, so other numbers compile nothing.
 */
import { ArgumentError, cast, describe, DTypeError, isInteger, isTensor, numberNode, type DType, type Tensor } from '@sconce/core';

/** What integers reach; 2^63 − 1024 is the largest number below 2^63. */
const LIMITS: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/** The least and the greatest number of a dtype. */
export const limitsOf = (dtype: DType): readonly [number, number] => LIMITS[dtype] ?? (dtype === 'bool' ? [0, 1] : [-Infinity, Infinity]);

/** A number as an element of a dtype: fractions are cut off for integers, anything but 0 is true. */
function elementOf(op: string, value: number | boolean, dtype: DType): number | boolean {
  if (dtype === 'bool') return Boolean(value);
  if (!isInteger(dtype)) return value;
  const [low, high] = limitsOf(dtype);
  const whole = Math.trunc(Number(value));
  if (!(whole >= low && whole <= high)) {
    throw new DTypeError(`${op}: a tensor of ${dtype} cannot hold ${String(value)} (it goes from ${low} to ${high}). Use x.to('float32').`);
  }
  return whole;
}

/** A value in the dtype of `x`: a tensor is cast, a number becomes a 0-d tensor. */
export function valueLike(op: string, x: Tensor, value: unknown, name = 'value'): Tensor {
  if (isTensor(value)) return cast(value, x.dtype);
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new ArgumentError(`${op}: ${name} must be a Tensor or a number, got ${describe(value)}.`);
  return x.like(numberNode(elementOf(op, value, x.dtype), x.dtype, x.device));
}
