/**
 * The logistic function and its inverse.
 *
 * Invariant: the gradient of sigmoid uses its output alone, so training keeps one buffer.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.sigmoid.html
 */
import type { Expr, Operand, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { elementwise } from '../families/binary.js';
import { describeOp } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { mul, sub } from './arithmetic.js';
import { ge, le } from './comparison.js';
import { trueDivide } from './division.js';
import { logicalAnd } from './logic.js';
import { where } from './where.js';

/**
 * The logistic function 1 / (1 + e^−x) of each element.
 *
 * @example sigmoid(tensor([0]))                          // [0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.sigmoid.html
 */
export const sigmoid: Unary = /* @__PURE__ */ unary({
  name: 'sigmoid',
  scalar: (x) => e.sigmoid(x),
  grad: (g, y) => mul(g, mul(sub(1, y), y)),
});

const logitExpr = (x: Expr): Expr => e.log(e.div(x, e.sub(1, x)));
const slope = (g: Tensor, x: Tensor): Tensor => trueDivide(g, mul(x, sub(1, x)));
const between = (x: Tensor, low: Operand, high: Operand): Tensor => logicalAnd(ge(x, low), le(x, high));

const open = /* @__PURE__ */ unary({
  name: 'logit',
  scalar: logitExpr,
  grad: (g, _y, x) => where(between(x, 0, 1), slope(g, x), NaN),
});

const clamped = /* @__PURE__ */ elementwise({
  name: 'logit',
  arity: 2,
  result: 'float',
  scalar: (x, eps) => logitExpr(e.min(e.max(x, eps), e.sub(1, eps))),
  grad: [(g, _y, x, eps) => where(between(x, eps, sub(1, eps)), slope(g, x), 0)],
});

/**
 * The inverse of `sigmoid`, log(x / (1 − x)); NaN outside 0 … 1.
 *
 * @param eps the input is clamped to eps … 1 − eps first
 * @example logit(tensor([0.5]))                          // [0]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.logit
 */
export const logit = /* @__PURE__ */ describeOp(
  (input: Tensor, eps: number | null = null): Tensor => (eps === null ? open(input) : clamped(input, eps)),
  {
    name: 'logit',
    samples: [
      { shape: [2, 3], low: 0.1, high: 0.9 },
      { tensors: [{ shape: [3], low: 0.3, high: 0.7 }], rest: [0.2] },
    ],
    differentiable: true,
  },
);
