/**
 * Trigonometric functions, angles in radians.
 *
 * Invariant: 1 − x² is taken as (1 − x)(1 + x), which does not cancel near ±1.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#pointwise-ops
 */
import { constantLike, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary } from '../families/binary.js';
import { unary, type Unary } from '../families/unary.js';
import { add, mul, neg, sub } from './arithmetic.js';
import { lt } from './comparison.js';
import { trueDivide } from './division.js';
import { rsqrt, reciprocal } from './power.js';
import { where } from './where.js';

const INSIDE = [{ shape: [2, 3], low: -0.9, high: 0.9 }];

/** (1 − x)(1 + x) */
const complement = (x: Tensor): Tensor => mul(sub(1, x), add(x, 1));

/**
 * The sine of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.sin.html
 */
export const sin: Unary = /* @__PURE__ */ unary({ name: 'sin', scalar: (x) => e.sin(x), grad: (g, _y, x) => mul(g, cos(x)) });

/**
 * The cosine of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.cos.html
 */
export const cos: Unary = /* @__PURE__ */ unary({
  name: 'cos',
  scalar: (x) => e.cos(x),
  grad: (g, _y, x) => mul(g, neg(sin(x))),
});

/**
 * The tangent of each element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.tan.html
 */
export const tan: Unary = /* @__PURE__ */ unary({
  name: 'tan',
  scalar: (x) => e.tan(x),
  grad: (g, y) => mul(g, add(mul(y, y), 1)),
  samples: [{ shape: [2, 3], low: -1.2, high: 1.2 }],
});

/**
 * The angle in −π/2 … π/2 whose sine each element is; NaN outside −1 … 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.asin.html
 */
export const asin: Unary = /* @__PURE__ */ unary({
  name: 'asin',
  scalar: (x) => e.asin(x),
  grad: (g, _y, x) => mul(g, rsqrt(complement(x))),
  samples: INSIDE,
});

/**
 * The angle in 0 … π whose cosine each element is; NaN outside −1 … 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.acos.html
 */
export const acos: Unary = /* @__PURE__ */ unary({
  name: 'acos',
  scalar: (x) => e.acos(x),
  grad: (g, _y, x) => neg(mul(g, rsqrt(complement(x)))),
  samples: INSIDE,
});

/**
 * The angle in −π/2 … π/2 whose tangent each element is.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.atan.html
 */
export const atan: Unary = /* @__PURE__ */ unary({
  name: 'atan',
  scalar: (x) => e.atan(x),
  grad: (g, _y, x) => trueDivide(g, add(mul(x, x), 1)),
});

/** PyTorch's other names. */
export { asin as arcsin, acos as arccos, atan as arctan, atan2 as arctan2 };

/** 1 / (a² + b²) */
const inverseSquare = (a: Tensor, b: Tensor): Tensor => reciprocal(add(mul(a, a), mul(b, b)));

/**
 * The angle in −π … π of the point (other, input).
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example atan2(tensor([1, -1]), tensor([1, -1]))       // [0.7854, -2.3562]
 * @see https://pytorch.org/docs/stable/generated/torch.atan2.html
 */
export const atan2: (input: Tensor, other: Tensor) => Tensor = /* @__PURE__ */ binary({
  name: 'atan2',
  result: 'float',
  numbers: 'none',
  scalar: (a, b) => e.atan2(a, b),
  grad: [
    (g, _y, a, b) => mul(mul(g, b), inverseSquare(a, b)),
    (g, _y, a, b) => mul(mul(g, neg(a)), inverseSquare(a, b)),
  ],
  samples: [{ tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3], low: -2, high: -0.5 }] }],
});

/** The factor is a function, because a bundler takes reading a property, such as that of `Math`, for a side effect. */
const scaled = (name: string, factor: () => number): Unary =>
  unary({ name, scalar: (x) => e.mul(x, factor()), grad: (g) => mul(g, factor()) });

/**
 * Degrees as radians.
 *
 * @example deg2rad(tensor([180]))                        // [3.1416]
 * @see https://pytorch.org/docs/stable/generated/torch.deg2rad.html
 */
export const deg2rad: Unary = /* @__PURE__ */ scaled('deg2rad', () => Math.PI / 180);

/**
 * Radians as degrees.
 *
 * @example rad2deg(tensor([Math.PI]))                    // [180]
 * @see https://pytorch.org/docs/stable/generated/torch.rad2deg.html
 */
export const rad2deg: Unary = /* @__PURE__ */ scaled('rad2deg', () => 180 / Math.PI);

// ── sinc ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function sincExpr(x: Expr): Expr {
  const angle = e.mul(x, Math.PI);
  return e.select(e.eq(x, 0), 1, e.div(e.sin(angle), angle));
}

/** (t·cos t − sin t)/t³ in t², where the difference cancels: |t| < 1 */
const SLOPE = [-1 / 3, 1 / 30, -1 / 840, 1 / 45360, -1 / 3991680, 1 / 518918400, -1 / 93405312000];

/** The derivative of sin(πx)/(πx). */
function sincSlope(x: Tensor): Tensor {
  const angle = mul(x, Math.PI);
  const square = mul(angle, angle);
  const near = lt(square, 1);
  const series = SLOPE.reduceRight((sum, c) => add(mul(sum, square), c), constantLike(x, 0));
  const away = where(near, 1, angle);
  const exact = trueDivide(sub(mul(away, cos(away)), sin(away)), mul(away, away));
  return mul(where(near, mul(angle, series), exact), Math.PI);
}

/**
 * The normalised sinc sin(πx) / (πx), 1 at 0.
 *
 * @see https://pytorch.org/docs/stable/special.html#torch.special.sinc
 */
export const sinc: Unary = /* @__PURE__ */ unary({ name: 'sinc', scalar: sincExpr, grad: (g, _y, x) => mul(g, sincSlope(x)) });
