/**
 * log, log2, log10, log1p in simpler instructions.
 *
 * x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2 is read from the bits; log x = k·ln 2 + f − f²/2 + f³·P(f), with ln 2 in two parts
 * so that k times the upper is exact.
 *
 * Invariant: float32, at most 2 ulp (log 1) over the whole range. Subnormal numbers are normalised as integers, so that
 * a machine that flushes them still sees them. 0 gives −inf; below 0, NaN.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapter 5; Kahan for the correction in
 * log1p. Coefficients are our own minimax fits.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { bitsOf, floatOf, INFINITY_BITS, MAGNITUDE_BITS, paired, rounded } from './parts.js';

/** (log(1 + f) − f + f²/2)/f³ on √½ ≤ 1 + f ≤ √2 */
const LOG = [
  0.333333313, -0.250008196, 0.200012445, -0.166234151, 0.1420151, -0.131594598, 0.127626106, -0.0763732493,
];

const LN2_UPPER = 0.693359375;
const LN2_LOWER = -2.12194440054690583e-4;
const SMALLEST_NORMAL_BITS = 0x00800000;
const ROOT_HALF_BITS = 0x3f3504f3;

/** A positive normal number, by its bits, as 2ᵏ·m with `lowest` ≤ m < 2·`lowest`. */
function splitNormal(bits: Expr, lowest: number): { k: Expr; m: Expr } {
  const k = e.shr(e.sub(bits, lowest), 23);
  return { k, m: floatOf(e.sub(bits, e.shl(k, 23))) };
}

/** A positive number as 2ᵏ·m, k as a float, with m from the number that has the bits `lowest` to its double. */
export function splitExponent(x: Expr, lowest = ROOT_HALF_BITS): { k: Expr; m: Expr } {
  const bits = bitsOf(x);
  const subnormal = e.lt(bits, SMALLEST_NORMAL_BITS);
  // A subnormal number is its bits, as an integer, times 2⁻¹⁴⁹.
  const { k, m } = splitNormal(e.select(subnormal, bitsOf(e.cast(bits, 'float32')), bits), lowest);
  return { k: e.cast(e.add(k, e.select(subnormal, e.const(-149, 'int32'), 0)), 'float32'), m };
}

/** f³·P(f) − f²/2, what log(1 + f) adds to f, in its two parts. */
function tail(f: Expr): { cubic: Expr; halfSquare: Expr } {
  const square = e.mul(f, f);
  return { cubic: e.mul(e.mul(square, f), paired(f, square, LOG)), halfSquare: e.mul(square, 0.5) };
}

/** The logarithm outside the positive finite numbers: of ±0 −inf, of a NaN or inf itself, of the rest NaN. */
function withSpecialCases(x: Expr, value: Expr): Expr {
  const bits = bitsOf(x);
  const atMostZero = e.select(e.eq(e.and(bits, MAGNITUDE_BITS), 0), e.const(-Infinity, 'float32'), NaN);
  return e.select(e.gt(bits, 0), e.select(e.lt(bits, INFINITY_BITS), value, x), atMostZero);
}

function naturalLog(k: Expr, f: Expr): Expr {
  const { cubic, halfSquare } = tail(f);
  const lower = e.sub(e.add(cubic, e.mul(k, LN2_LOWER)), halfSquare);
  return e.add(e.add(f, lower), e.mul(k, LN2_UPPER));
}

export const log = /* @__PURE__ */ e.derived({
  name: 'log',
  js: Math.log,
  cost: 42,
  float32: (x) => {
    const { k, m } = splitExponent(x);
    return withSpecialCases(x, naturalLog(k, e.sub(m, 1)));
  },
});

const LOG2_E_TAIL = 0.44269504088896340736;

export const log2 = /* @__PURE__ */ e.derived({
  name: 'log2',
  js: Math.log2,
  cost: 42,
  float32: (x) => {
    const { k, m } = splitExponent(x);
    const f = e.sub(m, 1);
    const { cubic, halfSquare } = tail(f);
    const y = e.sub(cubic, halfSquare);
    // (f + y)·log₂e with log₂e = 1 + tail, smallest terms first
    const value = e.add(e.add(e.add(e.add(e.mul(y, LOG2_E_TAIL), e.mul(f, LOG2_E_TAIL)), y), f), k);
    return withSpecialCases(x, value);
  },
});

const LOG10_2_UPPER = 0.30078125;
const LOG10_2_LOWER = 2.4874566398119521e-4;
const LOG10_E_UPPER = 0.4342041015625;
const LOG10_E_LOWER = 9.0380340750325e-5;

export const log10 = /* @__PURE__ */ e.derived({
  name: 'log10',
  js: Math.log10,
  cost: 46,
  float32: (x) => {
    const { k, m } = splitExponent(x);
    const f = e.sub(m, 1);
    const { cubic, halfSquare } = tail(f);
    const y = e.sub(cubic, halfSquare);
    const lower = e.add(e.mul(e.add(f, y), LOG10_E_LOWER), e.mul(k, LOG10_2_LOWER));
    const value = e.add(e.add(e.add(lower, e.mul(y, LOG10_E_UPPER)), e.mul(f, LOG10_E_UPPER)), e.mul(k, LOG10_2_UPPER));
    return withSpecialCases(x, value);
  },
});

/** log(1 + x): where 1 + x is rounded, what was lost is put back as a term lost/(1 + x). */
export const log1p = /* @__PURE__ */ e.derived({
  name: 'log1p',
  js: Math.log1p,
  cost: 50,
  float32: (x) => {
    const sum = rounded(e.add(x, 1));
    const { k, m } = splitNormal(bitsOf(sum), ROOT_HALF_BITS);
    const near = e.eq(k, 0);
    const f = e.select(near, x, e.sub(m, 1));
    const { cubic, halfSquare } = tail(f);
    const power = e.cast(k, 'float32');
    const head = e.add(f, e.sub(e.add(cubic, e.mul(power, LN2_LOWER)), halfSquare));
    const back = rounded(e.sub(sum, 1));
    const lost = e.add(rounded(e.sub(1, rounded(e.sub(sum, back)))), rounded(e.sub(x, back)));
    const far = e.add(e.add(head, e.div(lost, sum)), e.mul(power, LN2_UPPER));
    return e.select(near, head, withSpecialCases(sum, far));
  },
});
