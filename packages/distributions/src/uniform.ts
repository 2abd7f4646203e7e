/**
 * Uniform numbers, and powers of them: Kumaraswamy's distribution.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#uniform
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, clamp, digamma, div, exp, fullLike, gt, le, lgamma, log, log1p, logicalAnd, logicalOr, lt, mul, neg, onesLike, rand, reciprocal, square, sub, where, zerosLike } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { dependent, greaterThan, interval, positive, unitInterval, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { EULER, expandTo } from './numbers.js';
import { TransformedDistribution } from './transformed.js';
import { AffineTransform, PowerTransform } from './transforms/index.js';

/**
 * Numbers of [low, high), all alike.
 *
 * @throws ArgumentError where low is not below high; ShapeError when the parameters do not broadcast.
 * @example
 * new Uniform(1, 3).logProb(2);                          // -0.6931
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.uniform.Uniform
 */
export class Uniform extends Distribution {
  static override get argConstraints() {
    return { low: dependent, high: dependent };
  }
  readonly low: Tensor;
  readonly high: Tensor;
  readonly support: Constraint;

  constructor(low: Operand, high: Operand, options?: DistributionOptions) {
    const [l, h] = broadcastAll('Uniform', { low, high });
    super(l.shape, [], options);
    this.check({ high }, { high: greaterThan(low) });
    this.low = l;
    this.high = h;
    this.support = interval(low, high);
  }
  expand(batchShape: Shape): Uniform {
    return new Uniform(expandTo(this.low, batchShape), expandTo(this.high, batchShape), this.options);
  }
  private get width(): Tensor {
    return sub(this.high, this.low);
  }
  override get mean(): Tensor {
    return mul(add(this.high, this.low), 0.5);
  }
  /** Every value is as likely as any other: NaN. */
  override get mode(): Tensor {
    return fullLike(this.high, NaN);
  }
  override get stddev(): Tensor {
    return mul(this.width, 1 / Math.sqrt(12));
  }
  override get variance(): Tensor {
    return div(square(this.width), 12);
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.low;
    return add(this.low, mul(rand(this.extended(shape), { dtype, device }), this.width));
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    return where(logicalAnd(le(this.low, x), gt(this.high, x)), neg(log(this.width)), -Infinity);
  }
  override cdf(value: Operand): Tensor {
    return clamp(div(sub(this.valueOf('cdf', value), this.low), this.width), 0, 1);
  }
  override icdf(value: Operand): Tensor {
    return add(mul(this.tensorOf('icdf', value), this.width), this.low);
  }
  override entropy(): Tensor {
    return log(this.width);
  }
}

/** E xⁿ = b B(1 + n/a, b) */
function moment(a: Tensor, b: Tensor, n: number): Tensor {
  const first = add(div(n, a), 1);
  return mul(b, exp(sub(add(lgamma(first), lgamma(b)), lgamma(add(first, b)))));
}

/**
 * Kumaraswamy's distribution on [0, 1], P(x) = 1 − (1 − x^a)^b with a = `concentration1` and b = `concentration0`.
 *
 * @throws ArgumentError for a concentration that is not positive; ShapeError when they do not broadcast.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kumaraswamy.Kumaraswamy
 */
export class Kumaraswamy extends TransformedDistribution {
  static override get argConstraints() {
    return { concentration1: positive, concentration0: positive };
  }
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;

  constructor(concentration1: Operand, concentration0: Operand, options?: DistributionOptions) {
    const [a, b] = broadcastAll('Kumaraswamy', { concentration1, concentration0 });
    const base = new Uniform(zerosLike(a), onesLike(a), options);
    super(base, [new PowerTransform(reciprocal(b)), new AffineTransform(1, -1), new PowerTransform(reciprocal(a))], options);
    this.check({ concentration1, concentration0 });
    this.concentration1 = a;
    this.concentration0 = b;
  }
  override expand(batchShape: Shape): Kumaraswamy {
    return new Kumaraswamy(expandTo(this.concentration1, batchShape), expandTo(this.concentration0, batchShape), this.options);
  }
  override get support() {
    return unitInterval;
  }
  override get mean(): Tensor {
    return moment(this.concentration1, this.concentration0, 1);
  }
  override get mode(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const logarithm = sub(mul(reciprocal(b), log1p(neg(b))), log1p(neg(mul(b, a))));
    return exp(where(logicalOr(lt(b, 1), lt(a, 1)), NaN, logarithm));
  }
  override get variance(): Tensor {
    return sub(moment(this.concentration1, this.concentration0, 2), square(this.mean));
  }
  override entropy(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const harmonic = add(digamma(add(b, 1)), EULER);
    const sum = add(sub(1, reciprocal(b)), mul(sub(1, reciprocal(a)), harmonic));
    return sub(sum, add(log(a), log(b)));
  }
}
