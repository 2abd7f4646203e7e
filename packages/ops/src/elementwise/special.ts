/**
 * Special functions: error functions, gamma functions, entropy, the normal distribution.
 *
 * Reference: https://pytorch.org/docs/stable/special.html
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, neg } from './arithmetic.js';
import { isNaNExpr } from '../families/bits.js';
import { exp, log } from './exponential.js';

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The error function (2 / √π) ∫₀ˣ e^−t² dt of each element.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erf
 */
export const erf: Unary = /* @__PURE__ */ unary({
  name: 'erf',
  scalar: (x) => e.erf(x),
  grad: (g, _y, x) => mul(g, mul(exp(neg(mul(x, x))), TWO_OVER_ROOT_PI)),
});

/**
 * 1 − erf(x) of each element, accurate where it is small.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erfc
 */
export const erfc: Unary = /* @__PURE__ */ unary({
  name: 'erfc',
  scalar: (x) => e.erfc(x),
  grad: (g, _y, x) => mul(g, mul(exp(neg(mul(x, x))), -TWO_OVER_ROOT_PI)),
});

/**
 * The inverse of `erf`; ±∞ at ±1, NaN outside.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erfinv
 */
export const erfinv: Unary = /* @__PURE__ */ unary({
  name: 'erfinv',
  scalar: (x) => e.erfinv(x),
  grad: (g, y) => mul(g, mul(exp(mul(y, y)), 1 / TWO_OVER_ROOT_PI)),
  samples: [{ shape: [2, 3], low: -0.9, high: 0.9 }],
});

/**
 * The distribution function of the standard normal distribution, erfc(−x / √2) / 2.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.ndtr
 */
export const ndtr: Unary = /* @__PURE__ */ unary({
  name: 'ndtr',
  scalar: (x) => e.mul(e.erfc(e.mul(x, -Math.SQRT1_2)), 0.5),
  grad: (g, _y, x) => mul(g, mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))),
});

function entropyExpr(x: Expr): Expr {
  const value = e.neg(e.mul(x, e.log(x)));
  const atMostZero = e.select(e.eq(x, 0), e.const(0, x.dtype), -Infinity);
  return e.select(e.or(e.gt(x, 0), isNaNExpr(x)), value, atMostZero);
}

/**
 * The entropy −x·log(x) of each element: 0 at 0, −∞ below.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.entr
 */
export const entr: Unary = /* @__PURE__ */ unary({
  name: 'entr',
  scalar: entropyExpr,
  grad: (g, _y, x) => mul(neg(g), add(log(x), 1)),
  samples: [{ shape: [2, 3], low: 0.2, high: 2 }],
});
