/**
 * erf, erfc and erfinv in simpler instructions.
 *
 * (1 + 2a)·exp(a²)·erfc(a) is smooth in t = (a − 2)/(a + 2) over all a ≥ 0. erf is an odd polynomial up to 1 and
 * 1 − erfc beyond. erfinv(x)/x is a polynomial in w = −log(1 − x²), another in √w where w is large.
 *
 * Invariant: float32, erf at most 2 ulp, the others 4. ±0 keeps its sign in erf and erfinv.
 *
 * Reference: Shepherd & Laframboise, Chebyshev approximation of (1 + 2x)exp(x²)erfc x (1981); Giles, Approximating the
 * erfinv function (2010). Coefficients are our own minimax fits.
 */
import type { Builder } from '../build.js';
import type { Expr } from '../expr.js';
import type { Expansion } from '../instructions.js';
import { expParts } from './exponential.js';
import { log } from './logarithm.js';
import { float32, horner, scaleByPower, upperHalf, withSignOf } from './parts.js';

/** erf(x)/x − 1 in x², on |x| ≤ 1 */
const ERF = [
  0.128379166, -0.37612626, 0.112835787, -0.0268533472, 0.00518716266, -0.000799786591, 7.80698902e-5,
];

/** (1 + 2a)·exp(a²)·erfc(a) in t */
const ERFC = [
  1.27697837, -0.0927639231, -0.166030973, 0.164054722, -0.0542072244, -0.0080584418, 0.00863914192, 0.00131431932,
  -0.00123652921, -0.000403872575,
];

/** erfc of a ≥ 0; past 10.1 it is 0. */
function erfcOfPositive(e: Builder, unbounded: Expr): Expr {
  const a = e.min(unbounded, 10.1);
  const t = e.div(e.sub(a, 2), e.add(a, 2));
  const smooth = e.div(horner(e, t, ERFC), e.add(e.add(a, a), 1));
  // exp(−a²) of a square too long for one float: a² = upper² + (a − upper)(a + upper)
  const upper = upperHalf(e, a);
  const { value, n } = expParts(e, e.neg(e.mul(upper, upper)));
  const rest = e.mul(e.sub(upper, a), e.add(upper, a));
  const correction = e.add(e.mul(e.mul(rest, rest), 0.5), rest);
  return scaleByPower(e, e.mul(smooth, e.add(value, e.mul(value, correction))), n);
}

export const erf: Expansion = float32((e, x) => {
  const a = e.abs(x);
  const inner = e.add(x, e.mul(x, horner(e, e.mul(x, x), ERF)));
  return e.select(e.gt(a, 1), withSignOf(e, e.sub(1, erfcOfPositive(e, a)), x), inner);
});

export const erfc: Expansion = float32((e, x) => {
  const value = erfcOfPositive(e, e.abs(x));
  return e.select(e.lt(x, 0), e.sub(2, value), value);
});

/** erfinv(x)/x in w − 2.5, for w < 5 */
const CENTRAL = [
  1.50140941, 0.246640712, -0.00417769374, -0.00125369383, 0.000218596659, -4.40057329e-6, -3.52804091e-6, 3.44044167e-7,
  2.84952169e-8,
];
/** erfinv(x)/x in √w − 3, from w = 5 */
const OUTER = [
  2.83297682, 1.00167418, 0.00944065675, -0.00762254419, 0.00573161012, -0.00367421983, 0.00136194692, 0.000102012375,
  -0.00020689852,
];

export const erfinv: Expansion = float32((e, x) => {
  const product = e.mul(e.sub(1, x), e.add(x, 1));
  const w = e.neg(log(e, [product], 'float32') ?? product);
  const outer = e.sub(e.sqrt(w), 3);
  const ratio = e.select(e.lt(w, 5), horner(e, e.sub(w, 2.5), CENTRAL), horner(e, outer, OUTER));
  return e.mul(x, e.select(e.eq(e.abs(x), 1), e.const(Infinity, 'float32'), ratio));
});
