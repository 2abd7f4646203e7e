/**
 * lgamma and digamma in simpler instructions.
 *
 * ln Γ(y) = (y − 1)(y − 2)·Q(y) on 1 ≤ y < 3.5, which keeps the relative error at both zeros; Stirling's series from there on;
 * one step of the recurrence below 1; reflection below 0. The same for ψ with its zero at 1.4616 and the border 2.
 *
 * Invariant: float32, relative error 1e-6 for positive arguments, absolute near the zeros between the poles. lgamma is
 * inf at the poles; digamma is NaN there, and −inf at 0 (inf at −0), as in PyTorch.
 *
 * Reference: DLMF 5.5.1 to 5.5.4, 5.11.1, 5.11.2. Coefficients are our own minimax fits.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { log } from './logarithm.js';
import { horner, INFINITY_BITS, isNaNBits, magnitudeBits, nearestInteger, rounded } from './parts.js';
import { tangentOf } from './quadrant.js';
import * as js from './scalar.js';

/** ln Γ(2 + z)/(z(z + 1)) on −1 ≤ z ≤ 1.5 */
const LGAMMA = [
  0.422784328, -0.100317299, 0.0329652615, -0.0123843877, 0.00499670254, -0.00210590218, 0.000921254687, -0.000414646784,
  0.000175671521, -6.74680559e-5, 3.80616984e-5, -2.89142699e-5, 1.33425037e-5, -2.4147796e-6,
];
/** What Stirling's series adds, times x, in 1/x², from x = 3 on */
const STIRLING = [0.0833331645, -0.00276993681, 0.000679248653];

function lgammaOfPositive(x: Expr): Expr {
  const logX = log(x);
  const below = e.lt(x, 1);
  const z = e.select(below, e.sub(x, 1), e.sub(x, 2));
  const nearZeros = e.mul(e.mul(z, e.add(z, 1)), horner(z, LGAMMA));
  const near = e.add(nearZeros, e.select(below, e.neg(logX), 0));
  const inverse = e.div(1, x);
  const series = e.mul(inverse, horner(e.mul(inverse, inverse), STIRLING));
  const constant = (Math.log(2 * Math.PI) - 1) / 2;
  const far = e.add(e.mul(e.sub(x, 0.5), e.sub(logX, 1)), e.add(series, constant));
  return e.select(e.lt(x, 3.5), near, far);
}

/** Within this of 0, ln Γ(x) is −ln |x|. */
const TINY = 2 ** -24;
/** sin(πr)/r in r², on |r| ≤ ½ */
const SIN_PI = [3.14159274, -5.16772032, 2.55025792, -0.599354923, 0.0796649009];

export const lgamma = /* @__PURE__ */ e.derived({
  name: 'lgamma',
  js: js.lgamma,
  cost: 160,
  float32: (x) => {
    const negative = e.lt(x, -TINY);
    const positive = lgammaOfPositive(e.select(negative, e.sub(1, x), e.abs(x)));
    // ln Γ(x) = ln(π/|sin πx|) − ln Γ(1 − x)
    const r = e.sub(x, e.nearest(x));
    const sine = e.abs(e.mul(r, horner(e.mul(r, r), SIN_PI)));
    const reflected = e.sub(e.sub(Math.log(Math.PI), log(sine)), positive);
    const value = e.select(negative, e.select(e.eq(r, 0), e.const(Infinity, 'float32'), reflected), positive);
    return e.select(e.ge(magnitudeBits(x), INFINITY_BITS), e.abs(x), value);
  },
});

/** ψ(y)/(y − zero) in y − 1.5, on 1 ≤ y ≤ 2 */
const DIGAMMA = [
  0.951055884, -0.423627466, 0.240539089, -0.148400486, 0.095107168, -0.0620329455, 0.0394171178, -0.0259086695,
  0.0238252003, -0.0161583405,
];
const ZERO = 1.4616321449683623;
/** What ψ exceeds ln x − 1/(2x) by, times x², in 1/x², from x = 2 */
const ASYMPTOTIC = [-0.0833323896, 0.0083000781, -0.00356111047, 0.00182819366];

function digammaOfPositive(x: Expr): Expr {
  const inverse = e.div(1, x);
  const below = e.lt(x, 1);
  const y = e.select(below, e.add(x, 1), x);
  const fromZero = e.sub(rounded(e.sub(y, Math.fround(ZERO))), ZERO - Math.fround(ZERO));
  const nearZero = e.mul(fromZero, horner(e.sub(y, 1.5), DIGAMMA));
  const near = e.sub(nearZero, e.select(below, inverse, 0));
  const square = e.mul(inverse, inverse);
  const far = e.add(e.sub(log(x), e.mul(inverse, 0.5)), e.mul(square, horner(square, ASYMPTOTIC)));
  return e.select(e.lt(x, 2), near, far);
}

export const digamma = /* @__PURE__ */ e.derived({
  name: 'digamma',
  js: js.digamma,
  cost: 136,
  float32: (x) => {
    const negative = e.lt(x, 0);
    const positive = digammaOfPositive(e.select(negative, e.sub(1, x), x));
    const r = e.sub(x, e.nearest(x));
    const { integer, float } = nearestInteger(e.add(r, r));
    const tangent = tangentOf(integer, e.mul(e.sub(r, e.mul(float, 0.5)), Math.PI));
    const cotangent = e.div(Math.PI, tangent);
    const reflected = e.select(e.eq(r, 0), e.const(NaN, 'float32'), e.sub(positive, cotangent));
    const value = e.select(negative, reflected, positive);
    const atZero = e.div(-1, x);
    return e.select(e.eq(x, 0), atZero, e.select(isNaNBits(x), x, value));
  },
});
