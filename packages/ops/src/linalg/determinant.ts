/**
 * Determinants.
 *
 * Invariant: the gradient goes through the inverse, so it exists where the matrix has one.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008).
 */
import { record, type Tensor } from '@sconce/core';
import { parts, type Parts } from '../families/index.js';
import { lt, mT, mul, select, unsqueeze, where } from '../index.js';
import { factorise } from './arrays.js';
import { matrixRoutine, requireSquare } from './routine.js';
import { inv } from './solve.js';

/** g, one for each matrix, times A⁻ᵀ. */
const alongInverse = (g: Tensor, a: Tensor): Tensor => mul(unsqueeze(unsqueeze(g, -1), -1), mT(inv(a)));

const DET = /* @__PURE__ */ matrixRoutine(
  'linalgDet',
  0,
  ([a], [shape]) => {
    const n = shape[shape.length - 1];
    const { lu, sign } = factorise(a, n);
    let product = sign;
    for (let i = 0; i < n; i++) product *= lu[i * n + i];
    return [product];
  },
  (g, { inputs: [a], output }) => [alongInverse(mul(g, output), a)],
);

/** The sign, and the logarithm of the magnitude. */
const SLOGDET = /* @__PURE__ */ matrixRoutine(
  'linalgSlogdet',
  1,
  ([a], [shape]) => {
    const n = shape[shape.length - 1];
    const factors = factorise(a, n);
    let { sign } = factors;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sign *= Math.sign(factors.lu[i * n + i]);
      sum += Math.log(Math.abs(factors.lu[i * n + i]));
    }
    return [sign, sum];
  },
  (g, { inputs: [a] }) => [alongInverse(select(g, -1, 1), a)],
);

/**
 * The determinant of each matrix.
 *
 * @param A [..., n, n]
 * @throws ShapeError, DTypeError; LinAlgError on reading the gradient when a matrix is singular.
 * @example
 * det(tensor([[2.0, 1], [1, 2.5]]));                     // 4
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.det.html
 */
export function det(A: Tensor): Tensor {
  requireSquare('det', A);
  return record(DET, [A], {}, A.shape.slice(0, -2), A.dtype);
}

/**
 * The sign of each determinant and the logarithm of its magnitude: 0 and −∞ for a singular matrix.
 *
 * @param A [..., n, n]
 * @returns `{ sign, logabsdet }`
 * @throws ShapeError, DTypeError; LinAlgError on reading the gradient when a matrix is singular.
 * @example
 * const { sign, logabsdet } = slogdet(tensor([[2.0, 1], [1, 2.5]]));      // 1, 1.3863
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.slogdet.html
 */
export function slogdet(A: Tensor): Parts<'sign' | 'logabsdet'> {
  requireSquare('slogdet', A);
  const both = record(SLOGDET, [A], {}, [...A.shape.slice(0, -2), 2], A.dtype);
  return parts({ sign: select(both, -1, 0).detach(), logabsdet: select(both, -1, 1) });
}

/**
 * The logarithm of each determinant: −∞ for a singular matrix, NaN where the determinant is negative.
 *
 * @param A [..., n, n]
 * @throws ShapeError, DTypeError; LinAlgError on reading the gradient when a matrix is singular.
 * @see https://pytorch.org/docs/stable/generated/torch.logdet.html
 */
export function logdet(A: Tensor): Tensor {
  requireSquare('logdet', A);
  const { sign, logabsdet } = slogdet(A);
  return where(lt(sign, 0), NaN, logabsdet);
}
