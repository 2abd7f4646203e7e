/**
 * What formulas of several distributions share: limits of dtypes, and functions that PyTorch keeps in its utilities.
 *
 * Invariant: everything is a composition of ops, so it fuses and has gradients of every order.
 *
 * Reference: https://pytorch.org/docs/stable/type_info.html
 */
import { type DType, type Operand, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { clamp, expand, log, log1p, mul, neg, reshape, sigmoid, softmax, sub, sum } from '@sconce/ops';
import { unary, type Unary } from '@sconce/ops/families';

export const EULER = 0.57721566490153286;
/** log √2π */
export const LOG_SQRT_2PI = /* @__PURE__ */ Math.log(2 * Math.PI) / 2;

interface Limits {
  /** The distance from 1 to the next number. */
  readonly eps: number;
  /** The least normal number. */
  readonly tiny: number;
}

const LIMITS: Partial<Record<DType, Limits>> = {
  float64: { eps: 2 ** -52, tiny: 2 ** -1022 },
  float16: { eps: 2 ** -10, tiny: 2 ** -14 },
  bfloat16: { eps: 2 ** -7, tiny: 2 ** -126 },
};
const FLOAT32: Limits = { eps: 2 ** -23, tiny: 2 ** -126 };

export const limitsOf = (x: Tensor): Limits => LIMITS[x.dtype] ?? FLOAT32;

/** log |Γ(x)| of a plain number. */
export const lgammaOf = (x: number): number => (e.lgamma.row.js as (x: number) => number)(x);

// ── elementwise ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** log(1 + eˣ), computed as max(x, 0) + log(1 + e^−|x|). */
export const softplus: Unary = /* @__PURE__ */ unary({
  name: 'softplus',
  scalar: (x) => e.add(e.max(x, 0), e.log1p(e.exp(e.neg(e.abs(x))))),
  grad: (g, _y, x) => mul(g, sigmoid(x)),
});

export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));

/** −log of the probability of `value` where `logits` are the log odds of 1. */
export const crossEntropy = (logits: Tensor, value: Operand): Tensor => sub(softplus(logits), mul(logits, value));

/** x log x, as PyTorch computes it: NaN at 0. */
export const xLogX = (x: Tensor): Tensor => mul(x, log(x));

/** Probabilities kept off 0 and 1 by the spacing of their dtype. */
export function clampProbs(probs: Tensor): Tensor {
  const { eps } = limitsOf(probs);
  return clamp(probs, eps, 1 - eps);
}

/** Log odds of probabilities: of one outcome against its opposite, or of each of many. */
export function probsToLogits(probs: Tensor, isBinary: boolean): Tensor {
  const p = clampProbs(probs);
  return isBinary ? sub(log(p), log1p(neg(p))) : log(p);
}

export const logitsToProbs = (logits: Tensor, isBinary: boolean): Tensor => (isBinary ? sigmoid(logits) : softmax(logits, -1));

// ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The sum over the last `count` dimensions. */
export const sumRightmost = (x: Tensor, count: number): Tensor =>
  count === 0 ? x : sum(reshape(x, [...x.shape.slice(0, x.ndim - count), -1]), -1);

export const expandTo = (x: Tensor, shape: Shape): Tensor => expand(x, [...shape]);
