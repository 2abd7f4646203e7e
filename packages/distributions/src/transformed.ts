/**
 * TransformedDistribution: functions of values of another distribution.
 *
 * p(y) = p(x) / |dy/dx|, so log probabilities go back through the transforms and take their log determinants off.
 *
 * Invariant: the base is expanded and its batch dimensions reinterpreted until its shape is what the transforms take.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#transformeddistribution
 */
import { noGrad, sameShape, ShapeError, shapeText, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, mul, sub } from '@sconce/ops';
import type { DistributionOptions } from './arguments.js';
import { independent, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { Independent } from './independent.js';
import { sumRightmost } from './numbers.js';
import { ComposeTransform, productOfSigns } from './transforms/composed.js';
import type { Transform } from './transforms/transform.js';

interface Fitted {
  readonly base: Distribution;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
}

/** The base as the transforms take it, and the shapes of their values. */
function fitted(base: Distribution, transforms: readonly Transform[]): Fitted {
  const own = [...base.batchShape, ...base.eventShape];
  const chain = new ComposeTransform(transforms);
  const [taken, given] = [chain.domain.eventDim, chain.codomain.eventDim];
  if (own.length < taken) throw new ShapeError(`TransformedDistribution: got a base of shape ${shapeText(own)}, expected at least ${taken} dimension${taken === 1 ? '' : 's'}, which the transforms take.`);
  const eventDim = base.eventShape.length;
  const shape = chain.forwardShape(own);
  const needed = chain.inverseShape(shape);
  if (!sameShape(own, needed)) base = base.expand(needed.slice(0, needed.length - eventDim));
  if (taken > eventDim) base = new Independent(base, taken - eventDim);
  const cut = shape.length - given - Math.max(eventDim - taken, 0);
  return { base, batchShape: shape.slice(0, cut), eventShape: shape.slice(cut) };
}

/**
 * The distribution of `transforms`, one after the other, of a value of `base`.
 *
 * @throws ShapeError when the base has fewer dimensions than the transforms take.
 * @example
 * const logistic = new TransformedDistribution(new Uniform(0, 1), [new SigmoidTransform().inv]);
 * logistic.logProb(tensor([0.0]));                       // [-1.3863]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transformed_distribution.TransformedDistribution
 */
export class TransformedDistribution extends Distribution {
  readonly baseDist: Distribution;
  readonly transforms: readonly Transform[];

  constructor(base: Distribution, transforms: Transform | readonly Transform[], options?: DistributionOptions) {
    const list = Array.isArray(transforms) ? (transforms as readonly Transform[]) : [transforms as Transform];
    const fit = fitted(base, list);
    super(fit.batchShape, fit.eventShape, options);
    this.baseDist = fit.base;
    this.transforms = list;
  }
  expand(batchShape: Shape): TransformedDistribution {
    return new TransformedDistribution(this.expandedBase(batchShape), this.transforms, this.options);
  }
  private expandedBase(batchShape: Shape): Distribution {
    const shape = new ComposeTransform(this.transforms).inverseShape([...batchShape, ...this.eventShape]);
    return this.baseDist.expand(shape.slice(0, shape.length - this.baseDist.eventShape.length));
  }
  get support(): Constraint {
    const last = this.transforms.at(-1);
    if (last === undefined) return this.baseDist.support;
    const { codomain } = last;
    return this.eventShape.length > codomain.eventDim ? independent(codomain, this.eventShape.length - codomain.eventDim) : codomain;
  }
  override get model(): Tensor {
    return this.baseDist.model;
  }
  override get hasRsample(): boolean {
    return this.baseDist.hasRsample;
  }
  private through(x: Tensor): Tensor {
    return this.transforms.reduce((value, t) => t.forward(value), x);
  }
  override sample(shape?: Shape): Tensor {
    return noGrad(() => this.through(this.baseDist.sample(shape)));
  }
  override rsample(shape?: Shape): Tensor {
    return this.through(this.baseDist.rsample(shape));
  }
  override logProb(value: Operand): Tensor {
    let y = this.valueOf('logProb', value);
    let eventDim = this.eventShape.length;
    let taken: Tensor | undefined;
    for (const t of [...this.transforms].reverse()) {
      const x = t.inverse(y);
      eventDim += t.domain.eventDim - t.codomain.eventDim;
      const own = sumRightmost(t.logAbsDetJacobian(x, y), eventDim - t.domain.eventDim);
      taken = taken === undefined ? own : add(taken, own);
      y = x;
    }
    const base = sumRightmost(this.baseDist.logProb(y), eventDim - this.baseDist.eventShape.length);
    return taken === undefined ? base : sub(base, taken);
  }
  /** Probabilities below a value are those above its argument where a chain falls. */
  private oriented(p: Tensor): Tensor {
    const sign = productOfSigns(this.transforms);
    return sign === 1 ? p : add(mul(sub(p, 0.5), sign), 0.5);
  }
  override cdf(value: Operand): Tensor {
    const y = this.valueOf('cdf', value);
    return this.oriented(this.baseDist.cdf(this.transforms.reduceRight((v, t) => t.inverse(v), y)));
  }
  override icdf(value: Operand): Tensor {
    return this.through(this.baseDist.icdf(this.oriented(this.tensorOf('icdf', value))));
  }
}
