/**
 * Transforms of single numbers.
 *
 * Invariant: log determinants are written so that they do not overflow where the transform does not.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.transforms
 */
import { broadcastShapes, isTensor, type Operand, type Shape, type Tensor } from '@sconce/core';
import { abs, add, atanh, clamp, div, exp, expand, expm1, full, log, log1p, mul, neg, pow, reciprocal, sigmoid, sign, sub, tanh } from '@sconce/ops';
import { floats } from '../arguments.js';
import { independent, interval, positive, real, unitInterval, type Constraint } from '../constraints.js';
import type { Distribution } from '../distribution.js';
import { limitsOf, softplus, sumRightmost } from '../numbers.js';
import { Transform, type TransformOptions } from './transform.js';

/** A rising function of real numbers, without parameters. */
abstract class Rising extends Transform {
  get domain(): Constraint {
    return real;
  }
  override get bijective(): boolean {
    return true;
  }
  override get sign(): Operand {
    return 1;
  }
  protected override get parameters(): readonly unknown[] {
    return [];
  }
}

/** y = eˣ. */
export class ExpTransform extends Rising {
  get codomain() {
    return positive;
  }
  protected call(x: Tensor): Tensor {
    return exp(x);
  }
  protected override invert(y: Tensor): Tensor {
    return log(y);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return x;
  }
}

/** σ(x), kept off 0 and 1. */
export function clippedSigmoid(x: Tensor): Tensor {
  const { tiny, eps } = limitsOf(x);
  return clamp(sigmoid(x), tiny, 1 - eps);
}

/** y = 1 / (1 + e⁻ˣ). */
export class SigmoidTransform extends Rising {
  get codomain() {
    return unitInterval;
  }
  protected call(x: Tensor): Tensor {
    return clippedSigmoid(x);
  }
  protected override invert(y: Tensor): Tensor {
    const { tiny, eps } = limitsOf(y);
    const inside = clamp(y, tiny, 1 - eps);
    return sub(log(inside), log1p(neg(inside)));
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return neg(add(softplus(neg(x)), softplus(x)));
  }
}

/** y = log(1 + eˣ). */
export class SoftplusTransform extends Rising {
  get codomain() {
    return positive;
  }
  protected call(x: Tensor): Tensor {
    return softplus(x);
  }
  protected override invert(y: Tensor): Tensor {
    return add(log(neg(expm1(neg(y)))), y);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return neg(softplus(neg(x)));
  }
}

/** y = tanh x. Its inverse at ±1 is infinite: use `withCache` where values come from its own `forward`. */
export class TanhTransform extends Rising {
  get codomain() {
    return interval(-1, 1);
  }
  protected call(x: Tensor): Tensor {
    return tanh(x);
  }
  protected override invert(y: Tensor): Tensor {
    return atanh(y);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return mul(sub(Math.LN2, add(x, softplus(mul(x, -2)))), 2);
  }
}

/** y = |x|, which is not bijective: its inverse gives y. */
export class AbsTransform extends Transform {
  get domain() {
    return real;
  }
  get codomain() {
    return positive;
  }
  protected override get parameters(): readonly unknown[] {
    return [];
  }
  protected call(x: Tensor): Tensor {
    return abs(x);
  }
  protected override invert(y: Tensor): Tensor {
    return y;
  }
}

const shapeOf = (x: Operand): Shape => (isTensor(x) ? x.shape : []);

/** y = x^exponent of positive numbers. */
export class PowerTransform extends Rising {
  readonly exponent: Tensor;

  constructor(exponent: Operand, options?: TransformOptions) {
    super(options);
    [this.exponent] = floats('PowerTransform', { exponent });
  }
  override get domain() {
    return positive;
  }
  get codomain() {
    return positive;
  }
  protected override get parameters() {
    return [this.exponent];
  }
  protected call(x: Tensor): Tensor {
    return pow(x, this.exponent);
  }
  protected override invert(y: Tensor): Tensor {
    return pow(y, reciprocal(this.exponent));
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return log(abs(div(mul(this.exponent, y), x)));
  }
  override forwardShape(shape: Shape): Shape {
    return broadcastShapes('PowerTransform', shape, this.exponent.shape);
  }
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }
}

export interface AffineOptions extends TransformOptions {
  /** How many dimensions make an argument. Default 0. */
  readonly eventDim?: number;
}

/** y = loc + scale · x. */
export class AffineTransform extends Transform {
  private readonly dims: number;

  constructor(readonly loc: Operand, readonly scale: Operand, options: AffineOptions = {}) {
    super(options);
    this.dims = options.eventDim ?? 0;
  }
  get domain(): Constraint {
    return this.dims === 0 ? real : independent(real, this.dims);
  }
  get codomain(): Constraint {
    return this.domain;
  }
  override get bijective(): boolean {
    return true;
  }
  override get sign(): Operand {
    return isTensor(this.scale) ? sign(this.scale) : Math.sign(Number(this.scale));
  }
  protected override get parameters() {
    return [this.loc, this.scale, this.dims];
  }
  protected call(x: Tensor): Tensor {
    return add(mul(x, this.scale), this.loc);
  }
  protected override invert(y: Tensor): Tensor {
    return div(sub(y, this.loc), this.scale);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    const slope = isTensor(this.scale) ? log(abs(this.scale)) : full([], Math.log(Math.abs(Number(this.scale))), { dtype: x.dtype, device: x.device });
    return sumRightmost(expand(slope, [...x.shape]), this.dims);
  }
  override forwardShape(shape: Shape): Shape {
    return broadcastShapes('AffineTransform', shape, shapeOf(this.loc), shapeOf(this.scale));
  }
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }
}

/** y = P(x), the distribution function of a distribution of numbers, such as for a copula. */
export class CumulativeDistributionTransform extends Transform {
  constructor(readonly distribution: Distribution, options?: TransformOptions) {
    super(options);
  }
  get domain(): Constraint {
    return this.distribution.support;
  }
  get codomain() {
    return unitInterval;
  }
  override get bijective(): boolean {
    return true;
  }
  override get sign(): Operand {
    return 1;
  }
  protected call(x: Tensor): Tensor {
    return this.distribution.cdf(x);
  }
  protected override invert(y: Tensor): Tensor {
    return this.distribution.icdf(y);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return this.distribution.logProb(x);
  }
}
