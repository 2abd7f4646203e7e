/**
 * The continuous Bernoulli distribution of numbers of [0, 1], p(x) ∝ λˣ (1 − λ)^(1 − x).
 *
 * Invariant: near λ = ½, where formulas divide 0 by 0, their Taylor series stands for them.
 *
 * Reference: Loaiza-Ganem & Cunningham, The continuous Bernoulli: fixing a pervasive error in variational autoencoders (2019).
 */
import { isTensor, type Operand, type Shape, type Tensor } from '@sconce/core';
import { abs, add, div, ge, gt, le, log, log1p, logicalOr, mul, neg, pow, rand, reciprocal, sqrt, square, sub, where } from '@sconce/ops';
import { broadcastAll, givenOdds, Odds, type DistributionOptions, type OddsOptions } from './arguments.js';
import { real, unitInterval } from './constraints.js';
import { clampProbs, crossEntropy, expandTo } from './numbers.js';
import { OddsDistribution } from './odds-distribution.js';

export interface ContinuousBernoulliOptions extends OddsOptions {
  /** Probabilities between which Taylor's series are used. Default [0.499, 0.501]. */
  readonly lims?: readonly [number, number];
}

/** A Taylor series in x from its coefficients. */
const series = (x: Tensor, [first, ...rest]: readonly number[]): Tensor => {
  let sum: Tensor = mul(x, rest[rest.length - 1]);
  for (let k = rest.length - 2; k >= 0; k--) sum = mul(add(sum, rest[k]), x);
  return add(sum, first);
};

/**
 * Numbers of [0, 1]: `new ContinuousBernoulli(probs)`, or `new ContinuousBernoulli({ logits })`.
 *
 * @throws ArgumentError for a probability outside [0, 1], or unless exactly one of probs and logits is given.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.continuous_bernoulli.ContinuousBernoulli
 */
export class ContinuousBernoulli extends OddsDistribution {
  static override get argConstraints() {
    return { probs: unitInterval, logits: real };
  }
  readonly odds: Odds;
  private readonly lims: readonly [number, number];

  constructor(probs: Operand | ContinuousBernoulliOptions, options: DistributionOptions & Pick<ContinuousBernoulliOptions, 'lims'> = {}) {
    const { lims, ...rest } = options;
    const given = givenOdds('ContinuousBernoulli', probs, rest, ['lims']);
    const [param] = broadcastAll('ContinuousBernoulli', { [given.name]: given.value });
    super(param.shape, [], given.options);
    this.check({ [given.name]: given.value });
    this.odds = new Odds(given.name, given.name === 'probs' ? clampProbs(param) : param, true);
    this.lims = lims ?? (isTensor(probs) ? undefined : (probs as ContinuousBernoulliOptions).lims) ?? [0.499, 0.501];
  }
  expand(batchShape: Shape): ContinuousBernoulli {
    return new ContinuousBernoulli(this.odds.map((x) => expandTo(x, batchShape)).argument, { ...this.options, lims: this.lims });
  }
  get support() {
    return unitInterval;
  }
  override get probs(): Tensor {
    return this.odds.name === 'probs' ? this.odds.probs : clampProbs(this.odds.probs);
  }

  /** A formula of probabilities kept out of the limits, and inside them a series in what is off ½. */
  private pieced(formula: (p: Tensor) => Tensor, taylor: (off: Tensor) => Tensor): Tensor {
    const { probs } = this;
    const isOutside = logicalOr(le(probs, this.lims[0]), gt(probs, this.lims[1]));
    const cut = where(isOutside, probs, this.lims[0]);
    return where(isOutside, formula(cut), taylor(sub(probs, 0.5)));
  }
  /** The logarithm of what λˣ (1 − λ)^(1 − x) must be multiplied by. */
  get logNorm(): Tensor {
    return this.pieced(
      (p) => {
        const isBelow = le(p, 0.5);
        const [low, high] = [where(isBelow, p, 0), where(ge(p, 0.5), p, 1)];
        const width = where(isBelow, log1p(mul(low, -2)), log(sub(mul(high, 2), 1)));
        return sub(log(abs(negativeLogits(p))), width);
      },
      (off) => series(square(off), [Math.LN2, 4 / 3, 104 / 45]),
    );
  }
  override get mean(): Tensor {
    return this.pieced(
      (p) => add(div(p, sub(mul(p, 2), 1)), reciprocal(negativeLogits(p))),
      (off) => add(mul(off, series(square(off), [1 / 3, 16 / 45])), 0.5),
    );
  }
  override get stddev(): Tensor {
    return sqrt(this.variance);
  }
  override get variance(): Tensor {
    return this.pieced(
      (p) => add(div(mul(p, sub(p, 1)), square(sub(1, mul(p, 2)))), reciprocal(square(negativeLogits(p)))),
      (off) => series(square(off), [1 / 12, -1 / 15, -128 / 945]),
    );
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.model;
    return this.icdf(rand(this.extended(shape), { dtype, device }));
  }
  override logProb(value: Operand): Tensor {
    return sub(this.logNorm, crossEntropy(this.logits, this.valueOf('logProb', value)));
  }
  override cdf(value: Operand): Tensor {
    const x = this.valueOf('cdf', value);
    const inside = this.pieced(
      (p) => div(sub(add(mul(pow(p, x), pow(sub(1, p), sub(1, x))), p), 1), sub(mul(p, 2), 1)),
      () => x,
    );
    return where(le(x, 0), 0, where(ge(x, 1), 1, inside));
  }
  override icdf(value: Operand): Tensor {
    const u = this.tensorOf('icdf', value);
    return this.pieced(
      (p) => {
        const off = log1p(neg(p));
        return div(sub(log1p(add(neg(p), mul(u, sub(mul(p, 2), 1)))), off), sub(log(p), off));
      },
      () => u,
    );
  }
  override entropy(): Tensor {
    return sub(crossEntropy(this.logits, this.mean), this.logNorm);
  }
}

/** log(1 − p) − log p */
const negativeLogits = (p: Tensor): Tensor => sub(log1p(neg(p)), log(p));
