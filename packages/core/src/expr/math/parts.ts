/**
 * Pieces that the float32 expansions share: polynomials, bits of a float, powers of two, rounding to an integer.
 *
 * Invariant: nothing here compares floats where one may be NaN, because some GPUs assume that there is none: signs,
 * magnitudes and NaN are read from bits. Sums whose order matters are marked as rounded. Shifts have constant amounts, because SIMD shifts all lanes alike.
 *
 * Reference: IEEE 754-2019; Muller, Elementary Functions (2016), chapters 3 and 11.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';

export const SIGN_BIT = -0x80000000;
export const MAGNITUDE_BITS = 0x7fffffff;
/** The bits of infinity; those of a NaN's magnitude are above. */
export const INFINITY_BITS = 0x7f800000;
export const ONE_BITS = 0x3f800000;

/** c₀ + c₁x + c₂x² + … by Horner's rule: the fewest instructions and the smallest error. */
export function horner(x: Expr, coefficients: readonly number[]): Expr {
  const last = coefficients.length - 1;
  let sum = e.const(coefficients[last], x.dtype);
  for (let i = last - 1; i >= 0; i--) sum = e.add(e.mul(sum, x), coefficients[i]);
  return sum;
}

/** The same as a polynomial in x² of pairs c₀ + c₁x: half as long a chain, for what is small beside the final result. */
export function paired(x: Expr, square: Expr, coefficients: readonly number[]): Expr {
  const pair = (i: number): Expr => horner(x, coefficients.slice(i, i + 2));
  let start = coefficients.length - 1;
  start -= start % 2;
  let sum = pair(start);
  for (let i = start - 2; i >= 0; i -= 2) sum = e.add(e.mul(sum, square), pair(i));
  return sum;
}

/** x + x³·(c₀ + c₁x² + …) − rest, of a rest so small that only the last sum rounds it. */
export function oddPolynomial(x: Expr, coefficients: readonly number[], rest?: Expr): Expr {
  const square = e.mul(x, x);
  const tail = e.mul(e.mul(square, x), horner(square, coefficients));
  return e.add(x, rest ? e.sub(tail, rest) : tail);
}

/** A value as it has been rounded. Nothing, but for a backend whose compiler reassociates: it spells what stops that. */
export const rounded = /* @__PURE__ */ e.derived({
  name: 'rounded',
  js: (x: number) => x,
  cost: 0,
  float32: (x) => x,
});

export const bitsOf = (x: Expr): Expr => e.bitcast(x, 'int32');
export const floatOf = (bits: Expr): Expr => e.bitcast(bits, 'float32');
export const magnitudeBits = (x: Expr): Expr => e.and(bitsOf(x), MAGNITUDE_BITS);
export const isNaNBits = (x: Expr): Expr => e.gt(magnitudeBits(x), INFINITY_BITS);

/** `magnitude`, which is not negative, with the sign of `x`. */
export const withSignOf = (magnitude: Expr, x: Expr): Expr =>
  floatOf(e.or(bitsOf(magnitude), e.and(bitsOf(x), SIGN_BIT)));

/** `value`, its sign flipped where `x` is negative. */
export const flipSign = (value: Expr, x: Expr): Expr =>
  floatOf(e.xor(bitsOf(value), e.and(bitsOf(x), SIGN_BIT)));

/** −|x| */
export const negativeMagnitude = (x: Expr): Expr => floatOf(e.or(bitsOf(x), SIGN_BIT));

/** The upper 12 of a float's 24 bits of precision: the product of two such numbers is exact. */
export const upperHalf = (x: Expr): Expr => floatOf(e.and(bitsOf(x), -0x1000));

/** 1.5·2²³: added to |x| < 2²², it leaves the nearest integer in the low bits. */
const ROUNDER = 12582912;
const ROUNDER_BITS = 0x4b400000;

/**
 * The nearest integer of `x` as int32 and as float32, for |x| < 2²². Reading the sum's bits keeps compilers that
 * reassociate from cancelling it, and is cheaper than a conversion that saturates.
 */
export function nearestInteger(x: Expr): { integer: Expr; float: Expr } {
  const integer = e.sub(bitsOf(e.add(x, ROUNDER)), ROUNDER_BITS);
  return { integer, float: e.cast(integer, 'float32') };
}

export interface NearestPower {
  /** The nearest integer, as a float. */
  readonly n: Expr;
  /** 2 to it, in one or two factors. */
  readonly factors: readonly Expr[];
}

/** The exponent of 1. */
const BIAS = 127;

/** The nearest integer n of `x` and 2ⁿ⁺ᵒᶠᶠˢᵉᵗ, its exponent from −126 to 127: the sum's low bits are the biased exponent. */
export function nearestPower(x: Expr, offset = 0): NearestPower {
  const bias = BIAS + offset;
  const sum = bitsOf(e.add(x, ROUNDER + bias));
  const n = e.cast(e.sub(sum, ROUNDER_BITS + bias), 'float32');
  return { n, factors: [floatOf(e.shl(sum, 23))] };
}

/**
 * The nearest integer n of `x`, and 2ⁿ⁺ᵒᶠᶠˢᵉᵗ for −252 ≤ n + offset ≤ 254 in two factors, because 2ⁿ itself may not be a
 * float32. Taking the sum's constant off again is exact, and shorter than reading n from the bits.
 */
export function nearestWidePower(x: Expr, offset = 0): NearestPower {
  const bias = 2 * BIAS + offset;
  const shifted = rounded(e.add(x, ROUNDER + bias));
  const n = e.sub(shifted, ROUNDER + bias);
  const sum = bitsOf(shifted);
  const half = e.shr(sum, 1);
  return { n, factors: [floatOf(e.shl(half, 23)), floatOf(e.shl(e.sub(sum, half), 23))] };
}

/** `value` times a power, which rounds once however small the result. */
export const scale = (value: Expr, power: NearestPower): Expr =>
  power.factors.reduce((product, factor) => rounded(e.mul(product, factor)), value);
