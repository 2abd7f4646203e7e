/**
 * Hyperbolic functions.
 *
 * Invariant: the gradient of tanh uses its output alone, so training keeps one buffer.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#pointwise-ops
 */
import type { Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, sub } from './arithmetic.js';
import { trueDivide } from './division.js';
import { rsqrt } from './power.js';

/**
 * The hyperbolic sine (eˣ − e^−x) / 2 of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.sinh.html
 */
export const sinh: Unary = /* @__PURE__ */ unary({ name: 'sinh', scalar: (x) => e.sinh(x), grad: (g, _y, x) => mul(g, cosh(x)) });

/**
 * The hyperbolic cosine (eˣ + e^−x) / 2 of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.cosh.html
 */
export const cosh: Unary = /* @__PURE__ */ unary({ name: 'cosh', scalar: (x) => e.cosh(x), grad: (g, _y, x) => mul(g, sinh(x)) });

/**
 * The hyperbolic tangent of each element.
 *
 * @example tanh(tensor([0, 1]))                          // [0, 0.7616]
 * @see https://pytorch.org/docs/stable/generated/torch.tanh.html
 */
export const tanh: Unary = /* @__PURE__ */ unary({
  name: 'tanh',
  scalar: (x) => e.tanh(x),
  grad: (g, y) => mul(g, sub(1, mul(y, y))),
});

/**
 * The inverse of `sinh`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.asinh.html
 */
export const asinh: Unary = /* @__PURE__ */ unary({
  name: 'asinh',
  scalar: (x) => e.asinh(x),
  grad: (g, _y, x) => mul(g, rsqrt(add(mul(x, x), 1))),
});

/**
 * The inverse of `cosh`, from 0; NaN below 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.acosh.html
 */
export const acosh: Unary = /* @__PURE__ */ unary({
  name: 'acosh',
  scalar: (x) => e.acosh(x),
  grad: (g, _y, x) => mul(g, rsqrt(mul(sub(x, 1), add(x, 1)))),
  samples: [{ shape: [2, 3], low: 1.2, high: 3 }],
});

/**
 * The inverse of `tanh`; NaN outside −1 … 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.atanh.html
 */
export const atanh: Unary = /* @__PURE__ */ unary({
  name: 'atanh',
  scalar: (x) => e.atanh(x),
  grad: (g, _y, x: Tensor) => trueDivide(g, mul(sub(1, x), add(x, 1))),
  samples: [{ shape: [2, 3], low: -0.9, high: 0.9 }],
});

/** PyTorch's other names. */
export { asinh as arcsinh, acosh as arccosh, atanh as arctanh };
