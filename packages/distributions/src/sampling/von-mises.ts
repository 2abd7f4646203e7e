/**
 * Angles of von Mises' distribution around 0, by rejection from a wrapped Cauchy distribution.
 *
 * Reference: Best & Fisher, Efficient simulation of the von Mises distribution (1979).
 */
import type { Random } from './generator.js';
import { sampler } from './sampler.js';

function angle(random: Random, kappa: number): number {
  if (!(kappa >= 0)) return NaN;
  if (kappa < 1e-8) return Math.PI * (2 * random() - 1);
  const tau = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * kappa);
  // For small κ the difference above cancels; there r is 1/κ + κ.
  const r = kappa < 1e-4 ? 1 / kappa + kappa : (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Math.cos(Math.PI * random());
    const f = (1 + r * z) / (r + z);
    const c = kappa * (r - f);
    const u = random();
    if (c * (2 - c) > u || Math.log(c / u) + 1 >= c) return Math.sign(random() - 0.5) * Math.acos(Math.min(Math.max(f, -1), 1));
  }
}

/** Angles from −π to π of concentration κ. */
export const vonMises = /* @__PURE__ */ sampler('vonMises', angle);
