/**
 * Checks of dtypes, and of numbers among them, that ops share.
 *
 * Invariant: each throws at the call, and says what to do instead.
 */
import { DTypeError, isFloat, type DType } from '@sconce/core';

/** Rejects bool. */
export const noBool =
  (op: string, remedy = "Use x.to('int32')") =>
  (dtype: DType): void => {
    if (dtype === 'bool') throw new DTypeError(`${op}: got bool, expected numbers. ${remedy}.`);
  };

/** Rejects floats. */
export const noFloat =
  (op: string) =>
  (dtype: DType): void => {
    if (isFloat(dtype)) throw new DTypeError(`${op}: got ${dtype}, expected integers or bool. Use x.to('int32').`);
  };

/** Rejects floats and bool. */
export const onlyIntegers =
  (op: string) =>
  (dtype: DType): void => {
    if (dtype === 'bool') throw new DTypeError(`${op}: got bool, expected integers. Use x.to('int32').`);
    noFloat(op)(dtype);
  };

/** Rejects all but floats. */
export const onlyFloats =
  (op: string) =>
  (dtype: DType): void => {
    if (!isFloat(dtype)) throw new DTypeError(`${op}: got ${dtype}, expected floating point. Use x.to('float32').`);
  };

/** A factor that must fit what it multiplies: integers take whole numbers only. */
export function checkFactor(op: string, name: string, value: number, dtype: DType): number {
  if (typeof value !== 'number' || (!isFloat(dtype) && !Number.isInteger(value))) {
    throw new DTypeError(`${op}: ${name} must be a number that ${dtype} holds, got ${String(value)}. Use x.to('float32').`);
  }
  return value;
}
