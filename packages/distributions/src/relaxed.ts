/**
 * Relaxed distributions: values between outcomes, through which gradients pass; at a temperature of 0 they are the
 * Bernoulli and the one-hot categorical distribution.
 *
 * Invariant: each is made by a transform of one whose values are logarithms or log odds, where densities do not underflow.
 *
 * Reference: Maddison, Mnih & Teh, The concrete distribution (2017); Jang, Gu & Poole, Categorical reparameterization with
 * Gumbel-softmax (2017).
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, div, log, log1p, logsumexp, mul, neg, rand, sub, sum } from '@sconce/ops';
import { floats, type DistributionOptions, type OddsArgument } from './arguments.js';
import { OfCategories, type Categorical } from './categorical.js';
import { real, realVector, unitInterval } from './constraints.js';
import { simplex } from './event-constraints.js';
import { clampProbs, expandTo, lgammaOf, softplus } from './numbers.js';
import { BinaryDistribution } from './odds-distribution.js';
import { TransformedDistribution } from './transformed.js';
import { ExpTransform, SigmoidTransform } from './transforms/index.js';

/** Numbers uniform in (0, 1) like a parameter. */
const uniform = ({ dtype, device }: Tensor, shape: Shape): Tensor => clampProbs(rand([...shape], { dtype, device }));

const logOdds = (p: Tensor): Tensor => sub(log(p), log1p(neg(p)));

/** What a transform makes of a relaxed distribution has its parameters. */
abstract class Relaxed extends TransformedDistribution {
  declare readonly baseDist: LogitRelaxedBernoulli | ExpRelaxedCategorical;

  get temperature(): Tensor {
    return this.baseDist.temperature;
  }
  get probs(): Tensor {
    return this.baseDist.probs;
  }
  get logits(): Tensor {
    return this.baseDist.logits;
  }
  protected override isShown(): boolean {
    return false;
  }
}

/**
 * Log odds of relaxed truth values at a temperature.
 *
 * @throws ArgumentError for a probability outside [0, 1], or unless exactly one of probs and logits is given.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_bernoulli.LogitRelaxedBernoulli
 */
export class LogitRelaxedBernoulli extends BinaryDistribution {
  readonly temperature: Tensor;

  constructor(temperature: Operand, probs: OddsArgument, options?: DistributionOptions) {
    super('LogitRelaxedBernoulli', probs, options);
    [this.temperature] = floats('LogitRelaxedBernoulli', { temperature, param: this.odds.param });
  }
  expand(batchShape: Shape): LogitRelaxedBernoulli {
    return new LogitRelaxedBernoulli(this.temperature, this.odds.map((x) => expandTo(x, batchShape)).argument, this.options);
  }
  get support() {
    return real;
  }
  override rsample(shape: Shape = []): Tensor {
    const noise = logOdds(uniform(this.odds.param, this.extended(shape)));
    return div(add(noise, logOdds(clampProbs(this.probs))), this.temperature);
  }
  override logProb(value: Operand): Tensor {
    const off = sub(this.logits, mul(this.valueOf('logProb', value), this.temperature));
    return add(log(this.temperature), sub(off, mul(softplus(off), 2)));
  }
}

/**
 * Relaxed truth values of (0, 1): `new RelaxedBernoulli(temperature, probs)`, or `{ logits }`.
 *
 * @throws as LogitRelaxedBernoulli.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_bernoulli.RelaxedBernoulli
 */
export class RelaxedBernoulli extends Relaxed {
  static override get argConstraints() {
    return { probs: unitInterval, logits: real };
  }
  declare readonly baseDist: LogitRelaxedBernoulli;

  constructor(temperature: Operand, probs: OddsArgument | LogitRelaxedBernoulli, options?: DistributionOptions) {
    const base = probs instanceof LogitRelaxedBernoulli ? probs : new LogitRelaxedBernoulli(temperature, probs, options);
    super(base, new SigmoidTransform(), { validateArgs: base.validateArgs });
  }
  override expand(batchShape: Shape): RelaxedBernoulli {
    return new RelaxedBernoulli(this.temperature, this.baseDist.expand(batchShape));
  }
}

/**
 * Logarithms of relaxed one-hot vectors at a temperature.
 *
 * @throws as Categorical.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_categorical.RelaxedOneHotCategorical
 */
export class ExpRelaxedCategorical extends OfCategories {
  readonly temperature: Tensor;

  constructor(temperature: Operand, probs: OddsArgument | Categorical, options?: DistributionOptions) {
    super(probs, options);
    [this.temperature] = floats('ExpRelaxedCategorical', { temperature, param: this.categorical.odds.param });
  }
  expand(batchShape: Shape): ExpRelaxedCategorical {
    return new ExpRelaxedCategorical(this.temperature, this.categorical.expand(batchShape));
  }
  get support() {
    return realVector;
  }
  override rsample(shape: Shape = []): Tensor {
    const gumbel = neg(log(neg(log(uniform(this.categorical.odds.param, this.extended(shape))))));
    const scores = div(add(this.logits, gumbel), this.temperature);
    return sub(scores, logsumexp(scores, -1, { keepdim: true }));
  }
  override logProb(value: Operand): Tensor {
    const count = this.categorical.numEvents;
    const score = sub(this.logits, mul(this.valueOf('logProb', value), this.temperature));
    const norm = add(mul(log(this.temperature), count - 1), lgammaOf(count));
    return add(sum(sub(score, logsumexp(score, -1, { keepdim: true })), -1), norm);
  }
}

/**
 * Relaxed one-hot vectors, which add up to 1: `new RelaxedOneHotCategorical(temperature, probs)`, or `{ logits }`.
 *
 * @throws as Categorical.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_categorical.RelaxedOneHotCategorical
 */
export class RelaxedOneHotCategorical extends Relaxed {
  static override get argConstraints() {
    return { probs: simplex, logits: realVector };
  }
  declare readonly baseDist: ExpRelaxedCategorical;

  constructor(temperature: Operand, probs: OddsArgument | ExpRelaxedCategorical, options?: DistributionOptions) {
    const base = probs instanceof ExpRelaxedCategorical ? probs : new ExpRelaxedCategorical(temperature, probs, options);
    super(base, new ExpTransform(), { validateArgs: base.validateArgs });
  }
  override expand(batchShape: Shape): RelaxedOneHotCategorical {
    return new RelaxedOneHotCategorical(this.temperature, this.baseDist.expand(batchShape));
  }
  override get support() {
    return simplex;
  }
}
