/**
 * The QR decomposition, and products of reflections.
 *
 * The gradient of A = QR is (G_Q + Q sym(G_R Rᵀ − QᵀG_Q)) R⁻ᵀ, where sym mirrors the upper triangle. A wide A is
 * Q (R₁ R₂): R₂ = QᵀA₂ brings its gradient to A₂ and to Q, and Q R₁ is square.
 *
 * Reference: Walter & Lehmann, Algorithmic differentiation of the QR decomposition (2018); Joffrain et al., Accumulating
 * Householder transformations, revisited (2006).
 */
import { ArgumentError, AutogradError, describe, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { parts, type Parts } from '../families/index.js';
import { add, cat, diagEmbed, expand, eye, matmul, mT, mul, narrow, neg, sub, tril, triu, unsqueeze, zeros } from '../index.js';
import { decomposition, type FactorRule } from './decomposition.js';
import { transposed } from './arrays.js';
import { columnsOfProduct, triangularise } from './reflections.js';
import { identityLike, requireMatrices } from './routine.js';
import { triangular } from './solve.js';

export type QRMode = 'reduced' | 'complete' | 'r';

const MODES: readonly QRMode[] = ['reduced', 'complete', 'r'];

/** X R⁻ᵀ. */
const overTransposed = (x: Tensor, r: Tensor): Tensor => mT(triangular(r, mT(x), true));

/** Of a square or tall A, from the gradient of Q, and from what that of R brings to Rᵀ's side: G_R Rᵀ. */
function tallRule(gradQ: Tensor | null, gradR: Tensor | null, q: Tensor, r: Tensor): Tensor {
  const fromQ = gradQ === null ? null : neg(matmul(mT(q), gradQ));
  const fromR = gradR === null ? null : matmul(gradR, mT(r));
  const inner = fromQ === null ? fromR! : fromR === null ? fromQ : add(fromQ, fromR);
  const mirrored = matmul(q, add(triu(inner), mT(triu(inner, 1))));
  return overTransposed(gradQ === null ? mirrored : add(gradQ, mirrored), r);
}

function gradOf(gradQ: Tensor | null, gradR: Tensor | null, q: Tensor, r: Tensor): Tensor {
  const [k, n] = r.shape.slice(-2);
  if (k >= n) return tallRule(gradQ, gradR, q, r);
  const [r1, r2] = [narrow(r, -1, 0, k), narrow(r, -1, k, n - k)];
  if (gradR === null) return cat([tallRule(gradQ, null, q, r1), zeros([...q.shape.slice(0, -1), n - k], { dtype: q.dtype, device: q.device })], -1);
  const [g1, g2] = [narrow(gradR, -1, 0, k), narrow(gradR, -1, k, n - k)];
  const toQ = matmul(q, matmul(r2, mT(g2)));
  return cat([tallRule(gradQ === null ? toQ : add(gradQ, toQ), g1, q, r1), matmul(q, g2)], -1);
}

/** The decompositions that have no derivative say so. */
function requireDerivative(mode: unknown, a: Tensor): void {
  const [m, n] = a.shape.slice(-2);
  if (mode === 'r') throw new AutogradError("qr: the gradient depends on Q, which mode 'r' does not compute. Use mode 'reduced'.");
  if (mode === 'complete' && m > n) throw new AutogradError(`qr: with mode 'complete' it is not differentiable for more rows than columns, got ${shapeText(a.shape)}. Use mode 'reduced'.`);
}

const rule =
  (pick: (g: Tensor) => [Tensor | null, Tensor | null]): FactorRule<'Q' | 'R'> =>
  (g, { factors: { Q, R }, inputs: [a], attrs }) => {
    requireDerivative(attrs['mode'], a);
    return [gradOf(...pick(g), Q, R)];
  };

const QR = /* @__PURE__ */ decomposition({
  name: 'linalgQr',
  shapes: ([shape], { mode }) => {
    const [m, n] = shape.slice(-2);
    const k = mode === 'complete' ? m : Math.min(m, n);
    return { Q: mode === 'r' ? [0] : [m, k], R: [k, n] };
  },
  one: ([a], [shape], { mode }, { work }) => {
    const [m, n] = shape.slice(-2);
    const { r, q } = triangularise(work, transposed(work, a, m, n), m, n);
    const k = mode === 'complete' ? m : Math.min(m, n);
    const whole = new Float64Array(k * n);
    whole.set(r);
    return [mode === 'r' ? [] : transposed(work, columnsOfProduct(work, q, k), k, m), whole];
  },
  rules: { Q: rule((g) => [g, null]), R: rule((g) => [null, g]) },
});

/**
 * The orthogonal Q and the upper triangle R with QR = A, for each matrix.
 *
 * @param A [..., m, n]
 * @param mode 'reduced' (default): Q is [..., m, k] and R [..., k, n] with k = min(m, n); 'complete': Q is [..., m, m];
 * 'r': R alone, and Q is empty
 * @returns `{ Q, R }`
 * @throws ShapeError, DTypeError, ArgumentError; AutogradError from backward in mode 'r', and in mode 'complete' with m > n.
 * @example
 * const { Q, R } = qr(tensor([[3.0, 5], [4.5, 2]]));     // Q is 2 x 2, R is 2 x 2
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.qr.html
 */
export function qr(A: Tensor, mode: QRMode = 'reduced'): Parts<'Q' | 'R'> {
  requireMatrices('qr', A);
  if (!MODES.includes(mode)) throw new ArgumentError(`qr: mode must be 'reduced', 'complete' or 'r', got ${describe(mode)}.`);
  const { Q, R } = QR([A], { mode });
  return parts({ Q: mode === 'r' ? zeros([0], { dtype: A.dtype, device: A.device }) : Q, R });
}

/**
 * The first n columns of H₁H₂…Hₖ, where Hᵢ = 1 − τᵢvᵢvᵢᵀ and vᵢ is column i of A below its diagonal, which counts as 1:
 * 1 − VTVᵀ with a triangle T.
 *
 * @param A [..., m, n] with m ≥ n
 * @param tau [..., k] with k ≤ n
 * @throws ShapeError, DTypeError.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.householder_product.html
 */
export function householderProduct(A: Tensor, tau: Tensor): Tensor {
  const op = 'householderProduct';
  requireMatrices(op, A);
  requireMatrices(op, unsqueeze(tau, -1), 'tau');
  const [m, n] = A.shape.slice(-2);
  const k = tau.shape.at(-1)!;
  const sameBatch = tau.ndim === A.ndim - 1 && tau.shape.slice(0, -1).every((size, d) => size === A.shape[d]);
  if (m < n || k > n || !sameBatch) {
    throw new ShapeError(`${op}: A is ${shapeText(A.shape)} and tau ${shapeText(tau.shape)}, expected A as tall as wide at least, and in tau as many elements as A has columns at most.`);
  }
  const batch = A.shape.slice(0, -2);
  const like = { dtype: A.dtype, device: A.device };
  const unit = expand(eye(m, k, like), [...batch, m, k]);
  const v = add(tril(narrow(A, -1, 0, k), -1), unit);
  const scale = unsqueeze(tau, -1);
  const products = mul(scale, triu(matmul(mT(v), v), 1));
  const t = triangular(add(products, identityLike(products)), diagEmbed(tau), true, true);
  return sub(expand(eye(m, n, like), [...batch, m, n]), matmul(matmul(v, t), mT(narrow(v, -2, 0, n))));
}
