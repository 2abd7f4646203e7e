/**
 * Diagonals and triangles of matrices, in batches.
 *
 * Invariant: `diagonal` and `diagEmbed` are each other's gradient; a triangle's gradient is the same triangle of it.
 */
import {
  ArgumentError,
  fromHost,
  NO_ATTRS,
  normalizeDim,
  numberNode,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Expr,
  type Shape,
  type Tensor,
  type TensorOptions,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireInteger } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { overlay, view, type Overlay, type View } from '../families/view.js';
import { reshape } from './shape.js';
import { matchType, requireShape } from './slice.js';

// ── diagonals ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The diagonal (i, i + offset) of dimensions dim1 and dim2; on its own it is the last dimension. */
interface DiagonalAttrs extends Attrs {
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
}

/** Row and column of the diagonal's first element. */
const cornerOf = ({ offset }: DiagonalAttrs): [number, number] => [Math.max(-offset, 0), Math.max(offset, 0)];

/** The matrix's index of an index on the diagonal. */
function ontoMatrix(ix: readonly Expr[], attrs: DiagonalAttrs): Expr[] {
  const [row, column] = cornerOf(attrs);
  const i = ix[ix.length - 1];
  const rest = [...ix.slice(0, -1)];
  return Array.from({ length: ix.length + 1 }, (_, d) =>
    d === attrs.dim1 ? e.add(i, row) : d === attrs.dim2 ? e.add(i, column) : rest.shift()!,
  );
}

/** The diagonal's index of an index in the matrix, if it is on it. */
const ontoDiagonal = (ix: readonly Expr[], attrs: DiagonalAttrs): Expr[] => [
  ...ix.filter((_, d) => d !== attrs.dim1 && d !== attrs.dim2),
  e.sub(ix[attrs.dim1], cornerOf(attrs)[0]),
];

const isOnDiagonal = (ix: readonly Expr[], attrs: DiagonalAttrs, from: Shape): Expr => {
  const i = e.sub(ix[attrs.dim1], cornerOf(attrs)[0]);
  const within = e.and(e.ge(i, 0), e.lt(i, from[from.length - 1]));
  return e.and(within, e.eq(e.sub(ix[attrs.dim2], ix[attrs.dim1]), attrs.offset));
};

const DIAGONAL: View<DiagonalAttrs> = /* @__PURE__ */ view({
  name: 'diagonal',
  map: ontoMatrix,
  grad: (g, x, attrs) => DIAG_EMBED(g, attrs, x.shape),
});

const DIAG_EMBED: View<DiagonalAttrs> = /* @__PURE__ */ view({
  name: 'diagEmbed',
  map: ontoDiagonal,
  where: isOnDiagonal,
  grad: (g, x, attrs) => DIAGONAL(g, attrs, x.shape),
});

const DIAGONAL_SCATTER: Overlay<DiagonalAttrs> = /* @__PURE__ */ overlay({
  name: 'diagonalScatter',
  map: ontoDiagonal,
  where: isOnDiagonal,
  read: (y, attrs, shape) => DIAGONAL(y, attrs, shape),
});

function diagonalAttrs(op: string, rank: number, offset: number, dim1: number, dim2: number): DiagonalAttrs {
  const [a, b] = [normalizeDim(op, dim1, rank), normalizeDim(op, dim2, rank)];
  if (a === b) throw new ArgumentError(`${op}: dim1 and dim2 must be different dimensions, got ${dim1} and ${dim2}.`);
  return { offset: requireInteger(op, 'offset', offset), dim1: a, dim2: b };
}

/** The attributes of a diagonal of `x`, and its shape. */
function diagonalOf(op: string, x: Tensor, offset: number, dim1: number, dim2: number): { attrs: DiagonalAttrs; shape: number[] } {
  requireTensor(op, x);
  if (x.ndim < 2) throw new ShapeError(`${op}: got ${shapeText(x.shape)}, expected at least 2 dimensions.`);
  const attrs = diagonalAttrs(op, x.ndim, offset, dim1, dim2);
  const [row, column] = cornerOf(attrs);
  const length = Math.max(0, Math.min(x.shape[attrs.dim1] - row, x.shape[attrs.dim2] - column));
  return { attrs, shape: [...x.shape.filter((_, d) => d !== attrs.dim1 && d !== attrs.dim2), length] };
}

/**
 * The elements (i, i + offset) of two dimensions, as the last dimension of the result.
 *
 * @throws ArgumentError when the dimensions are equal, ShapeError for fewer than two.
 * @see https://pytorch.org/docs/stable/generated/torch.diagonal.html
 */
export const diagonal = /* @__PURE__ */ describeOp(
  (x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor => {
    const { attrs, shape } = diagonalOf('diagonal', x, offset, dim1, dim2);
    return DIAGONAL(x, attrs, shape);
  },
  { name: 'diagonal', samples: [{ tensors: [{ shape: [3, 4] }], rest: [1] }], differentiable: true },
);

/**
 * Matrices with the last dimension of `x` on a diagonal and 0 elsewhere.
 *
 * @throws ArgumentError when the dimensions of the result that make the matrices are equal.
 * @see https://pytorch.org/docs/stable/generated/torch.diag_embed.html
 */
export const diagEmbed = /* @__PURE__ */ describeOp(
  (x: Tensor, offset = 0, dim1 = -2, dim2 = -1): Tensor => {
    requireTensor('diagEmbed', x);
    if (x.ndim === 0) throw new ShapeError('diagEmbed: got a 0-d tensor, expected at least 1 dimension.');
    const attrs = diagonalAttrs('diagEmbed', x.ndim + 1, offset, dim1, dim2);
    const size = x.shape[x.ndim - 1] + Math.abs(offset);
    const rest = [...x.shape.slice(0, -1)];
    const shape = Array.from({ length: x.ndim + 1 }, (_, d) => (d === attrs.dim1 || d === attrs.dim2 ? size : rest.shift()!));
    return DIAG_EMBED(x, attrs, shape);
  },
  { name: 'diagEmbed', samples: [{ tensors: [{ shape: [2, 3] }], rest: [1] }], differentiable: true },
);

/**
 * `x` with `src` in place of its diagonal.
 *
 * @throws ShapeError when `src` has not the diagonal's shape.
 * @see https://pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
 */
export function diagonalScatter(x: Tensor, src: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  const { attrs, shape } = diagonalOf('diagonalScatter', x, offset, dim1, dim2);
  requireShape('diagonalScatter', src, shape);
  return DIAGONAL_SCATTER(x, matchType(src, x), attrs);
}

/**
 * The diagonal of a matrix, or the matrix with these numbers on its diagonal.
 *
 * @throws ShapeError unless `x` has one or two dimensions.
 * @example
 * diag(tensor([1, 2]));      // [[1, 0], [0, 2]]
 * @see https://pytorch.org/docs/stable/generated/torch.diag.html
 */
export function diag(x: Tensor, offset = 0): Tensor {
  requireTensor('diag', x);
  if (x.ndim !== 1 && x.ndim !== 2) throw new ShapeError(`diag: got ${shapeText(x.shape)}, expected a vector or a matrix.`);
  return x.ndim === 1 ? diagEmbed(x, offset) : diagonal(x, offset);
}

/**
 * The matrix with all elements of `x` on its diagonal.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.diagflat.html
 */
export const diagflat = (x: Tensor, offset = 0): Tensor => diagEmbed(reshape(x, [-1]), offset);

// ── triangles ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Side = (above: Expr, offset: Expr) => Expr;

const triangle = (name: string, side: Side): ((x: Tensor, diagonal?: number) => Tensor) => {
  const op: View<Attrs> = view({
    name,
    map: (ix) => ix,
    where: (ix, _attrs, _from, _to, [offset]) => side(e.sub(ix[ix.length - 1], ix[ix.length - 2]), offset),
    grad: (g, x, attrs, at) => op(g, attrs, x.shape, at),
  });
  const call = (x: Tensor, diagonal = 0): Tensor => {
    requireTensor(name, x);
    requireInteger(name, 'diagonal', diagonal);
    if (x.ndim < 2) throw new ShapeError(`${name}: got ${shapeText(x.shape)}, expected at least 2 dimensions.`);
    return op(x, NO_ATTRS, x.shape, [x.like(numberNode(diagonal, 'int32', x.device))]);
  };
  return describeOp(call, { name, samples: [{ tensors: [{ shape: [3, 4] }], rest: [1] }], differentiable: true });
};

/**
 * The lower triangles: elements (i, j) with j − i ≤ diagonal, and 0 elsewhere.
 *
 * @throws ShapeError for fewer than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.tril.html
 */
export const tril = /* @__PURE__ */ triangle('tril', (above, offset) => e.le(above, offset));

/**
 * The upper triangles: elements (i, j) with j − i ≥ diagonal, and 0 elsewhere.
 *
 * @throws ShapeError for fewer than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.triu.html
 */
export const triu = /* @__PURE__ */ triangle('triu', (above, offset) => e.ge(above, offset));

function triangleIndices(op: string, row: number, col: number, options: TensorOptions, inside: (above: number) => boolean): Tensor {
  requireInteger(op, 'row', row, 0);
  requireInteger(op, 'col', col, 0);
  const rows: number[] = [];
  const columns: number[] = [];
  for (let i = 0; i < row; i++) {
    for (let j = 0; j < col; j++) {
      if (!inside(j - i)) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  const indices = fromHost(Int32Array.from([...rows, ...columns]), [2, rows.length], 'int32', { device: options.device });
  return options.dtype === undefined ? indices : indices.to(options.dtype);
}

/**
 * Rows and columns of the lower triangle of a matrix, as the two rows of the result.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.tril_indices.html
 */
export const trilIndices = (row: number, col: number, offset = 0, options: TensorOptions = {}): Tensor =>
  triangleIndices('trilIndices', row, col, options, (above) => above <= offset);

/**
 * Rows and columns of the upper triangle of a matrix, as the two rows of the result.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.triu_indices.html
 */
export const triuIndices = (row: number, col: number, offset = 0, options: TensorOptions = {}): Tensor =>
  triangleIndices('triuIndices', row, col, options, (above) => above >= offset);
