/**
 * Signs and magnitudes.
 *
 * Invariant: the gradient of a step is zero, and that of |x| at 0 is zero, as in PyTorch.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.abs.html
 */
import type { Expr, Operand, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary } from '../families/binary.js';
import { unary, type Unary } from '../families/unary.js';
import { mul } from './arithmetic.js';
import { isBoolExpr, isNegativeExpr, withSign } from '../families/bits.js';
import { noBool } from '../families/checks.js';
import { eq } from './comparison.js';
import { where } from './where.js';
import { zeroGrad } from './zero.js';

const BOTH_SIDES = [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3], low: -2, high: -0.5 }];

const signExpr = (x: Expr): Expr => {
  if (isBoolExpr(x)) return x;
  const one = e.const(1, x.dtype);
  return e.select(e.gt(x, 0), one, e.select(e.lt(x, 0), e.neg(one), 0));
};

/**
 * The sign of each element: 1, −1, or 0 for 0 and NaN.
 *
 * @example sign(tensor([-2, 0, 5]))                      // [-1, 0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.sign.html
 */
export const sign: Unary = /* @__PURE__ */ unary({
  name: 'sign',
  result: 'same',
  scalar: signExpr,
  grad: zeroGrad,
  samples: BOTH_SIDES,
});

/**
 * The sign of each element; for real numbers the same as `sign`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.sgn.html
 */
export const sgn: Unary = /* @__PURE__ */ unary({
  name: 'sgn',
  result: 'same',
  scalar: signExpr,
  grad: zeroGrad,
  samples: BOTH_SIDES,
});

/**
 * The magnitude |input| of each element.
 *
 * @throws DTypeError for bool.
 * @example abs(tensor([-1, 2]))                          // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.abs.html
 */
export const abs: Unary = /* @__PURE__ */ unary({
  name: 'abs',
  result: 'same',
  check: noBool,
  scalar: (x) => e.abs(x),
  grad: (g, _y, x) => mul(g, sgn(x)),
  samples: BOTH_SIDES,
});

/** PyTorch's other name of `abs`. */
export { abs as absolute };

/**
 * The magnitude of input with the sign of other, also that of −0.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example copysign(tensor([1.5, -2.5]), -1)             // [-1.5, -2.5]
 * @see https://pytorch.org/docs/stable/generated/torch.copysign.html
 */
export const copysign: (input: Tensor, other: Operand) => Tensor = /* @__PURE__ */ binary({
  name: 'copysign',
  result: 'float',
  numbers: 'right',
  scalar: withSign,
  grad: [(g, y, x) => where(eq(x, 0), 0, mul(g, mul(sgn(x), sgn(y)))), zeroGrad],
  samples: [{ tensors: [{ shape: [2, 3], low: 0.5, high: 2 }, { shape: [3], low: -2, high: -0.5 }] }],
});

/**
 * Whether the sign is minus, also that of −0.
 *
 * @example signbit(tensor([-1.5, 0, -0]))                // [true, false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.signbit.html
 */
export const signbit: Unary = /* @__PURE__ */ unary({ name: 'signbit', result: 'bool', scalar: isNegativeExpr });
