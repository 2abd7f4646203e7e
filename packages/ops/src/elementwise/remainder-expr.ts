/**
 * Remainders and rounded quotients, exact: what is left of a after as many whole b as fit, and how many did.
 *
 * For floats, q·b is taken as two floats, its rounded value and what the rounding lost (Dekker's product), so a − q·b has
 * no error while q has no more digits than a float; a second step takes what a longer quotient leaves. A quotient that was
 * rounded up to the next integer leaves a remainder of the wrong sign, which one b more puts right.
 *
 * Invariant: exact for quotients below 2^48 in float32 and 2^100 in float64. NaN for b = 0 and for infinite a; a for
 * infinite b. Integers divided by 0 give 0.
 *
 * Reference: Dekker, A floating-point technique for extending the available precision (1971); C99 7.12.10.1.
 */
import { e, type Expr } from '@sconce/core';
import { isFloatExpr, isInfExpr, withSign } from './bits.js';

/** A float as the sum of two with half of its digits each. */
function split(x: Expr): readonly [Expr, Expr] {
  if (x.dtype === 'float32') {
    const upper = e.bitcast(e.and(e.bitcast(x, 'int32'), -0x1000), 'float32');
    return [upper, e.sub(x, upper)];
  }
  const wide = e.mul(x, 2 ** 27 + 1);
  const upper = e.sub(wide, e.sub(wide, x));
  return [upper, e.sub(x, upper)];
}

/** a − trunc(a / b)·b without rounding. */
function step(a: Expr, b: Expr): Expr {
  const q = e.trunc(e.div(a, b));
  const product = e.mul(q, b);
  const [[qUpper, qLower], [bUpper, bLower]] = [split(q), split(b)];
  const halves = e.sub(e.mul(qUpper, bUpper), product);
  const lost = e.add(e.add(e.add(halves, e.mul(qUpper, bLower)), e.mul(qLower, bUpper)), e.mul(qLower, bLower));
  return e.sub(e.sub(a, product), lost);
}

const differ = (a: Expr, b: Expr): Expr => e.ne(e.lt(a, 0), e.lt(b, 0));
const signsDiffer = (rest: Expr, b: Expr): Expr => e.and(e.ne(rest, 0), differ(rest, b));

/** The remainder with the sign of a. */
export function truncatedRemainder(a: Expr, b: Expr): Expr {
  if (!isFloatExpr(a)) return e.rem(a, b);
  const rest = step(step(a, b), b);
  const right = e.select(signsDiffer(rest, a), e.sub(e.abs(b), e.abs(rest)), rest);
  return e.select(e.and(isInfExpr(b), e.not(isInfExpr(a))), a, withSign(right, a));
}

/** The remainder with the sign of b. */
export function flooredRemainder(a: Expr, b: Expr): Expr {
  const rest = truncatedRemainder(a, b);
  return e.select(signsDiffer(rest, b), e.add(rest, b), rest);
}

/** The largest integer that is not above a / b. */
export function flooredQuotient(a: Expr, b: Expr): Expr {
  const rest = truncatedRemainder(a, b);
  if (!isFloatExpr(a)) {
    const quotient = e.quot(a, b);
    return e.select(signsDiffer(rest, b), e.sub(quotient, 1), quotient);
  }
  const whole = e.div(e.sub(a, rest), b);
  const quotient = e.nearest(e.select(signsDiffer(rest, b), e.sub(whole, 1), whole));
  const ratio = e.div(a, b);
  return e.select(e.eq(b, 0), ratio, e.select(e.eq(quotient, 0), withSign(quotient, ratio), quotient));
}

/** The quotient without its fraction. */
export const truncatedQuotient = (a: Expr, b: Expr): Expr => (isFloatExpr(a) ? e.trunc(e.div(a, b)) : e.quot(a, b));
