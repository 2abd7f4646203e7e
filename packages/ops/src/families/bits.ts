/**
 * Expressions that look at the bits of floats: signs, NaN, infinities.
 *
 * Invariant: in float32 nothing compares floats where one may be NaN, because some GPUs assume that there is none; float64
 * exists only where comparisons are IEEE's.
 *
 * Reference: IEEE 754-2019.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

export const isFloatExpr = (x: Expr): boolean => x.dtype === 'float32' || x.dtype === 'float64';
export const isBoolExpr = (x: Expr): boolean => x.dtype === 'bool';

const INFINITY_BITS = 0x7f800000;
const magnitudeBits = (x: Expr): Expr => e.and(e.bitcast(x, 'int32'), 0x7fffffff);
const never = (): Expr => e.const(false, 'bool');

export function isNaNExpr(x: Expr): Expr {
  if (!isFloatExpr(x)) return never();
  return x.dtype === 'float32' ? e.gt(magnitudeBits(x), INFINITY_BITS) : e.ne(x, x);
}

export function isInfExpr(x: Expr): Expr {
  if (!isFloatExpr(x)) return never();
  return x.dtype === 'float32' ? e.eq(magnitudeBits(x), INFINITY_BITS) : e.eq(e.abs(x), Infinity);
}

export function isFiniteExpr(x: Expr): Expr {
  if (!isFloatExpr(x)) return e.const(true, 'bool');
  return x.dtype === 'float32' ? e.lt(magnitudeBits(x), INFINITY_BITS) : e.lt(e.abs(x), Infinity);
}

/** The upper 12 bits of a float32's 24, whose products are exact. */
export const upperHalf = (x: Expr): Expr => e.bitcast(e.and(e.bitcast(x, 'int32'), -0x1000), 'float32');

/** Whether the sign is minus, also that of −0 and of NaN. */
export function isNegativeExpr(x: Expr): Expr {
  if (x.dtype === 'bool') return never();
  if (!isFloatExpr(x)) return e.lt(x, 0);
  return e.lt(e.bitcast(x, x.dtype === 'float32' ? 'int32' : 'int64'), 0);
}

/** The magnitude of a float with the sign of another. */
export function withSign(magnitude: Expr, sign: Expr): Expr {
  const bits = magnitude.dtype === 'float32' ? 'int32' : 'int64';
  const minus = bits === 'int32' ? -(2 ** 31) : -(2n ** 63n);
  const all = bits === 'int32' ? 0x7fffffff : 2n ** 63n - 1n;
  const joined = e.or(e.and(e.bitcast(magnitude, bits), all), e.and(e.bitcast(sign, bits), minus));
  return e.bitcast(joined, magnitude.dtype);
}
