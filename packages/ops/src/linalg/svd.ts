/**
 * Singular values and singular vectors.
 *
 * With E = sⱼ² − sᵢ², the gradient of A = U diag(s) Vᵀ is U (skew(UᵀG_U)/E · S + S · skew(VᵀG_V)/E + diag(g_s)) Vᵀ, where
 * skew(X) = X − Xᵀ, and what U and V do not span adds (1 − UUᵀ) G_U S⁻¹ Vᵀ + U S⁻¹ G_Vᵀ (1 − VVᵀ). So that of singular
 * vectors exists where singular values differ.
 *
 * Reference: Townsend, Differentiating the singular value decomposition (2016).
 */
import { record, type Tensor } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { add, div, matmul, mT, mul, narrow, sub, unsqueeze } from '../index.js';
import { transposed } from './arrays.js';
import { decomposition } from './decomposition.js';
import { turnOf } from './eigh.js';
import { LinAlgError, matrixRoutine, ofBatch, requireMatrices, type OneMatrix } from './routine.js';
import { singularOf, type Singular, type Vectors } from './singular.js';

function found([a]: Parameters<OneMatrix>[0], [shape]: Parameters<OneMatrix>[1], op: string, { i, count, work }: Parameters<OneMatrix>[3], vectors: Vectors): Singular {
  const [m, n] = shape.slice(-2);
  const singular = singularOf(work, a, m, n, vectors);
  if (singular !== null) return singular;
  throw new LinAlgError(`${op}: no singular values were found of A${ofBatch(i, count)}. Does it hold NaN or infinities?`);
}

type Names = 'U' | 'S' | 'Vh';

/** U diag(s) Vᵀ of the vectors that belong to singular values. */
const product = (u: Tensor, s: Tensor, vh: Tensor): Tensor => matmul(mul(u, unsqueeze(s, -2)), vh);

/** The vectors that belong to singular values, as columns and as rows. */
const columns = (x: Tensor, s: Tensor): Tensor => narrow(x, -1, 0, s.shape.at(-1)!);
const rows = (x: Tensor, s: Tensor): Tensor => narrow(x, -2, 0, s.shape.at(-1)!);

/** skew(QᵀG) / E. */
const turn = (q: Tensor, g: Tensor, s: Tensor): Tensor => turnOf(q, g, mul(s, s));

/** (1 − QQᵀ) G S⁻¹. */
function outside(q: Tensor, g: Tensor, s: Tensor): Tensor {
  const scaled = div(g, unsqueeze(s, -2));
  return sub(scaled, matmul(q, matmul(mT(q), scaled)));
}

const SVD = /* @__PURE__ */ decomposition<Names>({
  name: 'linalgSvd',
  shapes: ([shape], { full }) => {
    const [m, n] = shape.slice(-2);
    const k = Math.min(m, n);
    return { U: [m, full === true ? m : k], S: [k], Vh: [full === true ? n : k, n] };
  },
  one: (matrices, shapes, { op, full }, place) => {
    const m = shapes[0][shapes[0].length - 2];
    const { left, values, right } = found(matrices, shapes, String(op), place, full === true ? 'complete' : 'reduced');
    return [m === 0 ? [] : transposed(place.work, left!, left!.length / m, m), values, right!];
  },
  rules: {
    S: (g, { factors: { U, S, Vh } }) => [product(columns(U, S), g, rows(Vh, S))],
    U: (g, { factors: { U, S, Vh } }) => {
      const [u, vh, gu] = [columns(U, S), rows(Vh, S), columns(g, S)];
      const inner = matmul(u, mul(turn(u, gu, S), unsqueeze(S, -2)));
      return [matmul(u.shape.at(-2)! > u.shape.at(-1)! ? add(inner, outside(u, gu, S)) : inner, vh)];
    },
    Vh: (g, { factors: { U, S, Vh } }) => {
      const [u, v, gv] = [columns(U, S), mT(rows(Vh, S)), mT(rows(g, S))];
      const inner = matmul(mul(unsqueeze(S, -1), turn(v, gv, S)), mT(v));
      return [matmul(u, v.shape.at(-2)! > v.shape.at(-1)! ? add(inner, mT(outside(v, gv, S))) : inner)];
    },
  },
});

const SVDVALS = /* @__PURE__ */ matrixRoutine(
  'linalgSvdvals',
  1,
  (matrices, shapes, { op }, place) => found(matrices, shapes, String(op), place, 'none').values,
  (g, { inputs: [a], attrs }) => {
    const { U, Vh } = SVD([a], { ...attrs, full: false });
    return [product(U, g, Vh)];
  },
);

/** Singular values for an op that is named in errors. */
export function singularValues(op: string, a: Tensor): Tensor {
  const [m, n] = a.shape.slice(-2);
  return record(SVDVALS, [a], { op }, [...a.shape.slice(0, -2), Math.min(m, n)], a.dtype);
}

/** U, S and Vᵀ, one vector for each singular value, for an op that is named in errors. */
export const reducedSvd = (op: string, a: Tensor): Readonly<Record<Names, Tensor>> => SVD([a], { op, full: false });

export interface SvdOptions {
  /** Whole bases: U is [..., m, m] and Vh [..., n, n], rather than one vector for each singular value. Default: true. */
  readonly fullMatrices?: boolean;
}

/**
 * The singular values, descending, and the singular vectors of each matrix: A = U diag(S) Vh.
 *
 * @param A [..., m, n]
 * @param options `fullMatrices`: with false, U is [..., m, k] and Vh [..., k, n] with k = min(m, n)
 * @returns `{ U, S, Vh }`, with S [..., k]
 * @throws ShapeError, DTypeError; LinAlgError on reading when an element is not finite.
 * @example
 * const { S } = svd(tensor([[3.5, 0], [0, 4.5]]));       // [4.5, 3.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.svd.html
 */
export function svd(A: Tensor, options: SvdOptions = {}): Parts<Names> {
  checkOptions('svd', options, ['fullMatrices']);
  requireMatrices('svd', A);
  return parts(SVD([A], { op: 'svd', full: options.fullMatrices ?? true }));
}

/**
 * The singular values of each matrix, descending.
 *
 * @param A [..., m, n]
 * @throws ShapeError, DTypeError; LinAlgError on reading when an element is not finite.
 * @example
 * svdvals(tensor([[3.5, 0], [0, 4.5]]));                 // [4.5, 3.5]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.svdvals.html
 */
export function svdvals(A: Tensor): Tensor {
  requireMatrices('svdvals', A);
  return singularValues('svdvals', A);
}
