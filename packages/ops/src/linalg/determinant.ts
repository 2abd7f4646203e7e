/**
 * Determinants.
 *
 * Invariant: the gradient of a determinant, the matrix of cofactors, exists for singular matrices too. That of a logarithm,
 * and gradients of gradients, go through the inverse, so they exist where the matrix has one.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008); Higham, What is the adjugate of a matrix?
 * (2020).
 */
import { record, type Tensor, type Workspace } from '@sconce/core';
import { parts, type Parts } from '../families/index.js';
import { lt, matmul, mT, mul, select, sub, sum, unsqueeze, where } from '../index.js';
import { factorise } from './arrays.js';
import { LinAlgError, matrixRoutine, ofBatch, requireSquare } from './routine.js';
import { singularOf } from './singular.js';
import { inv } from './solve.js';

/** One number for each matrix as a matrix of one. */
const spread = (g: Tensor): Tensor => unsqueeze(unsqueeze(g, -1), -1);

/** g, one for each matrix, times A⁻ᵀ. */
const alongInverse = (g: Tensor, a: Tensor): Tensor => mul(spread(g), mT(inv(a)));

/** The determinant of an n × n matrix, which is overwritten. */
function determinantOf(work: Workspace, a: Float64Array, n: number): number {
  const { lu, sign } = factorise(work, a, n);
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i];
  return product;
}

/** The product of all but one of these, for each. */
function productsOfOthers(values: Float64Array): Float64Array {
  const products = new Float64Array(values.length).fill(1);
  for (let i = 0; i < values.length; i++) for (let j = 0; j < values.length; j++) if (j !== i) products[i] *= values[j];
  return products;
}

/**
 * The cofactors det(A) A⁻ᵀ, also of a singular A: with A = U diag(s) Vᵀ they are det(U) det(V) U diag(t) Vᵀ, where tᵢ is the
 * product of the other singular values.
 */
const COFACTORS = /* @__PURE__ */ matrixRoutine(
  'linalgCofactors',
  2,
  ([a], [shape], _attrs, { i: place, count, work }) => {
    const n = shape[shape.length - 1];
    const singular = singularOf(work, a, n, n, 'reduced');
    if (singular === null) throw new LinAlgError(`det: A${ofBatch(place, count)} has no gradient: no singular values were found. Does it hold NaN or infinities?`);
    const [left, right] = [singular.left!, singular.right!];
    const turned = Math.sign(determinantOf(work, left.slice(), n) * determinantOf(work, right.slice(), n));
    const result = new Float64Array(n * n);
    productsOfOthers(singular.values).forEach((t, k) => {
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[i * n + j] += turned * t * left[k * n + i] * right[k * n + j];
    });
    return result;
  },
  (g, { inputs: [a], output }) => {
    const inverse = mT(inv(a));
    return [sub(mul(output, spread(sum(mul(inverse, g), [-2, -1]))), matmul(matmul(output, mT(g)), inverse))];
  },
);

const DET = /* @__PURE__ */ matrixRoutine(
  'linalgDet',
  0,
  ([a], [shape], _attrs, { work }) => [determinantOf(work, a, shape[shape.length - 1])],
  (g, { inputs: [a] }) => [mul(spread(g), record(COFACTORS, [a], {}, a.shape, a.dtype))],
);

/** The sign, and the logarithm of the magnitude. */
const SLOGDET = /* @__PURE__ */ matrixRoutine(
  'linalgSlogdet',
  1,
  ([a], [shape], _attrs, { work }) => {
    const n = shape[shape.length - 1];
    const factors = factorise(work, a, n);
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
 * @throws ShapeError, DTypeError; LinAlgError on reading a gradient of its gradient when a matrix is singular.
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
