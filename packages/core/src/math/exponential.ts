/**
 * exp, exp2, expm1 and sigmoid in simpler instructions.
 *
 * eˣ = 2ⁿ·eʳ with n = nearest(x / ln 2) and r = x − n·ln 2 in |r| ≤ ½ ln 2, where ln 2 is split in two so that n times its
 * upper part is exact. eʳ is a polynomial. The argument is clamped to where the result is no longer inf or 0.
 *
 * Invariant: float32, at most 2 ulp (exp 1) over the whole range, subnormal results included. NaN passes through min,
 * max and the arithmetic.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapter 6. Coefficients are our own
 * minimax fits.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { float32, horner, isNaNBits, nearestInteger, powerOfTwo, scaleByPower } from './parts.js';

export const LOG2_E = 1.4426950408889634;
const LN2_UPPER = 0.693359375;
const LN2_LOWER = -2.12194440054690583e-4;

/** Beyond these, e^x is 0 or infinity. */
const LOWEST = -104;
const HIGHEST = 89;

/** (eʳ − 1 − r)/r² */
const EXP = [0.49999994, 0.166665167, 0.0416682772, 0.00836924929, 0.00138211111];
/** The same, relative to eʳ − 1. */
const EXPM1 = [0.5, 0.166666657, 0.0416664854, 0.00833354238, 0.00139332272, 0.000197660935];
/** (2ʳ − 1)/r on |r| ≤ ½ */
const EXP2 = [0.693147182, 0.240226477, 0.0555035807, 0.00961850304, 0.00133918913, 0.000153292131];

/** e^x as value·2ⁿ, for |x| < 10⁶. */
export function expParts(e: Builder, x: Expr): { value: Expr; n: Expr } {
  const { n, r } = reduce(e, x);
  return { value: e.add(e.add(e.mul(e.mul(r, r), horner(e, r, EXP)), r), 1), n };
}

function reduce(e: Builder, x: Expr): { n: Expr; r: Expr } {
  const { integer, float } = nearestInteger(e, x, LOG2_E);
  return { n: integer, r: e.sub(e.sub(x, e.mul(float, LN2_UPPER)), e.mul(float, LN2_LOWER)) };
}

export const exp: Expansion = float32((e, x) => {
  const { value, n } = expParts(e, e.max(e.min(x, HIGHEST), LOWEST));
  return scaleByPower(e, value, n);
});

/** e^x for x ≤ 0, which needs no upper bound. */
export function expOfNegative(e: Builder, x: Expr): Expr {
  const { value, n } = expParts(e, e.max(x, LOWEST));
  return scaleByPower(e, value, n);
}

/** 2^x for |x| ≤ 250, given as an integer and a remainder. */
export function exp2Parts(e: Builder, n: Expr, r: Expr): Expr {
  return scaleByPower(e, e.add(e.mul(horner(e, r, EXP2), r), 1), n);
}

export const exp2: Expansion = float32((e, x) => {
  const bounded = e.max(e.min(x, 129), -151);
  const { integer, float } = nearestInteger(e, bounded);
  return exp2Parts(e, integer, e.sub(bounded, float));
});

/** e^x − 1 for x up to 89: 2·(h·(eʳ − 1) + (h − ½)) with h = 2ⁿ⁻¹, so that 2¹²⁸ is not needed. Loses the sign of −0. */
export function expm1Bounded(e: Builder, x: Expr): Expr {
  const { n, r } = reduce(e, x);
  const small = e.add(e.mul(e.mul(r, r), horner(e, r, EXPM1)), r);
  const half = powerOfTwo(e, e.sub(n, 1));
  return e.mul(e.add(e.mul(half, small), e.sub(half, 0.5)), 2);
}

/** Below this magnitude e^x − 1 is x to the last bit. */
const TINY = 2 ** -26;

export const expm1: Expansion = float32((e, x) => {
  const value = expm1Bounded(e, e.max(e.min(x, HIGHEST), -18));
  return e.select(e.or(e.lt(e.abs(x), TINY), isNaNBits(e, x)), x, value);
});

/** 1/(1 + e⁻ˣ) as t/(1 + t) or 1/(1 + t) with t = e^−|x|, which neither overflows nor cancels. */
export const sigmoid: Expansion = float32((e, x) => {
  const t = expOfNegative(e, e.neg(e.abs(x)));
  return e.div(e.select(e.lt(x, 0), t, 1), e.add(t, 1));
});
