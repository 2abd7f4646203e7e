/**
 * `where`: one of two values, by a condition.
 *
 * Invariant: the gradient of the value that was not taken is zero, whatever that value is.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.where.html
 */
import {
  broadcastShapes,
  cast,
  computeType,
  defineOp,
  DTypeError,
  NO_ATTRS,
  operandType,
  record,
  requireTensor,
  toTensors,
  type Operand,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { broadcastRead } from '../families/binary.js';
import { sumTo } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';

const WHERE = /* @__PURE__ */ defineOp({
  name: 'where',
  form: 'element',
  lower: (ix, [condition, x, y], { dtype }) => {
    const [a, b] = [x, y].map((v) => e.cast(broadcastRead(v, ix), computeType(dtype)));
    return e.select(broadcastRead(condition, ix), a, b);
  },
  grad: (g, { inputs: [condition, x, y], needs }) => [
    null,
    needs[1] ? cast(sumTo(where(condition, g, 0), x.shape), x.dtype) : null,
    needs[2] ? cast(sumTo(where(condition, 0, g), y.shape), y.dtype) : null,
  ],
});

/**
 * input where the condition holds, other elsewhere; all three broadcast.
 *
 * @param condition bool
 * @throws DTypeError when the condition is not bool; ShapeError when the shapes do not broadcast.
 * @example where(tensor([true, false]), tensor([1, 2]), 0)          // [1, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.where.html
 */
export const where = /* @__PURE__ */ describeOp(
  (condition: Tensor, input: Operand, other: Operand): Tensor => {
    requireTensor('where', condition, 'condition');
    if (condition.dtype !== 'bool') {
      throw new DTypeError(`where: condition must be bool, got ${condition.dtype}. Compare it, as in gt(x, 0), or use x.to('bool').`);
    }
    const dtype = operandType([input, other]);
    const [, x, y] = toTensors('where', [condition, input, other], dtype);
    return record(WHERE, [condition, x, y], NO_ATTRS, broadcastShapes('where', condition.shape, x.shape, y.shape), dtype);
  },
  {
    name: 'where',
    samples: [{ tensors: [{ shape: [2, 3], dtype: 'bool' }, { shape: [2, 3] }, { shape: [3] }] }],
    differentiable: true,
  },
);
