/**
 * Indices from data on dimensions of one place, and of views that repeat one: no address needs them, and they are checked
 * all the same.
 *
 * Invariant: whatever an op does with an index, one out of range throws an IndexError when the result is read.
 */
import { tensor, type Tensor } from '@sconce/core';
import { crossEntropy, multilabelMarginLoss, multiMarginLoss, nllLoss } from '@sconce/losses';
import { functional } from '@sconce/nn';
import * as ops from '@sconce/ops';

const floats = (...shape: number[]): Tensor => ops.full(shape, 1.5);
/** Computed, so that no call can look at the values. */
const indices = (...values: readonly number[]): Tensor => ops.mul(tensor([...values]), 1);

/** The gradient of a result's sum with respect to a tensor of this shape. */
function gradient(shape: readonly number[], f: (x: Tensor) => Tensor): Tensor {
  const x = ops.full([...shape], 1.5).requiresGrad_();
  ops.sum(f(x)).backward();
  return x.grad!;
}

/** Each with an index that names a second place where there is one. */
export const ONE_PLACE: Readonly<Record<string, () => Tensor>> = {
  gather: () => ops.gather(floats(1), 0, indices(0, 1)),
  'gather, its gradient': () => gradient([1], (x) => ops.gather(x, 0, indices(0, 1))),
  'gather of truth values': () => ops.gather(ops.gt(floats(1), 0), 0, indices(0, 1)),
  'gather of what is expanded': () => ops.gather(ops.expand(floats(1), [5]), 0, indices(0, 5)),
  takeAlongDim: () => ops.takeAlongDim(floats(1), indices(0, 1), 0),
  indexSelect: () => ops.indexSelect(floats(1, 3), 0, indices(0, 1)),
  take: () => ops.take(floats(1), indices(0, 1)),
  put: () => ops.put(floats(1), indices(0, 1), floats(2)),
  scatter: () => ops.scatter(floats(1), 0, indices(1), floats(1)),
  scatterAdd: () => ops.scatterAdd(floats(1), 0, indices(1), floats(1)),
  scatterReduce: () => ops.scatterReduce(floats(1), 0, indices(1), floats(1), 'prod'),
  indexAdd: () => ops.indexAdd(floats(1, 3), 0, indices(0, 1), floats(2, 3)),
  indexCopy: () => ops.indexCopy(floats(1, 3), 0, indices(1), floats(1, 3)),
  indexFill: () => ops.indexFill(floats(1, 3), 0, indices(1), 3),
  indexPut: () => ops.indexPut(floats(1, 3), [indices(1)], floats(1, 3)),
  oneHot: () => ops.oneHot(indices(0, 1), 1),
  embedding: () => functional.embedding(indices(0, 1), floats(1, 3)),
  'embedding, its gradient': () => gradient([1, 3], (x) => functional.embedding(indices(0, 1), x)),
  embeddingBag: () => functional.embeddingBag(ops.reshape(indices(0, 1), [1, 2]), floats(1, 3)),
  maxUnpool2d: () => functional.maxUnpool2d(floats(1, 1, 1, 1), ops.reshape(indices(1), [1, 1, 1, 1]), 1),
  crossEntropy: () => crossEntropy(floats(2, 1), indices(0, 1)),
  'crossEntropy, its gradient': () => gradient([2, 1], (x) => crossEntropy(x, indices(0, 1))),
  nllLoss: () => nllLoss(floats(2, 1), indices(0, 1)),
  multiMarginLoss: () => multiMarginLoss(floats(2, 1), indices(0, 1)),
  multilabelMarginLoss: () => multilabelMarginLoss(floats(2, 1), ops.reshape(indices(0, 1), [2, 1])),
};
