/**
 * Exponentials and logarithms.
 *
 * Invariant: the gradients of exponentials use their outputs, so training keeps one buffer; `expm1` and `log1p` keep their
 * accuracy near 0.
 *
 * Reference: https://pytorch.org/docs/stable/special.html
 */
import type { Expr, Operand, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary } from '../families/binary.js';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, sub } from './arithmetic.js';
import { isInfExpr, isNaNExpr } from '../families/bits.js';
import { onlyFloats } from '../families/checks.js';
import { eq, le } from './comparison.js';
import { trueDivide } from './division.js';
import { logicalAnd } from './logic.js';
import { sigmoid } from './logistic.js';
import { where } from './where.js';

const POSITIVE = [{ shape: [2, 3], low: 0.5, high: 3 }];

/**
 * The exponential eˣ of each element.
 *
 * @example exp(tensor([0, 1]))                           // [1, 2.7183]
 * @see https://pytorch.org/docs/stable/generated/torch.exp.html
 */
export const exp: Unary = /* @__PURE__ */ unary({ name: 'exp', scalar: (x) => e.exp(x), grad: (g, y) => mul(g, y) });

/**
 * 2 to the power of each element.
 *
 * @example exp2(tensor([0, 3]))                          // [1, 8]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.exp2
 */
export const exp2: Unary = /* @__PURE__ */ unary({
  name: 'exp2',
  scalar: (x) => e.exp2(x),
  grad: (g, y) => mul(g, mul(y, Math.LN2)),
});

/**
 * eˣ − 1 of each element, accurate near 0.
 *
 * @example expm1(tensor([0, 1]))                         // [0, 1.7183]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.expm1
 */
export const expm1: Unary = /* @__PURE__ */ unary({
  name: 'expm1',
  scalar: (x) => e.expm1(x),
  grad: (g, y) => mul(g, add(y, 1)),
});

/**
 * The natural logarithm of each element: −inf at 0, NaN below.
 *
 * @example log(tensor([1, Math.E]))                      // [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.log.html
 */
export const log: Unary = /* @__PURE__ */ unary({
  name: 'log',
  scalar: (x) => e.log(x),
  grad: (g, _y, x) => trueDivide(g, x),
  samples: POSITIVE,
});

/**
 * The logarithm to base 2 of each element.
 *
 * @example log2(tensor([1, 8]))                          // [0, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.log2.html
 */
export const log2: Unary = /* @__PURE__ */ unary({
  name: 'log2',
  scalar: (x) => e.log2(x),
  grad: (g, _y, x) => trueDivide(g, mul(x, Math.LN2)),
  samples: POSITIVE,
});

/**
 * The logarithm to base 10 of each element.
 *
 * @example log10(tensor([1, 1000]))                      // [0, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.log10.html
 */
export const log10: Unary = /* @__PURE__ */ unary({
  name: 'log10',
  scalar: (x) => e.log10(x),
  grad: (g, _y, x) => trueDivide(g, mul(x, Math.LN10)),
  samples: POSITIVE,
});

/**
 * log(1 + x) of each element, accurate near 0.
 *
 * @example log1p(tensor([0, 1]))                         // [0, 0.6931]
 * @see https://pytorch.org/docs/stable/generated/torch.log1p.html
 */
export const log1p: Unary = /* @__PURE__ */ unary({
  name: 'log1p',
  scalar: (x) => e.log1p(x),
  grad: (g, _y, x) => trueDivide(g, add(x, 1)),
  samples: [{ shape: [2, 3], low: -0.5, high: 2 }],
});

// ── sums of exponentials ─────────────────────────────────────────────────────────────────────────────────────────────

/** max(a, b) + what the smaller adds; equal infinities give themselves. */
function joined(a: Expr, b: Expr, added: (distance: Expr) => Expr): Expr {
  const sum = e.add(e.max(a, b), added(e.neg(e.abs(e.sub(a, b)))));
  return e.select(e.and(isInfExpr(a), e.eq(a, b)), a, sum);
}

/**
 * log(e^input + e^other) without overflow.
 *
 * @throws DTypeError for integers; ShapeError when the shapes do not broadcast.
 * @example logaddexp(tensor([-1.5]), tensor([-1.5]))     // [-0.8069]
 * @see https://pytorch.org/docs/stable/generated/torch.logaddexp.html
 */
export const logaddexp: (input: Tensor, other: Tensor) => Tensor = /* @__PURE__ */ binary({
  name: 'logaddexp',
  check: onlyFloats,
  numbers: 'none',
  scalar: (a, b) => joined(a, b, (d) => e.log1p(e.exp(d))),
  grad: [(g, _y, a, b) => mul(g, sigmoid(sub(a, b))), (g, _y, a, b) => mul(g, sigmoid(sub(b, a)))],
});

const difference2 = (a: Tensor, b: Tensor): Tensor => mul(sub(a, b), Math.LN2);

/**
 * log2(2^input + 2^other) without overflow.
 *
 * @throws DTypeError for integers; ShapeError when the shapes do not broadcast.
 * @example logaddexp2(tensor([-1.5]), tensor([-1.5]))    // [-0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.logaddexp2.html
 */
export const logaddexp2: (input: Tensor, other: Tensor) => Tensor = /* @__PURE__ */ binary({
  name: 'logaddexp2',
  check: onlyFloats,
  numbers: 'none',
  scalar: (a, b) => joined(a, b, (d) => e.mul(e.log1p(e.exp2(d)), Math.LOG2E)),
  grad: [(g, _y, a, b) => mul(g, sigmoid(difference2(a, b))), (g, _y, a, b) => mul(g, sigmoid(difference2(b, a)))],
});

// ── products with a logarithm ────────────────────────────────────────────────────────────────────────────────────────

/** x·log, which is 0 for x = 0 whatever the logarithm is, and NaN where its argument is. */
const product = (x: Expr, y: Expr, log: Expr): Expr => e.select(isNaNExpr(y), y, e.select(e.eq(x, 0), 0, e.mul(x, log)));

const LOG_SAMPLES = [{ tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3], low: 0.5, high: 2 }] }];

/**
 * input · log(other), 0 where input is 0.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example xlogy(tensor([0, 2]), tensor([0, 1]))         // [0, 0]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.xlogy
 */
export const xlogy: (input: Operand, other: Operand) => Tensor = /* @__PURE__ */ binary({
  name: 'xlogy',
  result: 'float',
  scalar: (x, y) => product(x, y, e.log(y)),
  grad: [
    (g, _y, x, y) => where(logicalAnd(eq(x, 0), le(y, 0)), 0, xlogy(g, y)),
    (g, _y, x, y) => trueDivide(mul(g, x), y),
  ],
  samples: LOG_SAMPLES,
});

/**
 * input · log(1 + other), 0 where input is 0.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example xlog1py(tensor([0, 2]), tensor([-1, 0]))      // [0, 0]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.xlog1py
 */
export const xlog1py: (input: Operand, other: Operand) => Tensor = /* @__PURE__ */ binary({
  name: 'xlog1py',
  result: 'float',
  scalar: (x, y) => product(x, y, e.log1p(y)),
  grad: [
    (g, _y, x, y) => where(logicalAnd(eq(x, 0), le(y, -1)), 0, xlog1py(g, y)),
    (g, _y, x, y) => trueDivide(mul(g, x), add(y, 1)),
  ],
  samples: LOG_SAMPLES,
});
