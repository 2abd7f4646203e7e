/**
 * Checks of dtypes, and of numbers among them, that ops share.
 *
 * Invariant: each throws at the call, and says what to do instead; what is known only when it is computed is refused then.
 */
import { describe, DTypeError, isFloat, type DType, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

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

/** The value `x` of an element, with a check that it is one: `noun` says what it is, as core's table of wrong values knows it. */
export function verified(x: Expr, isRight: Expr, op: string, noun: 'probability' | 'variance'): Expr {
  const outside = e.select(isRight, e.const(0, 'int32'), 1);
  return e.select(e.eq(e.check(outside, { op, size: 1, noun }), 0), x, e.const(NaN, x.dtype));
}

/** As `verified`, of a probability, which is from 0 to 1. */
export const probability = (p: Expr, op: string): Expr => verified(p, e.and(e.ge(p, 0), e.le(p, 1)), op, 'probability');
