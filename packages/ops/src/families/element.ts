/**
 * Numbers as elements of a dtype.
 *
 * Invariant: a number that the dtype cannot hold is an error, never another number. Fractions are cut off for integers,
 * negative numbers wrap around for uint8, and anything but 0 is true: as where PyTorch fills.
 *
 * Reference: c10/util/TypeCast.h of PyTorch, `checked_convert`.
 */
import { DTypeError, isInteger, type DType } from '@sconce/core';

/** What integers reach; 2^63 − 1024 is the largest number below 2^63. */
const LIMITS: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/** The least and the greatest number of a dtype. */
export const limitsOf = (dtype: DType): readonly [number, number] => LIMITS[dtype] ?? (dtype === 'bool' ? [0, 1] : [-Infinity, Infinity]);

/** A number as an element of a dtype. */
export function elementOf(op: string, value: number | boolean | bigint, dtype: DType): number | boolean | bigint {
  if (dtype === 'bool') return typeof value === 'bigint' ? value !== 0n : value !== 0 && value !== false;
  if (!isInteger(dtype)) return value;
  if (dtype === 'int64' && typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : tooLarge(op, value, dtype);
  const [low, high] = limitsOf(dtype);
  const whole = Math.trunc(Number(value)) + 0;
  if (!(whole >= (low === 0 ? -high : low) && whole <= high)) return tooLarge(op, value, dtype);
  return low === 0 && whole < 0 ? whole + high + 1 : whole;
}

function tooLarge(op: string, value: number | boolean | bigint, dtype: DType): never {
  const [low, high] = limitsOf(dtype);
  throw new DTypeError(`${op}: a tensor of ${dtype} cannot hold ${String(value)} (it goes from ${low} to ${high}). Use x.to('float32').`);
}
