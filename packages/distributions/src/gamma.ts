/**
 * Gamma numbers, and ratios of them: χ², Student's t and Fisher and Snedecor's F.
 *
 * Invariant: gradients pass from samples to every parameter, to concentrations through quantiles (`sampling/gamma.ts`).
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#gamma
 */
import { isTensor, type Operand, type Shape, type Tensor } from '@sconce/core';
import { add, clampMin, digamma, div, gt, igamma, le, lgamma, log, log1p, mul, randn, rsqrt, square, sub, where, xlogy } from '@sconce/ops';
import { broadcastAll, type DistributionOptions } from './arguments.js';
import { nonnegative, positive, real } from './constraints.js';
import { Distribution, type Constraints } from './distribution.js';
import { expandTo, limitsOf } from './numbers.js';
import { standardGamma } from './sampling/gamma.js';

/**
 * Gamma numbers, p(x) = rate^c x^(c − 1) e^(−rate · x) / Γ(c) with c = `concentration`.
 *
 * @throws ArgumentError for a parameter that is not positive; ShapeError when they do not broadcast.
 * @example
 * new Gamma(2, 1).logProb(tensor([1.0, 2]));             // [-1, -1.3069]
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.gamma.Gamma
 */
export class Gamma extends Distribution {
  static override get argConstraints(): Constraints {
    return { concentration: positive, rate: positive };
  }
  readonly concentration: Tensor;
  readonly rate: Tensor;

  constructor(concentration: Operand, rate: Operand, options?: DistributionOptions) {
    const [c, r] = broadcastAll(new.target.name, { concentration, rate });
    super(c.shape, [], options);
    this.check({ concentration, rate });
    this.concentration = c;
    this.rate = r;
  }
  expand(batchShape: Shape): Gamma {
    return new Gamma(expandTo(this.concentration, batchShape), expandTo(this.rate, batchShape), this.options);
  }
  get support() {
    return nonnegative;
  }
  override get mean(): Tensor {
    return div(this.concentration, this.rate);
  }
  override get mode(): Tensor {
    return clampMin(div(sub(this.concentration, 1), this.rate), 0);
  }
  override get variance(): Tensor {
    return div(this.concentration, square(this.rate));
  }
  override rsample(shape: Shape = []): Tensor {
    return div(standardGamma(this.extended(shape), this.concentration), this.rate);
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    const { concentration: c, rate } = this;
    return sub(sub(add(xlogy(c, rate), xlogy(sub(c, 1), x)), mul(rate, x)), lgamma(c));
  }
  /** Gradients pass to the value and the rate, and not to the concentration. */
  override cdf(value: Operand): Tensor {
    return igamma(this.concentration.detach(), mul(this.rate, this.valueOf('cdf', value)));
  }
  override entropy(): Tensor {
    const { concentration: c, rate } = this;
    return add(add(sub(c, log(rate)), lgamma(c)), mul(sub(1, c), digamma(c)));
  }
}

/**
 * Sums of `df` squares of normal numbers: Gamma(df / 2, 1/2).
 *
 * @throws ArgumentError for a df that is not positive.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.chi2.Chi2
 */
export class Chi2 extends Gamma {
  static override get argConstraints(): Constraints {
    return { df: positive };
  }

  constructor(df: Operand, options?: DistributionOptions) {
    super(isTensor(df) ? mul(df, 0.5) : Number(df) / 2, 0.5, options);
    this.check({ df });
  }
  override expand(batchShape: Shape): Chi2 {
    return new Chi2(expandTo(this.df, batchShape), this.options);
  }
  get df(): Tensor {
    return mul(this.concentration, 2);
  }
}

const UNCHECKED: DistributionOptions = { validateArgs: false };

/**
 * Student's t with `df` degrees of freedom, moved and scaled.
 *
 * @throws ArgumentError for a df or scale that is not positive; ShapeError when the parameters do not broadcast.
 * @example
 * new StudentT(3).logProb(0);                            // -1.0009
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.studentT.StudentT
 */
export class StudentT extends Distribution {
  static override get argConstraints() {
    return { df: positive, loc: real, scale: positive };
  }
  readonly df: Tensor;
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(df: Operand, loc: Operand = 0, scale: Operand = 1, options?: DistributionOptions) {
    const [d, l, s] = broadcastAll('StudentT', { df, loc, scale });
    super(d.shape, [], options);
    this.check({ df, loc, scale });
    this.df = d;
    this.loc = l;
    this.scale = s;
  }
  expand(batchShape: Shape): StudentT {
    return new StudentT(expandTo(this.df, batchShape), expandTo(this.loc, batchShape), expandTo(this.scale, batchShape), this.options);
  }
  get support() {
    return real;
  }
  override get mean(): Tensor {
    return where(gt(this.df, 1), this.loc, NaN);
  }
  override get mode(): Tensor {
    return this.loc;
  }
  override get variance(): Tensor {
    const { df, scale } = this;
    const finite = div(mul(square(scale), df), sub(df, 2));
    return where(gt(df, 2), finite, where(gt(df, 1), Infinity, NaN));
  }
  override rsample(shape: Shape = []): Tensor {
    const { dtype, device } = this.df;
    const z = randn(this.extended(shape), { dtype, device });
    const chi2 = new Chi2(this.df, UNCHECKED).rsample(shape);
    return add(this.loc, mul(this.scale, mul(z, rsqrt(div(chi2, this.df)))));
  }
  override logProb(value: Operand): Tensor {
    const { df, scale } = this;
    const y = div(sub(this.valueOf('logProb', value), this.loc), scale);
    const half = mul(df, 0.5);
    const norm = sub(add(add(log(scale), mul(log(df), 0.5)), add(lgamma(half), Math.log(Math.PI) / 2)), lgamma(add(half, 0.5)));
    return sub(mul(log1p(div(square(y), df)), mul(add(df, 1), -0.5)), norm);
  }
  override entropy(): Tensor {
    const { df, scale } = this;
    const [half, more] = [mul(df, 0.5), mul(add(df, 1), 0.5)];
    const beta = add(sub(lgamma(half), lgamma(more)), Math.log(Math.PI) / 2);
    return add(add(log(scale), mul(more, sub(digamma(more), digamma(half)))), add(mul(log(df), 0.5), beta));
  }
}

/**
 * Ratios of two χ² numbers, each divided by its degrees of freedom `df1` and `df2`.
 *
 * @throws ArgumentError for degrees that are not positive; ShapeError when they do not broadcast.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.fishersnedecor.FisherSnedecor
 */
export class FisherSnedecor extends Distribution {
  static override get argConstraints() {
    return { df1: positive, df2: positive };
  }
  readonly df1: Tensor;
  readonly df2: Tensor;

  constructor(df1: Operand, df2: Operand, options?: DistributionOptions) {
    const [a, b] = broadcastAll('FisherSnedecor', { df1, df2 });
    super(a.shape, [], options);
    this.check({ df1, df2 });
    this.df1 = a;
    this.df2 = b;
  }
  expand(batchShape: Shape): FisherSnedecor {
    return new FisherSnedecor(expandTo(this.df1, batchShape), expandTo(this.df2, batchShape), this.options);
  }
  get support() {
    return positive;
  }
  override get mean(): Tensor {
    const df2 = where(le(this.df2, 2), NaN, this.df2);
    return div(df2, sub(df2, 2));
  }
  override get mode(): Tensor {
    const { df1, df2 } = this;
    return where(le(df1, 2), NaN, div(mul(div(sub(df1, 2), df1), df2), add(df2, 2)));
  }
  override get variance(): Tensor {
    const { df1 } = this;
    const df2 = where(le(this.df2, 4), NaN, this.df2);
    return div(mul(mul(square(df2), 2), sub(add(df1, df2), 2)), mul(mul(df1, square(sub(df2, 2))), sub(df2, 4)));
  }
  override rsample(shape: Shape = []): Tensor {
    const { tiny } = limitsOf(this.df1);
    const [above, below] = [this.df1, this.df2].map((df) => new Gamma(mul(df, 0.5), df, UNCHECKED).rsample(shape));
    return clampMin(div(above, clampMin(below, tiny)), tiny);
  }
  override logProb(value: Operand): Tensor {
    const x = this.valueOf('logProb', value);
    const [a, b] = [mul(this.df1, 0.5), mul(this.df2, 0.5)];
    const ratio = div(this.df1, this.df2);
    const norm = sub(lgamma(add(a, b)), add(lgamma(a), lgamma(b)));
    const powers = add(mul(a, log(ratio)), mul(sub(a, 1), log(x)));
    return sub(add(norm, powers), mul(add(a, b), log1p(mul(ratio, x))));
  }
}
