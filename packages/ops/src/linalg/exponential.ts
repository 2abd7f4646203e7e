/**
 * The exponential of a matrix, 1 + A + A²/2! + …: a Padé approximant of A/2ˢ, squared s times.
 *
 * The gradient is exp of a matrix of twice the size: of (Aᵀ G; 0 Aᵀ), the block in the upper right corner.
 *
 * Reference: Higham, The scaling and squaring method for the matrix exponential revisited (2005); Mathias, A chain rule for
 * matrix functions (1996).
 */
import { constantLike, record, type Tensor, type Workspace } from '@sconce/core';
import { cat, mT, narrow } from '../index.js';
import { factorise, solveFactored } from './arrays.js';
import { block, multiply, productOf } from './loops.js';
import { matrixRoutine, requireSquare } from './routine.js';

/** Up to this norm the approximant of degree 13 is exact in float64. */
const LARGEST = 5.371920351148152;

/** The coefficients of the approximant: those of even powers make V, those of odd ones U, and exp(A) is (V − U)⁻¹(V + U). */
const COEFFICIENTS = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
  33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** The greatest sum of magnitudes of a column. */
function normOf(a: Float64Array, n: number): number {
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]);
    if (!(sum <= norm)) norm = sum;
  }
  return norm;
}

/** AB in the place of C, of n × n matrices. */
function multiplyInto(work: Workspace, c: Float64Array, a: Float64Array, b: Float64Array, n: number): void {
  multiply(work, block(c.fill(0), 0, n), block(a, 0, n), block(b, 0, n), n, n, n, 1);
}

/** exp(A), where A is overwritten; NaN everywhere when its norm is not finite. */
function exponential(work: Workspace, a: Float64Array, n: number): Float64Array {
  const norm = normOf(a, n);
  if (!Number.isFinite(norm)) return a.fill(NaN);
  const squarings = norm > LARGEST ? Math.ceil(Math.log2(norm / LARGEST)) : 0;
  const x = a;
  for (let i = 0; i < x.length; i++) x[i] *= 2 ** -squarings;
  const square = productOf(work, x, x, n, n, n);
  const [even, odd] = [work.float64(n * n), work.float64(n * n)];
  let [power, next] = [work.float64(n * n), work.float64(n * n)];
  for (let i = 0; i < n; i++) power[i * n + i] = 1;
  for (let k = 0; k < COEFFICIENTS.length; k += 2) {
    if (k > 0) {
      multiplyInto(work, next, power, square, n);
      [power, next] = [next, power];
    }
    const [ofEven, ofOdd] = [COEFFICIENTS[k], COEFFICIENTS[k + 1]];
    for (let i = 0; i < n * n; i++) {
      even[i] += ofEven * power[i];
      odd[i] += ofOdd * power[i];
    }
  }
  const u = productOf(work, x, odd, n, n, n);
  for (let i = 0; i < n * n; i++) {
    odd[i] = even[i] - u[i];
    even[i] += u[i];
  }
  let result = solveFactored(work, factorise(work, odd, n), even, n, n);
  let spare = next;
  for (let k = 0; k < squarings; k++) {
    multiplyInto(work, spare, result, result, n);
    [result, spare] = [spare, result];
  }
  return result;
}

const EXP = /* @__PURE__ */ matrixRoutine(
  'linalgMatrixExp',
  2,
  ([a], [shape], _attrs, { work }) => exponential(work, a, shape[shape.length - 1]),
  (g, { inputs: [a] }) => {
    const [t, n] = [mT(a), a.shape.at(-1)!];
    const block = cat([cat([t, g], -1), cat([constantLike(t, 0), t], -1)], -2);
    const whole = record(EXP, [block], {}, block.shape, block.dtype);
    return [narrow(narrow(whole, -2, 0, n), -1, n, n)];
  },
);

/**
 * The exponential Σ Aᵏ/k! of each matrix.
 *
 * @param A [..., n, n]
 * @throws ShapeError, DTypeError.
 * @example
 * matrixExp(tensor([[0.0, 1.5], [0, 0]]));               // [[1, 1.5], [0, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html
 */
export function matrixExp(A: Tensor): Tensor {
  requireSquare('matrixExp', A);
  return record(EXP, [A], {}, A.shape, A.dtype);
}
