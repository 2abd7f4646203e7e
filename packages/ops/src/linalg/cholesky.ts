/**
 * Cholesky's decomposition of symmetric positive-definite matrices, and what is solved with it.
 *
 * The gradient of A = LLᵀ is the symmetric part of L⁻ᵀ Φ(LᵀG) L⁻¹, where Φ keeps the lower triangle and half the diagonal.
 *
 * Reference: Murray, Differentiation of the Cholesky decomposition (2016).
 */
import { record, type Tensor } from '@sconce/core';
import { checkOptions, composite, parts, type Parts } from '../families/index.js';
import { add, matmul, mT, mul, neg, tril } from '../index.js';
import { choleskyInPlace } from './arrays.js';
import { identityLike, LinAlgError, matrixRoutine, ofBatch, requireMatrices, requireSquare } from './routine.js';
import { sameBatch, triangular } from './solve.js';

const CHOLESKY = /* @__PURE__ */ matrixRoutine(
  'linalgCholesky',
  2,
  ([a], [shape], { op, check }, { i, count, work }) => {
    const info = choleskyInPlace(work, a, shape[shape.length - 1]);
    if (info > 0 && check === true) {
      throw new LinAlgError(`${String(op)}: A${ofBatch(i, count)} is not positive-definite: the leading minor of order ${info} is not positive. Use choleskyEx, or add a multiple of the identity.`);
    }
    return a;
  },
  (g, { output }) => {
    const inner = matmul(mT(output), tril(g));
    const phi = mul(add(tril(inner), tril(inner, -1)), 0.5);
    const left = triangular(mT(output), phi, true);
    const whole = mT(triangular(mT(output), mT(left), true));
    return [mul(add(whole, mT(whole)), 0.5)];
  },
);

const INFO = /* @__PURE__ */ matrixRoutine('linalgCholeskyInfo', 0, ([a], [shape], _attrs, { work }) => [choleskyInPlace(work, a, shape[shape.length - 1])]);

export interface CholeskyOptions {
  /** The upper triangle U with UᵀU = A, rather than the lower one. Default: false. */
  readonly upper?: boolean;
}

function decomposed(op: string, a: Tensor, { upper = false }: CholeskyOptions, check: boolean): Tensor {
  requireSquare(op, a);
  const lower = record(CHOLESKY, [upper ? mT(a) : a], { op, check }, a.shape, a.dtype);
  return upper ? mT(lower) : lower;
}

/**
 * The lower triangle L with LLᵀ = A for each symmetric positive-definite matrix.
 *
 * @param A [..., n, n]; one triangle is read
 * @param options `upper`: the upper triangle U with UᵀU = A
 * @throws ShapeError, DTypeError; LinAlgError on reading when a matrix is not positive-definite.
 * @example
 * cholesky(tensor([[4.0, 2], [2, 5.5]]));                // [[2, 0], [1, 2.1213]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cholesky.html
 */
export function cholesky(A: Tensor, options: CholeskyOptions = {}): Tensor {
  checkOptions('cholesky', options, ['upper']);
  return decomposed('cholesky', A, options, true);
}

/**
 * As `cholesky`, but instead of failing says which matrices are not positive-definite.
 *
 * @returns `{ L, info }`: where info is not 0, it is the order of the first minor that is not positive.
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cholesky_ex.html
 */
export function choleskyEx(A: Tensor, options: CholeskyOptions = {}): Parts<'L' | 'info'> {
  checkOptions('choleskyEx', options, ['upper']);
  const L = decomposed('choleskyEx', A, options, false);
  const info = record(INFO, [(options.upper === true ? mT(A) : A).detach()], {}, A.shape.slice(0, -2), 'int32');
  return parts({ L, info });
}

/** The gradient of L takes it for a whole matrix, as PyTorch's does: −(S + Sᵀ)L with S the gradient of B times Xᵀ. */
const SOLVED = /* @__PURE__ */ composite('choleskySolve', (g, { inputs: [, l], output, attrs, needs }) => {
  const upper = attrs['upper'] as boolean;
  const gradB = choleskySolve(g, l, upper);
  const half = matmul(gradB, mT(output));
  const both = add(half, mT(half));
  return [needs[0] ? gradB : null, needs[1] ? neg(upper ? matmul(l, both) : matmul(both, l)) : null];
});

/**
 * The solution X of AX = B, where A = LLᵀ is given by its triangle.
 *
 * @param B [..., n, k]
 * @param L [..., n, n], as `cholesky` gives it; batches broadcast
 * @param upper whether L is the upper triangle. Default: false.
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_solve.html
 */
export function choleskySolve(B: Tensor, L: Tensor, upper = false): Tensor {
  requireSquare('choleskySolve', L, 'L');
  requireMatrices('choleskySolve', B, 'B');
  const [l, b] = sameBatch('choleskySolve', L, B);
  const lower = upper ? mT(l) : l;
  return SOLVED([b, l], () => triangular(mT(lower), triangular(lower, b, false), true), { upper });
}

/**
 * The inverse of A = LLᵀ, which is given by its triangle.
 *
 * @param L [..., n, n], as `cholesky` gives it
 * @param upper whether L is the upper triangle. Default: false.
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_inverse.html
 */
export function choleskyInverse(L: Tensor, upper = false): Tensor {
  requireSquare('choleskyInverse', L, 'L');
  return choleskySolve(identityLike(L), L, upper);
}
