/**
 * Von Mises' distribution of angles.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#vonmises
 */
import { noGrad, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, cos, div, i0e, i1e, log, mul, remainder, sub } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { positive, real } from './constraints.js';
import { Distribution } from './distribution.js';
import { expandTo } from './numbers.js';
import { vonMises } from './sampling/von-mises.js';

/**
 * Angles around `loc`, p(x) = exp(κ cos(x − loc)) / 2π I₀(κ) with κ = `concentration`.
 *
 * @throws ArgumentError for a concentration that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new VonMises(0, 1).logProb(0);                         // -1.0738
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.von_mises.VonMises
 */
export class VonMises extends Distribution {
  static override get argConstraints() {
    return { loc: real, concentration: positive };
  }
  readonly loc: Tensor;
  readonly concentration: Tensor;

  constructor(loc: Operand, concentration: Operand, options?: DistributionOptions) {
    const [l, c] = broadcastAll('VonMises', { loc, concentration });
    super(l.shape, [], options);
    this.check({ loc, concentration });
    this.loc = l;
    this.concentration = c;
  }
  expand(batchShape: Shape): VonMises {
    return new VonMises(expandTo(this.loc, batchShape), expandTo(this.concentration, batchShape), this.options);
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
  /** That of directions: 1 − I₁(κ) / I₀(κ). */
  override get variance(): Tensor {
    return sub(1, div(i1e(this.concentration), i0e(this.concentration)));
  }
  override sample(shape: Shape = []): Tensor {
    return noGrad(() => {
      const angle = add(vonMises(this.extended(shape), this.concentration), this.loc);
      return sub(remainder(add(angle, Math.PI), 2 * Math.PI), Math.PI);
    });
  }
  /** κ (cos(x − loc) − 1) − log 2π − log e^−κ I₀(κ), which does not overflow. */
  override logProb(value: Operand): Tensor {
    const turned = sub(cos(sub(this.valueOf('logProb', value), this.loc)), 1);
    return sub(mul(this.concentration, turned), add(log(i0e(this.concentration)), Math.log(2 * Math.PI)));
  }
}
