/**
 * Quotients and remainders.
 *
 * Invariant: `div` without a rounding mode gives floats, also for integers; rounded quotients and remainders keep the
 * operands' dtype. floorDivide(a, b)·b + remainder(a, b) = a, and truncated quotients go with `fmod`.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.div.html
 */
import { ArgumentError, type Expr, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, type Binary } from '../families/binary.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { mul, neg } from './arithmetic.js';
import { noBool } from '../families/checks.js';
import { flooredQuotient, flooredRemainder, truncatedQuotient, truncatedRemainder } from './remainder-expr.js';
import { zeroGrad } from './zero.js';

const DIVISORS = [
  { tensors: [{ shape: [2, 3], low: -2, high: 2 }, { shape: [3], low: 0.5, high: 2 }] },
  { tensors: [{ shape: [2, 1], low: -2, high: 2 }, { shape: [3], low: -2, high: -0.5 }] },
];
/** Quotients between 0 and 1, away from the jumps. */
const FRACTIONS = [{ tensors: [{ shape: [2, 3], low: 0.2, high: 0.8 }, { shape: [3], low: 1, high: 2 }] }];

/**
 * The true quotient input / other of broadcast operands, a float.
 *
 * @example trueDivide(tensor([1, 2]), 2)                 // [0.5, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.true_divide.html
 */
export const trueDivide: Binary = /* @__PURE__ */ binary({
  name: 'div',
  result: 'float',
  scalar: (a, b) => e.div(a, b),
  grad: [(g, _y, _a, b) => trueDivide(g, b), (g, y, _a, b) => mul(neg(g), trueDivide(y, b))],
  samples: DIVISORS,
});

const rounded = (scalar: (a: Expr, b: Expr) => Expr): Binary =>
  binary({ name: 'div', check: noBool, scalar, grad: [zeroGrad, zeroGrad], samples: FRACTIONS });

const floored = /* @__PURE__ */ rounded(flooredQuotient);
const truncated = /* @__PURE__ */ rounded(truncatedQuotient);

export interface DivOptions {
  /** 'floor' rounds down, 'trunc' towards zero; without one the quotient is a float. */
  readonly roundingMode?: 'floor' | 'trunc' | null;
}

/**
 * The quotient input / other of broadcast operands, rounded if asked for.
 *
 * @throws ShapeError when the shapes do not broadcast; ArgumentError for another rounding mode; DTypeError for a rounded
 *   quotient of bool. An integer divided by 0 with rounding gives 0.
 * @example div(tensor([7, -7]), 2, { roundingMode: 'floor' })       // [3, -4]
 * @see https://pytorch.org/docs/stable/generated/torch.div.html
 */
export const div = /* @__PURE__ */ describeOp(
  (input: Operand, other: Operand, options: DivOptions = {}): Tensor => {
    checkOptions('div', options, ['roundingMode']);
    const { roundingMode = null } = options;
    if (roundingMode === null) return trueDivide(input, other);
    if (roundingMode === 'floor') return floored(input, other);
    if (roundingMode === 'trunc') return truncated(input, other);
    throw new ArgumentError(`div: roundingMode must be 'floor', 'trunc' or null, got '${String(roundingMode)}'.`);
  },
  { name: 'div', samples: DIVISORS, differentiable: true },
);

/** PyTorch's other name of `div`. */
export { div as divide };

/**
 * floor(input / other) of broadcast operands, in their common dtype. No gradient passes through it.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bool.
 * @example floorDivide(tensor([7, -7]), 2)               // [3, -4]
 * @see https://pytorch.org/docs/stable/generated/torch.floor_divide.html
 */
export const floorDivide: Binary = /* @__PURE__ */ binary({
  name: 'floorDivide',
  check: noBool,
  scalar: flooredQuotient,
  samples: FRACTIONS,
});

/**
 * Python's remainder input − other · floor(input / other): its sign is that of other. It is exact for quotients below 2^70
 * in float32 and 2^150 in float64.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bool.
 * @example remainder(tensor([-3, 3]), 2)                 // [1, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.remainder.html
 */
export const remainder: Binary = /* @__PURE__ */ binary({
  name: 'remainder',
  check: noBool,
  scalar: flooredRemainder,
  grad: [(g) => g, (g, _y, a, b) => mul(neg(g), floored(a, b))],
  samples: FRACTIONS,
});

/**
 * C's remainder input − other · trunc(input / other): its sign is that of input. It is exact as far as `remainder` is.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bool.
 * @example fmod(tensor([-3, 3]), 2)                      // [-1, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.fmod.html
 */
export const fmod: (input: Tensor, other: Operand) => Tensor = /* @__PURE__ */ binary({
  name: 'fmod',
  check: noBool,
  numbers: 'right',
  scalar: truncatedRemainder,
  grad: [(g) => g, (g, _y, a, b) => mul(neg(g), truncated(a, b))],
  samples: FRACTIONS,
});
