/**
 * exp, exp2, expm1 and sigmoid in simpler instructions.
 *
 * eˣ = 2ⁿ·eʳ with n = nearest(x / ln 2) and r = x − n·ln 2 in |r| ≤ ½ ln 2, where ln 2 is split in two so that n times its
 * upper part is exact. eʳ is a polynomial. The argument is clamped to where the result is neither infinite nor 0.
 *
 * Invariant: float32, at most 2 ulp over the whole range, subnormal results included. NaN passes through min, max and
 * the arithmetic.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapter 6. Coefficients are our own
 * minimax fits.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import {
  horner,
  isNaNBits,
  negativeMagnitude,
  nearestPower,
  nearestWidePower,
  paired,
  rounded,
  scale,
  type NearestPower,
} from './parts.js';
import * as js from './scalar.js';

const LOG2_E = Math.LOG2E;
const LN2_UPPER = 0.693359375;
const LN2_LOWER = Math.LN2 - LN2_UPPER;

/** Beyond these, eˣ is 0 or infinite. */
const LOWEST = -104;
const HIGHEST = 89;

/** (eʳ − 1 − r)/r² on |r| ≤ ½ ln 2, relative to eʳ */
const EXP = [0.49999994, 0.166665167, 0.0416682772, 0.00836924929, 0.00138211111];
/** The same relative to eʳ − 1 */
const EXPM1 = [0.49999997, 0.16666542, 0.0416674316, 0.00836687349, 0.00138718646];
/** (2ʳ − 1)/r on |r| ≤ ½ */
const EXP2 = [0.693147182, 0.240226477, 0.0555035807, 0.00961850304, 0.00133918913, 0.000153292131];

/** x − n·ln 2 */
const remainder = (x: Expr, n: Expr): Expr =>
  e.sub(rounded(e.sub(x, e.mul(n, LN2_UPPER))), e.mul(n, LN2_LOWER));

/** r²·P(r), which with r makes eʳ − 1; relative to that where `relative`. */
export function expTail(r: Expr, relative: boolean): Expr {
  const square = e.mul(r, r);
  return e.mul(square, paired(r, square, relative ? EXPM1 : EXP));
}

/** e^x·2^offset for |x| < 120, rounded once however small the result. */
export function boundedExp(x: Expr, offset = 0): Expr {
  const { n, factors } = nearestWidePower(e.mul(x, LOG2_E), offset);
  const r = remainder(x, n);
  // 2ⁿ·(1 + small) rounds as 1 + small does, in one instruction where product and sum are fused.
  const small = e.add(expTail(r, false), r);
  return rounded(e.mul(rounded(e.add(e.mul(small, factors[0]), factors[0])), factors[1]));
}

/** e^(upper + lower) as 1 + small and a power, for a sum between −120 and 0, of which `lower` is a small part. */
export function expm1OfSum(upper: Expr, lower: Expr): { small: Expr; power: NearestPower } {
  const power = nearestWidePower(e.mul(e.add(upper, lower), LOG2_E));
  const r = e.add(remainder(upper, power.n), lower);
  return { small: e.add(expTail(r, false), r), power };
}

export const exp = /* @__PURE__ */ e.derived({
  name: 'exp',
  js: Math.exp,
  cost: 28,
  float32: (x) => boundedExp(e.max(e.min(x, HIGHEST), LOWEST)),
});

/** 2^(x + lower), of which the nearest integer of x is taken off first; |x| ≤ 250 and |lower| ≤ 1. */
export function exp2OfSum(x: Expr, lower?: Expr): Expr {
  const power = nearestWidePower(lower ? e.add(x, lower) : x);
  const head = e.sub(x, power.n);
  const r = lower ? e.add(head, lower) : head;
  return scale(e.add(e.mul(horner(r, EXP2), r), 1), power);
}

export const exp2 = /* @__PURE__ */ e.derived({
  name: 'exp2',
  js: js.exp2,
  cost: 24,
  float32: (x) => exp2OfSum(e.max(e.min(x, 129), -151)),
});

/** Below this magnitude eˣ − 1 is x to the last bit. */
const TINY = 2 ** -26;

/** eˣ − 1 = 2·(h·(eʳ − 1) + (h − ½)) with h = 2ⁿ⁻¹, so that 2¹²⁸ is not needed. */
export const expm1 = /* @__PURE__ */ e.derived({
  name: 'expm1',
  js: Math.expm1,
  cost: 32,
  float32: (x) => {
    const bounded = e.max(e.min(x, HIGHEST), -18);
    const { n, factors } = nearestPower(e.mul(bounded, LOG2_E), -1);
    const r = remainder(bounded, n);
    const small = e.add(expTail(r, true), r);
    const half = factors[0];
    const value = e.mul(e.add(e.mul(half, small), rounded(e.sub(half, 0.5))), 2);
    return e.select(e.or(e.lt(e.abs(x), TINY), isNaNBits(x)), x, value);
  },
});

/**
 * With t = e^−|x| and y = t/(1 + t): 1 − y, or t − t·y where x is negative. Neither overflows nor cancels, and the
 * rounding of 1 + t and of the quotient weigh less than in the quotient itself.
 */
export const sigmoid = /* @__PURE__ */ e.derived({
  name: 'sigmoid',
  js: js.sigmoid,
  cost: 36,
  float32: (x) => {
    const t = boundedExp(e.max(negativeMagnitude(x), LOWEST));
    const whole = e.select(e.lt(x, 0), t, 1);
    return e.sub(whole, e.mul(whole, e.div(t, e.add(t, 1))));
  },
});
