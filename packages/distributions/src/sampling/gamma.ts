/**
 * Gamma numbers with a gradient: x(u; α), the quantile of a fixed u, as a function of the concentration α.
 *
 * dx/dα = −(∂P/∂α) / p at x. With P = p · Σₖ rₖ x, r₀ = 1/α and rₖ₊₁ = rₖ x / (α + k + 1), that is −x Σ rₖ (log x − ψ(α + k + 1)),
 * summed in float64. For large α the quantile's expansion in normal ones is differentiated instead.
 *
 * Reference: Marsaglia & Tsang, A simple method for generating gamma variables (2000); Figurnov, Mohamed & Mnih, Implicit
 * reparameterization gradients (2018); DLMF 8.7.1, 8.9; Cornish & Fisher (1938).
 */
import * as e from '@sconce/core/e';
import { mul } from '@sconce/ops';
import { hosted } from '@sconce/ops/families';
import { normal, type Random } from './generator.js';
import { sampler } from './sampler.js';

const digamma = e.digamma.row.js as (x: number) => number;

function marsagliaTsang(random: Random, alpha: number): number {
  if (!(alpha > 0)) return alpha === 0 ? 0 : NaN;
  if (alpha < 1) return marsagliaTsang(random, alpha + 1) * random() ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal(random);
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(random()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** From here on the series would take thousands of terms, and the expansion is exact to float32. */
const LARGE = 1e4;

/** x = α + z√α + (z² − 1)/3 + (z³ − 7z)/(36√α), differentiated at the z that gives x. */
function slopeOfLarge(alpha: number, x: number): number {
  const root = Math.sqrt(alpha);
  let z = (x - alpha) / root;
  for (let i = 0; i < 4; i++) {
    const error = alpha + z * root + (z * z - 1) / 3 + (z ** 3 - 7 * z) / (36 * root) - x;
    z -= error / (root + (2 * z) / 3);
  }
  return 1 + z / (2 * root) - (z ** 3 - 7 * z) / (72 * alpha * root);
}

/** dx/dα of a gamma number x of concentration α. */
export function gammaSlope(alpha: number, x: number): number {
  if (alpha > LARGE) return slopeOfLarge(alpha, x);
  const logarithm = Math.log(x);
  let [ratio, psi, sum] = [1 / alpha, digamma(alpha + 1), 0];
  for (let n = alpha + 1; ; n++) {
    const term = ratio * (logarithm - psi);
    sum += term;
    if (n > x && Math.abs(term) <= 1e-17 * Math.abs(sum)) break;
    if (!(ratio > 0)) break;
    ratio *= x / n;
    psi += 1 / n;
  }
  return -x * sum;
}

/** dx/dα of gamma numbers x of concentrations α, of which no gradient is known. */
const standardGammaGrad = /* @__PURE__ */ hosted({ name: 'standardGammaGrad', scalar: gammaSlope, numbers: 'none' });

const TINY = 2 ** -126;

/** Gamma numbers of rate 1. */
export const standardGamma = /* @__PURE__ */ sampler(
  'standardGamma',
  (random, alpha) => Math.max(marsagliaTsang(random, alpha), TINY),
  (g, { inputs: [, alpha], output }) => [null, mul(g, standardGammaGrad(alpha, output))],
);
