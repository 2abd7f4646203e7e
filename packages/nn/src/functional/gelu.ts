/**
 * x · Φ(x), with Φ the distribution function of the standard normal distribution, exact and by its approximation.
 *
 * Invariant: gradients are written out, from the input alone.
 *
 * Reference: Hendrycks & Gimpel, Gaussian error linear units (2016)
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, erf, exp, mul, sigmoid, sub } from '@sconce/ops';
import { checkOptions, describeOp, onlyFloats, unary, withMore } from '@sconce/ops/families';

const SMOOTH = [{ shape: [2, 3], low: -3, high: 3 }];

const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

/** x·Φ(x), with Φ the normal distribution function. */
const exactGelu = /* @__PURE__ */ unary({
  name: 'gelu',
  check: onlyFloats,
  scalar: (x) => e.mul(e.mul(x, 0.5), e.add(e.erf(e.mul(x, Math.SQRT1_2)), 1)),
  grad: (g, _y, x) => {
    const distribution = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
    const density = mul(exp(mul(mul(x, x), -0.5)), INVERSE_ROOT_TWO_PI);
    return mul(g, add(distribution, mul(x, density)));
  },
  samples: SMOOTH,
});

/** (1 + tanh u) / 2 is the logistic function of 2u = ROOT · (x + CUBE · x³). */
const ROOT = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

const tanhGelu = /* @__PURE__ */ unary({
  name: 'gelu',
  check: onlyFloats,
  scalar: (x) => e.mul(x, e.sigmoid(e.mul(x, e.add(e.mul(e.mul(x, x), ROOT * CUBE), ROOT)))),
  grad: (g, _y, x) => {
    const square = mul(x, x);
    const s = sigmoid(mul(x, add(mul(square, ROOT * CUBE), ROOT)));
    const slope = add(mul(square, 3 * ROOT * CUBE), ROOT);
    return mul(g, mul(s, add(mul(mul(x, slope), sub(1, s)), 1)));
  },
  samples: SMOOTH,
});

export interface GeluOptions {
  /** 'tanh' for the approximation x / 2 · (1 + tanh(√(2/π) · (x + 0.044715x³))). Default: 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * x · Φ(x), with Φ the distribution function of the standard normal distribution.
 *
 * @throws ArgumentError for another approximation; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export const gelu = /* @__PURE__ */ describeOp(
  (input: Tensor, options: GeluOptions = {}): Tensor => {
    checkOptions('gelu', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (approximate === 'none') return exactGelu(input);
    if (approximate === 'tanh') return tanhGelu(input);
    throw new ArgumentError(`gelu: approximate must be 'none' or 'tanh', got ${describe(approximate)}.`);
  },
  { name: 'gelu', samples: /* @__PURE__ */ withMore(SMOOTH, { tensors: SMOOTH, rest: [{ approximate: 'tanh' }] }), differentiable: true },
);
