/**
 * Sorting: the order of the elements along a dimension, and the elements in that order.
 *
 * The order is a routine (a sort is no loop nest); the values are read through it, so gradients pass through the read.
 *
 * Invariant: sorts are stable. NaN is greater than everything, as in PyTorch: last, or first when descending.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.sort.html
 */
import { ArgumentError, defineOp, IndexError, normalizeDim, record, requireTensor, shapeText, type Attrs, type Tensor } from '@sconce/core';
import { keywords, type Rest } from '../families/keywords.js';
import { parts, type Parts } from '../families/parts.js';
import { gather } from '../index/gather.js';
import { keysOf } from './keys.js';
import { forEachRow, orderer, rowsAlong } from './order.js';
import { isFirstOfOrder, selector } from './select.js';

interface ArgsortAttrs extends Attrs {
  readonly dim: number;
  readonly descending: boolean;
  /** How many of the first positions are asked for; null for all of them. */
  readonly count: number | null;
  /** Whether those are the first of the stable order, and not the ones that a partition leaves there. */
  readonly isStable: boolean;
}

const ARGSORT = /* @__PURE__ */ defineOp({
  name: 'argsort',
  form: 'routine',
  routine: ([{ data, shape, dtype }], out) => {
    const { dim, descending, count } = out.attrs as ArgsortAttrs;
    const rows = rowsAlong(shape, dim);
    const keys = keysOf(data, dtype, descending);
    const orderOf = count === null ? orderer(keys, rows) : selector(keys, rows, count);
    const kept = count ?? rows.size;
    const result = out.data as Int32Array;
    forEachRow(rows, (start, row) => {
      const { positions } = orderOf(start);
      const first = Math.floor(row / rows.inner) * kept * rows.inner + (row % rows.inner);
      if (rows.inner === 1) result.set(positions.subarray(0, kept), first);
      else for (let i = 0; i < kept; i++) result[first + i * rows.inner] = positions[i];
    });
  },
});

/** The positions along `dim`, which the caller has checked, in order: all of them, or the first `count`. A 0-d tensor has one, whatever is asked. */
function orderAlong(x: Tensor, dim: number, descending: boolean, count: number | null): Tensor {
  const shape = x.shape.map((n, d) => (d === dim ? (count ?? n) : n));
  const isStable = count === null || isFirstOfOrder(count, x.shape[dim] ?? 1);
  const kept = x.ndim === 0 ? null : count;
  return record(ARGSORT, [x], { dim, descending, count: kept, isStable } satisfies ArgsortAttrs, shape, 'int32');
}

export interface SortOptions {
  /** Default: the last dimension. */
  readonly dim?: number;
  /** From the greatest to the least. */
  readonly descending?: boolean;
  /** Equal elements keep their order. They always do here. */
  readonly stable?: boolean;
}

const SORT_OPTIONS = ['dim', 'descending', 'stable'] as const;
type SortRest = Rest<SortOptions, typeof SORT_OPTIONS>;

/**
 * The positions (int32) that sort `x` along `dim`: gather(x, dim, argsort(x, dim)) is sorted.
 *
 * @throws IndexError when `dim` is out of range.
 * @example
 * argsort(tensor([3, 1, 2]));                            // [1, 2, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.argsort.html
 */
export function argsort(x: Tensor, ...rest: SortRest): Tensor {
  requireTensor('argsort', x);
  const { dim = -1, descending = false } = keywords<SortOptions>('argsort', SORT_OPTIONS, rest);
  return orderAlong(x, normalizeDim('argsort', dim, x.ndim), descending, null);
}

/**
 * The elements of `x` sorted along `dim`, and the positions that they come from.
 *
 * @returns `{ values, indices }`, both of the shape of `x`; `indices` are int32.
 * @throws IndexError when `dim` is out of range.
 * @example
 * const { values, indices } = sort(tensor([3, 1, 2]), { descending: true });       // [3, 2, 1], [0, 2, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.sort.html
 */
export function sort(x: Tensor, ...rest: SortRest): Parts<'values' | 'indices'> {
  requireTensor('sort', x);
  const { dim = -1, descending = false } = keywords<SortOptions>('sort', SORT_OPTIONS, rest);
  const d = normalizeDim('sort', dim, x.ndim);
  const indices = orderAlong(x, d, descending, null);
  return parts({ values: gather(x, d, indices), indices });
}

/**
 * The elements of `x` sorted along its first dimension: sort(x, 0).values.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.msort.html
 */
export function msort(x: Tensor): Tensor {
  requireTensor('msort', x);
  return sort(x, 0).values;
}

export interface TopkOptions {
  /** Default: the last dimension. */
  readonly dim?: number;
  /** The greatest (default), or the least. */
  readonly largest?: boolean;
  /** In order. They always are here. */
  readonly sorted?: boolean;
}

const TOPK_OPTIONS = ['dim', 'largest', 'sorted'] as const;

/**
 * The `k` greatest elements along `dim`, in order, and their positions.
 *
 * @returns `{ values, indices }`, with size `k` along `dim`; `indices` are int32.
 * @throws IndexError when `dim` has fewer than `k` elements.
 * @example
 * const { values, indices } = topk(tensor([1, 5, 3]), 2);                          // [5, 3], [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 */
export function topk(x: Tensor, k: number, ...rest: Rest<TopkOptions, typeof TOPK_OPTIONS>): Parts<'values' | 'indices'> {
  requireTensor('topk', x);
  const { dim = -1, largest = true } = keywords<TopkOptions>('topk', TOPK_OPTIONS, rest);
  const d = normalizeDim('topk', dim, x.ndim);
  const size = x.shape[d] ?? 1;
  if (!Number.isInteger(k)) throw new ArgumentError(`topk: k must be an integer, got ${String(k)}.`);
  if (k < 0 || k > size) {
    throw new IndexError(`topk: k ${k} is out of range for dimension ${d} of ${shapeText(x.shape)}, expected 0 to ${size}.`);
  }
  const indices = orderAlong(x, d, largest, k);
  return parts({ values: gather(x, d, indices), indices });
}
