/**
 * sin, cos and tan in simpler instructions.
 *
 * x = n·π + r for sin, with |r| ≤ π/2 and π in four parts so that n times each of the first three is exact; one odd
 * polynomial, and the sign from n's last bit. cos x = sin(x + π/2) takes odd halves of π. tan reduces by π/2.
 *
 * Invariant: float32, at most 2 ulp (tan 4). ±0 keeps its sign, ±inf gives NaN.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 8 and 9. Coefficients are our
 * own minimax fits.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { bitsOf, float32, floatOf, nearestInteger, oddPolynomial } from './parts.js';

/** π/2 in parts of 13 bits. */
const HALF_PI_PARTS = [1.570556640625, 0.0002396702766418457, 1.5890691429376602e-8, 2.5633440682570896e-12];

/** (sin r − r)/r³ in r², on |r| ≤ π/2 */
const SIN = [-0.166666597, 0.00833306927, -0.000198097696, 2.60605998e-6];
/** (tan r − r)/r³ in r², on |r| ≤ π/4 */
const TAN = [0.333331287, 0.133395299, 0.0533506162, 0.0246475507, 0.00276952516, 0.00959380716];

/** x − n·π/2 */
function reduce(e: Builder, x: Expr, n: Expr): Expr {
  let r = x;
  for (const part of HALF_PI_PARTS) r = e.sub(r, e.mul(n, part));
  return r;
}

/** sin r, negated where n is odd. */
const alternating = (e: Builder, r: Expr, n: Expr): Expr =>
  floatOf(e, e.xor(bitsOf(e, oddPolynomial(e, r, SIN)), e.shl(n, 31)));

export const sin: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, x, 1 / Math.PI);
  return alternating(e, reduce(e, x, e.mul(float, 2)), integer);
});

export const cos: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, e.add(e.mul(e.abs(x), 1 / Math.PI), -0.5));
  const odd = e.add(e.mul(float, 2), 1);
  return alternating(e, reduce(e, e.abs(x), odd), e.add(integer, 1));
});

export const tan: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, x, 2 / Math.PI);
  const t = oddPolynomial(e, reduce(e, x, float), TAN);
  return e.select(e.eq(e.and(integer, 1), 0), t, e.div(-1, t));
});
