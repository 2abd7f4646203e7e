/**
 * Losses of predicted numbers: of the distance between input and target, which broadcast.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { abs, clamp, div, mul, neg, square, sub } from '@sconce/ops';
import { describeOp, elementwise } from '@sconce/ops/families';
import { checkLossOptions, reduce, requireAll, requireNumbers, type ReductionOptions } from './reduction.js';

const APART = [{ tensors: [{ shape: [2, 3], low: 0.1, high: 0.4 }, { shape: [2, 3], low: -2, high: 0 }] }];

/**
 * The mean of |input − target|.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * l1Loss(tensor([0.5, 2]), tensor([0, 4]));              // 1.25
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export const l1Loss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor => {
    const reduction = checkLossOptions('l1Loss', options);
    requireNumbers('l1Loss', { input, target });
    return reduce(abs(sub(input, target)), reduction);
  },
  { name: 'l1Loss', samples: APART, differentiable: true },
);

/**
 * The mean of (input − target)².
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * mseLoss(tensor([1, 2]).to('float32'), tensor([0, 4]));  // 2.5
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export const mseLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor => {
    const reduction = checkLossOptions('mseLoss', options);
    requireAll('mseLoss', { input, target });
    return reduce(square(sub(input, target)), reduction);
  },
  { name: 'mseLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }], differentiable: true },
);

const smoothL1 = /* @__PURE__ */ elementwise({
  name: 'smoothL1Loss',
  arity: 3,
  result: 'float',
  scalar: (x, y, beta) => {
    const distance = e.abs(e.sub(x, y));
    return e.select(e.lt(distance, beta), e.div(e.mul(e.mul(distance, 0.5), distance), beta), e.sub(distance, e.mul(beta, 0.5)));
  },
  grad: [(g, _y, x, y, beta) => mul(g, slope(x, y, beta)), (g, _y, x, y, beta) => neg(mul(g, slope(x, y, beta))), null],
});

const slope = (x: Tensor, y: Tensor, beta: Tensor): Tensor => clamp(div(sub(x, y), beta), -1, 1);

export interface SmoothL1Options extends ReductionOptions {
  /** Distance at which the square turns into a line of slope 1. Default 1. */
  readonly beta?: number;
}

/**
 * The mean of d² / (2β) where d = |input − target| is below β, and of d − β/2 elsewhere.
 *
 * @throws ArgumentError for a negative beta; ShapeError when the shapes do not broadcast.
 * @example
 * smoothL1Loss(tensor([0.5, 3]), tensor([0, 0]));        // 1.3125
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export const smoothL1Loss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor => {
    const reduction = checkLossOptions('smoothL1Loss', options, ['beta']);
    requireAll('smoothL1Loss', { input, target });
    const { beta = 1 } = options;
    if (!(beta >= 0)) throw new ArgumentError(`smoothL1Loss: beta must not be negative, got ${String(beta)}.`);
    return reduce(beta === 0 ? abs(sub(input, target)) : smoothL1(input, target, beta), reduction);
  },
  { name: 'smoothL1Loss', samples: APART, differentiable: true },
);

const huber = /* @__PURE__ */ elementwise({
  name: 'huberLoss',
  arity: 3,
  result: 'float',
  scalar: (x, y, delta) => {
    const distance = e.abs(e.sub(x, y));
    return e.select(e.le(distance, delta), e.mul(e.mul(distance, 0.5), distance), e.mul(delta, e.sub(distance, e.mul(delta, 0.5))));
  },
  grad: [
    (g, _y, x, y, delta) => mul(g, clamp(sub(x, y), neg(delta), delta)),
    (g, _y, x, y, delta) => mul(g, clamp(sub(y, x), neg(delta), delta)),
    null,
  ],
});

export interface HuberOptions extends ReductionOptions {
  /** Distance at which the square turns into a line. Default 1. */
  readonly delta?: number;
}

/**
 * The mean of d² / 2 where d = |input − target| is at most δ, and of δ(d − δ/2) elsewhere.
 *
 * @throws ArgumentError unless delta is above 0; ShapeError when the shapes do not broadcast.
 * @example
 * huberLoss(tensor([0.5, 3]), tensor([0, 0]), { delta: 2 });         // 2.0625
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export const huberLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor => {
    const reduction = checkLossOptions('huberLoss', options, ['delta']);
    requireAll('huberLoss', { input, target });
    const { delta = 1 } = options;
    if (!(delta > 0)) throw new ArgumentError(`huberLoss: delta must be above 0, got ${String(delta)}.`);
    return reduce(huber(input, target, delta), reduction);
  },
  { name: 'huberLoss', samples: APART, differentiable: true },
);
