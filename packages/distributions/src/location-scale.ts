/**
 * Families of a location and a scale on the real line: Laplace's and Cauchy's distribution; `normal.ts` has the normal one.
 *
 * Invariant: a sample is loc + scale · z, where z is drawn without parameters, so gradients pass.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#laplace
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { abs, add, atan, div, expm1, full, log, log1p, mul, neg, rand, sign, square, sub, tan } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { positive, real } from './constraints.js';
import { Distribution } from './distribution.js';
import { expandTo, limitsOf } from './numbers.js';

/** What these families share. */
export abstract class LocationScale extends Distribution {
  static override get argConstraints() {
    return { loc: real, scale: positive };
  }
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(loc: Operand, scale: Operand, options?: DistributionOptions) {
    const [l, s] = broadcastAll(new.target.name, { loc, scale });
    super(l.shape, [], options);
    this.check({ loc, scale });
    this.loc = l;
    this.scale = s;
  }
  expand(batchShape: Shape): this {
    const Own = this.constructor as new (loc: Tensor, scale: Tensor, options: DistributionOptions) => this;
    return new Own(expandTo(this.loc, batchShape), expandTo(this.scale, batchShape), this.options);
  }
  get support() {
    return real;
  }
  override get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  /** (value − loc) / scale */
  protected standardised(op: string, value: Operand): Tensor {
    return div(sub(this.valueOf(op, value), this.loc), this.scale);
  }
  /** loc + scale · z */
  protected placed(z: Tensor): Tensor {
    return add(this.loc, mul(this.scale, z));
  }
  /** Numbers uniform in [0, 1) for a sample. */
  protected uniform(shape: Shape): Tensor {
    const { dtype, device } = this.loc;
    return rand(this.extended(shape), { dtype, device });
  }
}

/**
 * Laplace's distribution, p(x) = exp(−|x − loc| / scale) / 2 scale.
 *
 * @throws ArgumentError for a scale that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new Laplace(0, 1).logProb(tensor([0.0, 2]));           // [-0.6931, -2.6931]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.laplace.Laplace
 */
export class Laplace extends LocationScale {
  override get variance(): Tensor {
    return mul(square(this.scale), 2);
  }
  override get stddev(): Tensor {
    return mul(this.scale, Math.SQRT2);
  }
  override rsample(shape: Shape = []): Tensor {
    // Off −1, whose logarithm would be infinite.
    const { eps } = limitsOf(this.loc);
    const u = add(mul(this.uniform(shape), 2 - eps), eps - 1);
    return this.placed(neg(mul(sign(u), log1p(neg(abs(u))))));
  }
  override logProb(value: Operand): Tensor {
    return neg(add(log(mul(this.scale, 2)), abs(this.standardised('logProb', value))));
  }
  override cdf(value: Operand): Tensor {
    const z = this.standardised('cdf', value);
    return sub(0.5, mul(mul(sign(z), expm1(neg(abs(z)))), 0.5));
  }
  override icdf(value: Operand): Tensor {
    const term = sub(this.tensorOf('icdf', value), 0.5);
    return this.placed(neg(mul(sign(term), log1p(mul(abs(term), -2)))));
  }
  override entropy(): Tensor {
    return add(log(mul(this.scale, 2)), 1);
  }
}

/**
 * Cauchy's distribution, p(x) = 1 / π scale (1 + ((x − loc) / scale)²), which has no mean.
 *
 * @throws ArgumentError for a scale that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new Cauchy(0, 1).cdf(tensor([0.0, 1]));                // [0.5, 0.75]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.cauchy.Cauchy
 */
export class Cauchy extends LocationScale {
  override get mean(): Tensor {
    return this.everywhere(NaN);
  }
  override get variance(): Tensor {
    return this.everywhere(Infinity);
  }
  private everywhere(value: number): Tensor {
    const { dtype, device } = this.loc;
    return full(this.batchShape, value, { dtype, device });
  }
  override rsample(shape: Shape = []): Tensor {
    return this.placed(tan(mul(sub(this.uniform(shape), 0.5), Math.PI)));
  }
  override logProb(value: Operand): Tensor {
    const z = this.standardised('logProb', value);
    return neg(add(add(log(this.scale), Math.log(Math.PI)), log1p(square(z))));
  }
  override cdf(value: Operand): Tensor {
    return add(div(atan(this.standardised('cdf', value)), Math.PI), 0.5);
  }
  override icdf(value: Operand): Tensor {
    return this.placed(tan(mul(sub(this.tensorOf('icdf', value), 0.5), Math.PI)));
  }
  override entropy(): Tensor {
    return add(log(this.scale), Math.log(4 * Math.PI));
  }
}
