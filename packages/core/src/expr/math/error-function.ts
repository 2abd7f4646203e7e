/**
 * erf, erfc and erfinv in simpler instructions.
 *
 * erf a = 1 − e^−w with a polynomial w, which holds its relative error at 0 without a second branch. For erfc,
 * (1 + 2a)·exp(a²)·erfc(a) is smooth in t = (a − 2)/(a + 2) over all a ≥ 0. erfinv(x)/x is a polynomial in
 * w = −log(1 − x²), another in √w where w is large.
 *
 * Invariant: float32, erf and erfinv at most 2 ulp, erfc 4.5. ±0 keeps its sign in erf and erfinv.
 *
 * Reference: Shepherd & Laframboise, Chebyshev approximation of (1 + 2x)exp(x²)erfc x (1981); Giles, Approximating the
 * erfinv function (2010). Coefficients are our own minimax fits.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { expm1OfSum, expTail } from './exponential.js';
import { log } from './logarithm.js';
import { bitsOf, horner, nearestPower, ONE_BITS, paired, rounded, scale, upperHalf, withSignOf } from './parts.js';
import * as js from './scalar.js';

/** −ln(erfc a)/a − 1 on 0 ≤ a ≤ 3.93 */
const ERF = [
  0.128379166, 0.636619568, 0.102776304, -0.0191478152, -0.000169528663, 0.00167570321, -0.000637375226, 0.000118862976,
  -9.38789435e-6,
];
/** log₂(erfc a)/a, near enough to choose n by it while P is still being computed. */
const POWER = [-1.4701, -1.2413];
/** Past this, erf is 1. */
const ERF_IS_ONE = 3.93;

/**
 * erf a = 1 − e^−(a + u) = 1 − 2ⁿ − 2ⁿ·(eʳ − 1) with r = −n·ln 2 − a − u, where u = a·P(a) is kept apart from a until the
 * end, so that near 0 only the last sum rounds.
 */
export const erf = /* @__PURE__ */ e.derived({
  name: 'erf',
  js: js.erf,
  cost: 46,
  float32: (x) => {
    const a = e.min(e.abs(x), ERF_IS_ONE);
    const u = e.mul(a, paired(a, e.mul(a, a), ERF));
    const { n, factors } = nearestPower(e.mul(a, horner(a, POWER)));
    const head = e.sub(e.mul(n, -Math.LN2), a);
    const small = e.add(head, e.sub(expTail(e.sub(head, u), true), u));
    const power = factors[0];
    return withSignOf(e.sub(rounded(e.sub(1, power)), e.mul(power, small)), x);
  },
});

/** (1 + 2a)·exp(a²)·erfc(a) in t */
const ERFC = [
  1.27697837, -0.0927639231, -0.166030973, 0.164054722, -0.0542072244, -0.0080584418, 0.00863914192, 0.00131431932,
  -0.00123652921, -0.000403872575,
];

/** erfc of a ≥ 0; past 10.1 it is 0. */
function erfcOfPositive(unbounded: Expr): Expr {
  const a = e.min(unbounded, 10.1);
  const t = e.div(e.sub(a, 2), e.add(a, 2));
  const smooth = e.div(horner(t, ERFC), e.add(e.add(a, a), 1));
  // a² is too long for one float: it is upper² + (a − upper)(a + upper).
  const upper = upperHalf(a);
  const { small, power } = expm1OfSum(e.neg(e.mul(upper, upper)), e.mul(e.sub(upper, a), e.add(upper, a)));
  return scale(e.add(e.mul(smooth, small), smooth), power);
}

export const erfc = /* @__PURE__ */ e.derived({
  name: 'erfc',
  js: js.erfc,
  cost: 70,
  float32: (x) => {
    const value = erfcOfPositive(e.abs(x));
    return e.select(e.lt(x, 0), e.sub(2, value), value);
  },
});

/** erfinv(x)/x − 1 in w, for w < 6 */
const CENTRAL = [
  -0.11377307, 0.232013434, 0.0115512665, -0.00234119315, -0.000118254015, 3.74952033e-5, 7.27013958e-6, -2.91919764e-6,
  3.83946144e-7, -2.43366234e-8, 6.28969488e-10,
];
/** erfinv(x)/x in √w − 3.25, from w = 6 */
const OUTER = [
  3.08388567, 1.00525832, 0.00536958035, -0.00373706408, 0.00250015827, -0.00176126114, 0.000940984581, -0.000224003408,
];
const BORDER = 6;

export const erfinv = /* @__PURE__ */ e.derived({
  name: 'erfinv',
  js: js.erfinv,
  cost: 94,
  float32: (x) => {
    const a = e.abs(x);
    const w = e.neg(log(e.mul(e.sub(1, a), e.add(a, 1))));
    const central = e.add(e.mul(a, horner(w, CENTRAL)), a);
    const outer = e.mul(a, horner(e.sub(e.sqrt(w), 3.25), OUTER));
    const inside = e.select(e.lt(w, BORDER), central, outer);
    return withSignOf(e.select(e.eq(bitsOf(a), ONE_BITS), e.const(Infinity, 'float32'), inside), x);
  },
});
