/**
 * Activations of straight pieces that PyTorch has in `nn.functional` alone; `relu`, `prelu`, `threshold` and `hardshrink`
 * are ops.
 *
 * Invariant: at a kink the gradient is PyTorch's. Numbers are runtime scalars, cut off to integers among integers.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
 */
import { ArgumentError, describe, DTypeError, isFloat, requireTensor, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, ge, gt, le, logicalAnd, logicalOr, lt, mul, trueDivide, where } from '@sconce/ops';
import { describeOp, elementwise, onlyFloats, unary, withMore, type Unary } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';

const BOTH_SIDES = [{ shape: [2, 3], low: 0.6, high: 2.4 }, { shape: [3], low: -2.4, high: -0.6 }];

const bounded = /* @__PURE__ */ elementwise({
  name: 'hardtanh',
  arity: 3,
  scalar: (x, min, max) => e.min(e.max(x, min), max),
  grad: [(g, _y, x, min, max) => where(logicalOr(le(x, min), ge(x, max)), 0, g)],
});

export interface HardtanhOptions {
  /** Default: −1. */
  readonly minVal?: number;
  /** Default: 1. */
  readonly maxVal?: number;
}

/**
 * min(max(input, minVal), maxVal): −1 … 1 unless told otherwise.
 *
 * @throws DTypeError for bool.
 * @example hardtanh(tensor([-2.5, 0.5]), -2, 2)          // [-2, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html
 */
export const hardtanh = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<HardtanhOptions, ['minVal', 'maxVal']>): Tensor => {
    const { minVal = -1, maxVal = 1 } = keywords<HardtanhOptions>('hardtanh', ['minVal', 'maxVal'], rest);
    requireTensor('hardtanh', input);
    if (input.dtype === 'bool') throw new DTypeError("hardtanh: got bool, expected numbers. Use x.to('int32').");
    const fit = (n: number): number => (isFloat(input.dtype) ? n : Math.trunc(n));
    return bounded(input, fit(minVal), fit(maxVal));
  },
  { name: 'hardtanh', samples: [{ shape: [2, 3], low: 1.2, high: 3 }, { shape: [3], low: -0.9, high: 0.9 }], differentiable: true },
);

/**
 * min(max(input, 0), 6) of each element.
 *
 * @throws DTypeError for bool.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html
 */
export const relu6 = /* @__PURE__ */ describeOp((input: Tensor): Tensor => hardtanh(input, 0, 6), {
  name: 'relu6',
  samples: BOTH_SIDES,
  differentiable: true,
});

const leaky = /* @__PURE__ */ elementwise({
  name: 'leakyRelu',
  arity: 2,
  check: onlyFloats,
  scalar: (x, slope) => e.select(e.gt(x, 0), x, e.mul(x, slope)),
  grad: [(g, _y, x, slope) => where(gt(x, 0), g, mul(g, slope))],
});

export interface LeakyReluOptions {
  /** Default: 0.01. */
  readonly negativeSlope?: number;
}

/**
 * input above 0, negativeSlope · input below.
 *
 * @throws DTypeError for integers.
 * @example leakyRelu(tensor([-1.5, 2]), 0.1)             // [-0.15, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
 */
export const leakyRelu = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<LeakyReluOptions, ['negativeSlope']>): Tensor => {
    const { negativeSlope = 0.01 } = keywords<LeakyReluOptions>('leakyRelu', ['negativeSlope'], rest);
    requireTensor('leakyRelu', input);
    onlyFloats(input.dtype, 'leakyRelu');
    return leaky(input, negativeSlope);
  },
  { name: 'leakyRelu', samples: BOTH_SIDES, differentiable: true },
);

const shrunk = /* @__PURE__ */ elementwise({
  name: 'softshrink',
  arity: 2,
  check: onlyFloats,
  scalar: (x, lambd) => e.select(e.gt(x, lambd), e.sub(x, lambd), e.select(e.lt(x, e.neg(lambd)), e.add(x, lambd), 0)),
  grad: [(g, _y, x, lambd) => where(logicalAnd(ge(x, mul(lambd, -1)), le(x, lambd)), 0, g)],
});

export interface SoftshrinkOptions {
  /** Not negative. Default: 0.5. */
  readonly lambd?: number;
}

/**
 * input moved towards 0 by lambd, and 0 where it is nearer than that.
 *
 * @throws ArgumentError for a negative lambd; DTypeError for integers.
 * @example softshrink(tensor([-0.4, 0.75]))              // [0, 0.25]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html
 */
export const softshrink = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<SoftshrinkOptions, ['lambd']>): Tensor => {
    const { lambd = 0.5 } = keywords<SoftshrinkOptions>('softshrink', ['lambd'], rest);
    if (!(lambd >= 0)) throw new ArgumentError(`softshrink: lambd must be a number from 0, got ${describe(lambd)}.`);
    requireTensor('softshrink', input);
    onlyFloats(input.dtype, 'softshrink');
    return shrunk(input, lambd);
  },
  { name: 'softshrink', samples: /* @__PURE__ */ withMore(BOTH_SIDES, { shape: [3], low: -0.4, high: 0.4 }), differentiable: true },
);

/** min(max(x + 3, 0), 6) / 6 */
const ramp = (x: Expr): Expr => e.div(e.min(e.max(e.add(x, 3), 0), 6), 6);

/**
 * min(max(x + 3, 0), 6) / 6 of each element.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html
 */
export const hardsigmoid: Unary = /* @__PURE__ */ unary({
  name: 'hardsigmoid',
  check: onlyFloats,
  scalar: ramp,
  grad: (g, _y, x) => where(logicalAnd(gt(x, -3), lt(x, 3)), trueDivide(g, 6), 0),
  samples: BOTH_SIDES,
});

/**
 * x · min(max(x + 3, 0), 6) / 6 of each element.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardswish.html
 */
export const hardswish: Unary = /* @__PURE__ */ unary({
  name: 'hardswish',
  check: onlyFloats,
  scalar: (x) => e.mul(x, ramp(x)),
  grad: (g, _y, x) => where(lt(x, -3), 0, where(le(x, 3), mul(g, add(trueDivide(x, 3), 0.5)), g)),
  samples: BOTH_SIDES,
});
