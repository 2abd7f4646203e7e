/**
 * Joining tensors: along a dimension they have, or along a new one.
 *
 * One op joins up to `WIDE` tensors: an element is picked among them by comparing its position with where each ends. More
 * tensors are joined in groups, and the groups joined, so a kernel stays short and reads few buffers.
 *
 * Invariant: the gradient of each tensor is its slice of the result's.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.cat.html
 */
import {
  alias,
  cast,
  defineOp,
  normalizeDim,
  promoteTypes,
  record,
  sameShape,
  ShapeError,
  shapeText,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireTensors } from '../families/arguments.js';
import { embedded, replaced, sliced } from './slice.js';
import { asMatrix, asVector, asVolume, insertionDim, reshape, unsqueeze } from './shape.js';

/** Tensors that one kernel joins: with the result, and what a device keeps for itself, no more than the eight buffers that each binds. */
const WIDE = 5;

interface CatAttrs {
  readonly [key: string]: unknown;
  readonly dim: number;
}

const CAT = /* @__PURE__ */ defineOp({
  name: 'cat',
  form: 'element',
  lower: (ix, inputs, { attrs }) => {
    const { dim } = attrs as CatAttrs;
    const starts = startsOf(inputs.map((x) => x.shape[dim]));
    const elementOf = (k: number) => inputs[k](replaced(ix, dim, e.sub(ix[dim], starts[k])));
    let value = elementOf(inputs.length - 1);
    for (let k = inputs.length - 2; k >= 0; k--) value = e.select(e.lt(ix[dim], starts[k + 1]), elementOf(k), value);
    return value;
  },
  grad: (g, { inputs, attrs, needs }) => {
    const { dim } = attrs as CatAttrs;
    const starts = startsOf(inputs.map((x) => x.shape[dim]));
    return inputs.map((x, k) => (needs[k] ? sliced(g, dim, starts[k], x.shape[dim]) : null));
  },
});

/** Where each piece starts, and where the last one ends. */
export function startsOf(sizes: readonly number[]): number[] {
  const starts = [0];
  for (const n of sizes) starts.push(starts[starts.length - 1] + n);
  return starts;
}

/** Joins tensors of one dtype that agree in all other dimensions. */
function joined(tensors: readonly Tensor[], dim: number): Tensor {
  if (tensors.length === 1) return alias(tensors[0]);
  if (tensors.length <= WIDE) {
    const size = tensors.reduce((n, x) => n + x.shape[dim], 0);
    return record(CAT, tensors, { dim } satisfies CatAttrs, replaced(tensors[0].shape, dim, size), tensors[0].dtype);
  }
  const count = Math.min(WIDE, Math.ceil(tensors.length / WIDE));
  const cut = (k: number): number => Math.round((k * tensors.length) / count);
  return joined(Array.from({ length: count }, (_, k) => joined(tensors.slice(cut(k), cut(k + 1)), dim)), dim);
}

/** The tensors in their common dtype. */
function promoted(tensors: readonly Tensor[]): Tensor[] {
  const dtype = tensors.map((x) => x.dtype).reduce(promoteTypes);
  return tensors.map((x) => cast(x, dtype));
}

/**
 * Joins tensors along a dimension. Tensors of shape [0] fit anywhere and add nothing.
 *
 * @param tensors of equal sizes but for `dim`; their dtypes promote.
 * @throws ShapeError when other sizes differ, ArgumentError for an empty list.
 * @example
 * cat([tensor([[1, 2]]), tensor([[3, 4]])], 0);      // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.cat.html
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  return catAs('cat', tensors, dim);
}

/** As `cat`. */
export const concat = cat;
/** As `cat`. */
export const concatenate = cat;

function catAs(op: string, tensors: readonly Tensor[], dim: number): Tensor {
  requireTensors(op, tensors);
  const isNothing = (x: Tensor): boolean => x.ndim === 1 && x.shape[0] === 0;
  const typed = promoted(tensors);
  const given = typed.filter((x) => !isNothing(x));
  if (given.length === 0) return alias(typed[0]);
  const [first] = given;
  if (first.ndim === 0) throw new ShapeError(`${op}: a 0-d tensor cannot be joined. Use stack.`);
  const d = normalizeDim(op, dim, first.ndim);
  given.forEach((x, i) => {
    if (x.ndim !== first.ndim || x.shape.some((n, k) => k !== d && n !== first.shape[k])) {
      throw new ShapeError(
        `${op}: tensor ${i} has shape ${shapeText(x.shape)}, which does not fit ${shapeText(first.shape)} along dimension ${d}: all other sizes must be equal.`,
      );
    }
  });
  return joined(given, d);
}

/**
 * Joins tensors of one shape along a new dimension.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])]);      // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.stack.html
 */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  requireTensors('stack', tensors);
  const [first] = tensors;
  const d = insertionDim('stack', dim, first.ndim);
  tensors.forEach((x, i) => {
    if (sameShape(x.shape, first.shape)) return;
    throw new ShapeError(`stack: tensor ${i} has shape ${shapeText(x.shape)}, expected ${shapeText(first.shape)} as tensor 0.`);
  });
  return joined(promoted(tensors).map((x) => unsqueeze(x, d)), d);
}

/**
 * Joins tensors side by side: along the columns, and rows of numbers along their only dimension.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.hstack.html
 */
export function hstack(tensors: readonly Tensor[]): Tensor {
  requireTensors('hstack', tensors);
  const rows = tensors.map(asVector);
  return catAs('hstack', rows, rows[0].ndim === 1 ? 0 : 1);
}

/**
 * Joins tensors below each other, rows of numbers as matrices of one row.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.vstack.html
 */
export function vstack(tensors: readonly Tensor[]): Tensor {
  requireTensors('vstack', tensors);
  return catAs('vstack', tensors.map(asMatrix), 0);
}

/** As `vstack`. */
export const rowStack = vstack;

/**
 * Joins tensors along the third dimension.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.dstack.html
 */
export function dstack(tensors: readonly Tensor[]): Tensor {
  requireTensors('dstack', tensors);
  return catAs('dstack', tensors.map(asVolume), 2);
}

/**
 * Joins columns: tensors of at most one dimension become matrices of one column.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.column_stack.html
 */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  requireTensors('columnStack', tensors);
  return catAs('columnStack', tensors.map((x) => (x.ndim <= 1 ? reshape(x, [x.numel(), 1]) : x)), 1);
}

/**
 * A matrix with the given ones along its diagonal and 0 elsewhere; rows of numbers count as matrices of one row.
 *
 * @throws ShapeError for more than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.block_diag.html
 */
export function blockDiag(...tensors: readonly Tensor[]): Tensor {
  requireTensors('blockDiag', tensors);
  const blocks = promoted(tensors).map((x) => {
    if (x.ndim > 2) throw new ShapeError(`blockDiag: got ${shapeText(x.shape)}, expected at most 2 dimensions.`);
    return asMatrix(x);
  });
  const starts = startsOf(blocks.map((x) => x.shape[1]));
  return joined(blocks.map((x, k) => embedded(x, 1, starts[k], starts[blocks.length])), 0);
}
