/**
 * Distribution: shapes, checks of arguments, and what every distribution answers.
 *
 * A value has the shape [...sample, ...batchShape, ...eventShape]: a batch holds independent distributions, an event is
 * one outcome of one of them. What a distribution does not override it does not have, and says so.
 *
 * Invariant: nothing is read. Arguments are checked at the call where their values are on the host already; densities
 * and samples are recorded like any op, so they fuse, and have gradients.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#distribution
 */
import { ArgumentError, backendOf, cast, describe, isFloat, isTensor, noGrad, ShapeError, shapeText, type Operand, type Shape, type Tensor } from '@sconce/core';
import { exp, scalarTensor, sqrt } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { known, requireSampleShape, type DistributionOptions } from './arguments.js';
import type { Constraint, Violation } from './constraints.js';

/** The constraint of each parameter. */
export type Constraints = Readonly<Record<string, Constraint>>;

let validatesByDefault = true;

/**
 * Base of all distributions.
 *
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.distribution.Distribution
 */
export abstract class Distribution {
  /** The constraint of each parameter. */
  static get argConstraints(): Constraints {
    return {};
  }

  /** Whether distributions that are not told look at their arguments: true at first. */
  static setDefaultValidateArgs(value: boolean): void {
    validatesByDefault = value;
  }

  readonly validateArgs: boolean;

  constructor(
    readonly batchShape: Shape,
    readonly eventShape: Shape,
    options: DistributionOptions = {},
  ) {
    checkOptions(new.target.name, options, ['validateArgs']);
    this.validateArgs = options.validateArgs ?? validatesByDefault;
  }

  // ── what it is ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Where its values lie. */
  abstract get support(): Constraint;
  /** The same distribution for every element of a larger batch. */
  abstract expand(batchShape: Shape): Distribution;

  get argConstraints(): Constraints {
    return (this.constructor as typeof Distribution).argConstraints;
  }
  /** A parameter: samples, and numbers that stand for values, have its dtype and device. */
  get model(): Tensor {
    const own = this as unknown as Record<string, unknown>;
    const model = Object.keys(this.argConstraints).map((name) => own[name]).find(isTensor);
    return model ?? this.missing('parameter that is a Tensor');
  }
  /** Whether gradients pass from samples to parameters. */
  get hasRsample(): boolean {
    return this.rsample !== Distribution.prototype.rsample;
  }
  /** Whether its values can be enumerated. */
  get hasEnumerateSupport(): boolean {
    return this.enumerateSupport !== Distribution.prototype.enumerateSupport;
  }

  // ── what it answers ────────────────────────────────────────────────────────────────────────────────────────────────

  get mean(): Tensor {
    return this.missing('mean');
  }
  get mode(): Tensor {
    return this.missing('mode');
  }
  get variance(): Tensor {
    return this.missing('variance');
  }
  get stddev(): Tensor {
    return sqrt(this.variance);
  }
  /** Values drawn from it, through which no gradient passes: [...shape, ...batchShape, ...eventShape]. */
  sample(shape: Shape = []): Tensor {
    return noGrad(() => this.rsample(shape));
  }
  /** Values drawn from it, as functions of its parameters, so that gradients pass. */
  rsample(_shape: Shape = []): Tensor {
    return this.missing('rsample');
  }
  /** The logarithm of the density, or of the probability, of values. */
  logProb(_value: Operand): Tensor {
    return this.missing('logProb');
  }
  /** The probability of less than `value`. */
  cdf(_value: Operand): Tensor {
    return this.missing('cdf');
  }
  /** The inverse of `cdf`. */
  icdf(_value: Operand): Tensor {
    return this.missing('icdf');
  }
  /** −E log p, in nats. */
  entropy(): Tensor {
    return this.missing('entropy');
  }
  /** e to the entropy. */
  perplexity(): Tensor {
    return exp(this.entropy());
  }
  /** All values, along a new first dimension; without `expand` the batch has sizes of 1. */
  enumerateSupport(_expand = true): Tensor {
    return this.missing('enumerateSupport');
  }

  // ── for those that extend it ───────────────────────────────────────────────────────────────────────────────────────

  /** Its class, for errors. */
  protected get name(): string {
    return this.constructor.name;
  }
  protected missing(what: string): never {
    throw new ArgumentError(`${this.name} has no ${what}.`);
  }
  /** Options for a distribution that is made of this one. */
  protected get options(): DistributionOptions {
    return { validateArgs: this.validateArgs };
  }
  /** The shape of a sample. */
  protected extended(sampleShape: Shape): number[] {
    return [...requireSampleShape(this.name, sampleShape), ...this.batchShape, ...this.eventShape];
  }

  /** Checks parameters as they were given. */
  protected check(given: Readonly<Record<string, Operand | null | undefined>>, constraints: Constraints = this.argConstraints): void {
    if (!this.validateArgs) return;
    for (const [name, constraint] of Object.entries(constraints)) {
      const x = given[name];
      if (x === null || x === undefined) continue;
      const numbers = known(x);
      const wrong = numbers && constraint.violation(numbers, known);
      if (wrong) throw new ArgumentError(`${this.name}: ${name} must satisfy ${wrong.constraint}, got ${found(wrong, isTensor(x))}.`);
    }
  }

  /** A value or a probability as a tensor like the parameters: numbers and integers as floats. */
  protected tensorOf(op: string, value: Operand): Tensor {
    const { model } = this;
    if (typeof value === 'number') return scalarTensor(value, { dtype: model.dtype, device: model.device });
    if (!isTensor(value)) throw new ArgumentError(`${this.name}.${op}: value must be a number or a Tensor, got ${describe(value)}.`);
    return isFloat(value.dtype) ? value : cast(value, model.dtype);
  }
  /** As `tensorOf`, of a value that must lie in the support. */
  protected valueOf(op: string, value: Operand): Tensor {
    const x = this.tensorOf(op, value);
    if (this.validateArgs) this.requireValue(`${this.name}.${op}`, value, x.shape);
    return x;
  }

  private requireValue(where: string, value: Operand, shape: Shape): void {
    const own = [...this.batchShape, ...this.eventShape];
    const shift = shape.length - own.length;
    const eventFits = this.eventShape.every((n, d) => n === shape[shape.length - this.eventShape.length + d]);
    const fits = own.every((n, d) => shift + d < 0 || n === 1 || shape[shift + d] === 1 || n === shape[shift + d]);
    if (!eventFits || !fits) {
      throw new ShapeError(`${where}: a value of shape ${shapeText(shape)} does not fit batches of ${shapeText(this.batchShape)} and events of ${shapeText(this.eventShape)}.`);
    }
    const numbers = known(value);
    const wrong = numbers && this.support.violation(numbers, known);
    if (wrong) throw new ArgumentError(`${where}: value must lie in the support, ${wrong.constraint}, got ${found(wrong, isTensor(value))}. Pass { validateArgs: false } to the distribution for its density there.`);
  }

  /** As PyTorch prints it: parameters of one element by value, where it can be read at once, others by shape. */
  toString(): string {
    const params = Object.keys(this.argConstraints).flatMap((name) => {
      const x = (this as unknown as Record<string, unknown>)[name];
      return isTensor(x) && this.isShown(name) ? [`${name}: ${shown(x)}`] : [];
    });
    return `${this.name}(${params.join(', ')})`;
  }
  /** Whether the printed form has a parameter: not one that is computed from another. */
  protected isShown(_name: string): boolean {
    return true;
  }
}

const found = ({ value, position }: Violation, isIndexed: boolean): string =>
  `${typeof value === 'number' ? value : `[${value.join(', ')}]`}${isIndexed ? ` at position ${position}` : ''}`;

const float = (x: number): string => (Number.isInteger(x) ? x.toFixed(1) : String(x));
const shown = (x: Tensor): string =>
  x.numel() === 1 && backendOf(x.device).syncReads ? float(x.itemSync()) : shapeText(x.shape);
