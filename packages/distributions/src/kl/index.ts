/**
 * `klDivergence` and `registerKl`.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
 */
import type { Tensor } from '@sconce/core';
import type { Distribution } from '../distribution.js';
import { composite } from './composite.js';
import { other } from './other.js';
import { closest, noRule, rule, type DistributionClass, type Rule } from './registry.js';
import { same } from './same.js';

const registered: Rule[] = [];
let rules: readonly Rule[] | undefined;

/**
 * The Kullback–Leibler divergence KL(p ‖ q) = ∫ p(x) log(p(x) / q(x)) dx.
 *
 * @returns a tensor of the batches' shape.
 * @throws ArgumentError where there is no rule for the two classes.
 * @example
 * klDivergence(new Normal(0, 1), new Normal(1, 2));      // 0.4431
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.kl_divergence
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  rules ??= [...same(), ...other(), ...composite(klDivergence)];
  const found = closest([...registered, ...rules], p, q);
  if (found === undefined) throw noRule(p, q);
  return found.divergence(p, q);
}

/**
 * Registers the divergence of two classes, for themselves and those that extend them. A later rule for the same classes
 * takes the place of an earlier one.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.register_kl
 */
export function registerKl<P extends Distribution, Q extends Distribution>(p: DistributionClass<P>, q: DistributionClass<Q>, divergence: (p: P, q: Q) => Tensor): void {
  registered.unshift(rule(p, q, divergence));
}
