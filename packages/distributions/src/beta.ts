/**
 * Distributions of probabilities: Dirichlet's, of several that add up to 1, and the beta distribution, of one.
 *
 * Invariant: samples are gamma numbers divided by their sum, so gradients pass through both.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#dirichlet
 */
import { cast, ShapeError, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, all, argmax, clampMin, digamma, div, lgamma, log, lt, mul, oneHot, select, square, stack, sub, sum, unsqueeze, where } from '@sconce/ops';
import { broadcastAll, floats, type DistributionOptions } from './arguments.js';
import { independent, positive, unitInterval } from './constraints.js';
import { Distribution } from './distribution.js';
import { simplex } from './event-constraints.js';
import { expandTo } from './numbers.js';
import { standardGamma } from './sampling/gamma.js';

const total = (x: Tensor): Tensor => sum(x, -1, { keepdim: true });

/**
 * Probabilities x that add up to 1, p(x) ∝ Π xₖ^(cₖ − 1) with c = `concentration` [..., K].
 *
 * @throws ArgumentError for a concentration that is not positive; ShapeError for a number.
 * @example
 * new Dirichlet(tensor([1.0, 2, 3])).mean;               // [0.1667, 0.3333, 0.5]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.dirichlet.Dirichlet
 */
export class Dirichlet extends Distribution {
  static override get argConstraints() {
    return { concentration: independent(positive, 1) };
  }
  readonly concentration: Tensor;

  constructor(concentration: Tensor, options?: DistributionOptions) {
    const [c] = floats('Dirichlet', { concentration });
    if (c.ndim === 0) throw new ShapeError('Dirichlet: concentration must have at least one dimension.');
    super(c.shape.slice(0, -1), c.shape.slice(-1), options);
    this.check({ concentration });
    this.concentration = c;
  }
  expand(batchShape: Shape): Dirichlet {
    return new Dirichlet(expandTo(this.concentration, [...batchShape, ...this.eventShape]), this.options);
  }
  get support() {
    return simplex;
  }
  override get mean(): Tensor {
    return div(this.concentration, total(this.concentration));
  }
  override get mode(): Tensor {
    const less = clampMin(sub(this.concentration, 1), 0);
    const inside = div(less, total(less));
    const atCorner = cast(oneHot(argmax(inside, -1), this.eventShape[0]), inside.dtype);
    return where(unsqueeze(all(lt(this.concentration, 1), -1), -1), atCorner, inside);
  }
  override get variance(): Tensor {
    const all = total(this.concentration);
    return div(mul(this.concentration, sub(all, this.concentration)), mul(square(all), add(all, 1)));
  }
  override rsample(shape: Shape = []): Tensor {
    const x = standardGamma(this.extended(shape), this.concentration);
    return div(x, total(x));
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    const { concentration: c } = this;
    return sub(add(sum(mul(log(x), sub(c, 1)), -1), lgamma(sum(c, -1))), sum(lgamma(c), -1));
  }
  override entropy(): Tensor {
    const { concentration: c } = this;
    const all = sum(c, -1);
    const each = sum(mul(sub(c, 1), digamma(c)), -1);
    return sub(sub(sub(sum(lgamma(c), -1), lgamma(all)), mul(sub(this.eventShape[0], all), digamma(all))), each);
  }
}

/**
 * A probability x, p(x) ∝ x^(a − 1) (1 − x)^(b − 1) with a = `concentration1` and b = `concentration0`.
 *
 * @throws ArgumentError for a concentration that is not positive; ShapeError when they do not broadcast.
 * @example
 * new Beta(2, 3).mean;                                   // 0.4
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.beta.Beta
 */
export class Beta extends Distribution {
  static override get argConstraints() {
    return { concentration1: positive, concentration0: positive };
  }
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;

  constructor(concentration1: Operand, concentration0: Operand, options?: DistributionOptions) {
    const [a, b] = broadcastAll('Beta', { concentration1, concentration0 });
    super(a.shape, [], options);
    this.check({ concentration1, concentration0 });
    this.concentration1 = a;
    this.concentration0 = b;
  }
  expand(batchShape: Shape): Beta {
    return new Beta(expandTo(this.concentration1, batchShape), expandTo(this.concentration0, batchShape), this.options);
  }
  get support() {
    return unitInterval;
  }
  /** Of the probability and its opposite together. */
  private get dirichlet(): Dirichlet {
    return new Dirichlet(stack([this.concentration1, this.concentration0], -1), { validateArgs: false });
  }
  override get mean(): Tensor {
    return div(this.concentration1, add(this.concentration1, this.concentration0));
  }
  override get mode(): Tensor {
    return select(this.dirichlet.mode, -1, 0);
  }
  override get variance(): Tensor {
    const all = add(this.concentration1, this.concentration0);
    return div(mul(this.concentration1, this.concentration0), mul(square(all), add(all, 1)));
  }
  override rsample(shape: Shape = []): Tensor {
    return select(this.dirichlet.rsample(shape), -1, 0);
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    return this.dirichlet.logProb(stack([x, sub(1, x)], -1));
  }
  override entropy(): Tensor {
    return this.dirichlet.entropy();
  }
}
