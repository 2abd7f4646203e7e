/**
 * The normal distribution.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#normal
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, div, erf, erfinv, log, mul, randn, reciprocal, square, sub } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { positive, real } from './constraints.js';
import { Distribution } from './distribution.js';
import { expandTo, LOG_SQRT_2PI } from './numbers.js';

/**
 * Normal numbers with mean `loc` and deviation `scale`: p(x) = exp(−(x − loc)²/2 scale²) / √(2π) scale.
 *
 * @throws ArgumentError for a scale that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new Normal(0, 1).logProb(tensor([0.0, 1]));            // [-0.9189, -1.4189]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.normal.Normal
 */
export class Normal extends Distribution {
  static override readonly argConstraints = { loc: real, scale: positive };
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(loc: Operand, scale: Operand, options?: DistributionOptions) {
    const [l, s] = broadcastAll('Normal', { loc, scale });
    super(l.shape, [], options);
    this.check({ loc, scale });
    this.loc = l;
    this.scale = s;
  }
  expand(batchShape: Shape): Normal {
    return new Normal(expandTo(this.loc, batchShape), expandTo(this.scale, batchShape), this.options);
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
  override get stddev(): Tensor {
    return this.scale;
  }
  override get variance(): Tensor {
    return square(this.scale);
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.loc;
    return add(this.loc, mul(randn(this.extended(shape), { dtype, device }), this.scale));
  }
  override logProb(value: Operand): Tensor {
    const distance = div(sub(this.valueOf('logProb', value, this.loc), this.loc), this.scale);
    return sub(mul(square(distance), -0.5), add(log(this.scale), LOG_SQRT_2PI));
  }
  override cdf(value: Operand): Tensor {
    const distance = mul(sub(this.valueOf('cdf', value, this.loc), this.loc), reciprocal(this.scale));
    return mul(add(erf(mul(distance, Math.SQRT1_2)), 1), 0.5);
  }
  override icdf(value: Operand): Tensor {
    const quantile = erfinv(sub(mul(this.tensorOf('icdf', value, this.loc), 2), 1));
    return add(this.loc, mul(mul(this.scale, quantile), Math.SQRT2));
  }
  override entropy(): Tensor {
    return add(log(this.scale), 0.5 + LOG_SQRT_2PI);
  }
}
