/**
 * sinh, cosh, tanh and their inverses in simpler instructions.
 *
 * sinh and cosh halve the exponential before 2ⁿ is applied, so they overflow only where their value does. tanh is
 * −m/(2 + m) with m = e^−2|x| − 1, which does not cancel. The inverses are log1p of what their logarithm exceeds 1 by.
 *
 * Invariant: float32, tanh at most 2 ulp, the others 4; ±0 keeps its sign.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 12 and 13; Abramowitz & Stegun
 * 4.6.20 to 4.6.22.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { expm1Bounded, expParts } from './exponential.js';
import { log1p } from './logarithm.js';
import { float32, oddPolynomial, scaleByPower, withSignOf } from './parts.js';

/** (sinh x − x)/x³ in x², on |x| ≤ 1 */
const SINH = [0.166666672, 0.00833331048, 0.000198428956, 2.78221319e-6];

/** Past this, sinh and cosh are infinite. */
const HIGHEST = 90;

/** eᵃ/2 */
function halfExp(e: Builder, a: Expr): Expr {
  const { value, n } = expParts(e, e.min(a, HIGHEST));
  return scaleByPower(e, value, e.sub(n, 1));
}

export const sinh: Expansion = float32((e, x) => {
  const a = e.abs(x);
  const half = halfExp(e, a);
  const large = withSignOf(e, e.sub(half, e.div(0.25, half)), x);
  return e.select(e.gt(a, 1), large, oddPolynomial(e, x, SINH));
});

export const cosh: Expansion = float32((e, x) => {
  const half = halfExp(e, e.abs(x));
  return e.add(half, e.div(0.25, half));
});

/** Past this, tanh is 1. */
const TANH_IS_ONE = 9.1;

export const tanh: Expansion = float32((e, x) => {
  const m = expm1Bounded(e, e.mul(e.min(e.abs(x), TANH_IS_ONE), -2));
  return withSignOf(e, e.div(e.neg(m), e.add(m, 2)), x);
});

/** From here on, √(x² ± 1) is x to the last bit. */
const LARGE = 2 ** 28;

const log1pOf = (e: Builder, x: Expr): Expr => log1p(e, [x], 'float32') ?? x;

/** log1p(x) where x is not large, log(2x) where it is. */
function logOf(e: Builder, large: Expr, x: Expr, excess: Expr): Expr {
  const ln2 = e.select(large, e.const(Math.LN2, 'float32'), 0);
  return e.add(log1pOf(e, e.select(large, x, excess)), ln2);
}

export const asinh: Expansion = float32((e, x) => {
  const a = e.abs(x);
  const square = e.mul(a, a);
  const excess = e.add(a, e.div(square, e.add(e.sqrt(e.add(square, 1)), 1)));
  return withSignOf(e, logOf(e, e.gt(a, LARGE), a, excess), x);
});

export const acosh: Expansion = float32((e, x) => {
  const above = e.sub(x, 1);
  const excess = e.add(above, e.sqrt(e.mul(above, e.add(above, 2))));
  return e.select(e.lt(x, 1), NaN, logOf(e, e.gt(x, LARGE), x, excess));
});

export const atanh: Expansion = float32((e, x) => {
  const a = e.abs(x);
  const excess = e.div(e.add(a, a), e.sub(1, a));
  return withSignOf(e, e.mul(log1pOf(e, excess), 0.5), x);
});
