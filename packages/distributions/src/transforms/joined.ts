/**
 * Transforms side by side, each of its own part of a tensor, as `cat` and `stack` join parts.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.CatTransform
 */
import { ArgumentError, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, cat, narrow, select, stack } from '@sconce/ops';
import { cat as catOf, stack as stackOf, type Constraint } from '../constraints.js';
import { sumRightmost } from '../numbers.js';
import { Transform, type TransformOptions } from './transform.js';

abstract class Joined extends Transform {
  readonly transforms: readonly Transform[];

  constructor(transforms: readonly Transform[], readonly dim: number, options: TransformOptions = {}) {
    super(options);
    this.transforms = options.cacheSize === 1 ? transforms.map((t) => t.withCache(1)) : transforms;
  }
  override get bijective(): boolean {
    return this.transforms.every((t) => t.bijective);
  }
  protected abstract split(x: Tensor): Tensor[];
  protected abstract join(parts: Tensor[]): Tensor;

  protected call(x: Tensor): Tensor {
    const parts = this.split(x);
    return this.join(this.transforms.map((t, i) => t.forward(parts[i])));
  }
  protected override invert(y: Tensor): Tensor {
    const parts = this.split(y);
    return this.join(this.transforms.map((t, i) => t.inverse(parts[i])));
  }
  protected requireSize(x: Tensor, size: number): void {
    const got = x.shape[this.dim < 0 ? this.dim + x.ndim : this.dim];
    if (got !== size) throw new ShapeError(`${this.constructor.name}: got shape ${shapeText(x.shape)}, expected a size of ${size} in dimension ${this.dim}.`);
  }
}

/** Transforms of pieces of lengths `lengths` along `dim`. */
export class CatTransform extends Joined {
  readonly lengths: readonly number[];

  constructor(transforms: readonly Transform[], dim = 0, lengths: readonly number[] | null = null, options?: TransformOptions) {
    super(transforms, dim, options);
    this.lengths = lengths ?? transforms.map(() => 1);
    if (this.lengths.length !== transforms.length) throw new ArgumentError(`CatTransform: got ${transforms.length} transforms and ${this.lengths.length} lengths, expected one for each.`);
  }
  get domain(): Constraint {
    return catOf(this.transforms.map((t) => t.domain), this.dim, this.lengths);
  }
  get codomain(): Constraint {
    return catOf(this.transforms.map((t) => t.codomain), this.dim, this.lengths);
  }
  protected override get parameters() {
    return [this.transforms, this.dim, this.lengths];
  }
  protected split(x: Tensor): Tensor[] {
    this.requireSize(x, this.lengths.reduce((a, b) => a + b, 0));
    return this.lengths.map((length, i) => narrow(x, this.dim, this.lengths.slice(0, i).reduce((a, b) => a + b, 0), length));
  }
  protected join(parts: Tensor[]): Tensor {
    return cat(parts, this.dim);
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const most = Math.max(...this.transforms.map((t) => t.eventDim));
    const [xs, ys] = [this.split(x), this.split(y)];
    const each = this.transforms.map((t, i) => sumRightmost(t.logAbsDetJacobian(xs[i], ys[i]), most - t.eventDim));
    const dim = (this.dim >= 0 ? this.dim - x.ndim : this.dim) + most;
    return dim < 0 ? cat(each, dim) : each.reduce((a, b) => add(a, b));
  }
}

/** Transforms of the slices along `dim`. */
export class StackTransform extends Joined {
  constructor(transforms: readonly Transform[], dim = 0, options?: TransformOptions) {
    super(transforms, dim, options);
  }
  get domain(): Constraint {
    return stackOf(this.transforms.map((t) => t.domain), this.dim);
  }
  get codomain(): Constraint {
    return stackOf(this.transforms.map((t) => t.codomain), this.dim);
  }
  protected override get parameters() {
    return [this.transforms, this.dim];
  }
  protected split(x: Tensor): Tensor[] {
    this.requireSize(x, this.transforms.length);
    return this.transforms.map((_, i) => select(x, this.dim, i));
  }
  protected join(parts: Tensor[]): Tensor {
    return stack(parts, this.dim);
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const [xs, ys] = [this.split(x), this.split(y)];
    return stack(this.transforms.map((t, i) => t.logAbsDetJacobian(xs[i], ys[i])), this.dim);
  }
}
