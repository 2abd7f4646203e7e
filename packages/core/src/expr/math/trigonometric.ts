/**
 * sin, cos and tan in simpler instructions, and the cosine of half turns.
 *
 * x = n·π/2 + r with |r| ≤ π/4 and π/2 in four parts, so that n times each of the first three is exact. What the fourth
 * takes off is so small that it need not pass through the polynomials. Large angles have a file of their own.
 *
 * Invariant: float32, at most 2 ulp for every angle. ±0 keeps its sign; inf gives NaN.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 8 and 9.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { cosLarge, isLargeAngle, sinLarge, tanLarge } from './large-angle.js';
import { flipSign, nearestInteger, rounded } from './parts.js';
import { sineOf, tangentOf } from './quadrant.js';
import { sinPi } from './special.js';

/** π/2 in three parts of 12 bits and a rest. */
const HALF_PI_PARTS = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8];
const HALF_PI_REST = 2.563344151594519e-12;

/**
 * x − n·π/2 for an integer n of at most 12 bits, as a float and what is still to be subtracted; `lost` is what the last of
 * the subtractions lost in rounding, the only one that is not exact.
 */
function reduce(x: Expr, n: Expr): { r: Expr; rest: Expr; lost: Expr } {
  const [before, r] = HALF_PI_PARTS.reduce(([, left], part) => [left, rounded(e.sub(left, e.mul(n, part)))], [x, x]);
  return { r, rest: e.mul(n, HALF_PI_REST), lost: e.add(e.sub(r, before), e.mul(n, HALF_PI_PARTS[2])) };
}

/** The large angle's value where x is one. */
const largeOr = (x: Expr, large: Expr, moderate: Expr): Expr =>
  e.select(isLargeAngle(x), large, moderate);

export const sin = /* @__PURE__ */ e.derived({
  name: 'sin',
  js: Math.sin,
  cost: 42,
  float32: (x) => {
    const a = e.abs(x); // of −0 the polynomial would make 0
    const { integer, float } = nearestInteger(e.mul(a, 2 / Math.PI));
    const { r, rest } = reduce(a, float);
    return largeOr(x, sinLarge(x), flipSign(sineOf(integer, r, rest), x));
  },
});

export const cos = /* @__PURE__ */ e.derived({
  name: 'cos',
  js: Math.cos,
  cost: 42,
  float32: (x) => {
    const { integer, float } = nearestInteger(e.mul(x, 2 / Math.PI));
    const { r, rest } = reduce(x, float);
    return largeOr(x, cosLarge(x), sineOf(e.add(integer, 1), r, rest));
  },
});

export const tan = /* @__PURE__ */ e.derived({
  name: 'tan',
  js: Math.tan,
  cost: 38,
  float32: (x) => {
    const { integer, float } = nearestInteger(e.mul(x, 2 / Math.PI));
    const { r, rest, lost } = reduce(x, float);
    return largeOr(x, tanLarge(x), tangentOf(integer, r, e.add(lost, rest)));
  },
});

/** cos(π·x) for |x| < 2²⁰, where reducing is exact: no angle is large, and π/2 is multiplied only with what remains. */
export const cosPi = /* @__PURE__ */ e.derived({
  name: 'cosPi',
  js: (x) => sinPi(0.5 - Math.abs(x)),
  cost: 22,
  float32: (x) => {
    const quarters = e.mul(x, 2);
    const { integer, float } = nearestInteger(quarters);
    return sineOf(e.add(integer, 1), e.mul(e.sub(quarters, float), Math.PI / 2));
  },
});
