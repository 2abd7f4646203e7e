/**
 * Sums, differences and products.
 *
 * Invariant: integers wrap around; truth values add as `or` and multiply as `and`, and have no difference.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#pointwise-ops
 */
import { alias, operandType, requireTensor, type Expr, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, elementwise, type Binary } from '../families/binary.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { isBoolExpr } from '../families/bits.js';
import { checkFactor, noBool, noBoolDifference } from '../families/checks.js';

export interface AlphaOptions {
  /** Factor of `other`; a boolean only among booleans. Default: 1. */
  readonly alpha?: number | boolean;
}

const PAIRS = [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }, { tensors: [{ shape: [2, 1] }, { shape: [3] }], rest: [{ alpha: 0.5 }] }];

/** The factor that options give, checked. */
function alphaOf(op: string, input: Operand, other: Operand, options?: AlphaOptions): number | boolean | undefined {
  if (options === undefined) return undefined;
  checkOptions(op, options, ['alpha']);
  if (options.alpha === undefined) return undefined;
  const dtype = operandType([input, other]);
  const alpha = checkFactor(op, 'alpha', options.alpha, dtype);
  // A number would promote truth values.
  return dtype === 'bool' ? Boolean(alpha) : alpha;
}

const sumExpr = (a: Expr, b: Expr): Expr => (isBoolExpr(a) ? e.or(a, b) : e.add(a, b));
const productExpr = (a: Expr, b: Expr): Expr => (isBoolExpr(a) ? e.and(a, b) : e.mul(a, b));

/**
 * The product input · other of broadcast operands.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example mul(tensor([1, 2, 3]), 10)                    // [10, 20, 30]
 * @see https://pytorch.org/docs/stable/generated/torch.mul.html
 */
export const mul: Binary = /* @__PURE__ */ binary({
  name: 'mul',
  scalar: productExpr,
  grad: [(g, _y, _a, b) => mul(g, b), (g, _y, a) => mul(g, a)],
});

const plain = /* @__PURE__ */ binary({ name: 'add', scalar: sumExpr, grad: [(g) => g, (g) => g] });

const scaled = /* @__PURE__ */ elementwise({
  name: 'add',
  arity: 3,
  scalar: (a, b, alpha) => sumExpr(a, productExpr(b, alpha)),
  grad: [(g) => g, (g, _y, _a, _b, alpha) => mul(g, alpha)],
});

/**
 * The sum input + alpha · other of broadcast operands.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for a fractional alpha among integers.
 * @example add(tensor([1, 2]), tensor([10, 20]), { alpha: 2 })      // [21, 42]
 * @see https://pytorch.org/docs/stable/generated/torch.add.html
 */
export const add = /* @__PURE__ */ describeOp(
  (input: Operand, other: Operand, options?: AlphaOptions): Tensor => {
    const alpha = alphaOf('add', input, other, options);
    return alpha === undefined ? plain(input, other) : scaled(input, other, alpha);
  },
  { name: 'add', samples: PAIRS, differentiable: true },
);

/**
 * The negative −input of each element.
 *
 * @throws DTypeError for bool.
 * @example neg(tensor([1, -2]))                          // [-1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.neg.html
 */
export const neg: Unary = /* @__PURE__ */ unary({
  name: 'neg',
  result: 'same',
  check: noBoolDifference,
  scalar: (x) => e.neg(x),
  grad: (g) => neg(g),
});

const difference = /* @__PURE__ */ binary({
  name: 'sub',
  check: noBoolDifference,
  scalar: (a, b) => e.sub(a, b),
  grad: [(g) => g, (g) => neg(g)],
});

const scaledDifference = /* @__PURE__ */ elementwise({
  name: 'sub',
  arity: 3,
  check: noBoolDifference,
  scalar: (a, b, alpha) => e.sub(a, e.mul(b, alpha)),
  grad: [(g) => g, (g, _y, _a, _b, alpha) => neg(mul(g, alpha))],
});

/**
 * The difference input − alpha · other of broadcast operands.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bool, or a fractional alpha among integers.
 * @example sub(tensor([10, 20]), 1)                      // [9, 19]
 * @see https://pytorch.org/docs/stable/generated/torch.sub.html
 */
export const sub = /* @__PURE__ */ describeOp(
  (input: Operand, other: Operand, options?: AlphaOptions): Tensor => {
    const alpha = alphaOf('sub', input, other, options);
    return alpha === undefined ? difference(input, other) : scaledDifference(input, other, alpha);
  },
  { name: 'sub', samples: PAIRS, differentiable: true },
);

/**
 * The difference other − alpha · input: `sub` with its operands exchanged.
 *
 * @throws as `sub`.
 * @example rsub(tensor([1, 2]), 10)                      // [9, 8]
 * @see https://pytorch.org/docs/stable/generated/torch.rsub.html
 */
export const rsub = /* @__PURE__ */ describeOp(
  (input: Tensor, other: Operand, options?: AlphaOptions): Tensor => {
    requireTensor('rsub', input);
    return sub(other, input, options);
  },
  { name: 'rsub', samples: PAIRS, differentiable: true },
);

/** PyTorch's other names of `mul`, `sub` and `neg`. */
export { mul as multiply, sub as subtract, neg as negative };

/**
 * The elements as they are.
 *
 * @throws DTypeError for bool.
 * @see https://pytorch.org/docs/stable/generated/torch.positive.html
 */
export const positive = /* @__PURE__ */ describeOp(
  (input: Tensor): Tensor => {
    requireTensor('positive', input);
    noBool(input.dtype, 'positive');
    return alias(input);
  },
  { name: 'positive', samples: [{ shape: [2, 3] }], differentiable: true },
);
