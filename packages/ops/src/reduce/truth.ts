/**
 * Reductions of truth: is any element true, are all, how many are.
 *
 * Invariant: anything but 0 is true, NaN as well. Of nothing, `any` is false and `all` is true.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.any.html
 */
import { cast, type Combine, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { reduceOp, type ReduceAttrs } from '../families/reduce.js';
import { reduction, type KeepdimOptions } from './arguments.js';

const truth = (name: string, combine: Combine): ((x: Tensor, attrs: ReduceAttrs) => Tensor) => {
  const op = reduceOp(name, combine);
  return (x, attrs) => cast(op(x, attrs, 'bool'), x.dtype === 'uint8' ? 'uint8' : 'bool');
};

const anyOver = /* @__PURE__ */ truth('any', 'max');
const allOver = /* @__PURE__ */ truth('all', 'min');

const SAMPLES = [{ shape: [2, 3], low: 0, high: 2, dtype: 'int32' }, { tensors: [{ shape: [2, 3], dtype: 'bool' }], rest: [1] }] as const;

/**
 * Whether any element along `dim`, or any at all, is true. The result is bool; uint8 for uint8.
 *
 * @throws IndexError when a dimension is out of range.
 * @example
 * any(tensor([[0, 1], [0, 0]]), 1);                      // [true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.any.html
 */
export const any = /* @__PURE__ */ reduction<KeepdimOptions>({
  name: 'any',
  options: ['keepdim'],
  differentiable: false,
  samples: SAMPLES,
  run: anyOver,
});

/**
 * Whether all elements along `dim`, or all of them, are true. The result is bool; uint8 for uint8.
 *
 * @throws IndexError when a dimension is out of range.
 * @example
 * all(tensor([[1, 1], [0, 1]]), 1);                      // [true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.all.html
 */
export const all = /* @__PURE__ */ reduction<KeepdimOptions>({
  name: 'all',
  options: ['keepdim'],
  differentiable: false,
  samples: SAMPLES,
  run: allOver,
});

const countOp = /* @__PURE__ */ reduceOp('countNonzero', 'sum', undefined, (x, compute) => e.cast(e.cast(x, 'bool'), compute));

/**
 * How many elements along `dim`, or of all, are not 0 (int32).
 *
 * @throws IndexError when a dimension is out of range.
 * @example
 * countNonzero(tensor([[0, 1], [2, 3]]), 1);             // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.count_nonzero.html
 */
export const countNonzero = /* @__PURE__ */ reduction<KeepdimOptions>({
  name: 'countNonzero',
  options: ['keepdim'],
  differentiable: false,
  samples: SAMPLES,
  run: (x, attrs) => countOp(x, attrs, 'int32'),
});
