/**
 * In-place forms: a tensor's handle is bound to the result of the op of the same name.
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { assign, type Tensor } from '@sconce/core';
import { maskedFill, maskedScatter } from './mask.js';
import { indexAdd, indexCopy, indexFill, indexReduce, put } from './parts.js';
import { scatter, scatterAdd, scatterReduce } from './scatter.js';

const inPlace =
  <Args extends readonly unknown[]>(name: string, op: (x: Tensor, ...args: Args) => Tensor) =>
  (x: Tensor, ...args: Args): Tensor =>
    assign(x, op(x, ...args), name);

/** As `scatter`, in place. */
export const scatter_ = /* @__PURE__ */ inPlace('scatter_', scatter);
/** As `scatterAdd`, in place. */
export const scatterAdd_ = /* @__PURE__ */ inPlace('scatterAdd_', scatterAdd);
/** As `scatterReduce`, in place. */
export const scatterReduce_ = /* @__PURE__ */ inPlace('scatterReduce_', scatterReduce);
/** As `indexAdd`, in place. */
export const indexAdd_ = /* @__PURE__ */ inPlace('indexAdd_', indexAdd);
/** As `indexCopy`, in place. */
export const indexCopy_ = /* @__PURE__ */ inPlace('indexCopy_', indexCopy);
/** As `indexFill`, in place. */
export const indexFill_ = /* @__PURE__ */ inPlace('indexFill_', indexFill);
/** As `indexReduce`, in place. */
export const indexReduce_ = /* @__PURE__ */ inPlace('indexReduce_', indexReduce);
/** As `put`, in place. */
export const put_ = /* @__PURE__ */ inPlace('put_', put);
/** As `maskedFill`, in place. */
export const maskedFill_ = /* @__PURE__ */ inPlace('maskedFill_', maskedFill);
/** As `maskedScatter`, in place. */
export const maskedScatter_ = /* @__PURE__ */ inPlace('maskedScatter_', maskedScatter);
