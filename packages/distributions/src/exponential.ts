/**
 * Waiting times, and functions of them: Weibull's, Pareto's and Gumbel's distributions.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#exponential
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, clampMin, div, exp, expm1, fullLike, lgamma, log, log1p, mul, neg, onesLike, pow, rand, reciprocal, square, sub, zerosLike } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { greaterThanEq, nonnegative, positive, real, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { EULER, expandTo, limitsOf } from './numbers.js';
import { TransformedDistribution } from './transformed.js';
import { AffineTransform, ExpTransform, PowerTransform } from './transforms/index.js';
import { Uniform } from './uniform.js';

/**
 * Times between events of which `rate` are expected in a unit of time: p(x) = rate · e^(−rate · x).
 *
 * @throws ArgumentError for a rate that is not positive.
 * @example
 * new Exponential(2).logProb(tensor([0.0, 1]));          // [0.6931, -1.3069]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.exponential.Exponential
 */
export class Exponential extends Distribution {
  static override get argConstraints() {
    return { rate: positive };
  }
  readonly rate: Tensor;

  constructor(rate: Operand, options?: DistributionOptions) {
    const [r] = broadcastAll('Exponential', { rate });
    super(r.shape, [], options);
    this.check({ rate });
    this.rate = r;
  }
  expand(batchShape: Shape): Exponential {
    return new Exponential(expandTo(this.rate, batchShape), this.options);
  }
  get support() {
    return nonnegative;
  }
  override get mean(): Tensor {
    return reciprocal(this.rate);
  }
  override get mode(): Tensor {
    return zerosLike(this.rate);
  }
  override get stddev(): Tensor {
    return reciprocal(this.rate);
  }
  override get variance(): Tensor {
    return reciprocal(square(this.rate));
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.rate;
    return div(neg(log1p(neg(rand(this.extended(shape), { dtype, device })))), this.rate);
  }
  override logProb(value: Operand): Tensor {
    return sub(log(this.rate), mul(this.rate, this.valueOf('logProb', value)));
  }
  override cdf(value: Operand): Tensor {
    return neg(expm1(neg(mul(this.rate, this.valueOf('cdf', value)))));
  }
  override icdf(value: Operand): Tensor {
    return div(neg(log1p(neg(this.tensorOf('icdf', value)))), this.rate);
  }
  override entropy(): Tensor {
    return sub(1, log(this.rate));
  }
}

/**
 * Weibull's distribution, P(x) = 1 − exp(−(x / scale)^concentration).
 *
 * @throws ArgumentError for a parameter that is not positive; ShapeError when they do not broadcast.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.weibull.Weibull
 */
export class Weibull extends TransformedDistribution {
  static override get argConstraints() {
    return { scale: positive, concentration: positive };
  }
  readonly scale: Tensor;
  readonly concentration: Tensor;

  constructor(scale: Operand, concentration: Operand, options?: DistributionOptions) {
    const [s, c] = broadcastAll('Weibull', { scale, concentration });
    super(new Exponential(onesLike(s), options), [new PowerTransform(reciprocal(c)), new AffineTransform(0, s)], options);
    this.check({ scale, concentration });
    this.scale = s;
    this.concentration = c;
  }
  override expand(batchShape: Shape): Weibull {
    return new Weibull(expandTo(this.scale, batchShape), expandTo(this.concentration, batchShape), this.options);
  }
  override get support() {
    return positive;
  }
  /** E (x / scale)ⁿ */
  private moment(n: number): Tensor {
    return exp(lgamma(add(div(n, this.concentration), 1)));
  }
  override get mean(): Tensor {
    return mul(this.scale, this.moment(1));
  }
  override get mode(): Tensor {
    return mul(this.scale, pow(sub(1, reciprocal(this.concentration)), reciprocal(this.concentration)));
  }
  override get variance(): Tensor {
    return mul(square(this.scale), sub(this.moment(2), square(this.moment(1))));
  }
  override entropy(): Tensor {
    const r = reciprocal(this.concentration);
    return add(add(mul(sub(1, r), EULER), log(mul(this.scale, r))), 1);
  }
}

/**
 * Pareto's distribution of values from `scale`, P(x) = 1 − (scale / x)^alpha.
 *
 * @throws ArgumentError for a parameter that is not positive; ShapeError when they do not broadcast.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.pareto.Pareto
 */
export class Pareto extends TransformedDistribution {
  static override get argConstraints() {
    return { alpha: positive, scale: positive };
  }
  readonly scale: Tensor;
  readonly alpha: Tensor;
  private readonly from: Constraint;

  constructor(scale: Operand, alpha: Operand, options?: DistributionOptions) {
    const [s, a] = broadcastAll('Pareto', { scale, alpha });
    super(new Exponential(a, options), [new ExpTransform(), new AffineTransform(0, s)], options);
    this.check({ scale, alpha });
    this.scale = s;
    this.alpha = a;
    this.from = greaterThanEq(scale);
  }
  override expand(batchShape: Shape): Pareto {
    return new Pareto(expandTo(this.scale, batchShape), expandTo(this.alpha, batchShape), this.options);
  }
  override get support(): Constraint {
    return this.from;
  }
  override get mean(): Tensor {
    const a = clampMin(this.alpha, 1);
    return div(mul(a, this.scale), sub(a, 1));
  }
  override get mode(): Tensor {
    return this.scale;
  }
  override get variance(): Tensor {
    const a = clampMin(this.alpha, 2);
    return div(mul(square(this.scale), a), mul(square(sub(a, 1)), sub(a, 2)));
  }
  override entropy(): Tensor {
    return add(log(div(this.scale, this.alpha)), add(reciprocal(this.alpha), 1));
  }
}

/**
 * Gumbel's distribution of extremes, P(x) = exp(−e^(−(x − loc) / scale)).
 *
 * @throws ArgumentError for a scale that is not positive; ShapeError when the parameters do not broadcast.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.gumbel.Gumbel
 */
export class Gumbel extends TransformedDistribution {
  static override get argConstraints() {
    return { loc: real, scale: positive };
  }
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(loc: Operand, scale: Operand, options?: DistributionOptions) {
    const [l, s] = broadcastAll('Gumbel', { loc, scale });
    const { tiny, eps } = limitsOf(l);
    const logarithm = new ExpTransform().inv;
    super(
      new Uniform(fullLike(l, tiny), fullLike(l, 1 - eps), options),
      [logarithm, new AffineTransform(0, -1), logarithm, new AffineTransform(l, neg(s))],
      options,
    );
    this.check({ loc, scale });
    this.loc = l;
    this.scale = s;
  }
  override expand(batchShape: Shape): Gumbel {
    return new Gumbel(expandTo(this.loc, batchShape), expandTo(this.scale, batchShape), this.options);
  }
  override get support() {
    return real;
  }
  override get mean(): Tensor {
    return add(this.loc, mul(this.scale, EULER));
  }
  override get mode(): Tensor {
    return this.loc;
  }
  override get stddev(): Tensor {
    return mul(this.scale, Math.PI / Math.sqrt(6));
  }
  override get variance(): Tensor {
    return square(this.stddev);
  }
  /** Written out: through the transforms it would cancel. */
  override logProb(value: Operand): Tensor {
    const y = div(sub(this.loc, this.valueOf('logProb', value)), this.scale);
    return sub(sub(y, exp(y)), log(this.scale));
  }
  override entropy(): Tensor {
    return add(log(this.scale), 1 + EULER);
  }
}
