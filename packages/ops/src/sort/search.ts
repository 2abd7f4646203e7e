/**
 * Where values belong in sorted sequences.
 *
 * Invariant: sequences are sorted in ascending order, which is not checked; positions are between 0 and their length.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.searchsorted.html
 */
import {
  ArgumentError,
  cast,
  defineOp,
  describe,
  isTensor,
  promoteTypes,
  record,
  requireTensor,
  ShapeError,
  shapeText,
  tensor,
  type Attrs,
  type Expr,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { checkOptions } from '../families/options.js';
import { gather } from '../index/gather.js';

interface SearchAttrs extends Attrs {
  /** After the elements that equal the value, rather than before them. */
  readonly right: boolean;
}

/**
 * Binary search without branches: `at` elements lie before the place, and steps of halving powers of two go on from there
 * while the element before the next place still does.
 */
const SEARCH = /* @__PURE__ */ defineOp({
  name: 'searchsorted',
  form: 'element',
  lower: (ix, [sequence, values], { attrs }) => {
    const { right } = attrs as SearchAttrs;
    const row = sequence.shape.length === 1 ? [] : ix.slice(0, -1);
    const size = sequence.shape.at(-1)!;
    const wanted = values(ix);
    let at: Expr = e.const(0, 'int32');
    for (let step = 2 ** Math.floor(Math.log2(size)); step >= 1; step /= 2) {
      const next = e.add(at, step);
      const element = sequence([...row, e.min(e.sub(next, 1), size - 1)]);
      // Negated, so that NaN goes to the end.
      const isBefore = e.not(right ? e.gt(element, wanted) : e.ge(element, wanted));
      at = e.select(e.and(e.le(next, size), isBefore), next, at);
    }
    return at;
  },
});

export interface BucketizeOptions {
  /** Positions as int32. They always are here. */
  readonly outInt32?: boolean;
  /** After the elements that equal the value. Default: false, before them. */
  readonly right?: boolean;
}

export interface SearchsortedOptions extends BucketizeOptions {
  /** 'left' (before equal elements) or 'right' (after them); says the same as `right`. */
  readonly side?: 'left' | 'right';
  /** Positions that sort each sequence, as `argsort` gives them. */
  readonly sorter?: Tensor | null;
}

/** Whether positions come after equal elements. */
function sideOf({ right, side }: SearchsortedOptions): boolean {
  if (side !== undefined && side !== 'left' && side !== 'right') {
    throw new ArgumentError(`searchsorted: side must be 'left' or 'right', got ${describe(side)}.`);
  }
  if (side === 'left' && right === true) throw new ArgumentError(`searchsorted: side 'left' and right: true contradict each other.`);
  return side === undefined ? (right ?? false) : side === 'right';
}

function search(sequence: Tensor, values: Tensor | number, right: boolean): Tensor {
  const wanted = isTensor(values) ? values : tensor(values, { device: sequence.device });
  const dtype = promoteTypes(sequence.dtype, wanted.dtype);
  return record(SEARCH, [cast(sequence, dtype), cast(wanted, dtype)], { right } satisfies SearchAttrs, wanted.shape, 'int32');
}

/**
 * The position (int32) in each sorted sequence before which a value keeps it sorted.
 *
 * @param sortedSequence [n], one for all values, or […, n]
 * @param values a number, or […, m] with the same sizes before the last
 * @throws ShapeError when the shapes do not fit; ArgumentError when `side` and `right` contradict each other.
 * @example
 * searchsorted(tensor([1, 3, 5]), tensor([0, 3, 6]));    // [0, 1, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.searchsorted.html
 */
export function searchsorted(sortedSequence: Tensor, values: Tensor | number, options: SearchsortedOptions = {}): Tensor {
  requireTensor('searchsorted', sortedSequence, 'sortedSequence');
  checkOptions('searchsorted', options, ['outInt32', 'right', 'side', 'sorter']);
  if (typeof values !== 'number') requireTensor('searchsorted', values, 'values');
  const [a, b] = [sortedSequence.shape, isTensor(values) ? values.shape : []];
  const fits = a.length === 1 || (a.length > 1 && a.length === b.length && a.slice(0, -1).every((n, d) => n === b[d]));
  if (!fits) {
    throw new ShapeError(`searchsorted: sequences ${shapeText(a)} and values ${shapeText(b)} differ before the last dimension. One sequence [n] serves all.`);
  }
  const { sorter } = options;
  if (sorter !== undefined && sorter !== null) {
    requireTensor('searchsorted', sorter, 'sorter');
    if (shapeText(sorter.shape) !== shapeText(a)) {
      throw new ShapeError(`searchsorted: sorter is ${shapeText(sorter.shape)}, expected ${shapeText(a)} as the sequence.`);
    }
    return search(gather(sortedSequence, -1, sorter), values, sideOf(options));
  }
  return search(sortedSequence, values, sideOf(options));
}

/**
 * The position (int32) of the bucket that each element of `input` falls into, between sorted boundaries.
 *
 * @param boundaries [n]
 * @throws ShapeError unless `boundaries` has 1 dimension.
 * @example
 * bucketize(tensor([0, 3, 6]), tensor([1, 3, 5]));       // [0, 1, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.bucketize.html
 */
export function bucketize(input: Tensor | number, boundaries: Tensor, options: BucketizeOptions = {}): Tensor {
  requireTensor('bucketize', boundaries, 'boundaries');
  checkOptions('bucketize', options, ['outInt32', 'right']);
  if (typeof input !== 'number') requireTensor('bucketize', input);
  if (boundaries.ndim !== 1) throw new ShapeError(`bucketize: boundaries must have 1 dimension, got ${shapeText(boundaries.shape)}.`);
  return search(boundaries, input, options.right ?? false);
}
