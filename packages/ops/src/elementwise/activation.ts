/**
 * Activations that PyTorch has in `torch` itself. The others are in `@sconce/nn`'s functional.
 *
 * Invariant: the gradient of relu uses its output, so training keeps one buffer; at a kink it is the left one's, as in
 * PyTorch. Numbers are runtime scalars, cut off to integers among integers.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
 */
import { ArgumentError, isFloat, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, elementwise, type Binary } from '../families/binary.js';
import { sumOver } from '../families/reduce.js';
import { describeOp, withMore } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { view } from '../families/view.js';
import { mul } from './arithmetic.js';
import { noBool, onlyFloats } from '../families/checks.js';
import { clampMax } from './clamp.js';
import { ge, gt, le } from './comparison.js';
import { trueDivide } from './division.js';
import { exp } from './exponential.js';
import { logicalAnd } from './logic.js';
import { where } from './where.js';

const BOTH_SIDES = [{ shape: [2, 3], low: 0.6, high: 3 }, { shape: [3], low: -3, high: -0.6 }];

/** The gradient eˣ of a branch x ≤ 0; bounded where the branch is not taken, so that its own gradient is no NaN. */
const expBelowZero = (x: Tensor): Tensor => exp(clampMax(x, 0));

/** g where y is above 0 or NaN, 0 elsewhere. */
const whereAbove: Binary = /* @__PURE__ */ binary({
  name: 'thresholdBackward',
  scalar: (g, y) => e.select(e.le(y, 0), e.const(0, g.dtype), g),
  grad: [(h, _slope, _g, y) => whereAbove(h, y)],
});

/**
 * max(input, 0) of each element.
 *
 * @throws DTypeError for bool.
 * @example relu(tensor([-1.5, 2]))                       // [0, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 */
export const relu: Unary = /* @__PURE__ */ unary({
  name: 'relu',
  result: 'same',
  check: noBool,
  scalar: (x) => e.max(x, 0),
  grad: (g, y) => whereAbove(g, y),
  samples: BOTH_SIDES,
});

const limited = /* @__PURE__ */ elementwise({
  name: 'threshold',
  arity: 3,
  check: noBool,
  scalar: (x, threshold, value) => e.select(e.le(x, threshold), value, x),
  grad: [(g, _y, x, threshold) => where(le(x, threshold), 0, g)],
});

/**
 * input where it is above the threshold, value elsewhere.
 *
 * @throws DTypeError for bool.
 * @example threshold(tensor([0.1, 0.9]), 0.5, 20)        // [20, 0.9]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html
 */
export const threshold = /* @__PURE__ */ describeOp(
  (input: Tensor, threshold: number, value: number): Tensor => {
    requireTensor('threshold', input);
    const fit = (n: number): number => (isFloat(input.dtype) ? n : Math.trunc(n));
    return limited(input, fit(threshold), fit(value));
  },
  { name: 'threshold', samples: /* @__PURE__ */ BOTH_SIDES.map((t) => ({ tensors: [t], rest: [0.1, 20] })), differentiable: true },
);

const SELU_ALPHA = 1.6732632423543772848170429916717;
const SELU_SCALE = 1.0507009873554804934193349852946;

/**
 * scale · x above 0, scale · alpha · (eˣ − 1) below, with the constants that keep mean 0 and variance 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export const selu: Unary = /* @__PURE__ */ unary({
  name: 'selu',
  check: onlyFloats,
  scalar: (x) => e.select(e.gt(x, 0), e.mul(x, SELU_SCALE), e.mul(e.expm1(x), SELU_SCALE * SELU_ALPHA)),
  grad: (g, _y, x) => mul(g, where(gt(x, 0), SELU_SCALE, mul(expBelowZero(x), SELU_SCALE * SELU_ALPHA))),
  samples: BOTH_SIDES,
});

const continuous = /* @__PURE__ */ elementwise({
  name: 'celu',
  arity: 2,
  check: onlyFloats,
  scalar: (x, alpha) => e.select(e.gt(x, 0), x, e.mul(e.expm1(e.div(x, alpha)), alpha)),
  grad: [(g, _y, x, alpha) => where(gt(x, 0), g, mul(g, expBelowZero(trueDivide(x, alpha))))],
});

/**
 * x above 0, alpha · (e^(x / alpha) − 1) below.
 *
 * @param alpha not 0. Default: 1.
 * @throws ArgumentError for alpha 0; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export const celu = /* @__PURE__ */ describeOp(
  (input: Tensor, alpha = 1): Tensor => {
    if (alpha === 0) throw new ArgumentError('celu: alpha must not be 0.');
    requireTensor('celu', input);
    onlyFloats(input.dtype, 'celu');
    return continuous(input, alpha);
  },
  { name: 'celu', samples: /* @__PURE__ */ BOTH_SIDES.map((t) => ({ tensors: [t], rest: [1.3] })), differentiable: true },
);

const shrunk = /* @__PURE__ */ elementwise({
  name: 'hardshrink',
  arity: 2,
  check: onlyFloats,
  scalar: (x, lambd) => e.select(e.and(e.ge(x, e.neg(lambd)), e.le(x, lambd)), e.const(0, x.dtype), x),
  grad: [(g, _y, x, lambd) => where(logicalAnd(ge(x, mul(lambd, -1)), le(x, lambd)), 0, g)],
});

/**
 * input outside −lambd … lambd, 0 inside.
 *
 * @param lambd Default: 0.5.
 * @throws DTypeError for integers.
 * @example hardshrink(tensor([-0.4, 0.6]))               // [0, 0.6]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html
 */
export const hardshrink = /* @__PURE__ */ describeOp(
  (input: Tensor, lambd = 0.5): Tensor => {
    requireTensor('hardshrink', input);
    onlyFloats(input.dtype, 'hardshrink');
    return shrunk(input, lambd);
  },
  { name: 'hardshrink', samples: /* @__PURE__ */ withMore(BOTH_SIDES, { shape: [3], low: -0.4, high: 0.4 }), differentiable: true },
);

// ── slopes below zero ────────────────────────────────────────────────────────────────────────────────────────────────

/** One slope a channel, beside dimension 1. */
const alongChannels = /* @__PURE__ */ view({
  name: 'alongChannels',
  map: (ix) => [ix[0]],
  grad: (g) => sumOver(g, { dims: g.shape.slice(1).map((_, d) => d + 1), keepdim: false }, g.dtype),
});

const sloped = /* @__PURE__ */ elementwise({
  name: 'prelu',
  arity: 2,
  check: onlyFloats,
  numbers: 'none',
  scalar: (x, slope) => e.select(e.gt(x, 0), x, e.mul(x, slope)),
  grad: [(g, _y, x, slope) => where(gt(x, 0), g, mul(g, slope)), (g, _y, x) => where(gt(x, 0), 0, mul(g, x))],
});

/**
 * input above 0, weight · input below, with one weight or one for each channel (dimension 1).
 *
 * @param weight shape [], [1] or [channels]
 * @throws ShapeError for another number of weights; DTypeError for integers.
 * @example prelu(tensor([-2.5, 2]), tensor([0.5]))       // [-1.25, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
 */
export const prelu = /* @__PURE__ */ describeOp(
  (input: Tensor, weight: Tensor): Tensor => {
    requireTensor('prelu', input);
    requireTensor('prelu', weight, 'weight');
    onlyFloats(input.dtype, 'prelu');
    const channels = input.ndim > 1 ? input.shape[1] : 1;
    if (weight.ndim > 1 || (weight.numel() !== 1 && weight.numel() !== channels)) {
      throw new ShapeError(
        `prelu: got weights of shape ${shapeText(weight.shape)} for an input of shape ${shapeText(input.shape)}, expected [1] or [${channels}].`,
      );
    }
    if (weight.numel() > 1) {
      return sloped(input, alongChannels(weight, {}, [channels, ...input.shape.slice(2).map(() => 1)]));
    }
    const shared = weight.ndim === 1 && input.ndim === 0;
    return sloped(input, shared ? sumOver(weight, { dims: [0], keepdim: false }, weight.dtype) : weight);
  },
  {
    name: 'prelu',
    samples: [
      { tensors: [{ shape: [2, 3, 2], low: -3, high: -0.6 }, { shape: [3] }] },
      { tensors: [{ shape: [2, 3], low: 0.6, high: 3 }, { shape: [1] }] },
    ],
    differentiable: true,
  },
);
