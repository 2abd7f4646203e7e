/**
 * sinh, cosh, tanh and their inverses in simpler instructions.
 *
 * sinh and cosh halve the exponential before 2ⁿ is applied, so they overflow only where their value does. tanh is a
 * polynomial up to 0.6 and 1 − 2/(e²ᵃ + 1) beyond. The inverses are log1p of what their logarithm's argument exceeds 1 by.
 *
 * Invariant: float32, tanh at most 2 ulp, the others 4; ±0 keeps its sign.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 12 and 13; Abramowitz & Stegun
 * 4.6.20 to 4.6.22.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { boundedExp } from './exponential.js';
import { log1p } from './logarithm.js';
import { horner, nearestPower, oddPolynomial, withSignOf } from './parts.js';

/** (sinh x − x)/x³ in x², on |x| ≤ 1 */
const SINH = [0.166666672, 0.00833331048, 0.000198428956, 2.78221319e-6];

/** Past this, sinh and cosh are infinite. */
const HIGHEST = 90;

/** eᵃ/2 */
const halfExp = (a: Expr): Expr => boundedExp(e.min(a, HIGHEST), -1);

export const sinh = /* @__PURE__ */ e.derived({
  name: 'sinh',
  js: Math.sinh,
  cost: 46,
  float32: (x) => {
    const a = e.abs(x);
    const half = halfExp(a);
    const large = withSignOf(e.sub(half, e.div(0.25, half)), x);
    return e.select(e.gt(a, 1), large, oddPolynomial(x, SINH));
  },
});

export const cosh = /* @__PURE__ */ e.derived({
  name: 'cosh',
  js: Math.cosh,
  cost: 32,
  float32: (x) => {
    const half = halfExp(e.abs(x));
    return e.add(half, e.div(0.25, half));
  },
});

/** (tanh x − x)/x³ in x², on |x| ≤ 0.6 */
const TANH = [-0.333332986, 0.133319363, -0.0537847169, 0.0207986254, -0.00589796668];
const TANH_BORDER = 0.6;
/** Past this, tanh is 1. */
const TANH_IS_ONE = 9.1;

/** 2ʳ on |r| ≤ ½ */
const EXP2 = [1, 0.693147182, 0.240226477, 0.0555035956, 0.00961849932, 0.00133909716, 0.000153292931];

export const tanh = /* @__PURE__ */ e.derived({
  name: 'tanh',
  js: Math.tanh,
  cost: 42,
  float32: (x) => {
    const a = e.abs(x);
    const twice = e.mul(e.min(a, TANH_IS_ONE), 2 * Math.LOG2E);
    const { n, factors } = nearestPower(twice);
    const exp = e.mul(horner(e.sub(twice, n), EXP2), factors[0]);
    const outer = e.sub(1, e.div(2, e.add(exp, 1)));
    return withSignOf(e.select(e.gt(a, TANH_BORDER), outer, oddPolynomial(a, TANH)), x);
  },
});

/** From here on, √(x² ± 1) is x to the last bit. */
const LARGE = 2 ** 28;

/** log1p(x) where x is not large, log(2x) where it is. */
function logOf(large: Expr, x: Expr, excess: Expr): Expr {
  const ln2 = e.select(large, e.const(Math.LN2, 'float32'), 0);
  return e.add(log1p(e.select(large, x, excess)), ln2);
}

export const asinh = /* @__PURE__ */ e.derived({
  name: 'asinh',
  js: Math.asinh,
  cost: 70,
  float32: (x) => {
    const a = e.abs(x);
    const square = e.mul(a, a);
    const excess = e.add(a, e.div(square, e.add(e.sqrt(e.add(square, 1)), 1)));
    return withSignOf(logOf(e.gt(a, LARGE), a, excess), x);
  },
});

export const acosh = /* @__PURE__ */ e.derived({
  name: 'acosh',
  js: Math.acosh,
  cost: 64,
  float32: (x) => {
    const above = e.sub(x, 1);
    const excess = e.add(above, e.sqrt(e.mul(above, e.add(above, 2))));
    return e.select(e.lt(x, 1), NaN, logOf(e.gt(x, LARGE), x, excess));
  },
});

export const atanh = /* @__PURE__ */ e.derived({
  name: 'atanh',
  js: Math.atanh,
  cost: 60,
  float32: (x) => {
    const a = e.abs(x);
    const excess = e.div(e.add(a, a), e.sub(1, a));
    return withSignOf(e.mul(log1p(excess), 0.5), x);
  },
});
