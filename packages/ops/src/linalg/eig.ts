/**
 * Eigenvalues and eigenvectors of square matrices. Both are complex, so they are pairs `{ real, imag }`.
 *
 * With Eᵢⱼ = λⱼ − λᵢ, the gradient of A V = V diag(λ) is V⁻ᴴ (diag(g_λ) + (VᴴG_V − VᴴV diag(Re VᴴG_V)) / E*) Vᴴ, of which the
 * real part is taken: that of functions which do not change when an eigenvector is multiplied by a complex number of
 * magnitude 1. That of eigenvectors exists where eigenvalues differ.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008), 3.1; Boeddeker et al., On the computation
 * of complex-valued gradients (2017).
 */
import { DTypeError, type Tensor } from '@sconce/core';
import { parts, type Parts } from '../families/index.js';
import { add, cat, diagEmbed, diagonal, div, matmul, mT, mul, narrow, neg, sub, unsqueeze, zerosLike } from '../index.js';
import { decomposition, type FactorRule } from './decomposition.js';
import { complexEigenOf, type ComplexEigen } from './eigenvectors.js';
import { identityLike, LinAlgError, ofBatch, requireSquare, type OneMatrix } from './routine.js';
import { solve } from './solve.js';

/** Complex numbers as pairs of real tensors. */
type Pair = readonly [Tensor, Tensor];

const times = ([a, b]: Pair, [c, d]: Pair): Pair => [sub(matmul(a, c), matmul(b, d)), add(matmul(a, d), matmul(b, c))];
const adjoint = ([a, b]: Pair): Pair => [mT(a), neg(mT(b))];

/** X with AX = B: a complex matrix as a real one of twice the size. */
function complexSolve([a, b]: Pair, [c, d]: Pair): Pair {
  const x = solve(cat([cat([a, neg(b)], -1), cat([b, a], -1)], -2), cat([c, d], -2));
  const n = a.shape.at(-1)!;
  return [narrow(x, -2, 0, n), narrow(x, -2, n, n)];
}

type Names = 'real' | 'imag' | 'vectorsReal' | 'vectorsImag';

/** From the gradient of eigenvalues, or of eigenvectors, that of A. */
function gradOf(values: Pair, vectors: Pair, gradValues: Pair | null, gradVectors: Pair | null): Tensor {
  const turned = adjoint(vectors);
  let inner: Pair;
  if (gradVectors === null) inner = [diagEmbed(gradValues![0]), diagEmbed(gradValues![1])];
  else {
    const [re, im] = times(turned, gradVectors);
    const along = unsqueeze(diagonal(re, 0, -2, -1), -2);
    const [lengthR, lengthI] = times(turned, [mul(vectors[0], along), mul(vectors[1], along)]);
    const [r, s] = [sub(re, lengthR), sub(im, lengthI)];
    const [gapR, gapI] = values.map((v) => sub(unsqueeze(v, -2), unsqueeze(v, -1)));
    // Divided by the conjugate of the gaps; the diagonal, whose gaps are 0, is left out.
    const unit = identityLike(gapR);
    const squares = add(add(mul(gapR, gapR), mul(gapI, gapI)), unit);
    const others = sub(1, unit);
    inner = [mul(others, div(sub(mul(r, gapR), mul(s, gapI)), squares)), mul(others, div(add(mul(s, gapR), mul(r, gapI)), squares))];
  }
  return complexSolve(turned, times(inner, turned))[0];
}

type Pick = (g: Tensor) => { readonly values?: Pair; readonly vectors?: Pair };

const rule =
  (pick: Pick): FactorRule<Names> =>
  (g, { factors: { real, imag, vectorsReal, vectorsImag } }) => {
    const { values = null, vectors = null } = pick(g);
    return [gradOf([real, imag], [vectorsReal, vectorsImag], values, vectors)];
  };

const asReal = (g: Tensor): Pair => [g, zerosLike(g)];
const asImaginary = (g: Tensor): Pair => [zerosLike(g), g];

function found(op: string, [a]: Parameters<OneMatrix>[0], n: number, { i, count, work }: Parameters<OneMatrix>[3], withVectors: boolean): ComplexEigen {
  const eigen = complexEigenOf(work, a, n, withVectors);
  if (eigen !== null) return eigen;
  throw new LinAlgError(`${op}: no eigenvalues were found of A${ofBatch(i, count)}. Does it hold NaN or infinities?`);
}

const EIG = /* @__PURE__ */ decomposition<Names>({
  name: 'linalgEig',
  shapes: ([shape]) => ({ real: shape.slice(-1), imag: shape.slice(-1), vectorsReal: shape.slice(-2), vectorsImag: shape.slice(-2) }),
  one: (matrices, [shape], { op }, place) => {
    const { real, imag, vectors } = found(String(op), matrices, shape[shape.length - 1], place, true);
    return [real, imag, vectors!.real, vectors!.imag];
  },
  rules: {
    real: rule((g) => ({ values: asReal(g) })),
    imag: rule((g) => ({ values: asImaginary(g) })),
    vectorsReal: rule((g) => ({ vectors: asReal(g) })),
    vectorsImag: rule((g) => ({ vectors: asImaginary(g) })),
  },
});

const ofValues =
  (asPair: (g: Tensor) => Pair): FactorRule<'real' | 'imag'> =>
  (g, { inputs: [a], attrs }) => {
    const { real, imag, vectorsReal, vectorsImag } = EIG([a], attrs);
    return [gradOf([real, imag], [vectorsReal, vectorsImag], asPair(g), null)];
  };

const EIGVALS = /* @__PURE__ */ decomposition<'real' | 'imag'>({
  name: 'linalgEigvals',
  shapes: ([shape]) => ({ real: shape.slice(-1), imag: shape.slice(-1) }),
  one: (matrices, [shape], { op }, place) => {
    const { real, imag } = found(String(op), matrices, shape[shape.length - 1], place, false);
    return [real, imag];
  },
  rules: { real: ofValues(asReal), imag: ofValues(asImaginary) },
});

/** Complex matrices are not taken. */
function requireReal(op: string, a: unknown): asserts a is Tensor {
  if (typeof a === 'object' && a !== null && 'real' in a && 'imag' in a) {
    throw new DTypeError(`${op}: A is complex, expected a real matrix. Of a Hermitian one, use eigh of the real matrix [[real, -imag], [imag, real]], which has each eigenvalue twice.`);
  }
  requireSquare(op, a);
}

/**
 * The eigenvalues λ and the eigenvectors of each square matrix: A V = V diag(λ).
 *
 * A complex eigenvalue stands before its conjugate, with the positive imaginary part. Eigenvectors have length 1, and of a
 * complex one the largest element is real. Only functions that do not depend on the angle of eigenvectors have a gradient.
 *
 * @param A [..., n, n], real
 * @returns `{ eigenvalues, eigenvectors }`, each `{ real, imag }`: [..., n], and [..., n, n] with eigenvectors as columns
 * @throws ShapeError, DTypeError; LinAlgError on reading when an element is not finite, and on reading the gradient when the
 * eigenvectors are no basis.
 * @example
 * const { eigenvalues } = eig(tensor([[0.0, 1.5], [-1.5, 0]]));
 * eigenvalues.imag;                                      // [1.5, -1.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eig.html
 */
export function eig(A: Tensor): { readonly eigenvalues: Parts<'real' | 'imag'>; readonly eigenvectors: Parts<'real' | 'imag'> } & Iterable<Parts<'real' | 'imag'>> {
  requireReal('eig', A);
  const { real, imag, vectorsReal, vectorsImag } = EIG([A], { op: 'eig' });
  const [eigenvalues, eigenvectors] = [parts({ real, imag }), parts({ real: vectorsReal, imag: vectorsImag })];
  return { eigenvalues, eigenvectors, [Symbol.iterator]: () => [eigenvalues, eigenvectors].values() };
}

/**
 * The eigenvalues of each square matrix, in the order of `eig`.
 *
 * @param A [..., n, n], real
 * @returns `{ real, imag }`, both [..., n]
 * @throws ShapeError, DTypeError; LinAlgError on reading when an element is not finite, and on reading the gradient when the
 * eigenvectors are no basis.
 * @example
 * eigvals(tensor([[2.5, 1], [0, 0.5]])).real;            // [2.5, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigvals.html
 */
export function eigvals(A: Tensor): Parts<'real' | 'imag'> {
  requireReal('eigvals', A);
  return parts(EIGVALS([A], { op: 'eigvals' }));
}
