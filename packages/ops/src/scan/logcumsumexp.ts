/**
 * The cumulative log-sum-exp.
 *
 * Sums in the log domain have no fixed offset that fits a whole row, so this is no scan of sums: windows of 1, 2, 4, …
 * elements are joined in pairs, each pair about its own maximum, and after log2(n) steps every window reaches the start.
 *
 * Invariant: no step leaves the range of its operands by more than log 2, so nothing overflows or vanishes.
 *
 * Reference: Hillis and Steele, Data parallel algorithms (1986);
 * https://pytorch.org/docs/stable/generated/torch.logcumsumexp.html
 */
import { alias, normalizeDim, requireTensor, type Tensor } from '@sconce/core';
import { logaddexp } from '../elementwise/index.js';
import { describeOp } from '../families/sample.js';
import { moved } from '../reduce/products.js';
import { floatType } from '../reduce/sum.js';

/**
 * y_k = log Σ exp(x_i) over i ≤ k along `dim`.
 *
 * @throws IndexError when `dim` is out of range; DTypeError for integers.
 * @example
 * logcumsumexp(tensor([0.5, 0.5]), 0);                   // [0.5, 1.1931]
 * @see https://pytorch.org/docs/stable/generated/torch.logcumsumexp.html
 */
export const logcumsumexp = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number): Tensor => {
    requireTensor('logcumsumexp', x);
    floatType('logcumsumexp', x, undefined);
    const d = normalizeDim('logcumsumexp', dim, x.ndim);
    let y = alias(x);
    for (let by = 1; by < (x.shape[d] ?? 1); by *= 2) y = logaddexp(y, moved(y, d, by, -Infinity));
    return y;
  },
  { name: 'logcumsumexp', samples: [{ tensors: [{ shape: [2, 5] }], rest: [-1] }], differentiable: true },
);
