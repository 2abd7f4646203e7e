/**
 * Transforms: functions with an inverse and the logarithm of their Jacobian's determinant.
 *
 * Invariant: `t.inv.inv` is `t`; shapes go forth and back through `forwardShape` and `inverseShape`.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.transforms
 */
import { ArgumentError, isTensor, type Operand, type Shape, type Tensor } from '@sconce/core';
import { neg } from '@sconce/ops';
import { known } from '../arguments.js';
import type { Constraint } from '../constraints.js';

export interface TransformOptions {
  /** 1: remember the last argument and value, so that the inverse of what was just computed is exact. Default 0. */
  readonly cacheSize?: 0 | 1;
}

/**
 * A function `forward` of tensors, with its inverse.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.Transform
 */
export abstract class Transform {
  /** Where arguments lie, and how many dimensions make one. */
  abstract get domain(): Constraint;
  /** Where values lie. */
  abstract get codomain(): Constraint;
  protected cacheSize: 0 | 1;
  private last: { readonly x: Tensor; readonly y: Tensor } | undefined;
  private inverted: Transform | undefined;

  constructor({ cacheSize = 0 }: TransformOptions = {}) {
    this.cacheSize = cacheSize;
  }

  protected abstract call(x: Tensor): Tensor;
  protected invert(_y: Tensor): Tensor {
    throw new ArgumentError(`${this.constructor.name} has no inverse.`);
  }
  /** log |det dy/dx|, for every argument. */
  logAbsDetJacobian(_x: Tensor, _y: Tensor): Tensor {
    throw new ArgumentError(`${this.constructor.name} has no Jacobian determinant.`);
  }

  /** Whether the inverse gives back every argument. */
  get bijective(): boolean {
    return false;
  }
  /** 1 where it rises and −1 where it falls, of one that does one of both. */
  get sign(): Operand {
    throw new ArgumentError(`${this.constructor.name} is not monotonic.`);
  }
  /** How many dimensions make an argument and a value. */
  get eventDim(): number {
    if (this.domain.eventDim === this.codomain.eventDim) return this.domain.eventDim;
    throw new ArgumentError(`${this.constructor.name} has arguments and values of different numbers of dimensions. Use domain.eventDim or codomain.eventDim.`);
  }
  forwardShape(shape: Shape): Shape {
    return shape;
  }
  inverseShape(shape: Shape): Shape {
    return shape;
  }

  /** y of x. */
  forward(x: Tensor): Tensor {
    if (this.cacheSize === 0) return this.call(x);
    if (this.last?.x !== x) this.last = { x, y: this.call(x) };
    return this.last.y;
  }
  /** x of y. */
  inverse(y: Tensor): Tensor {
    if (this.cacheSize === 0) return this.invert(y);
    if (this.last?.y !== y) this.last = { x: this.invert(y), y };
    return this.last.x;
  }
  /** The inverse as a transform. */
  get inv(): Transform {
    return (this.inverted ??= new InverseTransform(this));
  }
  /** The same, remembering its last argument and value. */
  withCache(cacheSize: 0 | 1 = 1): this {
    if (this.cacheSize === cacheSize) return this;
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(copy, this, { cacheSize, last: undefined, inverted: undefined });
  }

  /** What makes two of a class equal; undefined for one that is equal to itself only. */
  protected get parameters(): readonly unknown[] | undefined {
    return undefined;
  }
  /** Whether it is known to be the same function. */
  equals(other: Transform): boolean {
    const [own, its] = [this.parameters, other.parameters];
    if (this === other || own === undefined || its === undefined) return this === other;
    return this.constructor === other.constructor && own.length === its.length && own.every((x, i) => isSame(x, its[i]));
  }
  toString(): string {
    return `${this.constructor.name}()`;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Transform && b instanceof Transform) return a.equals(b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => isSame(x, b[i]));
  if (!isTensor(a) && !isTensor(b)) return a === b;
  if (isTensor(a) && isTensor(b) && a.node === b.node) return true;
  const [x, y] = [known(a as Operand), known(b as Operand)];
  return x !== undefined && y !== undefined && Array.from(x.values).join() === Array.from(y.values).join();
}

class InverseTransform extends Transform {
  constructor(private readonly of: Transform) {
    super();
  }
  get domain(): Constraint {
    return this.of.codomain;
  }
  get codomain(): Constraint {
    return this.of.domain;
  }
  override get bijective(): boolean {
    return this.of.bijective;
  }
  override get sign(): Operand {
    return this.of.sign;
  }
  override get inv(): Transform {
    return this.of;
  }
  protected override get parameters() {
    return [this.of];
  }
  protected call(x: Tensor): Tensor {
    return this.of.inverse(x);
  }
  protected override invert(y: Tensor): Tensor {
    return this.of.forward(y);
  }
  override withCache(cacheSize: 0 | 1 = 1): this {
    return this.of.withCache(cacheSize).inv as this;
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return neg(this.of.logAbsDetJacobian(y, x));
  }
  override forwardShape(shape: Shape): Shape {
    return this.of.inverseShape(shape);
  }
  override inverseShape(shape: Shape): Shape {
    return this.of.forwardShape(shape);
  }
  override toString(): string {
    return `${String(this.of)}.inv`;
  }
}
