/**
 * Views that arrange the same elements in another shape, in row-major order: reshape and what is said through it.
 *
 * Invariant: the flat position of an element does not change, so the gradient is the reshape back.
 */
import {
  alias,
  ArgumentError,
  IndexError,
  inferSizes,
  NO_ATTRS,
  normalizeDim,
  normalizeDims,
  requireTensor,
  sizeOf,
  type Attrs,
  type Expr,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { integersOf, tensorsOf, type Integers } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { view as defineView, type View } from '../families/view.js';

/** Runs of dimensions, `[start, end)` on both sides, that hold the same elements by themselves: [2, 3, 4] and [6, 4] have two. */
function runsOf(from: Shape, to: Shape): { from: readonly [number, number]; to: readonly [number, number] }[] {
  const runs: { from: [number, number]; to: [number, number] }[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const start = { i, j };
    let a = i < from.length ? from[i++] : 1;
    let b = j < to.length ? to[j++] : 1;
    while (a !== b) {
      if (a < b) a *= from[i++];
      else b *= to[j++];
    }
    runs.push({ from: [start.i, i], to: [start.j, j] });
  }
  return runs;
}

/** The index in a shape of the element at a flat position. */
function unravel(position: Expr, shape: Shape): Expr[] {
  let stride = sizeOf(shape);
  return shape.map((n, d) => {
    if (n === 1) return e.const(0, 'int32');
    stride /= n;
    const rest = d === shape.findIndex((m) => m !== 1) ? position : e.rem(position, stride * n);
    return stride === 1 ? rest : e.quot(rest, stride);
  });
}

function ravelIndex(ix: readonly Expr[], shape: Shape): Expr {
  return ix.reduce((position, x, d) => (shape[d] === 1 ? position : e.add(e.mul(position, shape[d]), x)), e.const(0, 'int32'));
}

const RESHAPE: View<Attrs> = /* @__PURE__ */ defineView({
  name: 'reshape',
  map: (ix, _attrs, from, to) => {
    if (sizeOf(from) === 0) return from.map(() => e.const(0, 'int32'));
    return runsOf(from, to).flatMap((run) => {
      const target = to.slice(...run.to);
      return unravel(ravelIndex(ix.slice(...run.to), target), from.slice(...run.from));
    });
  },
  grad: (g, x) => RESHAPE(g, NO_ATTRS, x.shape),
});

/**
 * The same elements in another shape; one size may be −1 and is worked out.
 *
 * @throws ShapeError when the sizes do not hold as many elements.
 * @example
 * reshape(tensor([1, 2, 3, 4]), [2, -1]);      // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.reshape.html
 */
export const reshape = /* @__PURE__ */ describeOp(
  (x: Tensor, ...shape: Integers): Tensor => {
    requireTensor('reshape', x);
    return RESHAPE(x, NO_ATTRS, inferSizes('reshape', integersOf('reshape', 'shape', shape), x.numel()));
  },
  { name: 'reshape', samples: [{ tensors: [{ shape: [2, 6] }], rest: [[3, 4]] }], differentiable: true },
);

/** As `reshape`: a tensor is a value, so there is no memory layout that a view could not have. */
export const view = reshape;

/**
 * `x` in the shape of `other`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.reshape_as.html
 */
export function reshapeAs(x: Tensor, other: Tensor): Tensor {
  requireTensor('reshapeAs', other, 'other');
  return reshape(x, other.shape);
}

/** As `reshapeAs`. */
export const viewAs = reshapeAs;

/**
 * Joins the dimensions from `startDim` to `endDim`, both included, into one.
 *
 * @throws ArgumentError when `startDim` comes after `endDim`.
 * @example
 * flatten(images, 1).shape;      // [64, 192]
 * @see https://pytorch.org/docs/stable/generated/torch.flatten.html
 */
export const flatten = /* @__PURE__ */ describeOp(
  (x: Tensor, startDim = 0, endDim = -1): Tensor => {
    requireTensor('flatten', x);
    const first = normalizeDim('flatten', startDim, x.ndim);
    const last = normalizeDim('flatten', endDim, x.ndim);
    if (first > last) throw new ArgumentError(`flatten: startDim ${startDim} comes after endDim ${endDim}.`);
    const { shape } = x;
    return reshape(x, [...shape.slice(0, first), sizeOf(shape.slice(first, last + 1)), ...shape.slice(last + 1)]);
  },
  { name: 'flatten', samples: [{ tensors: [{ shape: [2, 3, 2] }], rest: [1] }], differentiable: true },
);

/**
 * All elements in one dimension.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.ravel.html
 */
export const ravel = (x: Tensor): Tensor => reshape(x, [-1]);

/**
 * Splits one dimension into several; one size may be −1.
 *
 * @throws ShapeError when the sizes do not multiply to the dimension's.
 * @example
 * unflatten(ones(10, 64), 1, [4, -1]).shape;      // [10, 4, 16]
 * @see https://pytorch.org/docs/stable/generated/torch.unflatten.html
 */
export function unflatten(x: Tensor, dim: number, sizes: readonly number[]): Tensor {
  requireTensor('unflatten', x);
  const d = normalizeDim('unflatten', dim, x.ndim);
  if (!Array.isArray(sizes) || sizes.length === 0) throw new ArgumentError('unflatten: sizes must be a list of at least one size.');
  const parts = inferSizes('unflatten', sizes as readonly number[], x.shape[d] ?? 1);
  return reshape(x, [...x.shape.slice(0, d), ...parts, ...x.shape.slice(d + 1)]);
}

/**
 * Drops dimensions of size 1: all of them, or those given, as far as their size is 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.squeeze.html
 */
export const squeeze = /* @__PURE__ */ describeOp(
  (x: Tensor, dim?: number | readonly number[]): Tensor => {
    requireTensor('squeeze', x);
    const dims = Array.isArray(dim) && dim.length === 0 ? [] : normalizeDims('squeeze', dim, x.ndim);
    return reshape(x, x.shape.filter((n, d) => n !== 1 || !dims.includes(d)));
  },
  { name: 'squeeze', samples: [{ tensors: [{ shape: [2, 1, 3] }], rest: [1] }], differentiable: true },
);

/**
 * Puts in a dimension of size 1 at `dim`.
 *
 * @throws IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.unsqueeze.html
 */
export const unsqueeze = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number): Tensor => {
    requireTensor('unsqueeze', x);
    const d = insertionDim('unsqueeze', dim, x.ndim);
    return reshape(x, [...x.shape.slice(0, d), 1, ...x.shape.slice(d)]);
  },
  { name: 'unsqueeze', samples: [{ tensors: [{ shape: [2, 3] }], rest: [1] }], differentiable: true },
);

/** Where a new dimension goes into a tensor of this rank. */
export function insertionDim(op: string, dim: number, rank: number): number {
  try {
    return normalizeDim(op, dim, rank + 1);
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
    throw new IndexError(`${op}: a new dimension cannot go to ${dim} of a ${rank}-d tensor, expected ${-rank - 1} to ${rank}.`);
  }
}

/** Of one tensor one, of several or of a list of them a list. */
export interface AtLeast {
  (tensors: readonly Tensor[]): Tensor[];
  (first: Tensor, second: Tensor, ...more: readonly Tensor[]): Tensor[];
  (x: Tensor): Tensor;
}

const ofEach = (op: string, one: (x: Tensor) => Tensor): AtLeast =>
  ((...given: readonly Tensor[] | readonly [readonly Tensor[]]) => {
    const [first] = given;
    if (given.length === 1 && !Array.isArray(first)) return requireTensor(op, first), one(first);
    const none = given.length === 0 || (given.length === 1 && Array.isArray(first) && first.length === 0);
    return none ? [] : tensorsOf(op, given).map(one);
  }) as AtLeast;

/** The tensor with at least one dimension. */
export const asVector = (x: Tensor): Tensor => (x.ndim === 0 ? reshape(x, [1]) : alias(x));

/** The tensor with at least two dimensions. */
export const asMatrix = (x: Tensor): Tensor => (x.ndim < 2 ? unsqueeze(asVector(x), 0) : alias(x));

/** The tensor with at least three dimensions. */
export const asVolume = (x: Tensor): Tensor => (x.ndim < 3 ? unsqueeze(asMatrix(x), 2) : alias(x));

/**
 * The tensor, or each of several, with at least one dimension.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.atleast_1d.html
 */
export const atleast1d = /* @__PURE__ */ ofEach('atleast1d', asVector);

/**
 * The tensor, or each of several, with at least two dimensions; new ones come first.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.atleast_2d.html
 */
export const atleast2d = /* @__PURE__ */ ofEach('atleast2d', asMatrix);

/**
 * The tensor, or each of several, with at least three dimensions: a row becomes [1, n, 1], a matrix [m, n, 1].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.atleast_3d.html
 */
export const atleast3d = /* @__PURE__ */ ofEach('atleast3d', asVolume);

/**
 * A tensor of its own with the same values; gradients pass through.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.clone.html
 */
export const clone = /* @__PURE__ */ describeOp(
  (x: Tensor): Tensor => {
    requireTensor('clone', x);
    return alias(x);
  },
  { name: 'clone', samples: [{ shape: [2, 3] }], differentiable: true },
);

/** As `clone`: every tensor is contiguous. */
export const contiguous = clone;
