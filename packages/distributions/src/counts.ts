/**
 * Counts: of events, of successes, and of failures before successes.
 *
 * Invariant: counts are floats, as in PyTorch; no gradient passes through a sample.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#poisson
 */
import { ArgumentError, cast, noGrad, type Operand, type Shape, type Tensor } from '@sconce/core';
import { abs, add, clampMax, clampMin, div, eq, exp, expand, floor, lgamma, log1p, minimum, mul, neg, poisson, sigmoid, sub, sum, where, xlogy } from '@sconce/ops';
import { broadcastAll, givenOdds, known, Odds, type DistributionOptions, type OddsArgument } from './arguments.js';
import { enumerated } from './bernoulli.js';
import { greaterThanEq, halfOpenInterval, integerInterval, nonnegative, nonnegativeInteger, real, unitInterval, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { expandTo, logSigmoid, softplus } from './numbers.js';
import { OddsDistribution } from './odds-distribution.js';
import { binomial } from './sampling/binomial.js';
import { standardGamma } from './sampling/gamma.js';

/**
 * Numbers of events where `rate` are expected, p(k) = rateᵏ e^(−rate) / k!.
 *
 * @throws ArgumentError for a negative rate.
 * @example
 * new Poisson(2).logProb(tensor([0, 3]));                // [-2, -1.7123]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.poisson.Poisson
 */
export class Poisson extends Distribution {
  static override get argConstraints() {
    return { rate: nonnegative };
  }
  readonly rate: Tensor;

  constructor(rate: Operand, options?: DistributionOptions) {
    const [r] = broadcastAll('Poisson', { rate });
    super(r.shape, [], options);
    this.check({ rate });
    this.rate = r;
  }
  expand(batchShape: Shape): Poisson {
    return new Poisson(expandTo(this.rate, batchShape), this.options);
  }
  get support() {
    return nonnegativeInteger;
  }
  override get mean(): Tensor {
    return this.rate;
  }
  override get mode(): Tensor {
    return floor(this.rate);
  }
  override get variance(): Tensor {
    return this.rate;
  }
  override sample(shape: Shape = []): Tensor {
    return noGrad(() => poisson(expand(this.rate, this.extended(shape))));
  }
  override logProb(value: Operand): Tensor {
    const k = this.valueOf('logProb', value);
    return sub(sub(xlogy(k, this.rate), this.rate), lgamma(add(k, 1)));
  }
}

// ── of trials ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What distributions of trials share: how many of them, and how likely each succeeds. */
abstract class Trials extends OddsDistribution {
  readonly totalCount: Tensor;
  readonly odds: Odds;
  /** The count as it was given. */
  protected readonly count: Operand;

  constructor(totalCount: Operand, probs: OddsArgument | undefined, options?: DistributionOptions) {
    const given = givenOdds(new.target.name, probs, options);
    const [param, count] = broadcastAll(new.target.name, { [given.name]: given.value, totalCount });
    super(param.shape, [], given.options);
    this.check({ [given.name]: given.value, totalCount });
    this.count = totalCount;
    this.totalCount = cast(count, param.dtype);
    this.odds = new Odds(given.name, param, true);
  }
  expand(batchShape: Shape): this {
    const Own = this.constructor as new (totalCount: Operand, probs: OddsArgument, options: DistributionOptions) => this;
    const count = typeof this.count === 'number' ? this.count : expandTo(this.totalCount, batchShape);
    return new Own(count, this.odds.map((x) => expandTo(x, batchShape)).argument, this.options);
  }
  protected override isShown(name: string): boolean {
    return super.isShown(name) || name === 'totalCount';
  }
}

/** max(x, 0), with a slope of ½ at 0. */
const clampByZero = (x: Tensor): Tensor => mul(sub(add(clampMin(x, 0), x), clampMax(x, 0)), 0.5);

/**
 * Numbers of successes among `totalCount` trials: `new Binomial(10, probs)`, `new Binomial(10, { logits })`.
 *
 * @throws ArgumentError for a count that is no whole number from 0, or a probability outside [0, 1].
 * @example
 * new Binomial(4, 0.5).logProb(tensor([0, 2]));          // [-2.7726, -0.9808]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.binomial.Binomial
 */
export class Binomial extends Trials {
  static override get argConstraints() {
    return { totalCount: nonnegativeInteger, probs: unitInterval, logits: real };
  }

  get support(): Constraint {
    return integerInterval(0, this.count);
  }
  override get mean(): Tensor {
    return mul(this.totalCount, this.probs);
  }
  override get mode(): Tensor {
    return minimum(floor(mul(add(this.totalCount, 1), this.probs)), this.totalCount);
  }
  override get variance(): Tensor {
    return mul(this.mean, sub(1, this.probs));
  }
  override sample(shape: Shape = []): Tensor {
    return noGrad(() => binomial(this.extended(shape), this.totalCount, this.probs));
  }
  override logProb(value: Operand): Tensor {
    const k = this.valueOf('logProb', value);
    const { totalCount: n, logits } = this;
    // n · softplus(logits), whose slope at 0 is a half
    const norm = mul(n, add(clampByZero(logits), log1p(exp(neg(abs(logits))))));
    const choices = sub(lgamma(add(n, 1)), add(lgamma(add(k, 1)), lgamma(add(sub(n, k), 1))));
    return add(sub(mul(k, logits), norm), choices);
  }
  /** The one count of the whole batch. */
  private commonCount(op: string): number {
    const numbers = known(this.count);
    const count = numbers?.values[0];
    if (count === undefined || Array.from(numbers!.values).some((n) => n !== count)) {
      throw new ArgumentError(`Binomial.${op}: totalCount must be one number for the whole batch, known at the call.`);
    }
    return count;
  }
  override enumerateSupport(isExpanded = true): Tensor {
    return enumerated(this.commonCount('enumerateSupport') + 1, this.model, this.batchShape, isExpanded);
  }
  override entropy(): Tensor {
    const values = enumerated(this.commonCount('entropy') + 1, this.model, this.batchShape, false);
    const logProb = this.logProb(values);
    return neg(sum(mul(exp(logProb), logProb), 0));
  }
}

/**
 * Numbers of successes before `totalCount` failures, where each trial succeeds with probability `probs`.
 *
 * @throws ArgumentError for a negative count, or a probability outside [0, 1).
 * @example
 * new NegativeBinomial(2, 0.25).mean;                    // 0.6667
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.negative_binomial.NegativeBinomial
 */
export class NegativeBinomial extends Trials {
  static override get argConstraints() {
    return { totalCount: greaterThanEq(0), probs: halfOpenInterval(0, 1), logits: real };
  }

  get support() {
    return nonnegativeInteger;
  }
  override get mean(): Tensor {
    return mul(this.totalCount, exp(this.logits));
  }
  override get mode(): Tensor {
    return clampMin(floor(mul(sub(this.totalCount, 1), exp(this.logits))), 0);
  }
  override get variance(): Tensor {
    return div(this.mean, sigmoid(neg(this.logits)));
  }
  /** Poisson numbers whose rates are gamma numbers. */
  override sample(shape: Shape = []): Tensor {
    return noGrad(() => poisson(mul(standardGamma(this.extended(shape), this.totalCount), exp(this.logits))));
  }
  override logProb(value: Operand): Tensor {
    const k = this.valueOf('logProb', value);
    const { totalCount: n, logits } = this;
    const trials = sub(mul(k, logSigmoid(logits)), mul(n, softplus(logits)));
    const both = add(n, k);
    const orders = sub(sub(lgamma(both), lgamma(add(k, 1))), lgamma(n));
    return add(trials, where(eq(both, 0), 0, orders));
  }
}
