/**
 * The QR decomposition as LAPACK leaves it, its reflections below the diagonal of R, and products with them.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.geqrf.html
 */
import { ShapeError, shapeText, type Tensor } from '@sconce/core';
import { checkOptions, parts, type Parts } from '../families/index.js';
import { cat, matmul, mT, narrow, unsqueeze, zeros } from '../index.js';
import { transposed } from './arrays.js';
import { decomposition } from './decomposition.js';
import { householderProduct } from './qr.js';
import { triangularise } from './reflections.js';
import { requireMatrices } from './routine.js';

const GEQRF = /* @__PURE__ */ decomposition({
  name: 'linalgGeqrf',
  shapes: ([shape]) => {
    const [m, n] = shape.slice(-2);
    return { a: [m, n], tau: [Math.min(m, n)] };
  },
  one: ([a], [shape], _attrs, { work }) => {
    const [m, n] = shape.slice(-2);
    const { r, q } = triangularise(work, transposed(work, a, m, n), m, n);
    const both = new Float64Array(m * n);
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) both[i * n + j] = i <= j ? r[i * n + j] : q.v[j * m + i];
    return [both, q.tau];
  },
  rules: {},
});

/**
 * The QR decomposition of each matrix as `householderProduct` takes it: R, below its diagonal the reflections, and their
 * factors. It has no gradient; `qr` has.
 *
 * @param A [..., m, n]
 * @returns `{ a, tau }`: [..., m, n] and [..., min(m, n)]
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.geqrf.html
 */
export function geqrf(A: Tensor): Parts<'a' | 'tau'> {
  requireMatrices('geqrf', A);
  return parts(GEQRF([A.detach()], {}));
}

export interface OrmqrOptions {
  /** Q·other (default), or other·Q. */
  readonly left?: boolean;
  /** Take Qᵀ for Q. Default: false. */
  readonly transpose?: boolean;
}

/**
 * The product of the whole Q, m × m, that reflections stand for, and another matrix.
 *
 * @param A [..., m, k], as `geqrf` gives it; of more columns than `tau` has elements the rest is not read
 * @param tau [..., k] with k ≤ m
 * @param other [..., m, n], or [..., n, m] when it is on the left
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.ormqr.html
 */
export function ormqr(A: Tensor, tau: Tensor, other: Tensor, options: OrmqrOptions = {}): Tensor {
  const op = 'ormqr';
  checkOptions(op, options, ['left', 'transpose']);
  requireMatrices(op, A);
  requireMatrices(op, other, 'other');
  const { left = true, transpose = false } = options;
  requireMatrices(op, unsqueeze(tau, -1), 'tau');
  const [m, n] = A.shape.slice(-2);
  const k = tau.shape.at(-1)!;
  const meets = other.shape.at(left ? -2 : -1);
  if (k > Math.min(m, n) || meets !== m) {
    throw new ShapeError(`${op}: A is ${shapeText(A.shape)}, tau ${shapeText(tau.shape)} and other ${shapeText(other.shape)}, expected tau no longer than the sizes of A, and other with ${m} ${left ? 'rows' : 'columns'}.`);
  }
  const kept = narrow(A, -1, 0, k);
  const square = k === m ? kept : cat([kept, zeros([...A.shape.slice(0, -1), m - k], { dtype: A.dtype, device: A.device })], -1);
  const whole = householderProduct(square, tau);
  const q = transpose ? mT(whole) : whole;
  return left ? matmul(q, other) : matmul(other, q);
}
