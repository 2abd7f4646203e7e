/**
 * Singular values and vectors of matrices of low rank, from products with a few random directions: principal components.
 *
 * Invariant: every step is an op that is differentiable; equal seeds give equal vectors.
 *
 * Reference: Halko, Martinsson & Tropp, Finding structure with randomness (2009), algorithms 4.4 and 5.1.
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { checkOptions, parts, requireInteger, type Parts } from '../families/index.js';
import { matmul, mean, mT, randn, sub } from '../index.js';
import { qr } from './qr.js';
import { requireMatrices } from './routine.js';
import { svd } from './svd.js';

export interface LowrankOptions {
  /** How often the directions are turned towards the largest singular vectors. Default: 2. */
  readonly niter?: number;
  /** Subtracted from A, such as its mean over rows. */
  readonly M?: Tensor | null;
}

export interface PcaOptions {
  /** Subtract the mean of each column. Default: true. */
  readonly center?: boolean;
  /** As of `svdLowrank`. Default: 2. */
  readonly niter?: number;
}

/** An orthonormal basis of nearly what A spans. */
function basisOf(a: Tensor, q: number, niter: number): Tensor {
  let basis = qr(matmul(a, randn([a.shape.at(-1)!, q], { dtype: a.dtype, device: a.device }))).Q;
  for (let i = 0; i < niter; i++) basis = qr(matmul(a, qr(matmul(mT(a), basis)).Q)).Q;
  return basis;
}

function lowrank(op: string, a: Tensor, q: number, niter: number): Parts<'U' | 'S' | 'V'> {
  const [m, n] = a.shape.slice(-2);
  requireInteger(op, 'q', q, 0);
  requireInteger(op, 'niter', niter, 0);
  if (q > Math.min(m, n)) throw new ArgumentError(`${op}: q must be at most ${Math.min(m, n)}, the smaller size of A, got ${q}.`);
  if (m < n || n > q) {
    const basis = basisOf(mT(a), q, niter);
    const { U, S, Vh } = svd(matmul(a, basis), { fullMatrices: false });
    return parts({ U, S, V: matmul(basis, mT(Vh)) });
  }
  const basis = basisOf(a, q, niter);
  const { U, S, Vh } = svd(matmul(mT(basis), a), { fullMatrices: false });
  return parts({ U: matmul(basis, U), S, V: mT(Vh) });
}

/**
 * The `q` largest singular values of each matrix, nearly, and their vectors: A ≈ U diag(S) Vᵀ.
 *
 * @param A [..., m, n]
 * @param q a little more than the rank, min(m, n) at most. Default: 6.
 * @returns `{ U, S, V }`: [..., m, q], [..., q] and [..., n, q]
 * @throws ShapeError, DTypeError, ArgumentError.
 * @see https://pytorch.org/docs/stable/generated/torch.svd_lowrank.html
 */
export function svdLowrank(A: Tensor, q = 6, options: LowrankOptions = {}): Parts<'U' | 'S' | 'V'> {
  checkOptions('svdLowrank', options, ['niter', 'M']);
  requireMatrices('svdLowrank', A);
  const { niter = 2, M = null } = options;
  return lowrank('svdLowrank', M === null ? A : sub(A, M), q, niter);
}

/**
 * Principal components: the columns of V are the directions in which the rows of A differ most, and S² / (m − 1) their
 * variances.
 *
 * @param A [..., m, n], m samples of n features
 * @param q how many, min(m, n) at most. Default: min(6, m, n).
 * @param options `center`: with false A is taken for centred; `niter`
 * @returns `{ U, S, V }`: [..., m, q], [..., q] and [..., n, q]
 * @throws ShapeError, DTypeError, ArgumentError.
 * @example
 * const { V } = pcaLowrank(tensor([[0.5, 1], [1, 2], [1.5, 3]]), 1);      // (1, 2) / √5 or its opposite
 * @see https://pytorch.org/docs/stable/generated/torch.pca_lowrank.html
 */
export function pcaLowrank(A: Tensor, q?: number | null, options: PcaOptions = {}): Parts<'U' | 'S' | 'V'> {
  checkOptions('pcaLowrank', options, ['center', 'niter']);
  requireMatrices('pcaLowrank', A);
  const { center = true, niter = 2 } = options;
  const centered = center ? sub(A, mean(A, -2, { keepdim: true })) : A;
  return lowrank('pcaLowrank', centered, q ?? Math.min(6, ...A.shape.slice(-2)), niter);
}
