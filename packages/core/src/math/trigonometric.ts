/**
 * sin, cos and tan in simpler instructions.
 *
 * x = n·π + r with |r| ≤ π/2 and π in four parts, so that n times each of the first three is exact; one odd polynomial,
 * and the sign from n's last bit. cos takes odd halves of π. tan reduces by π/2. Large angles have a file of their own.
 *
 * Invariant: float32, at most 2 ulp (tan 4) for every angle. ±0 keeps its sign; inf gives NaN.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 8 and 9. Coefficients are our
 * own minimax fits.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { isLargeAngle, SIN, tangentOf } from './large-angle.js';
import { bitsOf, flipSign, float32, floatOf, nearestInteger, oddPolynomial } from './parts.js';

/** π/2 in three parts of 12 bits and a rest. */
const HALF_PI_PARTS = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8];
const HALF_PI_REST = 2.563344151594519e-12;

/** x − n·π/2 for an integer n of at most 12 bits, as a float and what is still to be subtracted. */
function reduce(e: Builder, x: Expr, n: Expr): { r: Expr; rest: Expr } {
  const r = HALF_PI_PARTS.reduce((left, part) => e.sub(left, e.mul(n, part)), x);
  return { r, rest: e.mul(n, HALF_PI_REST) };
}

/** The large angle's value where x is one. */
const largeOr = (e: Builder, x: Expr, large: Expr, moderate: Expr): Expr =>
  e.select(isLargeAngle(e, [x], 'float32')!, large, moderate);

/** sin(r − rest), negated where n is odd. */
function alternating(e: Builder, { r, rest }: { r: Expr; rest: Expr }, n: Expr): Expr {
  return floatOf(e, e.xor(bitsOf(e, oddPolynomial(e, r, SIN, rest)), e.shl(n, 31)));
}

export const sin: Expansion = float32((e, x) => {
  const a = e.abs(x); // of −0 the polynomial would make 0
  const { integer, float } = nearestInteger(e, e.mul(a, 1 / Math.PI));
  const sine = alternating(e, reduce(e, a, e.add(float, float)), integer);
  return largeOr(e, x, e.sinLarge(x), flipSign(e, sine, x));
});

export const cos: Expansion = float32((e, x) => {
  // With n the integer nearest to x/π − ½, the sine of x − (n + ½)·π has the sign opposite to n's. The ½ is taken off
  // before the product: next to the constant that rounds, a compiler may add the two constants first.
  const { integer, float } = nearestInteger(e, e.mul(e.add(x, -Math.PI / 2), 1 / Math.PI));
  const reduced = reduce(e, x, e.add(e.add(float, float), 1));
  return largeOr(e, x, e.cosLarge(x), alternating(e, reduced, e.xor(integer, 1)));
});

export const tan: Expansion = float32((e, x) => {
  const { integer, float } = nearestInteger(e, e.mul(x, 2 / Math.PI));
  const { r, rest } = reduce(e, x, float);
  return largeOr(e, x, e.tanLarge(x), tangentOf(e, integer, e.sub(r, rest)));
});
