/**
 * Eigenvalues and eigenvectors of symmetric matrices, which are real. Those of other matrices are complex (`eig.ts`).
 *
 * The gradient of A = V diag(λ) Vᵀ is V (diag(g_λ) + ½ skew(VᵀG_V) / (λⱼ − λᵢ)) Vᵀ with skew(X) = X − Xᵀ, which is symmetric
 * too. So that of eigenvectors exists where eigenvalues differ.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008), 3.1.
 */
import { ArgumentError, describe, record, type Tensor } from '@sconce/core';
import { parts, type Parts } from '../families/index.js';
import { add, div, matmul, mT, mul, sub, unsqueeze } from '../index.js';
import { decomposition } from './decomposition.js';
import { transposed } from './arrays.js';
import { identityLike, LinAlgError, matrixRoutine, ofBatch, requireSquare, type OneMatrix } from './routine.js';
import { eigenOf, type Eigen } from './symmetric.js';

function found([a]: Parameters<OneMatrix>[0], n: number, { op, upper }: Parameters<OneMatrix>[2], { i, count, work }: Parameters<OneMatrix>[3], withVectors: boolean): Eigen {
  const eigen = eigenOf(work, a, n, upper === true, withVectors);
  if (eigen !== null) return eigen;
  throw new LinAlgError(`${String(op)}: no eigenvalues were found of A${ofBatch(i, count)}. Does it hold NaN or infinities?`);
}

/** skew(QᵀG) / (vⱼ − vᵢ): how a basis Q turns that belongs to values v. */
export function turnOf(q: Tensor, g: Tensor, v: Tensor): Tensor {
  const inner = matmul(mT(q), g);
  const gaps = sub(unsqueeze(v, -2), unsqueeze(v, -1));
  return div(sub(inner, mT(inner)), add(gaps, identityLike(inner)));
}

/** V diag(g) Vᵀ. */
const alongVectors = (g: Tensor, v: Tensor): Tensor => matmul(mul(v, unsqueeze(g, -2)), mT(v));

const EIGH = /* @__PURE__ */ decomposition({
  name: 'linalgEigh',
  shapes: ([shape]) => ({ eigenvalues: shape.slice(-1), eigenvectors: shape.slice(-2) }),
  one: (matrices, [shape], attrs, place) => {
    const n = shape[shape.length - 1];
    const { values, vectors } = found(matrices, n, attrs, place, true);
    return [values, transposed(place.work, vectors!, n, n)];
  },
  rules: {
    eigenvalues: (g, { factors: { eigenvectors } }) => [alongVectors(g, eigenvectors)],
    eigenvectors: (g, { factors: { eigenvalues, eigenvectors: v } }) => {
      const inner = mul(turnOf(v, g, eigenvalues), 0.5);
      return [matmul(v, matmul(inner, mT(v)))];
    },
  },
});

const EIGVALSH = /* @__PURE__ */ matrixRoutine(
  'linalgEigvalsh',
  1,
  (matrices, [shape], attrs, place) => found(matrices, shape[shape.length - 1], attrs, place, false).values,
  (g, { inputs: [a], attrs }) => [alongVectors(g, EIGH([a], attrs).eigenvectors)],
);

/** Which triangle of a symmetric matrix is read. */
export type Triangle = 'L' | 'U';

function isUpper(op: string, triangle: unknown): boolean {
  const name = typeof triangle === 'string' ? triangle.toUpperCase() : triangle;
  if (name !== 'L' && name !== 'U') throw new ArgumentError(`${op}: UPLO must be 'L' or 'U', got ${describe(triangle)}.`);
  return name === 'U';
}

/**
 * The eigenvalues λ, ascending, and the orthonormal eigenvectors of each symmetric matrix: A = V diag(λ) Vᵀ.
 *
 * @param A [..., n, n]
 * @param UPLO the triangle that is read: 'L', the lower one (default), or 'U'
 * @returns `{ eigenvalues, eigenvectors }`: [..., n], and [..., n, n] with eigenvectors as columns
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when an element is not finite.
 * @example
 * const { eigenvalues } = eigh(tensor([[2.5, 1], [1, 2.5]]));      // [1.5, 3.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigh.html
 */
export function eigh(A: Tensor, UPLO: Triangle = 'L'): Parts<'eigenvalues' | 'eigenvectors'> {
  requireSquare('eigh', A);
  return parts(EIGH([A], { op: 'eigh', upper: isUpper('eigh', UPLO) }));
}

/**
 * The eigenvalues of each symmetric matrix, ascending.
 *
 * @param A [..., n, n]
 * @param UPLO the triangle that is read: 'L', the lower one (default), or 'U'
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when an element is not finite.
 * @example
 * eigvalsh(tensor([[2.5, 1], [1, 2.5]]));                // [1.5, 3.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html
 */
export function eigvalsh(A: Tensor, UPLO: Triangle = 'L'): Tensor {
  requireSquare('eigvalsh', A);
  return record(EIGVALSH, [A], { op: 'eigvalsh', upper: isUpper('eigvalsh', UPLO) }, A.shape.slice(0, -1), A.dtype);
}
