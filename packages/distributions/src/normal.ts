/**
 * The normal distribution, and functions of normal numbers: their exponentials, magnitudes and probabilities.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#normal
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, div, erf, erfinv, exp, expm1, full, ge, log, mul, randn, square, sub, where, zerosLike } from '@sconce/ops';
import type { DistributionOptions } from './arguments.js';
import { nonnegative, positive, real, type Constraint } from './constraints.js';
import { simplex } from './event-constraints.js';
import { Cauchy, LocationScale } from './location-scale.js';
import { expandTo, LOG_SQRT_2PI } from './numbers.js';
import { TransformedDistribution } from './transformed.js';
import { AbsTransform, ExpTransform, StickBreakingTransform } from './transforms/index.js';

/**
 * Normal numbers with mean `loc` and deviation `scale`: p(x) = exp(−(x − loc)² / 2 scale²) / √(2π) scale.
 *
 * @throws ArgumentError for a scale that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new Normal(0, 1).logProb(tensor([0.0, 1]));            // [-0.9189, -1.4189]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.normal.Normal
 */
export class Normal extends LocationScale {
  override get stddev(): Tensor {
    return this.scale;
  }
  override get variance(): Tensor {
    return square(this.scale);
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.loc;
    return this.placed(randn(this.extended(shape), { dtype, device }));
  }
  override logProb(value: Operand): Tensor {
    return sub(mul(square(this.standardised('logProb', value)), -0.5), add(log(this.scale), LOG_SQRT_2PI));
  }
  override cdf(value: Operand): Tensor {
    return mul(add(erf(mul(this.standardised('cdf', value), Math.SQRT1_2)), 1), 0.5);
  }
  override icdf(value: Operand): Tensor {
    return this.placed(mul(erfinv(sub(mul(this.tensorOf('icdf', value), 2), 1)), Math.SQRT2));
  }
  override entropy(): Tensor {
    return add(log(this.scale), 0.5 + LOG_SQRT_2PI);
  }
}

/**
 * Exponentials of normal numbers.
 *
 * @throws as Normal.
 * @example
 * new LogNormal(0, 1).mean;                              // 1.6487
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.log_normal.LogNormal
 */
export class LogNormal extends TransformedDistribution {
  static override get argConstraints() {
    return { loc: real, scale: positive };
  }
  declare readonly baseDist: Normal;

  constructor(loc: Operand, scale: Operand, options?: DistributionOptions) {
    super(new Normal(loc, scale, options), new ExpTransform(), options);
  }
  override expand(batchShape: Shape): LogNormal {
    return new LogNormal(expandTo(this.loc, batchShape), expandTo(this.scale, batchShape), this.options);
  }
  get loc(): Tensor {
    return this.baseDist.loc;
  }
  get scale(): Tensor {
    return this.baseDist.scale;
  }
  override get mean(): Tensor {
    return exp(add(this.loc, mul(square(this.scale), 0.5)));
  }
  override get mode(): Tensor {
    return exp(sub(this.loc, square(this.scale)));
  }
  override get variance(): Tensor {
    const variance = square(this.scale);
    return mul(expm1(variance), exp(add(mul(this.loc, 2), variance)));
  }
  override entropy(): Tensor {
    return add(this.baseDist.entropy(), this.loc);
  }
}

// ── magnitudes ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Magnitudes of a distribution that is symmetric around 0. */
abstract class Half<Base extends LocationScale> extends TransformedDistribution {
  static override get argConstraints(): Record<string, Constraint> {
    return { scale: positive };
  }
  declare readonly baseDist: Base;

  constructor(base: Base, scale: Operand, options?: DistributionOptions) {
    super(base, new AbsTransform(), options);
    this.check({ scale });
  }
  override get support() {
    return nonnegative;
  }
  get scale(): Tensor {
    return this.baseDist.scale;
  }
  override get mode(): Tensor {
    return zerosLike(this.scale);
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    return where(ge(x, 0), add(this.baseDist.logProb(x), Math.LN2), -Infinity);
  }
  override cdf(value: Operand): Tensor {
    return sub(mul(this.baseDist.cdf(this.valueOf('cdf', value)), 2), 1);
  }
  override icdf(value: Operand): Tensor {
    return this.baseDist.icdf(div(add(this.tensorOf('icdf', value), 1), 2));
  }
  override entropy(): Tensor {
    return sub(this.baseDist.entropy(), Math.LN2);
  }
}

const UNCHECKED: DistributionOptions = { validateArgs: false };

/**
 * Magnitudes of normal numbers with mean 0.
 *
 * @throws ArgumentError for a scale that is not positive.
 * @example
 * new HalfNormal(1).mean;                                // 0.7979
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.half_normal.HalfNormal
 */
export class HalfNormal extends Half<Normal> {
  constructor(scale: Operand, options?: DistributionOptions) {
    super(new Normal(0, scale, UNCHECKED), scale, options);
  }
  override expand(batchShape: Shape): HalfNormal {
    return new HalfNormal(expandTo(this.scale, batchShape), this.options);
  }
  override get mean(): Tensor {
    return mul(this.scale, Math.sqrt(2 / Math.PI));
  }
  override get variance(): Tensor {
    return mul(square(this.scale), 1 - 2 / Math.PI);
  }
}

/**
 * Magnitudes of numbers of Cauchy's distribution around 0.
 *
 * @throws ArgumentError for a scale that is not positive.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.half_cauchy.HalfCauchy
 */
export class HalfCauchy extends Half<Cauchy> {
  constructor(scale: Operand, options?: DistributionOptions) {
    super(new Cauchy(0, scale, UNCHECKED), scale, options);
  }
  override expand(batchShape: Shape): HalfCauchy {
    return new HalfCauchy(expandTo(this.scale, batchShape), this.options);
  }
  override get mean(): Tensor {
    const { dtype, device } = this.scale;
    return full(this.batchShape, Infinity, { dtype, device });
  }
  override get variance(): Tensor {
    return this.baseDist.variance;
  }
}

// ── probabilities ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Probabilities that a stick's pieces stand for, which is broken at sigmoids of normal numbers: n numbers, n + 1 pieces.
 *
 * @throws as Normal.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.logistic_normal.LogisticNormal
 */
export class LogisticNormal extends TransformedDistribution {
  static override get argConstraints() {
    return { loc: real, scale: positive };
  }

  constructor(loc: Operand, scale: Operand, options?: DistributionOptions) {
    const base = new Normal(loc, scale, options);
    super(base.batchShape.length === 0 ? base.expand([1]) : base, new StickBreakingTransform(), options);
  }
  override expand(batchShape: Shape): LogisticNormal {
    const shape = [...batchShape, this.eventShape[0] - 1];
    return new LogisticNormal(expandTo(this.loc, shape), expandTo(this.scale, shape), this.options);
  }
  override get support() {
    return simplex;
  }
  private get normal(): Normal {
    return (this.baseDist as unknown as { readonly baseDist: Normal }).baseDist;
  }
  get loc(): Tensor {
    return this.normal.loc;
  }
  get scale(): Tensor {
    return this.normal.scale;
  }
}
