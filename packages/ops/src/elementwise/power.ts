/**
 * Powers and roots.
 *
 * Invariant: exponents that a user writes as a small number become multiplications and roots, so `pow(x, 2)` costs one
 * instruction; every other number is a runtime scalar. Integers take no negative exponent written as a number.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.pow.html
 */
import {
  alias,
  ArgumentError,
  cast,
  isFloat,
  isTensor,
  operandType,
  requireTensor,
  type Expr,
  type Operand,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary } from '../families/binary.js';
import { describeOp, withMore, type Sample } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { mul, sub } from './arithmetic.js';
import { isBoolExpr, isInfExpr } from '../families/bits.js';
import { onlyFloats } from '../families/checks.js';
import { eq, ge } from './comparison.js';
import { trueDivide } from './division.js';
import { exp2, log } from './exponential.js';
import { logicalAnd } from './logic.js';
import { where } from './where.js';

const POSITIVE = [{ shape: [2, 3], low: 0.5, high: 2 }];
const withExponents = (numbers: readonly number[]): Sample[] => [
  { tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3] }] },
  ...numbers.map((n) => ({ tensors: POSITIVE, rest: [n] })),
];
const AWAY_FROM_ZERO = /* @__PURE__ */ withMore(POSITIVE, { shape: [3], low: -2, high: -0.5 });

// ── roots and reciprocals ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The square root of each element; NaN below 0.
 *
 * @example sqrt(tensor([1, 4]))                          // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.sqrt.html
 */
export const sqrt: Unary = /* @__PURE__ */ unary({
  name: 'sqrt',
  scalar: (x) => e.sqrt(x),
  grad: (g, y) => trueDivide(g, mul(y, 2)),
  samples: POSITIVE,
});

/**
 * The reciprocal of the square root, 1 / √input.
 *
 * @example rsqrt(tensor([1, 4]))                         // [1, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.rsqrt.html
 */
export const rsqrt: Unary = /* @__PURE__ */ unary({
  name: 'rsqrt',
  scalar: (x) => e.div(1, e.sqrt(x)),
  grad: (g, y) => mul(mul(g, -0.5), mul(mul(y, y), y)),
  samples: POSITIVE,
});

/**
 * The reciprocal 1 / input of each element.
 *
 * @example reciprocal(tensor([2, 4]))                    // [0.5, 0.25]
 * @see https://pytorch.org/docs/stable/generated/torch.reciprocal.html
 */
export const reciprocal: Unary = /* @__PURE__ */ unary({
  name: 'reciprocal',
  scalar: (x) => e.div(1, x),
  grad: (g, y) => mul(mul(g, -1), mul(y, y)),
  samples: AWAY_FROM_ZERO,
});

// ── powers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** xⁿ by repeated squaring. */
function multiplied(x: Expr, n: number): Expr {
  if (n === 1) return x;
  const half = multiplied(x, n >> 1);
  const even = e.mul(half, half);
  return n % 2 === 0 ? even : e.mul(even, x);
}

/** The powers that are multiplications, by their exponent from 2. */
const WHOLE = /* @__PURE__ */ Array.from({ length: 7 }, (_, i) => {
  const n = i + 2;
  return unary({
    name: 'pow',
    result: 'same',
    scalar: (x) => multiplied(x, n),
    grad: (g, _y, x) => mul(g, mul(pow(x, n - 1), n)),
  });
});

/** The function that an exponent is worth, if any. */
function special(n: number, whole: boolean): Unary | undefined {
  if (n === 1) return alias;
  if (n >= 2 && n - 2 < WHOLE.length) return WHOLE[n - 2];
  return whole ? undefined : ROOTS[n];
}

const ROOTS: Readonly<Record<number, Unary | undefined>> = {
  0.5: sqrt,
  [-0.5]: rsqrt,
  [-1]: reciprocal,
  [-2]: (x) => reciprocal(WHOLE[0](x)),
};

/**
 * The square of each element.
 *
 * @example square(tensor([-2, 3]))                       // [4, 9]
 * @see https://pytorch.org/docs/stable/generated/torch.square.html
 */
export const square = /* @__PURE__ */ describeOp((input: Tensor): Tensor => pow(input, 2), {
  name: 'square',
  samples: [{ shape: [2, 3] }],
  differentiable: true,
});

const powExpr = (a: Expr, b: Expr): Expr => (isBoolExpr(a) ? e.or(a, e.not(b)) : e.pow(a, b));

const general = /* @__PURE__ */ binary({
  name: 'pow',
  scalar: powExpr,
  grad: [
    (g, _y, a, b) => where(eq(b, 0), 0, mul(g, mul(b, pow(a, sub(b, 1))))),
    (g, y, a, b) => where(logicalAnd(eq(a, 0), ge(b, 0)), 0, mul(g, mul(y, log(a)))),
  ],
});

/**
 * input to the power of exponent, of broadcast operands of which one may be a number.
 *
 * @throws ShapeError when the shapes do not broadcast; ArgumentError for integers to a negative number.
 * @example pow(tensor([1, 2, 3]), 2)                     // [1, 4, 9]
 * @example pow(2, tensor([1, 2, 3]))                     // [2, 4, 8]
 * @see https://pytorch.org/docs/stable/generated/torch.pow.html
 */
export const pow: (input: Operand, exponent: Operand) => Tensor = /* @__PURE__ */ describeOp(
  (input: Operand, exponent: Operand): Tensor => {
    if (!isTensor(input) || typeof exponent !== 'number') return general(input, exponent);
    const dtype = operandType([input, exponent]);
    if (!isFloat(dtype) && exponent < 0) {
      throw new ArgumentError(`pow: integers to the negative power ${exponent} are no integers. Use x.to('float32').`);
    }
    const fast = special(exponent, !isFloat(dtype));
    return fast === undefined ? general(input, exponent) : fast(cast(input, dtype));
  },
  {
    name: 'pow',
    samples: /* @__PURE__ */ withExponents([0, 1, 2, 3, 8, 0.5, -0.5, -1, -2, 1.7]),
    differentiable: true,
  },
);

/**
 * input to the power of exponent, computed in float64.
 *
 * @throws DTypeError on a device without float64.
 * @example floatPower(tensor([1, 2]), 2)                 // [1, 4] in float64
 * @see https://pytorch.org/docs/stable/generated/torch.float_power.html
 */
export const floatPower = /* @__PURE__ */ describeOp(
  (input: Operand, exponent: Operand): Tensor => {
    const wide = (x: Operand): Operand => (isTensor(x) ? cast(x, 'float64') : x);
    return pow(wide(input), wide(exponent));
  },
  { name: 'floatPower', samples: [{ tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3] }] }], differentiable: true },
);

/**
 * input · 2^other of broadcast tensors.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example ldexp(tensor([1, 3]), tensor([2, 3]))         // [4, 24]
 * @see https://pytorch.org/docs/stable/generated/torch.ldexp.html
 */
export const ldexp = /* @__PURE__ */ describeOp(
  (input: Tensor, other: Tensor): Tensor => {
    requireTensor('ldexp', input);
    requireTensor('ldexp', other, 'other');
    return mul(input, exp2(other));
  },
  { name: 'ldexp', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }], differentiable: true },
);

// ── the hypotenuse ───────────────────────────────────────────────────────────────────────────────────────────────────

function hypotExpr(a: Expr, b: Expr): Expr {
  const [x, y] = [e.abs(a), e.abs(b)];
  const [large, small] = [e.max(x, y), e.min(x, y)];
  const ratio = e.div(small, large);
  const length = e.mul(large, e.sqrt(e.add(e.mul(ratio, ratio), 1)));
  const finite = e.select(e.eq(large, 0), large, length);
  return e.select(e.or(isInfExpr(a), isInfExpr(b)), e.const(Infinity, a.dtype), finite);
}

/**
 * The hypotenuse √(input² + other²), without overflow on the way.
 *
 * @throws DTypeError for integers; ShapeError when the shapes do not broadcast.
 * @example hypot(tensor([3, 5]).to('float32'), tensor([4, 12]).to('float32'))       // [5, 13]
 * @see https://pytorch.org/docs/stable/generated/torch.hypot.html
 */
export const hypot: (input: Tensor, other: Tensor) => Tensor = /* @__PURE__ */ binary({
  name: 'hypot',
  check: onlyFloats,
  numbers: 'none',
  scalar: hypotExpr,
  grad: [(g, y, a) => mul(g, trueDivide(a, y)), (g, y, _a, b) => mul(g, trueDivide(b, y))],
  samples: [{ tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3], low: -2, high: -0.5 }] }],
});
