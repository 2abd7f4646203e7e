/**
 * sin, cos and tan in simpler instructions.
 *
 * x = n·π/2 + r with |r| ≤ π/4 and π/2 in four parts, so that n times each of the first three is exact. What the fourth
 * takes off is so small that it need not pass through the polynomials. Large angles have a file of their own.
 *
 * Invariant: float32, at most 2 ulp (tan 4) for every angle. ±0 keeps its sign; inf gives NaN.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 8 and 9.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { isLargeAngle } from './large-angle.js';
import { flipSign, float32, nearestInteger } from './parts.js';
import { sineOf, tangentOf } from './quadrant.js';

/** π/2 in three parts of 12 bits and a rest. */
const HALF_PI_PARTS = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8];
const HALF_PI_REST = 2.563344151594519e-12;

/** x − n·π/2 for an integer n of at most 12 bits, as a float and what is still to be subtracted. */
function reduce(e: Builder, x: Expr, n: Expr): { r: Expr; rest: Expr } {
  const r = HALF_PI_PARTS.reduce((left, part) => e.rounded(e.sub(left, e.mul(n, part))), x);
  return { r, rest: e.mul(n, HALF_PI_REST) };
}

/** The large angle's value where x is one. */
const largeOr = (e: Builder, x: Expr, large: Expr, moderate: Expr): Expr =>
  e.select(isLargeAngle(e, [x], 'float32')!, large, moderate);

export const sin: Expansion = float32((e, x) => {
  const a = e.abs(x); // of −0 the polynomial would make 0
  const { integer, float } = nearestInteger(e, e.mul(a, 2 / Math.PI));
  const { r, rest } = reduce(e, a, float);
  return largeOr(e, x, e.sinLarge(x), flipSign(e, sineOf(e, integer, r, rest), x));
});

export const cos: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, e.mul(x, 2 / Math.PI));
  const { r, rest } = reduce(e, x, float);
  return largeOr(e, x, e.cosLarge(x), sineOf(e, e.add(integer, 1), r, rest));
});

export const tan: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, e.mul(x, 2 / Math.PI));
  const { r, rest } = reduce(e, x, float);
  return largeOr(e, x, e.tanLarge(x), tangentOf(e, integer, e.sub(r, rest)));
});
