/**
 * Norms of matrices, and condition numbers.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html
 */
import { ArgumentError, cast, describe, normalizeDims, requireTensor, ShapeError, shapeText, type DType, type Tensor } from '@sconce/core';
import { checkOptions, integerList } from '../families/index.js';
import { amax, amin, div, gt, mul, permute, reshape, select, sum, unsqueeze, vectorNorm, where, zeros } from '../index.js';
import { requireMatrices, requireSquare } from './routine.js';
import { invEx } from './solve.js';
import { singularValues } from './svd.js';

/** Frobenius, nuclear (Σs), the greatest sum of a column (1) or row (∞), or the greatest singular value (2); negative: the least. */
export type MatrixOrder = 'fro' | 'nuc' | 1 | -1 | 2 | -2 | number;

export interface MatrixNormOptions {
  /** Keep reduced dimensions with size 1. Default: false. */
  readonly keepdim?: boolean;
  /** Cast the input to this dtype first. */
  readonly dtype?: DType;
}

const OPTIONS = ['keepdim', 'dtype'] as const;

/** A norm of the last two dimensions. */
type Norm = (op: string, a: Tensor) => Tensor;

const sums =
  (dim: -1 | -2, pick: (x: Tensor, dim: number) => Tensor): Norm =>
  (_op, a) =>
    pick(vectorNorm(a, 1, dim), -1);

const NORMS: ReadonlyMap<unknown, Norm> = new Map<unknown, Norm>([
  ['fro', (_op, a) => vectorNorm(a, 2, [-2, -1])],
  ['nuc', (op, a) => sum(singularValues(op, a), -1)],
  [1, sums(-2, amax)],
  [-1, sums(-2, amin)],
  [Infinity, sums(-1, amax)],
  [-Infinity, sums(-1, amin)],
  [2, (op, a) => amax(singularValues(op, a), -1)],
  [-2, (op, a) => amin(singularValues(op, a), -1)],
]);

function normOf(op: string, ord: unknown): Norm {
  const found = NORMS.get(ord);
  if (found === undefined) throw new ArgumentError(`${op}: the order of a matrix norm must be 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity, got ${describe(ord)}.`);
  return found;
}

function overDims(op: string, A: Tensor, ord: unknown, dim: readonly number[], { keepdim = false, dtype }: MatrixNormOptions): Tensor {
  const norm = normOf(op, ord);
  const a = cast(A, dtype ?? A.dtype);
  if (dim.length !== 2) throw new ArgumentError(`${op}: dim must be two dimensions, got ${dim.length}.`);
  const dims = normalizeDims(op, dim, a.ndim);
  const rest = a.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const turned = permute(a, [...rest, ...dims]);
  requireMatrices(op, turned);
  const result = norm(op, turned);
  return keepdim ? reshape(result, a.shape.map((n, d) => (dims.includes(d) ? 1 : n))) : result;
}

/**
 * A norm of each matrix.
 *
 * @param A [..., m, n]
 * @param ord 'fro' (default), 'nuc', 1, -1, 2, -2, Infinity or -Infinity
 * @param dim the dimensions of rows and of columns. Default: the last two.
 * @param options `keepdim`; `dtype` casts the input first
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading a norm of singular values when an element is not finite.
 * @example
 * matrixNorm(tensor([[3.5, 0], [0, 4.5]]), 'nuc');       // 8
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html
 */
export function matrixNorm(A: Tensor, ord: MatrixOrder = 'fro', dim: readonly number[] = [-2, -1], options: MatrixNormOptions = {}): Tensor {
  const op = 'matrixNorm';
  requireTensor(op, A, 'A');
  checkOptions(op, options, OPTIONS);
  if (A.ndim < 2) throw new ShapeError(`${op}: A must be a matrix or a batch of them, got ${describe(A)}.`);
  return overDims(op, A, ord, integerList(op, 'dim', dim), options);
}

/**
 * A norm of vectors or matrices: with `ord`, one dimension is a vector and two are a matrix; without, the 2-norm of all.
 *
 * @param ord of a vector any number; of a matrix 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity. Default: 2 of a vector.
 * @param dim one or two dimensions. Default: all.
 * @param options `keepdim`; `dtype` casts the input first
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading a norm of singular values when an element is not finite.
 * @example
 * norm(tensor([[3.5, 0], [0, 12]]));                     // 12.5
 * norm(tensor([[3.5, 0], [0, 12]]), 2);                  // 12
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.norm.html
 */
export function norm(A: Tensor, ord?: MatrixOrder | null, dim?: number | readonly number[] | null, options: MatrixNormOptions = {}): Tensor {
  const op = 'norm';
  requireTensor(op, A, 'A');
  checkOptions(op, options, OPTIONS);
  const dims = dim === undefined || dim === null ? null : integerList(op, 'dim', dim);
  if (dims !== null && dims.length !== 1 && dims.length !== 2) throw new ArgumentError(`${op}: dim must be one or two dimensions, got ${dims.length}.`);
  if (ord === undefined || ord === null) return vectorNorm(A, 2, dims, options);
  const rank = dims?.length ?? A.ndim;
  if (rank !== 1 && rank !== 2) throw new ShapeError(`${op}: with an order and without dim, A must have one or two dimensions, got ${shapeText(A.shape)}.`);
  if (rank === 2) return overDims(op, A, ord, dims ?? [0, 1], options);
  if (typeof ord !== 'number') throw new ArgumentError(`${op}: the order of a vector norm must be a number, got ${describe(ord)}.`);
  return vectorNorm(A, ord, dims, options);
}

/**
 * The condition number ‖A‖ ‖A⁻¹‖ of each matrix in a norm; with the default, the greatest singular value by the least.
 *
 * @param A [..., n, n]; [..., m, n] where p is 2, -2 or left out
 * @param p 'fro', 'nuc', 1, -1, 2 (default), -2, Infinity or -Infinity
 * @returns Infinity for a singular matrix
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when singular values are needed and an element is not finite.
 * @example
 * cond(tensor([[9.0, 0], [0, 4.5]]));                    // 2
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cond.html
 */
export function cond(A: Tensor, p: MatrixOrder | null = null): Tensor {
  const op = 'cond';
  const order = p ?? 2;
  const ofOrder = normOf(op, order);
  requireMatrices(op, A);
  if (Math.abs(Number(order)) !== 2) requireSquare(op, A);
  if (A.shape.slice(-2).includes(0)) return zeros(A.shape.slice(0, -2), { dtype: A.dtype, device: A.device });
  if (Math.abs(Number(order)) === 2) {
    const s = singularValues(op, A);
    const [first, last] = [select(s, -1, 0), select(s, -1, s.shape.at(-1)! - 1)];
    return order === 2 ? div(first, last) : div(last, first);
  }
  const { inverse, info } = invEx(A);
  const isSingular = gt(info, 0);
  const finite = where(unsqueeze(unsqueeze(isSingular, -1), -1), 0, inverse);
  return where(isSingular, Infinity, mul(ofOrder(op, A), ofOrder(op, finite)));
}
