/**
 * Transforms that are made of others: one after the other, and over several dimensions at once.
 *
 * Invariant: a chain's event has the dimensions that the largest of its parts needs, and log determinants are summed over
 * what each part has less.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.ComposeTransform
 */
import type { Operand, Shape, Tensor } from '@sconce/core';
import { add, mul, zerosLike } from '@sconce/ops';
import { independent, real, type Constraint } from '../constraints.js';
import { sumRightmost } from '../numbers.js';
import { Transform, type TransformOptions } from './transform.js';

// ── chains ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The constraint with at least so many dimensions to an event. */
const widened = (constraint: Constraint, eventDim: number): Constraint =>
  eventDim > constraint.eventDim ? independent(constraint, eventDim - constraint.eventDim) : constraint;

/**
 * Transforms one after the other, the first one first.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.ComposeTransform
 */
export class ComposeTransform extends Transform {
  readonly parts: readonly Transform[];

  constructor(parts: readonly Transform[], options: TransformOptions = {}) {
    super(options);
    this.parts = options.cacheSize === 1 ? parts.map((t) => t.withCache(1)) : parts;
  }
  get domain(): Constraint {
    if (this.parts.length === 0) return real;
    let eventDim = this.parts[this.parts.length - 1].codomain.eventDim;
    for (const { domain, codomain } of [...this.parts].reverse()) {
      eventDim = Math.max(eventDim + domain.eventDim - codomain.eventDim, domain.eventDim);
    }
    return widened(this.parts[0].domain, eventDim);
  }
  get codomain(): Constraint {
    if (this.parts.length === 0) return real;
    let eventDim = this.parts[0].domain.eventDim;
    for (const { domain, codomain } of this.parts) {
      eventDim = Math.max(eventDim + codomain.eventDim - domain.eventDim, codomain.eventDim);
    }
    return widened(this.parts[this.parts.length - 1].codomain, eventDim);
  }
  override get bijective(): boolean {
    return this.parts.every((t) => t.bijective);
  }
  override get sign(): Operand {
    return productOfSigns(this.parts);
  }
  override withCache(cacheSize: 0 | 1 = 1): this {
    return this.cacheSize === cacheSize ? this : (new ComposeTransform(this.parts.map((t) => t.withCache(cacheSize)), { cacheSize }) as this);
  }
  protected override get parameters() {
    return this.parts;
  }
  protected call(x: Tensor): Tensor {
    return this.parts.reduce((value, t) => t.forward(value), x);
  }
  protected override invert(y: Tensor): Tensor {
    return this.parts.reduceRight((value, t) => t.inverse(value), y);
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    let total: Tensor | undefined;
    let eventDim = this.domain.eventDim;
    this.parts.forEach((t, i) => {
      const next = i === this.parts.length - 1 ? y : t.forward(x);
      const own = sumRightmost(t.logAbsDetJacobian(x, next), eventDim - t.domain.eventDim);
      total = total === undefined ? own : add(total, own);
      eventDim += t.codomain.eventDim - t.domain.eventDim;
      x = next;
    });
    return total ?? zerosLike(x);
  }
  override forwardShape(shape: Shape): Shape {
    return this.parts.reduce((s, t) => t.forwardShape(s), shape);
  }
  override inverseShape(shape: Shape): Shape {
    return this.parts.reduceRight((s, t) => t.inverseShape(s), shape);
  }
  override toString(): string {
    return `ComposeTransform([${this.parts.map(String).join(', ')}])`;
  }
}

/** The sign of a chain. */
export function productOfSigns(transforms: readonly Transform[]): Operand {
  return transforms.map((t) => t.sign).reduce((a, b) => (typeof a === 'number' && typeof b === 'number' ? a * b : mul(a, b)), 1);
}

/** The transform that changes nothing. */
export const identityTransform: Transform = /* @__PURE__ */ new ComposeTransform([]);

// ── over several dimensions ──────────────────────────────────────────────────────────────────────────────────────────

/**
 * A transform whose last `reinterpretedBatchNdims` batch dimensions belong to one argument: their log determinants add up.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.IndependentTransform
 */
export class IndependentTransform extends Transform {
  readonly baseTransform: Transform;

  constructor(baseTransform: Transform, readonly reinterpretedBatchNdims: number, options: TransformOptions = {}) {
    super(options);
    this.baseTransform = options.cacheSize === 1 ? baseTransform.withCache(1) : baseTransform;
  }
  get domain(): Constraint {
    return independent(this.baseTransform.domain, this.reinterpretedBatchNdims);
  }
  get codomain(): Constraint {
    return independent(this.baseTransform.codomain, this.reinterpretedBatchNdims);
  }
  override get bijective(): boolean {
    return this.baseTransform.bijective;
  }
  override get sign(): Operand {
    return this.baseTransform.sign;
  }
  protected override get parameters() {
    return [this.baseTransform, this.reinterpretedBatchNdims];
  }
  protected call(x: Tensor): Tensor {
    return this.baseTransform.forward(x);
  }
  protected override invert(y: Tensor): Tensor {
    return this.baseTransform.inverse(y);
  }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return sumRightmost(this.baseTransform.logAbsDetJacobian(x, y), this.reinterpretedBatchNdims);
  }
  override forwardShape(shape: Shape): Shape {
    return this.baseTransform.forwardShape(shape);
  }
  override inverseShape(shape: Shape): Shape {
    return this.baseTransform.inverseShape(shape);
  }
  override toString(): string {
    return `IndependentTransform(${String(this.baseTransform)}, ${this.reinterpretedBatchNdims})`;
  }
}
