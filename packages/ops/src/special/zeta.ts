/**
 * The Hurwitz zeta function.
 *
 * Terms are summed one by one until nine are, and their base is above 9; Euler and Maclaurin's formula gives the rest.
 *
 * Invariant: PyTorch's values at poles and outside the domain. The first argument has no gradient, as in PyTorch.
 *
 * Reference: DLMF 25.11.5; Moshier, Methods and Programs for Mathematical Functions (1989).
 */
import { AutogradError } from '@sconce/core';
import { hosted, type Binary } from '../families/index.js';
import { add, mul, neg } from '../index.js';

/** B₂ₖ / (2k)! */
const BERNOULLI = [
  1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600, -3617 / 10670622842880000,
  43867 / 5109094217170944000, -174611 / 802857662698291200000, 77683 / 14101100039391805440000,
  -236364091 / 1693824136731743669452800000,
];

const EPSILON = 2 ** -53;

/** As in C, where JavaScript says NaN. */
const power = (base: number, exponent: number): number =>
  base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent;

function hurwitz(x: number, q: number): number {
  if (x === 1) return Infinity;
  if (x < 1) return NaN;
  if (q <= 0) {
    if (Number.isInteger(q) || q === -Infinity) return Infinity;
    if (!(x === Infinity || Number.isInteger(x))) return NaN;
  }
  let sum = power(q, -x);
  let [base, term] = [q, 0];
  for (let i = 0; i < 9 || base <= 9; i++) {
    base += 1;
    term = power(base, -x);
    sum += term;
    if (-EPSILON * sum < term && term < EPSILON * sum) return sum;
  }
  sum += (term * base) / (x - 1) - 0.5 * term;
  let factor = 1;
  for (const [i, b] of BERNOULLI.entries()) {
    factor *= x + 2 * i;
    term /= base;
    const correction = factor * term * b;
    sum += correction;
    if (Math.abs(correction / sum) < EPSILON) return sum;
    factor *= x + 2 * i + 1;
    term /= base;
  }
  return sum;
}

/**
 * The Hurwitz zeta function ζ(x, q) = Σ_k 1/(k + q)ˣ over k from 0; with q = 1 Riemann's.
 *
 * @param x above 1, otherwise NaN; ∞ at 1
 * @param q ∞ at 0 and at the negative integers; below 0, NaN unless x is an integer
 * @throws ShapeError when the shapes do not broadcast; AutogradError for the gradient of `x`.
 * @example zeta(tensor([2.0, 4]), 1)                     // [1.6449, 1.0823]
 * @see https://pytorch.org/docs/stable/special.html#torch.special.zeta
 */
export const zeta: Binary = /* @__PURE__ */ hosted({
  name: 'zeta',
  scalar: hurwitz,
  grad: [
    () => {
      throw new AutogradError('zeta: there is no gradient for its first argument. Use x.detach().');
    },
    (g, _y, x, q) => mul(g, mul(neg(x), zeta(add(x, 1), q))),
  ],
});
