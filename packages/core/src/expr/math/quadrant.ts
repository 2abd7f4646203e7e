/**
 * sin, cos and tan of an angle given as a quadrant and what remains of it, in simpler instructions.
 *
 * Invariant: |r| ≤ π/4, a little more does no harm; of the quadrant, only the last two bits count.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 8 and 9. Coefficients are our
 * own minimax fits.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { flipSign, floatOf, horner, oddPolynomial } from './parts.js';

/** (sin r − r)/r³ in r², on |r| ≤ π/4 */
const SIN = [-0.166666538, 0.00833210815, -0.000195082335];

/** (cos r − 1 + r²/2)/r⁴ in r², on |r| ≤ π/4 */
const COS = [0.0416666456, -0.00138872978, 2.44300882e-5];
/** (tan r − r)/r³ in r², on |r| ≤ π/4 */
const TAN = [0.333331287, 0.133395299, 0.0533506162, 0.0246475507, 0.00276952516, 0.00959380716];

/** sin(quadrant·π/2 + r − rest) */
export function sineOf(quadrant: Expr, r: Expr, rest?: Expr): Expr {
  const square = e.mul(r, r);
  const quartic = e.mul(e.mul(square, square), horner(square, COS));
  const cosine = e.add(e.sub(1, e.mul(square, 0.5)), quartic);
  const even = e.eq(e.and(quadrant, 1), 0);
  const value = e.select(even, oddPolynomial(r, SIN, rest), cosine);
  return flipSign(value, floatOf(e.shl(quadrant, 30)));
}

/**
 * tan(quadrant·π/2 + r − rest). Its reciprocal takes in what the tangent lost in rounding, which would double there; where
 * there is no rest, r is exact and may be 0, and the reciprocal is left as it is.
 */
export function tangentOf(quadrant: Expr, r: Expr, rest?: Expr): Expr {
  const square = e.mul(r, r);
  const curved = e.mul(e.mul(r, square), horner(square, TAN));
  const more = rest === undefined ? curved : e.sub(curved, e.mul(rest, e.add(1, square)));
  const tangent = e.add(r, more);
  const quotient = e.div(-1, tangent);
  const lost = e.add(e.sub(r, tangent), more);
  const cotangent = rest === undefined ? quotient : e.add(quotient, e.mul(e.mul(quotient, quotient), lost));
  return e.select(e.eq(e.and(quadrant, 1), 0), tangent, cotangent);
}
