/**
 * Products and quotients that are added to something: one op each, so that optimisers and interpolations cost one kernel.
 *
 * Invariant: `value` and `weight` are runtime scalars.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.addcmul.html
 */
import { ArgumentError, describe, DTypeError, isFloat, operandType, requireTensor, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { elementwise } from '../families/binary.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { mul, neg, sub } from './arithmetic.js';
import { noBool } from '../families/checks.js';
import { trueDivide } from './division.js';

export interface ValueOptions {
  /** Factor of what is added, truncated among integers. Default: 1. */
  readonly value?: number | boolean;
}

const sample = (low: number, high: number) => [
  {
    tensors: [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1], low, high }],
    rest: [{ value: 0.5 }],
  },
];

const multiplied = /* @__PURE__ */ elementwise({
  name: 'addcmul',
  arity: 4,
  scalar: (x, a, b, value) => e.add(x, e.mul(e.mul(a, b), value)),
  grad: [
    (g) => g,
    (g, _y, _x, _a, b, value) => mul(g, mul(b, value)),
    (g, _y, _x, a, _b, value) => mul(g, mul(a, value)),
  ],
});

const divided = /* @__PURE__ */ elementwise({
  name: 'addcdiv',
  arity: 4,
  scalar: (x, a, b, value) => e.add(x, e.mul(e.div(a, b), value)),
  grad: [
    (g) => g,
    (g, _y, _x, _a, b, value) => mul(g, trueDivide(value, b)),
    (g, _y, _x, a, b, value) => neg(mul(g, trueDivide(mul(a, value), mul(b, b)))),
  ],
});

/** The factor, after the tensors are checked. */
function factorOf(op: string, tensors: readonly Tensor[], options: ValueOptions): number {
  checkOptions(op, options, ['value']);
  for (const x of tensors) requireTensor(op, x);
  const dtype = operandType(tensors);
  noBool(dtype, op);
  const { value = 1 } = options;
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new ArgumentError(`${op}: value must be a number, got ${describe(value)}.`);
  return isFloat(dtype) ? Number(value) : Math.trunc(Number(value));
}

/**
 * input + value · tensor1 · tensor2 of broadcast tensors.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bool.
 * @example addcmul(tensor([1, 1]), tensor([2, 3]), tensor([4, 5]), { value: 2 })      // [17, 31]
 * @see https://pytorch.org/docs/stable/generated/torch.addcmul.html
 */
export const addcmul = /* @__PURE__ */ describeOp(
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor =>
    multiplied(input, tensor1, tensor2, factorOf('addcmul', [input, tensor1, tensor2], options)),
  { name: 'addcmul', samples: /* @__PURE__ */ sample(-1, 1), differentiable: true },
);

/**
 * input + value · tensor1 / tensor2 of broadcast tensors.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError when all are integers.
 * @example addcdiv(tensor([1.5]), tensor([0.5]), tensor([4]), { value: 2 })           // [1.75]
 * @see https://pytorch.org/docs/stable/generated/torch.addcdiv.html
 */
export const addcdiv = /* @__PURE__ */ describeOp(
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOptions = {}): Tensor => {
    const factor = factorOf('addcdiv', [input, tensor1, tensor2], options);
    if (!isFloat(operandType([tensor1, tensor2]))) {
      throw new DTypeError(`addcdiv: got ${tensor1.dtype} / ${tensor2.dtype}, expected floating point. Use x.to('float32').`);
    }
    return divided(input, tensor1, tensor2, factor);
  },
  { name: 'addcdiv', samples: /* @__PURE__ */ sample(0.5, 2), differentiable: true },
);

const interpolated = /* @__PURE__ */ elementwise({
  name: 'lerp',
  arity: 3,
  scalar: (a, b, weight) => {
    const distance = e.sub(b, a);
    const fromStart = e.add(a, e.mul(weight, distance));
    const fromEnd = e.sub(b, e.mul(distance, e.sub(1, weight)));
    return e.select(e.lt(e.abs(weight), 0.5), fromStart, fromEnd);
  },
  grad: [
    (g, _y, _a, _b, weight) => mul(g, sub(1, weight)),
    (g, _y, _a, _b, weight) => mul(g, weight),
    (g, _y, a, b) => mul(g, sub(b, a)),
  ],
});

/**
 * The point start + weight · (end − start) between two tensors, exact at both ends.
 *
 * @param weight number or tensor
 * @throws DTypeError for integers, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 * @example lerp(tensor([0.5]), tensor([1.5]), 0.25)      // [0.75]
 * @see https://pytorch.org/docs/stable/generated/torch.lerp.html
 */
export const lerp = /* @__PURE__ */ describeOp(
  (input: Tensor, end: Tensor, weight: Operand): Tensor => {
    requireTensor('lerp', input);
    requireTensor('lerp', end, 'end');
    if (!isFloat(input.dtype) || input.dtype !== end.dtype) {
      throw new DTypeError(`lerp: got ${input.dtype} and ${end.dtype}, expected one floating point dtype. Use x.to('float32').`);
    }
    return interpolated(input, end, weight);
  },
  {
    name: 'lerp',
    samples: [
      { tensors: [{ shape: [2, 3] }, { shape: [3] }], rest: [0.3] },
      { tensors: [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1], low: 0.6, high: 2 }] },
    ],
    differentiable: true,
  },
);
