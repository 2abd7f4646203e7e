/**
 * Comparisons: truth values of broadcast operands.
 *
 * Invariant: operands are compared in their common dtype; a comparison with NaN is false, but for `ne`.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#comparison-ops
 */
import type { Operand, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { compare } from '../families/binary.js';

export type Compare = (input: Tensor, other: Operand) => Tensor;

/**
 * Whether input = other.
 *
 * @example eq(tensor([1, 2]), 2)                         // [false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.eq.html
 */
export const eq: Compare = /* @__PURE__ */ compare('eq', (a, b) => e.eq(a, b));

/**
 * Whether input ≠ other.
 *
 * @example ne(tensor([1, 2]), 2)                         // [true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.ne.html
 */
export const ne: Compare = /* @__PURE__ */ compare('ne', (a, b) => e.ne(a, b));

/**
 * Whether input < other.
 *
 * @example lt(tensor([1, 2]), 2)                         // [true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.lt.html
 */
export const lt: Compare = /* @__PURE__ */ compare('lt', (a, b) => e.lt(a, b));

/**
 * Whether input ≤ other.
 *
 * @example le(tensor([1, 2, 3]), 2)                      // [true, true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.le.html
 */
export const le: Compare = /* @__PURE__ */ compare('le', (a, b) => e.le(a, b));

/**
 * Whether input > other.
 *
 * @example gt(tensor([1, 2, 3]), 2)                      // [false, false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.gt.html
 */
export const gt: Compare = /* @__PURE__ */ compare('gt', (a, b) => e.gt(a, b));

/**
 * Whether input ≥ other.
 *
 * @example ge(tensor([1, 2, 3]), 2)                      // [false, true, true]
 * @see https://pytorch.org/docs/stable/generated/torch.ge.html
 */
export const ge: Compare = /* @__PURE__ */ compare('ge', (a, b) => e.ge(a, b));

/** PyTorch's long names. */
export { ne as notEqual, lt as less, le as lessEqual, gt as greater, ge as greaterEqual };
