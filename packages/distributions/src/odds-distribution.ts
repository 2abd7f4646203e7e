/**
 * What distributions share whose parameter is a probability, given as it is or as log odds.
 *
 * Invariant: `odds` holds what was given; the other is computed from it when it is asked for.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#bernoulli
 */
import type { Tensor } from '@sconce/core';
import { broadcastAll, givenOdds, Odds, type DistributionOptions, type OddsArgument } from './arguments.js';
import { real, unitInterval, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';

export abstract class OddsDistribution extends Distribution {
  static override get argConstraints() {
    return { probs: unitInterval, logits: real };
  }
  readonly odds: Odds;

  /** @param probsToo what probabilities must be besides. */
  constructor(name: string, probs: OddsArgument, options?: DistributionOptions, probsToo?: Constraint) {
    const given = givenOdds(name, probs, options);
    const [param] = broadcastAll(name, { [given.name]: given.value });
    super(param.shape, [], given.options);
    this.check({ [given.name]: given.value });
    if (given.name === 'probs' && probsToo !== undefined) this.check({ probs: given.value }, { probs: probsToo });
    this.odds = new Odds(given.name, param, true);
  }
  get probs(): Tensor {
    return this.odds.probs;
  }
  get logits(): Tensor {
    return this.odds.logits;
  }
  protected override isShown(name: string): boolean {
    return name === this.odds.name;
  }
}
