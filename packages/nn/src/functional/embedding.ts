/**
 * Embedding: rows of a table by their numbers.
 *
 * Invariant: a number outside the table is an IndexError on every device. The gradient adds rows in the order of the
 * numbers, so equal runs give equal bits.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 */
import {
  ArgumentError,
  assign,
  axisRef,
  cast,
  computeType,
  constant,
  defineOp,
  DTypeError,
  freshAxis,
  isInteger,
  noGrad,
  NO_ATTRS,
  record,
  requireIndices,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type IndexCheck,
  type Reader,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, div, gt, logicalAnd, mul, ne, onesLike, reciprocal, unsqueeze, vectorNorm, where } from '@sconce/ops';
import { describeOp, requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';

const checkOf = (rows: number): IndexCheck => ({ op: 'embedding', size: rows, noun: 'index' });

/** The row that a number names, checked. */
const rowAt = (numbers: Reader, ix: Parameters<Reader>[0], rows: number) => e.check(numbers(ix), checkOf(rows));

interface LookUpAttrs extends Attrs {
  /** A row that gets no gradient. */
  readonly padding: number | null;
  /** Whether gradients are divided by how often their row was looked up. */
  readonly byFrequency: boolean;
}

const LOOK_UP = /* @__PURE__ */ defineOp({
  name: 'embedding',
  form: 'element',
  lower: (ix, [table, numbers]) => table([rowAt(numbers, ix.slice(0, -1), table.shape[0]), ix[ix.length - 1]]),
  grad: (g, { inputs: [table, numbers], attrs }) => {
    const { padding, byFrequency } = attrs as LookUpAttrs;
    const kept = padding === null ? g : where(unsqueeze(ne(numbers, padding), -1), g, 0);
    const weighed = byFrequency ? div(kept, lookUp(countsOf(numbers, table), numbers, EVERY_ROW)) : kept;
    return [addRows(weighed, numbers, table.shape), null];
  },
});

const ADD_ROWS = /* @__PURE__ */ defineOp({
  name: 'embeddingGradient',
  form: 'scatter',
  lower: (_ix, [rows, numbers], { shape, dtype }) => {
    const axes = rows.shape.map((n) => freshAxis(n, 's'));
    const at = axes.map((axis) => (axis.extent === 1 ? e.const(0, 'int32') : axisRef(axis)));
    const compute = computeType(dtype);
    return {
      scatter: 'sum',
      base: constant(0, compute),
      axes,
      target: [rowAt(numbers, at.slice(0, -1), shape[0]), at[at.length - 1]],
      value: e.cast(rows(at), compute),
    };
  },
  grad: (g, { inputs: [, numbers] }) => [lookUp(g, numbers, EVERY_ROW), null],
});

const EVERY_ROW: LookUpAttrs = { padding: null, byFrequency: false };

/** The rows with these numbers. */
export function lookUp(table: Tensor, numbers: Tensor, attrs: LookUpAttrs): Tensor {
  requireIndices(numbers, checkOf(table.shape[0]));
  return record(LOOK_UP, [table, numbers], attrs, [...numbers.shape, table.shape[1]], table.dtype);
}

/** A table of zeros to which rows are added. Halves are added up in float32. */
function addRows(rows: Tensor, numbers: Tensor, shape: Shape): Tensor {
  const dtype = rows.dtype === 'float16' || rows.dtype === 'bfloat16' ? 'float32' : rows.dtype;
  return cast(record(ADD_ROWS, [cast(rows, dtype), numbers], NO_ATTRS, shape, dtype), rows.dtype);
}

export interface EmbeddingOptions {
  /** A row that gets no gradient; negative ones count from the end. */
  readonly paddingIdx?: number | null;
  /** Rows that are looked up and have a larger norm are scaled down to it, in place. */
  readonly maxNorm?: number | null;
  /** The order of that norm. Default 2. */
  readonly normType?: number;
  /** Whether a row's gradient is divided by how often it was looked up. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** Taken for PyTorch's sake: gradients are dense. */
  readonly sparse?: boolean;
}

export const EMBEDDING = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq', 'sparse'] as const;

/** Checks a table and numbers of its rows. */
export function requireTable(op: string, numbers: Tensor, weight: Tensor): void {
  requireTensor(op, weight, 'weight');
  requireTensor(op, numbers, 'input');
  if (weight.ndim !== 2) throw new ShapeError(`${op}: weight must be 2-d, [rows, size], got ${shapeText(weight.shape)}.`);
  if (!isInteger(numbers.dtype)) throw new DTypeError(`${op}: input must hold integers, got ${numbers.dtype}. Use x.to('int32').`);
}

/** A row's number without a sign. */
export function paddingRow(op: string, paddingIdx: number | null | undefined, rows: number): number | null {
  if (paddingIdx === null || paddingIdx === undefined) return null;
  const row = requireInteger(op, 'paddingIdx', paddingIdx);
  if (row < -rows || row >= rows) throw new ArgumentError(`${op}: paddingIdx must be a row of the table, ${-rows} to ${rows - 1}, got ${row}.`);
  return row < 0 ? row + rows : row;
}

/** How often each row is looked up. */
const countsOf = (numbers: Tensor, weight: Tensor): Tensor =>
  addRows(onesLike(unsqueeze(numbers, -1), { dtype: weight.dtype }), numbers, [weight.shape[0], 1]);

/** Scales rows that are looked up and longer than `maxNorm` down to it, in place. */
export function limitNorms(weight: Tensor, numbers: Tensor, maxNorm: number, normType: number): void {
  noGrad(() => {
    const norms = vectorNorm(weight, normType, 1, { keepdim: true });
    const used = gt(countsOf(numbers, weight), 0);
    const scaled = mul(weight, mul(reciprocal(add(norms, 1e-7)), maxNorm));
    assign(weight, where(logicalAnd(used, gt(norms, maxNorm)), scaled, weight), 'embedding');
  });
}

/**
 * The rows of a table that integers name.
 *
 * @param numbers integers of any shape
 * @param weight [rows, size]
 * @returns [...numbers.shape, size]
 * @throws ShapeError when weight is not 2-d; DTypeError when numbers are no integers; IndexError when it is computed, for
 * a number that is no row.
 * @example embedding(tensor([1, 0]), tensor([[0.5, 1], [2, 3]]))      // [[2, 3], [0.5, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 */
export const embedding = /* @__PURE__ */ describeOp(
  (numbers: Tensor, weight: Tensor, ...rest: Rest<EmbeddingOptions, typeof EMBEDDING>): Tensor => {
    const op = 'embedding';
    const { paddingIdx, maxNorm = null, normType = 2, scaleGradByFreq = false } = keywords<EmbeddingOptions>(op, EMBEDDING, rest);
    requireTable(op, numbers, weight);
    const padding = paddingRow(op, paddingIdx, weight.shape[0]);
    if (maxNorm !== null) limitNorms(weight, numbers, maxNorm, normType);
    return lookUp(weight, numbers, { padding, byFrequency: scaleGradByFreq });
  },
  {
    name: 'embedding',
    samples: [{ tensors: [{ shape: [4], dtype: 'int32', low: 0, high: 3 }, { shape: [3, 2] }] }],
    differentiable: true,
  },
);
