/**
 * The bridge to indexing: Python's subscripts, gathering, scattering, masks, and what is found by value.
 */
import { isTensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { argument, call, type Call, type OpBridge } from './call.js';

/** A list of integers is one index tensor; a list that holds anything else is a tuple. */
const subscriptOf = (index: unknown): torch.SubscriptItem | torch.SubscriptItem[] =>
  Array.isArray(index) && index.every((i) => typeof i === 'number') ? [index] : (index as torch.SubscriptItem);

const isMask = (item: unknown): boolean => isTensor(item) && item.dtype === 'bool';

function getitem({ args: [x, index] }: Call): unknown {
  const subscript = subscriptOf(index);
  const masked = Array.isArray(subscript) ? subscript.some(isMask) : isMask(subscript);
  return (masked ? torch.getitemMasked : torch.getitem)(x as never, subscript);
}

const scatterReduce = call(torch.scatterReduce, ['input', 'dim', 'index', 'src', 'reduce'], ['include_self']);
const UNIQUE = ['sorted', 'return_inverse', 'return_counts', 'dim'];

export const indexing: OpBridge = {
  __getitem__: getitem,
  index_put: call(torch.indexPut, ['input', 'indices', 'values', 'accumulate']),

  // reading
  gather: call(torch.gather, ['input', 'dim', 'index']),
  take: call(torch.take, ['input', 'index']),
  take_along_dim: call(torch.takeAlongDim, ['input', 'indices', 'dim']),
  index_select: call(torch.indexSelect, ['input', 'dim', 'index']),

  // writing
  scatter: call(torch.scatter, ['input', 'dim', 'index', 'src'], ['reduce']),
  scatter_add: call(torch.scatterAdd, ['input', 'dim', 'index', 'src']),
  'scatter_reduce.sum': scatterReduce,
  'scatter_reduce.prod': scatterReduce,
  'scatter_reduce.mean': scatterReduce,
  'scatter_reduce.amax': scatterReduce,
  'scatter_reduce.amin': scatterReduce,
  index_add: call(torch.indexAdd, ['input', 'dim', 'index', 'source'], ['alpha']),
  index_copy: call(torch.indexCopy, ['input', 'dim', 'index', 'source']),
  index_fill: call(torch.indexFill, ['input', 'dim', 'index', 'value']),
  index_reduce: call(torch.indexReduce, ['input', 'dim', 'index', 'source', 'reduce'], ['include_self']),
  put: call(torch.put, ['input', 'index', 'source', 'accumulate']),

  // masks
  masked_fill: call(torch.maskedFill, ['input', 'mask', 'value']),
  masked_scatter: call(torch.maskedScatter, ['input', 'mask', 'source']),
  masked_select: call(torch.maskedSelect, ['input', 'mask']),

  // by value
  nonzero: call(torch.nonzero, ['input'], ['as_tuple']),
  argwhere: call(torch.argwhere, ['input']),
  unique: call(torch.unique, ['input'], UNIQUE),
  unique_consecutive: call(torch.uniqueConsecutive, ['input'], UNIQUE.slice(1)),
  bincount: (given) => {
    const [weights, minlength] = [argument(given, 1, 'weights'), argument(given, 2, 'minlength')];
    return call(torch.bincount, ['input'], ['weights', 'minlength'])({ args: given.args.slice(0, 1), named: { ...given.named, weights, minlength } });
  },
  'nn.functional.one_hot': call(torch.oneHot, ['tensor', 'num_classes']),

  // repetition
  repeat_interleave: call(torch.repeatInterleave, ['input', 'repeats', 'dim']),
  combinations: call(torch.combinations, ['input', 'r'], ['with_replacement']),
};
