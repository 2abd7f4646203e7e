/**
 * What joining nothing gives: the value that changes no other one it is joined with.
 *
 * Invariant: an extreme of nothing is the dtype's outermost value.
 */
import { castValue, type Combine, type ComputeType, type Value } from '@sconce/core';

const IDENTITY: Readonly<Record<Combine, number>> = {
  sum: 0, prod: 1, max: -Infinity, argmax: -Infinity, min: Infinity, argmin: Infinity,
};

/** The join of no values of this type. */
export const identityOf = (combine: Combine, dtype: ComputeType): Value =>
  castValue(dtype === 'bool' ? Math.max(IDENTITY[combine], 0) : IDENTITY[combine], dtype);
