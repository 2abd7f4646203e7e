/**
 * Functions of `torch` whose arguments or results differ from those of their namesakes in `torch.linalg`. PyTorch keeps
 * them for programs that use them.
 *
 * Invariant: each reorders or renames; `torch.linalg` computes.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
 */
import { type Tensor } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { mT, zeros } from '../index.js';
import * as linalg from './index.js';

export interface SvdOptions {
  /** One vector for each singular value, rather than whole bases. Default: true. */
  readonly some?: boolean;
  /** With false U and V are zeros. Default: true. */
  readonly computeUv?: boolean;
}

/**
 * The singular values, descending, and the singular vectors of each matrix: A = U diag(S) Vᵀ.
 *
 * @param A [..., m, n]
 * @param some one vector for each singular value (default), rather than whole bases
 * @returns `{ U, S, V }`, where `torch.linalg.svd` gives Vᵀ
 * @throws ShapeError, DTypeError; LinAlgError on reading when an element is not finite.
 * @example
 * const { S } = svd(tensor([[3.5, 0], [0, 4.5]]));       // [4.5, 3.5]
 * @see https://pytorch.org/docs/stable/generated/torch.svd.html
 */
export function svd(A: Tensor, some: boolean | SvdOptions = true, options: SvdOptions = {}): Parts<'U' | 'S' | 'V'> {
  if (typeof some === 'object') return svd(A, some.some, some);
  checkOptions('svd', options, ['some', 'computeUv']);
  if (options.computeUv === false) {
    const S = linalg.svdvals(A);
    const [m, n] = A.shape.slice(-2);
    const none = (size: number): Tensor => zeros([...A.shape.slice(0, -2), size, size], { dtype: A.dtype, device: A.device });
    return parts({ U: none(m), S, V: none(n) });
  }
  const { U, S, Vh } = linalg.svd(A, { fullMatrices: !some });
  return parts({ U, S, V: mT(Vh) });
}

/**
 * The orthogonal Q and the upper triangle R with QR = A, for each matrix.
 *
 * @param some the reduced decomposition (default), or the complete one. The names of `torch.linalg.qr`'s modes do, too.
 * @throws ShapeError, DTypeError, ArgumentError.
 * @see https://pytorch.org/docs/stable/generated/torch.qr.html
 */
export const qr = (A: Tensor, some: boolean | linalg.QRMode = true): Parts<'Q' | 'R'> =>
  linalg.qr(A, typeof some === 'boolean' ? (some ? 'reduced' : 'complete') : some);

export interface LuOptions {
  /** Give infos, too: which diagonal element of U is 0 first, from 1, or 0. Default: false. */
  readonly getInfos?: boolean;
}

/**
 * The factors L, without its ones, and U of each matrix in one, and the rows that were exchanged.
 *
 * @param pivot with false no rows are exchanged
 * @returns `{ LU, pivots }`, and `info` with `getInfos`
 * @throws ShapeError, DTypeError.
 * @example
 * const [LU, pivots] = lu(tensor([[1.5, 2], [3.0, 4.5]]));      // [[3, 4.5], [0.5, -0.25]], [2, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.lu.html
 */
export function lu(A: Tensor, pivot: boolean, options: { readonly getInfos: true }): Parts<'LU' | 'pivots' | 'info'>;
export function lu(A: Tensor, pivot?: boolean, options?: LuOptions): Parts<'LU' | 'pivots'>;
export function lu(A: Tensor, pivot = true, options: LuOptions = {}): Parts<'LU' | 'pivots'> {
  checkOptions('lu', options, ['getInfos']);
  const { LU, pivots, info } = linalg.luFactorEx(A, { pivot });
  return options.getInfos === true ? parts({ LU, pivots, info }) : parts({ LU, pivots });
}

/**
 * The solution X of AX = b, where A is given by what `lu` gives of it.
 *
 * @throws ShapeError, DTypeError; LinAlgError on reading when pivots are no rows.
 * @see https://pytorch.org/docs/stable/generated/torch.lu_solve.html
 */
export const luSolve = (b: Tensor, LU: Tensor, pivots: Tensor): Tensor => linalg.luSolve(LU, pivots, b);

export interface TriangularSolveOptions {
  /** Solve with Aᵀ. Default: false. */
  readonly transpose?: boolean;
  /** Take the diagonal of A for ones. Default: false. */
  readonly unitriangular?: boolean;
}

/**
 * The solution X of AX = b for triangles A.
 *
 * @param upper whether A is an upper triangle (default), or a lower one
 * @returns `{ solution, clonedCoefficient }`, the latter A
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.triangular_solve.html
 */
export function triangularSolve(b: Tensor, A: Tensor, upper = true, options: TriangularSolveOptions = {}): Parts<'solution' | 'clonedCoefficient'> {
  checkOptions('triangularSolve', options, ['transpose', 'unitriangular']);
  const { transpose = false, unitriangular = false } = options;
  const solution = linalg.solveTriangular(transpose ? mT(A) : A, b, { upper: upper !== transpose, unitriangular });
  return parts({ solution, clonedCoefficient: A });
}

/** As `householderProduct` of `torch.linalg`. */
export const orgqr = linalg.householderProduct;
