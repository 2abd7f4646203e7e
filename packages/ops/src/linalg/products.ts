/**
 * Powers and inverses of what is made of matrices: compositions of products and solutions.
 *
 * Reference: https://pytorch.org/docs/stable/linalg.html
 */
import { ArgumentError, normalizeDim, normalizeDims, requireTensor, ShapeError, shapeText, sizeOf, type Tensor } from '@sconce/core';
import { integerList, requireInteger } from '../families/index.js';
import { cat, cumprod, expand, matmul, ones, permute, reshape, unsqueeze } from '../index.js';
import { identityLike, requireSquare } from './routine.js';
import { inv, solve } from './solve.js';

/**
 * The nth power of each matrix, by squaring; of a negative n, that of the inverse.
 *
 * @param A [..., n, n]
 * @throws ShapeError, DTypeError; LinAlgError on reading when n is negative and a matrix is singular.
 * @example
 * matrixPower(tensor([[1.0, 1], [0, 1.0]], { dtype: 'float32' }), 3);      // [[1, 3], [0, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html
 */
export function matrixPower(A: Tensor, n: number): Tensor {
  requireSquare('matrixPower', A);
  requireInteger('matrixPower', 'n', n);
  if (n === 0) return identityLike(A);
  let square = n < 0 ? inv(A) : A;
  let result: Tensor | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : matmul(result, square);
    if (rest > 1) square = matmul(square, square);
  }
  return result!;
}

/**
 * The inverse of a tensor as a linear map: with M = A as a matrix of its first `ind` dimensions by the others, M⁻¹ with
 * the dimensions exchanged.
 *
 * @param ind how many dimensions come first, from 1. Default: 2.
 * @throws ArgumentError; ShapeError unless both products of sizes are equal; LinAlgError on reading when it is singular.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html
 */
export function tensorinv(A: Tensor, ind = 2): Tensor {
  requireTensor('tensorinv', A);
  requireInteger('tensorinv', 'ind', ind, 1);
  const [first, second] = [A.shape.slice(0, ind), A.shape.slice(ind)];
  if (sizeOf(first) !== sizeOf(second)) {
    throw new ShapeError(`tensorinv: ${shapeText(first)} and ${shapeText(second)} have ${sizeOf(first)} and ${sizeOf(second)} elements, expected as many.`);
  }
  return reshape(inv(reshape(A, [sizeOf(first), sizeOf(second)])), [...second, ...first]);
}

/**
 * The X with tensordot(A, X, X.ndim) = B.
 *
 * @param dims dimensions of A that are moved to its end first
 * @throws ShapeError unless A has as many elements as B squared; LinAlgError on reading when it is singular.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html
 */
export function tensorsolve(A: Tensor, B: Tensor, dims: readonly number[] | null = null): Tensor {
  requireTensor('tensorsolve', A, 'A');
  requireTensor('tensorsolve', B, 'B');
  const last = dims === null ? [] : integerList('tensorsolve', 'dims', dims);
  if (last.length > 0) normalizeDims('tensorsolve', last, A.ndim);
  const moved = last.map((d) => normalizeDim('tensorsolve', d, A.ndim));
  const order = [...A.shape.map((_, d) => d).filter((d) => !moved.includes(d)), ...moved];
  const x = permute(A, order);
  const shape = x.shape.slice(B.ndim);
  if (sizeOf(shape) !== B.numel() || A.numel() !== B.numel() ** 2) {
    throw new ShapeError(`tensorsolve: A is ${shapeText(x.shape)} and B ${shapeText(B.shape)}, expected A to have the sizes of B and as many elements again.`);
  }
  return reshape(solve(reshape(x, [B.numel(), B.numel()]), reshape(B, [-1])), shape);
}

/**
 * The powers of each element along a new last dimension: out[..., i, j] = x[..., i]ʲ.
 *
 * @param N how many. Default: as many as the last dimension has elements.
 * @throws ArgumentError for a size below 1.
 * @example
 * vander(tensor([2, 3]), 3);                             // [[1, 2, 4], [1, 3, 9]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vander.html
 */
export function vander(x: Tensor, N?: number | null): Tensor {
  requireTensor('vander', x);
  if (x.dtype === 'bool') throw new ArgumentError("vander: got bool, expected numbers. Use x.to('int32').");
  const vector = x.ndim === 0 ? reshape(x, [1]) : x;
  const count = requireInteger('vander', 'N', N ?? vector.shape.at(-1), 1);
  const column = unsqueeze(vector, -1);
  const first = ones([...vector.shape, 1], { dtype: x.dtype, device: x.device });
  if (count === 1) return first;
  return cat([first, cumprod(expand(column, [...vector.shape, count - 1]), -1, { dtype: x.dtype })], -1);
}
