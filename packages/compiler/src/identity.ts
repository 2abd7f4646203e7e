/**
 * What joining nothing gives: the value that changes no other one it is joined with.
 *
 * Invariant: an extreme of nothing is the dtype's outermost value, and the position of an extreme in nothing is 0.
 */
import type { Combine, ComputeType, Value } from '@sconce/core';

const LEAST: Readonly<Record<ComputeType, Value>> = {
  float32: -Infinity,
  float64: -Infinity,
  int32: -(2 ** 31),
  int64: -(2n ** 63n),
  bool: 0,
};
const GREATEST: Readonly<Record<ComputeType, Value>> = {
  float32: Infinity,
  float64: Infinity,
  int32: 2 ** 31 - 1,
  int64: 2n ** 63n - 1n,
  bool: 1,
};

/** The join of no values of this type. */
export function identityOf(combine: Combine, dtype: ComputeType): Value {
  if (combine === 'max') return LEAST[dtype];
  if (combine === 'min') return GREATEST[dtype];
  const n = combine === 'prod' ? 1 : 0;
  return dtype === 'int64' ? BigInt(n) : n;
}
