/**
 * Remainders and rounded quotients, exact: what is left of a after as many whole b as fit, and how many did.
 *
 * For floats, q·b is taken as two floats, its rounded value and what the rounding lost (Dekker's product), so a − q·b has
 * no error while q has no more digits than a float; two more steps take what a longer quotient leaves. A quotient that was
 * rounded up to the next integer leaves a remainder of the wrong sign, which one b more puts right.
 *
 * Invariant: exact for quotients below 2^70 in float32 and 2^150 in float64. NaN for b = 0 and for infinite a; a for
 * infinite b. Integers divided by 0 give 0.
 *
 * Reference: Dekker, A floating-point technique for extending the available precision (1971); C99 7.12.10.1.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { isFloatExpr, isInfExpr, upperHalf, withSign } from '../families/bits.js';

/** A float as the sum of two with half of its digits each. */
function split(x: Expr): readonly [Expr, Expr] {
  if (x.dtype === 'float32') {
    const upper = upperHalf(x);
    return [upper, e.sub(x, upper)];
  }
  const wide = e.mul(x, 2 ** 27 + 1);
  const upper = e.sub(wide, e.sub(wide, x));
  return [upper, e.sub(x, upper)];
}

/** q = trunc(a / b), and a − q·b without rounding. */
function step(a: Expr, b: Expr): { quotient: Expr; rest: Expr } {
  const quotient = e.trunc(e.div(a, b));
  const product = e.mul(quotient, b);
  const [[qUpper, qLower], [bUpper, bLower]] = [split(quotient), split(b)];
  const halves = e.sub(e.mul(qUpper, bUpper), product);
  const lost = e.add(e.add(e.add(halves, e.mul(qUpper, bLower)), e.mul(qLower, bUpper)), e.mul(qLower, bLower));
  return { quotient, rest: e.sub(e.sub(a, product), lost) };
}

const differ = (a: Expr, b: Expr): Expr => e.ne(e.lt(a, 0), e.lt(b, 0));
const signsDiffer = (rest: Expr, b: Expr): Expr => e.and(e.ne(rest, 0), differ(rest, b));

/** The quotient without its fraction, and the remainder, which has the sign of a. */
function divided(a: Expr, b: Expr): { quotient: Expr; rest: Expr } {
  if (!isFloatExpr(a)) return { quotient: e.quot(a, b), rest: e.rem(a, b) };
  const first = step(a, b);
  const second = step(first.rest, b);
  const third = step(second.rest, b);
  const over = signsDiffer(third.rest, a);
  const rest = e.select(over, e.sub(e.abs(b), e.abs(third.rest)), third.rest);
  const one = e.select(differ(a, b), e.const(-1, a.dtype), 1);
  const quotient = e.sub(e.add(first.quotient, e.add(second.quotient, third.quotient)), e.select(over, one, 0));
  const none = e.and(isInfExpr(b), e.not(isInfExpr(a)));
  return { quotient: e.select(none, e.mul(a, 0), quotient), rest: e.select(none, a, withSign(rest, a)) };
}

/** The remainder with the sign of a. */
export const truncatedRemainder = (a: Expr, b: Expr): Expr => divided(a, b).rest;

/** The remainder with the sign of b. */
export function flooredRemainder(a: Expr, b: Expr): Expr {
  const { rest } = divided(a, b);
  return e.select(signsDiffer(rest, b), e.add(rest, b), rest);
}

/** The largest integer that is not above a / b. */
export function flooredQuotient(a: Expr, b: Expr): Expr {
  const { quotient, rest } = divided(a, b);
  const floored = e.select(signsDiffer(rest, b), e.sub(quotient, 1), quotient);
  if (!isFloatExpr(a)) return floored;
  const ratio = e.div(a, b);
  return e.select(e.eq(b, 0), ratio, e.select(e.eq(floored, 0), withSign(floored, ratio), floored));
}

/** The quotient without its fraction. */
export const truncatedQuotient = (a: Expr, b: Expr): Expr => (isFloatExpr(a) ? e.trunc(e.div(a, b)) : e.quot(a, b));
