/**
 * Transforms of vectors and of other shapes: to probabilities, and between shapes.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.transforms; Betancourt,
 * Cruising the simplex (2012), for breaking sticks.
 */
import { ArgumentError, ShapeError, shapeText, sizeOf, type Shape, type Tensor } from '@sconce/core';
import { add, arange, clampMin, cumprod, cumsum, log, mul, narrow, neg, newZeros, pad, reshape, softmax, sub, sum } from '@sconce/ops';
import { independent, real, realVector, type Constraint } from '../constraints.js';
import { simplex } from '../event-constraints.js';
import { limitsOf, logSigmoid } from '../numbers.js';
import { clippedSigmoid } from './elementwise.js';
import { Transform, type TransformOptions } from './transform.js';

/** A shape of at least so many dimensions. */
export function requireDims(op: string, shape: Shape, count: number): void {
  if (shape.length < count) throw new ShapeError(`${op}: got shape ${shapeText(shape)}, expected at least ${count} dimension${count === 1 ? '' : 's'}.`);
}

/** The same elements in another event shape; its determinant is 1. */
export class ReshapeTransform extends Transform {
  constructor(readonly inShape: Shape, readonly outShape: Shape, options?: TransformOptions) {
    super(options);
    if (sizeOf(inShape) !== sizeOf(outShape)) throw new ArgumentError(`ReshapeTransform: ${shapeText(inShape)} and ${shapeText(outShape)} have different numbers of elements.`);
  }
  get domain(): Constraint {
    return independent(real, this.inShape.length);
  }
  get codomain(): Constraint {
    return independent(real, this.outShape.length);
  }
  override get bijective(): boolean {
    return true;
  }
  protected override get parameters() {
    return [this.inShape, this.outShape];
  }
  protected call(x: Tensor): Tensor {
    return reshape(x, [...this.forwardShape(x.shape)]);
  }
  protected override invert(y: Tensor): Tensor {
    return reshape(y, [...this.inverseShape(y.shape)]);
  }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return newZeros(x, x.shape.slice(0, x.ndim - this.inShape.length));
  }
  override forwardShape(shape: Shape): Shape {
    return exchanged(shape, this.inShape, this.outShape);
  }
  override inverseShape(shape: Shape): Shape {
    return exchanged(shape, this.outShape, this.inShape);
  }
}

function exchanged(shape: Shape, from: Shape, to: Shape): Shape {
  requireDims('ReshapeTransform', shape, from.length);
  const cut = shape.length - from.length;
  if (from.some((n, d) => n !== shape[cut + d])) throw new ShapeError(`ReshapeTransform: got shape ${shapeText(shape)}, expected it to end in ${shapeText(from)}.`);
  return [...shape.slice(0, cut), ...to];
}

abstract class ToSimplex extends Transform {
  get domain() {
    return realVector;
  }
  get codomain() {
    return simplex;
  }
  protected override get parameters(): readonly unknown[] {
    return [];
  }
}

/** y = softmax(x). It is not bijective; where parameters are optimised, each acts mostly on its own coordinate. */
export class SoftmaxTransform extends ToSimplex {
  protected call(x: Tensor): Tensor {
    return softmax(x, -1);
  }
  protected override invert(y: Tensor): Tensor {
    return log(y);
  }
  override forwardShape(shape: Shape): Shape {
    requireDims('SoftmaxTransform', shape, 1);
    return shape;
  }
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }
}

/** log of how many pieces are left before each break: n, n − 1, … 1. */
const logRemaining = ({ device, dtype }: Tensor, n: number): Tensor => log(arange(n, 0, -1, { dtype, device }));

/** A stick of length 1 broken n times, each time at the sigmoid of a coordinate: n numbers to n + 1 probabilities. */
export class StickBreakingTransform extends ToSimplex {
  override get bijective(): boolean {
    return true;
  }
  protected call(x: Tensor): Tensor {
    const z = clippedSigmoid(sub(x, logRemaining(x, x.shape[x.ndim - 1])));
    return mul(pad(z, [0, 1], 'constant', 1), pad(cumprod(sub(1, z), -1), [1, 0], 'constant', 1));
  }
  protected override invert(y: Tensor): Tensor {
    const n = y.shape[y.ndim - 1] - 1;
    const pieces = narrow(y, -1, 0, n);
    const rest = clampMin(sub(1, cumsum(pieces, -1)), limitsOf(y).tiny);
    return add(sub(log(pieces), log(rest)), logRemaining(y, n));
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const n = x.shape[x.ndim - 1];
    const at = sub(x, logRemaining(x, n));
    // 1 − σ(x) = e⁻ˣ σ(x)
    return sum(add(add(neg(at), logSigmoid(at)), log(narrow(y, -1, 0, n))), -1);
  }
  override forwardShape(shape: Shape): Shape {
    requireDims('StickBreakingTransform', shape, 1);
    return [...shape.slice(0, -1), shape[shape.length - 1] + 1];
  }
  override inverseShape(shape: Shape): Shape {
    requireDims('StickBreakingTransform', shape, 1);
    return [...shape.slice(0, -1), shape[shape.length - 1] - 1];
  }
}
