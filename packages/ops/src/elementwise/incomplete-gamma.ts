/**
 * The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x).
 *
 * Below the transition at x = a, P is a power series; above it, Q is a continued fraction; both take about √a steps near it,
 * so for very large a the leading terms of the uniform expansion serve there. For small a and x, Q is summed by itself.
 *
 * Invariant: PyTorch's values at 0 and ∞; NaN for negative arguments. The first argument has no gradient, as in PyTorch.
 *
 * Reference: DLMF 8.7.1, 8.9.2, 8.12.3; Gil, Segura & Temme, Efficient and accurate algorithms for the computation and
 * inversion of the incomplete gamma function ratios (2012).
 */
import { AutogradError, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { onlyFloats } from '../families/checks.js';
import { hosted } from '../families/hosted.js';
import type { Binary, OperandGrad } from '../families/binary.js';
import { mul, neg, sub } from './arithmetic.js';
import { exp, xlogy } from './exponential.js';
import { lgamma } from './gamma.js';

type Real = (x: number) => number;
/** JavaScript's meaning of an instruction. */
const meaning = (row: { readonly js: unknown }): Real => row.js as Real;

/** log(1 + μ) − μ, by its series where the two cancel. */
function log1pMinus(mu: number): number {
  if (Math.abs(mu) > 0.3) return Math.log1p(mu) - mu;
  let [power, sum] = [mu, 0];
  for (let k = 2; Math.abs(power) > 1e-18; k++) {
    power *= -mu;
    sum += power / k;
  }
  return sum;
}

/** xᵃe⁻ˣ / Γ(a + 1) */
export function density(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - meaning(e.lgamma.row)(a + 1));
  const inverse = 1 / (a * a);
  const stirling = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / a;
  return Math.exp(a * log1pMinus((x - a) / a) - stirling) / Math.sqrt(2 * Math.PI * a);
}

/** P for x up to about a. */
function lowerSeries(a: number, x: number): number {
  let [term, sum] = [1, 1];
  for (let r = a + 1; term > sum * 1e-17; r++) {
    term *= x / r;
    sum += term;
  }
  return density(a, x) * sum;
}

/** Q for x above about a, by Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let [c, d] = [1e300, 1 / b];
  let h = d;
  for (let i = 1; ; i++) {
    const n = i * (a - i);
    b += 2;
    d = 1 / (n * d + b || 1e-300);
    c = b + n / c || 1e-300;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-16 || i > 1e6) return density(a, x) * a * h;
  }
}

/** Q for small a and x, where 1 − P cancels: 1 − xᵃ/Γ(a + 1) less the rest of the series. */
function upperSeries(a: number, x: number): number {
  const power = a * Math.log(x) - meaning(e.lgamma.row)(a + 1);
  let [factor, sum] = [1, 0];
  for (let n = 1; n < 100; n++) {
    factor *= -x / n;
    sum += factor / (a + n);
  }
  return -Math.expm1(power) - Math.exp(power) * a * sum;
}

/** From here on the transition is a normal distribution's, with one correction. */
const LARGE = 1e7;

/** Q next to x = a for large a. */
function upperUniform(a: number, x: number): number {
  const mu = (x - a) / a;
  const square = -2 * log1pMinus(mu);
  const eta = Math.sign(mu) * Math.sqrt(square);
  const correction = (Math.exp(-0.5 * a * square) / Math.sqrt(2 * Math.PI * a)) * (eta / 12 - 1 / 3);
  return 0.5 * meaning(e.erfc.row)(eta * Math.sqrt(a / 2)) + correction;
}

/** P and Q, each accurate. */
function both(a: number, x: number): { p: number; q: number } {
  const fromP = (p: number) => ({ p, q: 1 - p });
  const fromQ = (q: number) => ({ p: 1 - q, q });
  if (a < 0 || x < 0) return fromP(NaN);
  if (a === 0) return x > 0 ? { p: 1, q: 0 } : fromP(NaN);
  if (x === 0) return { p: 0, q: 1 };
  if (a === Infinity) return x === Infinity ? fromP(NaN) : { p: 0, q: 1 };
  if (x === Infinity) return { p: 1, q: 0 };
  if (Number.isNaN(a + x)) return fromP(NaN);
  if (a > LARGE && Math.abs(x - a) < 0.01 * a) return fromQ(upperUniform(a, x));
  if (x <= 1.1 && a < 1.1 * x) return { p: lowerSeries(a, x), q: upperSeries(a, x) };
  return x < a + 1 ? fromP(lowerSeries(a, x)) : fromQ(upperFraction(a, x));
}

/** The first argument's gradient is no function that PyTorch, or we, have. */
const noGradOfFirst =
  (name: string): OperandGrad =>
  () => {
    throw new AutogradError(`${name}: there is no gradient for its first argument. Use a.detach().`);
  };

/** xᵃ⁻¹e⁻ˣ/Γ(a) */
const slope = (g: Tensor, a: Tensor, x: Tensor): Tensor => mul(g, exp(sub(sub(xlogy(sub(a, 1), x), x), lgamma(a))));

/**
 * The regularised lower incomplete gamma function P(a, x) = (1/Γ(a)) ∫₀ˣ tᵃ⁻¹e⁻ᵗ dt.
 *
 * @param a input, from 0
 * @param x other, from 0; both broadcast
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bool alone; AutogradError for the gradient
 *   of `a`.
 * @example igamma(tensor([2, 4], { dtype: 'float32' }), tensor([1, 4], { dtype: 'float32' }))    // [0.2642, 0.5665]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.gammainc
 */
export const igamma: Binary = /* @__PURE__ */ hosted({
  name: 'igamma',
  numbers: 'none',
  check: onlyFloats,
  scalar: (a, x) => both(a, x).p,
  grad: [/* @__PURE__ */ noGradOfFirst('igamma'), (g, _y, a, x) => slope(g, a, x)],
});

/**
 * The regularised upper incomplete gamma function Q(a, x) = (1/Γ(a)) ∫ₓ^∞ tᵃ⁻¹e⁻ᵗ dt.
 *
 * @param a input, from 0
 * @param x other, from 0; both broadcast
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bool alone; AutogradError for the gradient
 *   of `a`.
 * @example igammac(tensor([2, 4], { dtype: 'float32' }), tensor([1, 4], { dtype: 'float32' }))   // [0.7358, 0.4335]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.gammaincc
 */
export const igammac: Binary = /* @__PURE__ */ hosted({
  name: 'igammac',
  numbers: 'none',
  check: onlyFloats,
  scalar: (a, x) => both(a, x).q,
  grad: [/* @__PURE__ */ noGradOfFirst('igammac'), (g, _y, a, x) => neg(slope(g, a, x))],
});
