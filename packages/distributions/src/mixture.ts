/**
 * Mixtures of distributions of one family.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#mixturesamefamily
 */
import { ArgumentError, noGrad, ShapeError, shapeText, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, expand, gather, logSoftmax, logsumexp, mul, reshape, square, squeeze, sub, sum, unsqueeze } from '@sconce/ops';
import type { DistributionOptions } from './arguments.js';
import { Categorical } from './categorical.js';
import type { Constraint } from './constraints.js';
import { Distribution } from './distribution.js';

/**
 * A value of one of the components, which lie along the last batch dimension of `component` and are chosen by `mixture`.
 *
 * @throws ArgumentError unless the mixture is a Categorical; ShapeError when batches or numbers of components differ.
 * @example
 * const two = new MixtureSameFamily(new Categorical(tensor([1.0, 1])), new Normal(tensor([-1.0, 1]), 1));
 * two.variance;                                          // 2
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.mixture_same_family.MixtureSameFamily
 */
export class MixtureSameFamily extends Distribution {
  constructor(readonly mixtureDistribution: Categorical, readonly componentDistribution: Distribution, options?: DistributionOptions) {
    if (!(mixtureDistribution instanceof Categorical)) throw new ArgumentError('MixtureSameFamily: the mixture must be a Categorical.');
    if (!(componentDistribution instanceof Distribution)) throw new ArgumentError('MixtureSameFamily: the component must be a Distribution.');
    const { batchShape, eventShape } = componentDistribution;
    const own = batchShape.slice(0, -1);
    const mixed = mixtureDistribution.batchShape;
    const fits = mixed.every((n, d) => n === 1 || (own[own.length - mixed.length + d] ?? n) === n);
    if (!fits || batchShape[batchShape.length - 1] !== mixtureDistribution.numEvents) {
      throw new ShapeError(`MixtureSameFamily: got a mixture of ${mixtureDistribution.numEvents} in batches of ${shapeText(mixed)} and components of ${shapeText(batchShape)}, whose last size must be the number of components.`);
    }
    super(own, eventShape, options);
  }
  expand(batchShape: Shape): MixtureSameFamily {
    const components = this.componentDistribution.expand([...batchShape, this.mixtureDistribution.numEvents]);
    return new MixtureSameFamily(this.mixtureDistribution.expand(batchShape), components, this.options);
  }
  get support(): Constraint {
    return this.componentDistribution.support;
  }
  override get model(): Tensor {
    return this.componentDistribution.model;
  }
  /** The dimension of the components, from the end. */
  private get dim(): number {
    return -1 - this.eventShape.length;
  }
  /** Weights of components in the shape of their means. */
  private get weights(): Tensor {
    const { probs } = this.mixtureDistribution;
    return reshape(probs, [...probs.shape, ...this.eventShape.map(() => 1)]);
  }
  override get mean(): Tensor {
    return sum(mul(this.weights, this.componentDistribution.mean), this.dim);
  }
  /** The mean of variances and the variance of means. */
  override get variance(): Tensor {
    const { mean, variance } = this.componentDistribution;
    const off = sub(mean, unsqueeze(this.mean, this.dim));
    return sum(mul(this.weights, add(variance, square(off))), this.dim);
  }
  override cdf(value: Operand): Tensor {
    const x = unsqueeze(this.valueOf('cdf', value), this.dim);
    return sum(mul(this.componentDistribution.cdf(x), this.mixtureDistribution.probs), -1);
  }
  override logProb(value: Operand): Tensor {
    const x = unsqueeze(this.valueOf('logProb', value), this.dim);
    return logsumexp(add(this.componentDistribution.logProb(x), logSoftmax(this.mixtureDistribution.logits, -1)), -1);
  }
  override sample(shape: Shape = []): Tensor {
    const out = this.extended(shape);
    const at = out.length - this.eventShape.length;
    return noGrad(() => {
      const chosen = this.mixtureDistribution.expand(this.batchShape).sample(shape);
      const components = this.componentDistribution.sample(shape);
      const index = reshape(chosen, [...chosen.shape, 1, ...this.eventShape.map(() => 1)]);
      return squeeze(gather(components, at, expand(index, [...chosen.shape, 1, ...this.eventShape])), at);
    });
  }
  override toString(): string {
    return `MixtureSameFamily(\n  ${String(this.mixtureDistribution)},\n  ${String(this.componentDistribution)})`;
  }
}
