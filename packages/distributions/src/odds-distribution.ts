/**
 * What distributions share whose parameters are probabilities, given as they are or as log odds.
 *
 * Invariant: `odds` holds what was given; the other is computed from it when it is asked for.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#bernoulli
 */
import type { Tensor } from '@sconce/core';
import { broadcastAll, givenOdds, Odds, type DistributionOptions, type OddsArgument } from './arguments.js';
import { real, unitInterval, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';

/** Probabilities or log odds of whatever kind. */
export abstract class OddsDistribution extends Distribution {
  abstract readonly odds: Odds;

  override get model(): Tensor {
    return this.odds.param;
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

/** The probability of one outcome of two. */
export abstract class BinaryDistribution extends OddsDistribution {
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
}
