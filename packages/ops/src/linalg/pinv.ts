/**
 * The pseudo-inverse, and the rank.
 *
 * Invariant: the gradient of A⁺ is that of a fixed rank, −A⁺ dA A⁺ + A⁺A⁺ᵀ dAᵀ (1 − AA⁺) + (1 − A⁺A) dAᵀ A⁺ᵀA⁺, written
 * without singular vectors, so that equal singular values do no harm.
 *
 * Reference: Golub & Pereyra, The differentiation of pseudo-inverses (1973).
 */
import { ArgumentError, describe, isTensor, type Operand, type Tensor } from '@sconce/core';
import { checkOptions, composite } from '../families/index.js';
import { abs, add, amax, gt, matmul, maximum, mT, mul, reciprocal, sub, sum, unsqueeze, where, zeros } from '../index.js';
import { eigh, eigvalsh } from './eigh.js';
import { requireMatrices, requireSquare } from './routine.js';
import { reducedSvd, singularValues } from './svd.js';

export interface ToleranceOptions {
  /** Singular values up to this count as 0; for each matrix of a batch, a tensor. Default: 0. */
  readonly atol?: number | Tensor | null;
  /** And those up to this part of the largest. Default: ε · max(m, n), or 0 when `atol` is positive. */
  readonly rtol?: number | Tensor | null;
  /** A is symmetric: eigenvalues do, of its lower triangle. Default: false. */
  readonly hermitian?: boolean;
}

/** The distance from 1 to the next number. */
export const epsilonOf = ({ dtype }: Tensor): number => (dtype === 'float64' ? 2 ** -52 : 2 ** -23);

function requireTolerance(op: string, name: string, x: unknown): Operand | undefined {
  if (x === undefined || x === null) return undefined;
  if (isTensor(x)) return x.detach();
  if (typeof x === 'number') return x;
  throw new ArgumentError(`${op}: ${name} must be a number or a Tensor, got ${describe(x)}.`);
}

/** What counts as 0 among magnitudes [..., k], the largest of which is given as [...]. */
function thresholdOf(op: string, a: Tensor, largest: Tensor, { atol, rtol }: ToleranceOptions): Tensor {
  const absolute = requireTolerance(op, 'atol', atol);
  const usual = epsilonOf(a) * Math.max(...a.shape.slice(-2));
  const unlessAbsolute = isTensor(absolute) ? where(gt(absolute, 0), 0, usual) : Number(absolute ?? 0) > 0 ? 0 : usual;
  const relative = mul(largest, requireTolerance(op, 'rtol', rtol) ?? unlessAbsolute);
  return isTensor(absolute) ? maximum(relative, absolute) : where(gt(relative, absolute ?? 0), relative, absolute ?? 0);
}

/** 1/x of what counts, and 0 of the rest; the magnitudes' largest is found along the last dimension. */
function invertedAbove(op: string, a: Tensor, values: Tensor, options: ToleranceOptions): Tensor {
  const sizes = abs(values);
  const counts = gt(sizes, unsqueeze(thresholdOf(op, a, amax(sizes, -1), options), -1));
  return where(counts, reciprocal(values), 0);
}

/** The gradient of A⁺, given as P, along the shorter side's products. */
export function pinvGrad(g: Tensor, p: Tensor, a: Tensor): Tensor {
  const [m, n] = a.shape.slice(-2);
  const gt = mT(g);
  if (m >= n) {
    const inner = matmul(p, gt);
    const rest = matmul(sub(gt, matmul(a, inner)), matmul(p, mT(p)));
    const own = matmul(mT(p), sub(inner, matmul(matmul(inner, p), a)));
    return add(sub(rest, mT(matmul(inner, p))), own);
  }
  const inner = matmul(gt, p);
  const rest = matmul(sub(inner, matmul(a, matmul(p, inner))), mT(p));
  const own = matmul(matmul(mT(p), p), sub(gt, matmul(inner, a)));
  return add(sub(rest, mT(matmul(p, inner))), own);
}

const PINV = /* @__PURE__ */ composite('pinv', (g, { inputs: [a], output }) => [pinvGrad(g, output, a)]);

/** A⁺ for an op that is named in errors. */
export function pseudoInverse(op: string, a: Tensor, options: ToleranceOptions = {}): Tensor {
  const [m, n] = a.shape.slice(-2);
  if (m === 0 || n === 0) return add(zeros([...a.shape.slice(0, -2), n, m], { dtype: a.dtype, device: a.device }), sum(a));
  return PINV([a], () => {
    if (options.hermitian === true) {
      const { eigenvalues, eigenvectors } = eigh(a);
      return matmul(mul(eigenvectors, unsqueeze(invertedAbove(op, a, eigenvalues, options), -2)), mT(eigenvectors));
    }
    const { U, S, Vh } = reducedSvd(op, a);
    return matmul(mul(mT(Vh), unsqueeze(invertedAbove(op, a, S, options), -2)), mT(U));
  });
}

const OPTIONS = ['atol', 'rtol', 'hermitian'] as const;

/**
 * The pseudo-inverse A⁺ = V S⁺ Uᵀ of each matrix, where S⁺ has 1/s of the singular values that do not count as 0.
 *
 * @param A [..., m, n]
 * @param options `atol`, `rtol`: singular values up to max(atol, rtol · the largest) count as 0; `hermitian`
 * @returns [..., n, m]
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when an element is not finite.
 * @example
 * pinv(tensor([[2.5, 0], [0, 0]]));                      // [[0.4, 0], [0, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.pinv.html
 */
export function pinv(A: Tensor, options: ToleranceOptions = {}): Tensor {
  checkOptions('pinv', options, OPTIONS);
  if (options.hermitian === true) requireSquare('pinv', A);
  else requireMatrices('pinv', A);
  return pseudoInverse('pinv', A, options);
}

export interface MatrixRankOptions extends ToleranceOptions {
  /** As `atol` with an `rtol` of 0. */
  readonly tol?: number | Tensor | null;
}

/**
 * How many singular values of each matrix do not count as 0.
 *
 * @param A [..., m, n]
 * @param options `atol`, `rtol`: singular values up to max(atol, rtol · the largest) count as 0; `tol` for both; `hermitian`
 * @returns int32 [...]
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when an element is not finite.
 * @example
 * matrixRank(tensor([[1.5, 3], [3, 6]]));                // 1
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html
 */
export function matrixRank(A: Tensor, options: MatrixRankOptions = {}): Tensor {
  const op = 'matrixRank';
  checkOptions(op, options, [...OPTIONS, 'tol']);
  const { tol, hermitian = false, ...rest } = options;
  if (hermitian) requireSquare(op, A);
  else requireMatrices(op, A);
  const a = A.detach();
  if (a.shape.slice(-2).includes(0)) return zeros(a.shape.slice(0, -2), { dtype: 'int32', device: a.device });
  const values = hermitian ? abs(eigvalsh(a)) : singularValues(op, a);
  const given = tol === undefined || tol === null ? rest : { atol: tol, rtol: 0 };
  return sum(gt(values, unsqueeze(thresholdOf(op, a, amax(values, -1), given), -1)), -1, { dtype: 'int32' });
}
