/**
 * Distributions of one trial, and of how many trials fail before one succeeds: Bernoulli's and the geometric one.
 *
 * Invariant: of probabilities and log odds one is given; formulas use the one in which they do not cancel.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#bernoulli
 */
import { noGrad, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, arange, bernoulli, clampMin, div, eq, expand, floor, ge, log, log1p, logicalAnd, mul, neg, rand, reciprocal, reshape, sub, where, zerosLike } from '@sconce/ops';
import type { DistributionOptions, OddsArgument } from './arguments.js';
import { boolean, nonnegativeInteger, positive } from './constraints.js';
import { crossEntropy, expandTo, limitsOf } from './numbers.js';
import { BinaryDistribution } from './odds-distribution.js';

/**
 * 1 with probability `probs`, otherwise 0. `new Bernoulli(probs)`, or `new Bernoulli({ logits })`.
 *
 * @throws ArgumentError for a probability outside [0, 1], or unless exactly one of probs and logits is given.
 * @example
 * new Bernoulli(0.25).logProb(tensor([0, 1]));           // [-0.2877, -1.3863]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.bernoulli.Bernoulli
 */
export class Bernoulli extends BinaryDistribution {
  constructor(probs: OddsArgument, options?: DistributionOptions) {
    super('Bernoulli', probs, options);
  }
  expand(batchShape: Shape): Bernoulli {
    return new Bernoulli(this.odds.map((x) => expandTo(x, batchShape)).argument, this.options);
  }
  get support() {
    return boolean;
  }
  override get mean(): Tensor {
    return this.probs;
  }
  override get mode(): Tensor {
    const isLikely = ge(this.probs, 0.5).to(this.probs.dtype);
    return where(eq(this.probs, 0.5), NaN, isLikely);
  }
  override get variance(): Tensor {
    return mul(this.probs, sub(1, this.probs));
  }
  override sample(shape: Shape = []): Tensor {
    return noGrad(() => bernoulli(expand(this.probs, this.extended(shape))));
  }
  override logProb(value: Operand): Tensor {
    return neg(crossEntropy(this.logits, this.valueOf('logProb', value)));
  }
  override entropy(): Tensor {
    return crossEntropy(this.logits, this.probs);
  }
  override enumerateSupport(isExpanded = true): Tensor {
    return enumerated(2, this.odds.param, this.batchShape, isExpanded);
  }
}

/** 0, 1, … count − 1 along a new first dimension before a batch. */
export function enumerated(count: number, { dtype, device }: Pick<Tensor, 'dtype' | 'device'>, batchShape: Shape, isExpanded: boolean): Tensor {
  const values = reshape(arange(count, { dtype, device }), [count, ...batchShape.map(() => 1)]);
  return isExpanded ? expand(values, [count, ...batchShape]) : values;
}

/**
 * How many trials fail before the first success, each a success with probability `probs`: p(k) = (1 − p)ᵏ p.
 *
 * @throws ArgumentError for a probability outside (0, 1], or unless exactly one of probs and logits is given.
 * @example
 * new Geometric(0.25).mean;                              // 3
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.geometric.Geometric
 */
export class Geometric extends BinaryDistribution {
  constructor(probs: OddsArgument, options?: DistributionOptions) {
    super('Geometric', probs, options, positive);
  }
  expand(batchShape: Shape): Geometric {
    return new Geometric(this.odds.map((x) => expandTo(x, batchShape)).argument, this.options);
  }
  get support() {
    return nonnegativeInteger;
  }
  override get mean(): Tensor {
    return sub(reciprocal(this.probs), 1);
  }
  override get mode(): Tensor {
    return zerosLike(this.probs);
  }
  override get variance(): Tensor {
    return div(this.mean, this.probs);
  }
  override sample(shape: Shape = []): Tensor {
    const { dtype, device } = this.odds.param;
    return noGrad(() => {
      const u = clampMin(rand(this.extended(shape), { dtype, device }), limitsOf(this.odds.param).tiny);
      return floor(div(log(u), log1p(neg(this.probs))));
    });
  }
  override logProb(value: Operand): Tensor {
    const k = this.valueOf('logProb', value);
    const certain = logicalAnd(eq(this.probs, 1), eq(k, 0));
    const p = where(certain, 0, this.probs);
    return add(mul(k, log1p(neg(p))), log(this.probs));
  }
  override entropy(): Tensor {
    return div(crossEntropy(this.logits, this.probs), this.probs);
  }
}
