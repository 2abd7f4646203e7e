/**
 * Smooth activations that PyTorch has in `nn.functional` alone; `sigmoid`, `tanh`, `selu` and `celu` are ops.
 *
 * Invariant: gradients are written out where that saves instructions, from the input alone. A branch that is not taken adds
 * nothing to gradients of gradients, not even NaN.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
 */
import { normalizeDim, requireTensor, ShapeError, shapeText, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { abs, add, chunk, clampMax, exp, gt, mul, sigmoid, sub, tanh, trueDivide, where } from '@sconce/ops';
import { describeOp, elementwise, onlyFloats, unary, withMore, type Unary } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';

const SMOOTH = [{ shape: [2, 3], low: -3, high: 3 }];
const BOTH_SIDES = [{ shape: [2, 3], low: 0.6, high: 2.4 }, { shape: [3], low: -2.4, high: -0.6 }];

const exponential = /* @__PURE__ */ elementwise({
  name: 'elu',
  arity: 2,
  check: onlyFloats,
  scalar: (x, alpha) => e.select(e.gt(x, 0), x, e.mul(e.expm1(x), alpha)),
  grad: [(g, _y, x, alpha) => where(gt(x, 0), g, mul(g, mul(exp(clampMax(x, 0)), alpha)))],
});

export interface EluOptions {
  /** Default: 1. */
  readonly alpha?: number;
}

/**
 * input above 0, alpha · (eˣ − 1) below.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
 */
export const elu = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<EluOptions, ['alpha']>): Tensor => {
    const { alpha = 1 } = keywords<EluOptions>('elu', ['alpha'], rest);
    requireTensor('elu', input);
    onlyFloats(input.dtype, 'elu');
    return exponential(input, alpha);
  },
  { name: 'elu', samples: BOTH_SIDES, differentiable: true },
);

/**
 * x · sigmoid(x) of each element, also called swish.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
 */
export const silu: Unary = /* @__PURE__ */ unary({
  name: 'silu',
  check: onlyFloats,
  scalar: (x) => e.mul(x, e.sigmoid(x)),
  grad: (g, _y, x) => {
    const s = sigmoid(x);
    return mul(g, mul(s, add(mul(x, sub(1, s)), 1)));
  },
  samples: SMOOTH,
});

/** From here on, tanh(softplus(x)) is 1. */
const MISH_IS_ONE = 20;

/** tanh(log(1 + eˣ)) = n / (n + 2) with n = eˣ·(eˣ + 2). */
const mishGate = /* @__PURE__ */ unary({
  name: 'mish',
  scalar: (x) => {
    const t = e.exp(e.min(x, MISH_IS_ONE));
    const n = e.mul(t, e.add(t, 2));
    return e.div(n, e.add(n, 2));
  },
  grad: (g, y, x) => mul(g, mul(sub(1, mul(y, y)), sigmoid(x))),
  samples: SMOOTH,
});

/**
 * x · tanh(softplus(x)) of each element.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mish.html
 */
export const mish = /* @__PURE__ */ describeOp(
  (input: Tensor): Tensor => {
    requireTensor('mish', input);
    onlyFloats(input.dtype, 'mish');
    return mul(input, mishGate(input));
  },
  { name: 'mish', samples: SMOOTH, differentiable: true },
);

/** max(x, 0) + log1p(e^−|x|) = log(1 + eˣ). */
const softplusExpr = (x: Expr): Expr => e.add(e.max(x, 0), e.log1p(e.exp(e.neg(e.abs(x)))));

const smoothRelu = /* @__PURE__ */ elementwise({
  name: 'softplus',
  arity: 3,
  check: onlyFloats,
  scalar: (x, beta, threshold) => {
    const scaled = e.mul(x, beta);
    return e.select(e.gt(scaled, threshold), x, e.div(softplusExpr(scaled), beta));
  },
  grad: [
    (g, _y, x, beta, threshold) => {
      const scaled = mul(x, beta);
      return where(gt(scaled, threshold), g, mul(g, sigmoid(scaled)));
    },
  ],
});

export interface SoftplusOptions {
  /** Default: 1. */
  readonly beta?: number;
  /** Above this value of beta · x the result is x itself. Default: 20. */
  readonly threshold?: number;
}

/**
 * log(1 + e^(beta·x)) / beta of each element, a smooth relu.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html
 */
export const softplus = /* @__PURE__ */ describeOp(
  (input: Tensor, ...rest: Rest<SoftplusOptions, ['beta', 'threshold']>): Tensor => {
    const { beta = 1, threshold = 20 } = keywords<SoftplusOptions>('softplus', ['beta', 'threshold'], rest);
    requireTensor('softplus', input);
    onlyFloats(input.dtype, 'softplus');
    return smoothRelu(input, beta, threshold);
  },
  { name: 'softplus', samples: /* @__PURE__ */ withMore(SMOOTH, { tensors: SMOOTH, rest: [2] }), differentiable: true },
);

/**
 * log(sigmoid(x)) of each element, −∞ nowhere.
 *
 * @throws DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html
 */
export const logsigmoid: Unary = /* @__PURE__ */ unary({
  name: 'logsigmoid',
  check: onlyFloats,
  scalar: (x) => e.sub(e.min(x, 0), e.log1p(e.exp(e.neg(e.abs(x))))),
  grad: (g, _y, x) => mul(g, sigmoid(mul(x, -1))),
  samples: SMOOTH,
});

/**
 * x / (1 + |x|) of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html
 */
export const softsign: Unary = /* @__PURE__ */ unary({
  name: 'softsign',
  scalar: (x) => e.div(x, e.add(e.abs(x), 1)),
  grad: (g, _y, x) => {
    const size = add(abs(x), 1);
    return trueDivide(g, mul(size, size));
  },
  samples: BOTH_SIDES,
});

/**
 * x − tanh(x) of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html
 */
export const tanhshrink: Unary = /* @__PURE__ */ unary({
  name: 'tanhshrink',
  scalar: (x) => e.sub(x, e.tanh(x)),
  grad: (g, _y, x) => {
    const t = tanh(x);
    return mul(g, mul(t, t));
  },
  samples: SMOOTH,
});

/**
 * a · sigmoid(b), where a and b are the halves of the input along one dimension.
 *
 * @param dim of even size. Default: the last.
 * @throws ShapeError for a dimension of odd size, or a tensor without dimensions; IndexError for a dimension out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 */
export const glu = /* @__PURE__ */ describeOp(
  (input: Tensor, dim = -1): Tensor => {
    requireTensor('glu', input);
    onlyFloats(input.dtype, 'glu');
    const axis = normalizeDim('glu', dim, input.ndim);
    if (input.ndim === 0 || input.shape[axis] % 2 !== 0) {
      throw new ShapeError(`glu: cannot halve ${shapeText(input.shape)} along dimension ${axis}, expected an even size.`);
    }
    const [value, gate] = chunk(input, 2, axis);
    return mul(value, sigmoid(gate));
  },
  { name: 'glu', samples: [{ shape: [2, 4] }, { tensors: [{ shape: [2, 3] }], rest: [0] }], differentiable: true },
);
