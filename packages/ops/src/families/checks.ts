/**
 * Checks of dtypes, and of numbers among them, that ops share.
 *
 * Invariant: each throws at the call, and says what to do instead.
 */
import { describe, DTypeError, isFloat, type DType } from '@sconce/core';

/** Rejects a dtype that an op does not take. */
export type DTypeCheck = (dtype: DType, op: string) => void;

export const noBool: DTypeCheck = (dtype, op) => {
  if (dtype === 'bool') throw new DTypeError(`${op}: got bool, expected numbers. Use x.to('int32').`);
};

/** Truth values have no difference. */
export const noBoolDifference: DTypeCheck = (dtype, op) => {
  if (dtype === 'bool') throw new DTypeError(`${op}: got bool, expected numbers. Use logicalXor(a, b) or logicalNot(x).`);
};

export const noFloat: DTypeCheck = (dtype, op) => {
  if (isFloat(dtype)) throw new DTypeError(`${op}: got ${dtype}, expected integers or bool. Use x.to('int32').`);
};

export const onlyIntegers: DTypeCheck = (dtype, op) => {
  noBool(dtype, op);
  noFloat(dtype, op);
};

export const onlyFloats: DTypeCheck = (dtype, op) => {
  if (!isFloat(dtype)) throw new DTypeError(`${op}: got ${dtype}, expected floating point. Use x.to('float32').`);
};

/** A factor that must fit what it multiplies: integers take whole numbers only, and only booleans take a boolean. */
export function checkFactor(op: string, name: string, value: number | boolean, dtype: DType): number | boolean {
  const fits = typeof value === 'boolean' ? dtype === 'bool' : typeof value === 'number' && (isFloat(dtype) || Number.isInteger(value));
  if (!fits) {
    throw new DTypeError(`${op}: ${name} must be a number that ${dtype} holds, got ${describe(value)}. Use x.to('float32').`);
  }
  return value;
}
