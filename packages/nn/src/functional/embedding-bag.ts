/**
 * Bags of embeddings: the sum, mean or maximum of the rows that each bag names, without storing the rows.
 *
 * Invariant: every entry has a bag of its own, an empty bag is zero, and the padding row belongs to no bag.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
 */
import { ArgumentError, cast, defineOp, describe, DTypeError, findKnown, isInteger, record, requireTensor, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { arange, clampMin, div, eq, expand, full, ge, indexAdd, mul, ne, reshape, scatterReduce, slice, sub, sum, unsqueeze, where, zeros } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { limitNorms, lookUp, paddingRow, requireTable, type EmbeddingOptions } from './embedding.js';

export type BagMode = 'sum' | 'mean' | 'max';

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** Where each bag begins among 1-d numbers. */
  readonly offsets?: Tensor | null;
  /** Default 'mean'. */
  readonly mode?: BagMode;
  /** A factor for each number; mode 'sum' only. */
  readonly perSampleWeights?: Tensor | null;
  /** Whether the last offset is the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
}

const EMBEDDING_BAG = [
  'offsets',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'mode',
  'sparse',
  'perSampleWeights',
  'includeLastOffset',
  'paddingIdx',
] as const;

interface Bags {
  /** 1-d. */
  readonly numbers: Tensor;
  /** The bag of each number. */
  readonly bagOf: Tensor;
  readonly count: number;
}

/** Offsets, with a check of those that were computed: −1 stands for a first one that is not 0. */
const OFFSETS = /* @__PURE__ */ defineOp({
  name: 'offsets',
  form: 'element',
  lower: ([i], [x], { attrs }) => {
    const start = e.cast(x([i]), 'int32');
    const isLate = e.and(e.eq(i, 0), e.ne(start, 0));
    return e.check(e.select(isLate, e.const(-1, 'int32'), start), { op: 'embeddingBag', size: attrs.size as number, noun: 'offset' });
  },
});

/** The bags of [bags, size] numbers, or of 1-d numbers cut at offsets. */
function bagsOf(op: string, numbers: Tensor, offsets: Tensor | null, includeLastOffset: boolean): Bags {
  const { device } = numbers;
  if (numbers.ndim === 2) {
    if (offsets !== null) throw new ArgumentError(`${op}: offsets cut 1-d input into bags; with 2-d input each row is a bag.`);
    const [count, size] = numbers.shape;
    const rows = expand(reshape(arange(count, { device, dtype: 'int32' }), [count, 1]), [count, size]);
    return { numbers: reshape(numbers, [count * size]), bagOf: reshape(rows, [count * size]), count };
  }
  if (numbers.ndim !== 1) throw new ShapeError(`${op}: input must be 1-d with offsets, or 2-d, got ${shapeText(numbers.shape)}.`);
  requireTensor(op, offsets, 'offsets');
  if (offsets.ndim !== 1 || !isInteger(offsets.dtype)) {
    throw new DTypeError(`${op}: offsets must be 1-d integers, got ${describe(offsets)}.`);
  }
  const wrong = findKnown(offsets, (start, i) => (i === 0 ? start !== 0 : start > numbers.shape[0]));
  if (wrong !== undefined) {
    throw new ArgumentError(`${op}: offsets must begin with 0 and not exceed the ${numbers.shape[0]} numbers, got ${wrong.value} at position ${wrong.position}.`);
  }
  const checked = record(OFFSETS, [offsets], { size: numbers.shape[0] + 1 }, offsets.shape, 'int32');
  const starts = includeLastOffset ? slice(checked, 0, 0, offsets.shape[0] - 1) : checked;
  const [size] = numbers.shape;
  const positions = reshape(arange(size, { device, dtype: 'int32' }), [size, 1]);
  const begun = sum(cast(ge(positions, starts), 'int32'), 1);
  return { numbers, bagOf: sub(begun, 1), count: starts.shape[0] };
}

/**
 * The rows of a table summed, averaged or maximised in bags.
 *
 * @param numbers [bags, size], or 1-d with `offsets`
 * @param weight [rows, columns]
 * @returns [bags, columns]
 * @throws ShapeError, DTypeError or ArgumentError for arguments that do not fit; IndexError when it is computed, for a
 * number that is no row.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
 */
export const embeddingBag = /* @__PURE__ */ describeOp(
  (numbers: Tensor, weight: Tensor, ...rest: Rest<EmbeddingBagOptions, typeof EMBEDDING_BAG>): Tensor => {
    const op = 'embeddingBag';
    const options = keywords<EmbeddingBagOptions>(op, EMBEDDING_BAG, rest);
    const { offsets = null, mode = 'mean', perSampleWeights = null, includeLastOffset = false, maxNorm = null, normType = 2 } = options;
    requireTable(op, numbers, weight);
    if (!['sum', 'mean', 'max'].includes(mode)) throw new ArgumentError(`${op}: mode must be 'sum', 'mean' or 'max', got ${describe(mode)}.`);
    if (perSampleWeights !== null) {
      requireTensor(op, perSampleWeights, 'perSampleWeights');
      if (mode !== 'sum') throw new ArgumentError(`${op}: perSampleWeights go with mode 'sum', got mode '${mode}'.`);
      if (!sameShape(perSampleWeights.shape, numbers.shape)) {
        throw new ShapeError(`${op}: got perSampleWeights of shape ${shapeText(perSampleWeights.shape)}, expected ${shapeText(numbers.shape)}, the shape of the input.`);
      }
    }
    const padding = paddingRow(op, options.paddingIdx, weight.shape[0]);
    if (maxNorm !== null) limitNorms(weight, numbers, maxNorm, normType);
    const bags = bagsOf(op, numbers, offsets, includeLastOffset);
    const rows = lookUp(weight, bags.numbers, { padding, byFrequency: options.scaleGradByFreq ?? false });
    const counted = padding === null ? null : ne(bags.numbers, padding);
    const like = { dtype: weight.dtype, device: weight.device };
    const sizesOf = (): Tensor => {
      const ones = cast(counted ?? eq(bags.bagOf, bags.bagOf), weight.dtype);
      return unsqueeze(indexAdd(zeros([bags.count], like), 0, bags.bagOf, ones), -1);
    };
    if (mode === 'max') {
      const index = expand(unsqueeze(bags.bagOf, -1), rows.shape);
      const candidates = counted === null ? rows : where(unsqueeze(counted, -1), rows, -Infinity);
      // NaN equals nothing, so what was there takes no part in the gradient.
      const highest = scatterReduce(full([bags.count, weight.shape[1]], NaN, like), 0, index, candidates, 'amax', { includeSelf: false });
      return where(eq(sizesOf(), 0), 0, highest);
    }
    const weighed = perSampleWeights === null ? rows : mul(rows, reshape(perSampleWeights, [bags.numbers.shape[0], 1]));
    const total = indexAdd(zeros([bags.count, weight.shape[1]], like), 0, bags.bagOf, counted === null ? weighed : where(unsqueeze(counted, -1), weighed, 0));
    if (mode === 'sum') return total;
    return div(total, clampMin(sizesOf(), 1));
  },
  {
    name: 'embeddingBag',
    samples: [
      { tensors: [{ shape: [2, 3], dtype: 'int32', low: 0, high: 4 }, { shape: [4, 2] }] },
      { tensors: [{ shape: [2, 3], dtype: 'int32', low: 0, high: 4 }, { shape: [4, 2] }], rest: [{ mode: 'max' }] },
    ],
    differentiable: true,
  },
);
