/**
 * Least squares: the X that makes ‖AX − B‖ least, and of several the shortest.
 *
 * The driver 'gels' takes A to have full rank and uses reflections; the others use singular values, and count as 0 what is
 * at most `rcond` of the largest. PyTorch's 'gelsy' finds the rank in another way, and the same.
 *
 * The gradient is that of A⁺B.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 5.3, 5.5; LAPACK's dgels, dgelsd.
 */
import { ArgumentError, cast, describe, ShapeError, shapeText, type Attrs, type Tensor, type Workspace } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { matmul, mT, squeeze, unsqueeze, zeros } from '../index.js';
import { substitute, transposed } from './arrays.js';
import { decomposition } from './decomposition.js';
import { epsilonOf, pinvGrad, pseudoInverse } from './pinv.js';
import { productOf } from './loops.js';
import { reflectAll, triangularise } from './reflections.js';
import { LinAlgError, ofBatch, requireMatrices } from './routine.js';
import { sameBatch } from './solve.js';
import { singularOf } from './singular.js';

export type LstsqDriver = 'gels' | 'gelsy' | 'gelsd' | 'gelss';

const DRIVERS: readonly LstsqDriver[] = ['gels', 'gelsy', 'gelsd', 'gelss'];

/** Of an A of full rank: QRX = B, or of a wide one RᵀQᵀX = B. Null when it is not. */
function byReflections(work: Workspace, a: Float64Array, b: Float64Array, m: number, n: number, width: number): Float64Array | null {
  const [long, short] = m >= n ? [m, n] : [n, m];
  const { r, q } = triangularise(work, m >= n ? transposed(work, a, m, n) : a, long, short);
  for (let i = 0; i < short; i++) if (r[i * short + i] === 0) return null;
  if (m >= n) {
    const turned = transposed(work, b, m, width);
    reflectAll(work, turned, width, q, false);
    const x = transposed(work, turned, width, m).subarray(0, n * width);
    substitute(work, r, x, n, width, true, false);
    return x;
  }
  substitute(work, transposed(work, r, m, m), b, m, width, false, false);
  const spread = work.float64(n * width);
  spread.set(b);
  const turned = transposed(work, spread, n, width);
  reflectAll(work, turned, width, q, true);
  return transposed(work, turned, width, n);
}

interface LstsqAttrs extends Attrs {
  readonly op: string;
  readonly driver: LstsqDriver;
  readonly rcond: number;
}

const LSTSQ = /* @__PURE__ */ decomposition({
  name: 'linalgLstsq',
  shapes: ([shapeA, shapeB]) => {
    const [[m, n], width] = [shapeA.slice(-2), shapeB[shapeB.length - 1]];
    return { solution: [n, width], residuals: [width], rank: [], singularValues: [Math.min(m, n)] };
  },
  one: ([a, b], [shapeA, shapeB], attrs, { i, count, work }) => {
    const { driver, rcond } = attrs as LstsqAttrs;
    const [[m, n], width] = [shapeA.slice(-2), shapeB[shapeB.length - 1]];
    const [matrix, right] = [a.slice(), b.slice()];
    const singular = driver === 'gels' ? null : singularOf(work, a, m, n, 'reduced');
    let x: Float64Array | null = null;
    let rank = Math.min(m, n);
    if (driver === 'gels') {
      x = byReflections(work, a, b, m, n, width);
      if (x === null) throw new LinAlgError(`lstsq: A${ofBatch(i, count)} has not the full rank that the driver 'gels' needs. Use the driver 'gelsd'.`);
    } else if (singular !== null) {
      const { values, left, right: rows } = singular;
      rank = values.filter((s) => s > rcond * values[0]).length;
      const inner = productOf(work, left!, b, values.length, m, width);
      values.forEach((s, k) => {
        for (let j = 0; j < width; j++) inner[k * width + j] = k < rank ? inner[k * width + j] / s : 0;
      });
      x = productOf(work, transposed(work, rows!, values.length, n), inner, n, values.length, width);
    }
    if (x === null) throw new LinAlgError(`lstsq: no singular values were found of A${ofBatch(i, count)}. Does it hold NaN or infinities?`);
    const residuals = new Float64Array(width);
    productOf(work, matrix, x, m, n, width).forEach((y, at) => (residuals[at % width] += (y - right[at]) ** 2));
    return [x, residuals, [rank], singular?.values ?? new Float64Array(rank)];
  },
  rules: {
    solution: (g, { inputs: [a, b], needs }) => {
      const p = pseudoInverse('lstsq', a);
      return [needs[0] ? pinvGrad(matmul(g, mT(b)), p, a) : null, needs[1] ? matmul(mT(p), g) : null];
    },
  },
});

export interface LstsqOptions {
  /** How it is computed: 'gels' takes A to have full rank; 'gelsy' (default), 'gelsd' and 'gelss' find its rank. */
  readonly driver?: LstsqDriver;
}

/**
 * The X that makes ‖AX − B‖ least for each matrix, and of several the shortest.
 *
 * @param A [..., m, n]
 * @param B [..., m, k], or [..., m] with the batch of A, or [m]; batches broadcast
 * @param rcond singular values up to this part of the largest count as 0. Default: ε · max(m, n).
 * @param options `driver`
 * @returns `{ solution, residuals, rank, singularValues }`: the squared lengths of AX − B when m > n and the driver is not
 * 'gelsy' (also where the rank is less than n), ranks as int32 unless it is 'gels', and singular values with 'gelsd' and
 * 'gelss'; the others are empty
 * @throws ShapeError, DTypeError, ArgumentError; LinAlgError on reading when an element is not finite, or with 'gels' when A
 * has not full rank.
 * @example
 * lstsq(tensor([[1.5], [1.5]]), tensor([[3.0], [4.5]])).solution;      // [[2.5]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
 */
export function lstsq(A: Tensor, B: Tensor, rcond?: number | null, options: LstsqOptions = {}): Parts<'solution' | 'residuals' | 'rank' | 'singularValues'> {
  const op = 'lstsq';
  checkOptions(op, options, ['driver']);
  requireMatrices(op, A);
  const { driver = 'gelsy' } = options;
  if (!DRIVERS.includes(driver)) throw new ArgumentError(`${op}: driver must be 'gels', 'gelsy', 'gelsd' or 'gelss', got ${describe(driver)}.`);
  if (rcond !== undefined && rcond !== null && typeof rcond !== 'number') throw new ArgumentError(`${op}: rcond must be a number, got ${describe(rcond)}.`);
  const isVector = B.ndim === 1 || (B.ndim === A.ndim - 1 && B.shape.every((size, d) => size === A.shape[d]));
  const wide = isVector ? unsqueeze(B, -1) : B;
  requireMatrices(op, wide, 'B');
  const [m, n] = A.shape.slice(-2);
  if (wide.shape.at(-2) !== m) throw new ShapeError(`${op}: A is ${shapeText(A.shape)} and B ${shapeText(B.shape)}, expected B to have ${m} rows.`);
  const [a, b] = sameBatch(op, A, wide);
  const found = LSTSQ([a, b], { op, driver, rcond: rcond ?? epsilonOf(A) * Math.max(m, n) } satisfies LstsqAttrs);
  const none = zeros([0], { dtype: A.dtype, device: A.device });
  const hasResiduals = m > n && driver !== 'gelsy';
  return parts({
    solution: isVector ? squeeze(found.solution, -1) : found.solution,
    residuals: hasResiduals ? found.residuals : none,
    rank: driver === 'gels' ? cast(none, 'int32') : cast(found.rank, 'int32'),
    singularValues: driver === 'gelsd' || driver === 'gelss' ? found.singularValues : none,
  });
}
