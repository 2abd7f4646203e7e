/**
 * Logic on truth values and on bits.
 *
 * Invariant: the logical ops take any dtype, where anything but 0 is true (NaN as well); the bitwise ops take integers,
 * and bool as integers of one bit.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.logical_and.html
 */
import type { Expr, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, type Binary } from '../families/binary.js';
import type { TensorSample } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { noFloat, onlyIntegers } from '../families/checks.js';

type Logical = (input: Tensor, other: Tensor) => Tensor;

const integers = (shape: readonly number[]): TensorSample => ({ shape, low: 0, high: 8, dtype: 'int32' });
const PAIR = [{ tensors: [/* @__PURE__ */ integers([2, 3]), /* @__PURE__ */ integers([3])] }];

const truth = (x: Expr): Expr => e.cast(x, 'bool');

const logical = (name: string, scalar: (a: Expr, b: Expr) => Expr): Logical =>
  binary({ name, scalar: (a, b) => scalar(truth(a), truth(b)), result: 'bool', numbers: 'none', samples: PAIR });

/**
 * Whether both are true.
 *
 * @example logicalAnd(tensor([0, 1, 2]), tensor([1, 1, 0]))         // [false, true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.logical_and.html
 */
export const logicalAnd: Logical = /* @__PURE__ */ logical('logicalAnd', (a, b) => e.and(a, b));

/**
 * Whether one or both are true.
 *
 * @example logicalOr(tensor([0, 1, 2]), tensor([0, 1, 0]))          // [false, true, true]
 * @see https://pytorch.org/docs/stable/generated/torch.logical_or.html
 */
export const logicalOr: Logical = /* @__PURE__ */ logical('logicalOr', (a, b) => e.or(a, b));

/**
 * Whether exactly one is true.
 *
 * @example logicalXor(tensor([0, 1, 2]), tensor([1, 1, 0]))         // [true, false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.logical_xor.html
 */
export const logicalXor: Logical = /* @__PURE__ */ logical('logicalXor', (a, b) => e.xor(a, b));

/**
 * Whether an element is false, that is 0.
 *
 * @example logicalNot(tensor([0, 1, 2]))                 // [true, false, false]
 * @see https://pytorch.org/docs/stable/generated/torch.logical_not.html
 */
export const logicalNot: Unary = /* @__PURE__ */ unary({ name: 'logicalNot', result: 'bool', scalar: (x) => e.not(truth(x)) });

// ── bits ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const bitwise = (name: string, scalar: (a: Expr, b: Expr) => Expr): Binary =>
  binary({ name, scalar, check: noFloat, samples: PAIR });

/**
 * The bits that both have; for bool, whether both are true.
 *
 * @throws DTypeError for floats.
 * @example bitwiseAnd(tensor([6, 5]), 3)                 // [2, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_and.html
 */
export const bitwiseAnd: Binary = /* @__PURE__ */ bitwise('bitwiseAnd', (a, b) => e.and(a, b));

/**
 * The bits that one or both have; for bool, whether one is true.
 *
 * @throws DTypeError for floats.
 * @example bitwiseOr(tensor([6, 5]), 3)                  // [7, 7]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_or.html
 */
export const bitwiseOr: Binary = /* @__PURE__ */ bitwise('bitwiseOr', (a, b) => e.or(a, b));

/**
 * The bits that exactly one has; for bool, whether exactly one is true.
 *
 * @throws DTypeError for floats.
 * @example bitwiseXor(tensor([6, 5]), 3)                 // [5, 6]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_xor.html
 */
export const bitwiseXor: Binary = /* @__PURE__ */ bitwise('bitwiseXor', (a, b) => e.xor(a, b));

/**
 * All bits inverted; for bool, the opposite.
 *
 * @throws DTypeError for floats.
 * @example bitwiseNot(tensor([0, 5]))                    // [-1, -6]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_not.html
 */
export const bitwiseNot: Unary = /* @__PURE__ */ unary({
  name: 'bitwiseNot',
  result: 'same',
  check: noFloat,
  scalar: (x) => e.not(x),
  samples: [/* @__PURE__ */ integers([2, 3])],
});

const WIDTH = { int32: 32, int64: 64 } as Partial<Record<string, number>>;

/** Amounts that the type does not have leave nothing but the sign. */
const within = (x: Expr, amount: Expr): Expr => e.lt(amount, WIDTH[x.dtype]!);

const shift = (name: string, scalar: (a: Expr, b: Expr) => Expr): Binary =>
  binary({ name, scalar, check: onlyIntegers, samples: PAIR });

/**
 * The bits moved up by `other` places: input · 2^other.
 *
 * @throws DTypeError for floats and bool.
 * @example bitwiseLeftShift(tensor([1, 3]), 2)           // [4, 12]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html
 */
export const bitwiseLeftShift: Binary = /* @__PURE__ */ shift('bitwiseLeftShift', (a, b) => e.select(within(a, b), e.shl(a, b), 0));

/**
 * The bits moved down by `other` places, keeping the sign: floor(input / 2^other).
 *
 * @throws DTypeError for floats and bool.
 * @example bitwiseRightShift(tensor([8, -8]), 2)         // [2, -2]
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html
 */
export const bitwiseRightShift: Binary = /* @__PURE__ */ shift('bitwiseRightShift', (a, b) =>
  e.shr(a, e.min(b, WIDTH[a.dtype]! - 1)),
);
