/**
 * The Kullback–Leibler divergence of two distributions, by a rule for their classes.
 *
 * A rule is for two classes and those that extend them; the closest one wins, as overloads do: first by p, then by q.
 *
 * Invariant: rules that the package has are a table; what users register comes before it.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import type { Distribution } from '../distribution.js';

/** A class of distributions. */
export type DistributionClass<D extends Distribution = Distribution> = abstract new (...args: never[]) => D;

/** KL(p ‖ q) of two distributions. */
export type Divergence = (p: Distribution, q: Distribution) => Tensor;

export interface Rule {
  readonly p: DistributionClass;
  readonly q: DistributionClass;
  readonly divergence: Divergence;
}

/** A rule for distributions of two classes. */
export const rule = <P extends Distribution, Q extends Distribution>(p: DistributionClass<P>, q: DistributionClass<Q>, divergence: (p: P, q: Q) => Tensor): Rule => ({
  p,
  q,
  divergence: divergence as unknown as Divergence,
});

/** How many classes lie between an object's own and one that it extends; Infinity where it does not. */
function distance(x: Distribution, of: DistributionClass): number {
  let steps = 0;
  for (let prototype: unknown = Object.getPrototypeOf(x); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    if (prototype === of.prototype) return steps;
    steps++;
  }
  return Infinity;
}

/** The rule whose classes are closest; of equal ones the first. */
export function closest(rules: readonly Rule[], p: Distribution, q: Distribution): Rule | undefined {
  let best: Rule | undefined;
  let least = [Infinity, Infinity];
  for (const candidate of rules) {
    const [forP, forQ] = [distance(p, candidate.p), distance(q, candidate.q)];
    if (forP === Infinity || forQ === Infinity) continue;
    if (forP < least[0] || (forP === least[0] && forQ < least[1])) [best, least] = [candidate, [forP, forQ]];
  }
  return best;
}

export const noRule = (p: Distribution, q: Distribution): ArgumentError =>
  new ArgumentError(`klDivergence: there is no rule for ${p.constructor.name} and ${q.constructor.name}. Give one with registerKl, or estimate it from samples: mean(sub(p.logProb(x), q.logProb(x))).`);
