/**
 * One element of each row, chosen by rank or by count: the k-th smallest, the median, the most frequent.
 *
 * The position of a median is read in the order of the row, that of the others is a routine's; the value is read there,
 * and gradients go there. Without a dimension `median` shares its gradient evenly among ties, as in PyTorch.
 *
 * Invariant: among equals the position is PyTorch's: see select.ts.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.median.html
 */
import {
  alias,
  ArgumentError,
  cast,
  defineOp,
  IndexError,
  isFloat,
  normalizeDim,
  record,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Tensor,
} from '@sconce/core';
import { clampMin, div, gt, isnan, sub, where } from '../elementwise/index.js';
import { composite } from '../families/composite.js';
import { parts, type Parts } from '../families/parts.js';
import { pick } from '../families/pick.js';
import { reducedShape } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { reduceArguments, requireElements, type KeepdimOptions } from '../reduce/arguments.js';
import { shareAmongTies } from '../reduce/extreme.js';
import { mean, sum } from '../reduce/sum.js';
import { reshape } from '../view/index.js';
import { argsort } from './argsort.js';
import { keysOf } from './keys.js';
import { forEachRow, rowReader, rowsAlong, type Row } from './order.js';
import { partitionSort, quickSelect } from './select.js';

/** The position of the last of the most frequent elements. */
function mostFrequent(row: Row): number {
  const { high, low, positions } = row;
  partitionSort(row, 0, high.length);
  let best = 0;
  let most = 0;
  let count = 0;
  for (let i = 0; i < high.length; i++) {
    count++;
    if (high[i] === high[i + 1] && low?.[i] === low?.[i + 1]) continue;
    if (count > most) [best, most] = [i, count];
    count = 0;
  }
  return positions[best];
}

/** The position in a row of what a rule chooses, by rank or by what the keys say. */
const RULES = {
  kthvalue: (row: Row, rank: number): number => {
    quickSelect(row, rank);
    return row.positions[rank];
  },
  mode: mostFrequent,
};

interface ChooseAttrs extends Attrs {
  readonly dim: number;
  readonly rule: keyof typeof RULES;
  /** Rank of the k-th smallest, from 0. */
  readonly rank: number;
}

const CHOOSE = /* @__PURE__ */ defineOp({
  name: 'choose',
  form: 'routine',
  routine: ([{ data, shape, dtype }], out) => {
    const { dim, rule, rank } = out.attrs as ChooseAttrs;
    const rows = rowsAlong(shape, dim);
    const read = rowReader(keysOf(data, dtype, false), rows);
    const choose = RULES[rule];
    const result = out.data as Int32Array;
    forEachRow(rows, (start, row) => (result[row] = choose(read(start), rank)));
  },
});

/** The elements that a rule chooses from checked rows, and their positions. */
function choose(x: Tensor, dim: number, keepdim: boolean, rule: keyof typeof RULES, rank = 0): Parts<'values' | 'indices'> {
  const indices = record(CHOOSE, [x], { dim, rule, rank } satisfies ChooseAttrs, reducedShape(x.shape, [dim], keepdim), 'int32');
  return parts({ values: pick(x, indices, dim, keepdim), indices });
}

/** The checked arguments of a choice along one dimension. */
function rowArguments(op: string, x: Tensor, dim: number, options: KeepdimOptions | undefined): { dim: number; keepdim: boolean } {
  const { attrs } = reduceArguments<KeepdimOptions>(op, x, dim, options, ['keepdim']);
  requireElements(op, x, attrs.dims);
  return { dim: normalizeDim(op, dim, x.ndim), keepdim: attrs.keepdim };
}

/**
 * The `k`-th smallest element along `dim`, counted from 1, and its position. NaN is the greatest.
 *
 * @returns `{ values, indices }`; `indices` are int32.
 * @throws IndexError when the dimension has no k-th element; ShapeError when it is empty.
 * @example
 * const { values, indices } = kthvalue(tensor([3, 1, 2]), 2);                      // 2, 2
 * @see https://pytorch.org/docs/stable/generated/torch.kthvalue.html
 */
export const kthvalue = /* @__PURE__ */ describeOp(
  (x: Tensor, k: number, dim = -1, options?: KeepdimOptions): Parts<'values' | 'indices'> => {
    const row = rowArguments('kthvalue', x, dim, options);
    const size = x.shape[row.dim] ?? 1;
    if (!Number.isInteger(k)) throw new ArgumentError(`kthvalue: k must be an integer, got ${String(k)}.`);
    if (k < 1 || k > size) {
      throw new IndexError(`kthvalue: k ${k} is out of range for dimension ${row.dim} of ${shapeText(x.shape)}, expected 1 to ${size}.`);
    }
    return choose(x, row.dim, row.keepdim, 'kthvalue', k - 1);
  },
  { name: 'kthvalue', samples: [{ tensors: [{ shape: [2, 5] }], rest: [2] }], differentiable: true },
);

/**
 * The most frequent element along `dim`, the smallest of them, and the last position of it.
 *
 * @returns `{ values, indices }`; `indices` are int32.
 * @throws ShapeError when the dimension is empty; IndexError when it is out of range.
 * @example
 * const { values, indices } = mode(tensor([1, 2, 2, 3]));                          // 2, 2
 * @see https://pytorch.org/docs/stable/generated/torch.mode.html
 */
export const mode = /* @__PURE__ */ describeOp(
  (x: Tensor, dim = -1, options?: KeepdimOptions): Parts<'values' | 'indices'> => {
    const row = rowArguments('mode', x, dim, options);
    return choose(x, row.dim, row.keepdim, 'mode');
  },
  { name: 'mode', samples: [{ shape: [2, 5] }], differentiable: true },
);

// ── medians ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The rank of the lower of the two in the middle, NaN left out; for `median`, of the first NaN where there is one. NaN come
 * last in order.
 */
function middleRank(x: Tensor, dim: number, keepdim: boolean, ignoreNaN: boolean): Tensor {
  const size = x.shape[dim];
  const nans = sum(cast(isnan(x), 'int32'), dim, { keepdim });
  const middle = (count: Tensor): Tensor => div(clampMin(sub(count, 1), 0), 2, { roundingMode: 'floor' });
  const numbers = sub(size, nans);
  return ignoreNaN ? middle(numbers) : where(gt(nans, 0), numbers, middle(numbers));
}

/** The elements at the middle of checked rows in order, and their positions. */
function middle(x: Tensor, dim: number, keepdim: boolean, ignoreNaN: boolean): Parts<'values' | 'indices'> {
  const order = argsort(x, dim);
  const indices = x.ndim === 0 ? order : pick(order, middleRank(x, dim, keepdim, ignoreNaN), dim, keepdim);
  return parts({ values: pick(x, indices, dim, keepdim), indices });
}

const shared = /* @__PURE__ */ composite('median', (g, context) => [shareAmongTies(g, context)]);

/** The two forms of `median` and `nanmedian`. */
export interface Median {
  (x: Tensor): Tensor;
  (x: Tensor, dim: number, options?: KeepdimOptions): Parts<'values' | 'indices'>;
}

function twoForms(name: string, ignoreNaN: boolean): Median {
  const call = (x: Tensor, dim?: number | null, options?: KeepdimOptions): Tensor | Parts<'values' | 'indices'> => {
    requireTensor(name, x);
    if (dim !== undefined && dim !== null) {
      const row = rowArguments(name, x, dim, options);
      return middle(x, row.dim, row.keepdim, ignoreNaN);
    }
    if (x.ndim === 0) return alias(x);
    if (x.numel() === 0) {
      if (isFloat(x.dtype)) return mean(x);
      throw new ShapeError(`${name}: got ${shapeText(x.shape)} of ${x.dtype}, and ${name} of nothing has no value among integers. With x.to('float32') it is NaN.`);
    }
    const dims = x.shape.map((_, d) => d);
    return shared([x], () => middle(reshape(x, [-1]), 0, false, ignoreNaN).values, { dims, keepdim: false });
  };
  return describeOp(call as Median, { name, samples: [{ shape: [2, 5] }, { tensors: [{ shape: [2, 5] }], rest: [1] }], differentiable: true });
}

/**
 * The median, of an even count the lower of the two in the middle; along `dim`, also where it is. NaN where there is one.
 *
 * @returns a tensor; with `dim`, `{ values, indices }`, where `indices` are int32. Of no element at all, NaN.
 * @throws ShapeError when there is no element along `dim`, or none at all among integers; IndexError when `dim` is out of range.
 * @example
 * median(tensor([3, 1, 2]));                             // 2
 * @see https://pytorch.org/docs/stable/generated/torch.median.html
 */
export const median = /* @__PURE__ */ twoForms('median', false);

/**
 * As `median`, of what is not NaN.
 *
 * @returns a tensor; with `dim`, `{ values, indices }`, where `indices` are int32. Of no element at all, NaN.
 * @throws ShapeError when there is no element along `dim`, or none at all among integers; IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.nanmedian.html
 */
export const nanmedian = /* @__PURE__ */ twoForms('nanmedian', true);
