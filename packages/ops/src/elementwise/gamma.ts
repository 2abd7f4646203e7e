/**
 * Gamma functions and the derivatives of their logarithm.
 *
 * ψ⁽ⁿ⁾ from n = 1 is (−1)ⁿ⁺¹ n! ζ(n + 1, x): the first terms of the sum, then Euler and Maclaurin's formula for the rest;
 * below ½ it is reflected, which adds the nth derivative of π·cot(πx), a polynomial in the cotangent.
 *
 * Invariant: each is the derivative of the one before, so gradients of gradients exist.
 *
 * Reference: DLMF 5.15.1, 5.15.6, 2.10.1.
 */
import { ArgumentError, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { describeOp } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, sub } from './arithmetic.js';

const POSITIVE = [{ shape: [2, 3], low: 0.6, high: 4 }];

/**
 * The logarithm of |Γ(x)| of each element.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.gammaln
 */
export const lgamma: Unary = /* @__PURE__ */ unary({
  name: 'lgamma',
  scalar: (x) => e.lgamma(x),
  grad: (g, _y, x) => mul(g, digamma(x)),
  samples: POSITIVE,
});

/**
 * The derivative ψ(x) of `lgamma`; NaN at the negative integers.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.digamma
 */
export const digamma: Unary = /* @__PURE__ */ unary({
  name: 'digamma',
  scalar: (x) => e.digamma(x),
  grad: (g, _y, x) => mul(g, polygamma(1, x)),
  samples: POSITIVE,
});

/** PyTorch's other names. */
export { lgamma as gammaln, digamma as psi };

/** B₂ₖ / (2k)! */
const BERNOULLI = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000];
/** Terms that are summed one by one. */
const TERMS = 7;

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** y^−s for a whole s from 1, from y^−1. */
function inversePower(inverse: Expr, s: number): Expr {
  let power = inverse;
  for (let i = 1; i < s; i++) power = e.mul(power, inverse);
  return power;
}

/** ζ(s, x) = Σ (x + k)^−s for x ≥ ½ and whole s ≥ 2. */
function hurwitzZeta(s: number, x: Expr): Expr {
  const inverse = e.div(1, e.add(x, TERMS));
  const square = e.mul(inverse, inverse);
  let factor = s;
  let tail: Expr = e.const(0, x.dtype);
  const coefficients = BERNOULLI.map((b, k) => {
    const c = b * factor;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    return c;
  });
  for (const c of coefficients.reverse()) tail = e.add(e.mul(tail, square), c);
  const corrected = e.add(e.mul(e.add(e.mul(tail, inverse), 0.5), inverse), 1 / (s - 1));
  let sum = e.mul(inversePower(inverse, s - 1), corrected);
  for (let k = TERMS - 1; k >= 0; k--) sum = e.add(sum, inversePower(e.div(1, e.add(x, k)), s));
  return sum;
}

/** The nth derivative of cot(πx), divided by πⁿ, as coefficients in the cotangent c: cot′ = −(1 + cot²). */
function cotangentDerivative(n: number): number[] {
  let p = [0, 1];
  for (let i = 0; i < n; i++) {
    const next = new Array<number>(p.length + 1).fill(0);
    p.forEach((c, k) => {
      if (k === 0) return;
      next[k - 1] -= k * c;
      next[k + 1] -= k * c;
    });
    p = next;
  }
  return p;
}

function polygammaExpr(n: number, x: Expr): Expr {
  const reflect = e.lt(x, 0.5);
  const magnitude = e.mul(hurwitzZeta(n + 1, e.select(reflect, e.sub(1, x), x)), factorial(n));
  const above = n % 2 === 1 ? magnitude : e.neg(magnitude);
  const angle = e.mul(e.sub(x, e.nearest(x)), Math.PI);
  const cotangent = e.div(e.cos(angle), e.sin(angle));
  const coefficients = cotangentDerivative(n);
  let derivative = e.const(coefficients[n + 1], x.dtype);
  for (let k = n; k >= 0; k--) derivative = e.add(e.mul(derivative, cotangent), coefficients[k]);
  const added = e.mul(derivative, Math.PI ** (n + 1));
  return e.select(reflect, e.sub(e.neg(magnitude), added), above);
}

const orders = new Map<number, Unary>();

/**
 * The nth derivative of `digamma`, for n from 0.
 *
 * @throws ArgumentError for an n that is no whole number from 0.
 * @example polygamma(1, tensor([1.0]))                   // [1.6449]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.polygamma
 */
export const polygamma = /* @__PURE__ */ describeOp(
  (n: number, input: Tensor): Tensor => {
    if (!Number.isInteger(n) || n < 0) throw new ArgumentError(`polygamma: n must be a whole number from 0, got ${String(n)}.`);
    if (n === 0) return digamma(input);
    let op = orders.get(n);
    if (op === undefined) {
      op = unary({ name: `polygamma${n}`, scalar: (x) => polygammaExpr(n, x), grad: (g, _y, x) => mul(g, polygamma(n + 1, x)) });
      orders.set(n, op);
    }
    return op(input);
  },
  { name: 'polygamma', samples: [], differentiable: true },
);

/** Terms of one expression. */
const MOST_TERMS = 256;

/**
 * The logarithm of the multivariate gamma function, p(p − 1)/4 · log π + Σ lgamma(input − j/2) over j = 0 … p − 1.
 *
 * @param p number of dimensions, from 1
 * @throws ArgumentError for a p that is no whole number from 1.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.multigammaln
 */
export const mvlgamma = /* @__PURE__ */ describeOp(
  (input: Tensor, p: number): Tensor => {
    if (!Number.isInteger(p) || p < 1 || p > MOST_TERMS) throw new ArgumentError(`mvlgamma: p must be a whole number from 1 to ${MOST_TERMS}, got ${String(p)}.`);
    let sum = lgamma(input);
    for (let j = 1; j < p; j++) sum = add(sum, lgamma(sub(input, j / 2)));
    return p === 1 ? sum : add(sum, ((p * (p - 1)) / 4) * Math.log(Math.PI));
  },
  { name: 'mvlgamma', samples: [{ tensors: [{ shape: [2, 3], low: 2, high: 5 }], rest: [3] }], differentiable: true },
);

/** PyTorch's other name of `mvlgamma`. */
export { mvlgamma as multigammaln };
