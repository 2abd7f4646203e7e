/**
 * Arguments of distributions: numbers and tensors as tensors of one shape, probabilities or log odds, shapes of samples.
 *
 * Invariant: a number stands for a tensor of the dtype and on the device of the tensors beside it; integers are floats.
 *
 * Reference: `broadcast_all` and `lazy_property` of torch.distributions.utils.
 */
import { ArgumentError, cast, describe, enableGrad, findKnown, floatFor, isTensor, ShapeError, shapeText, sizeOf, type Operand, type Shape, type Tensor } from '@sconce/core';
import { broadcastTensors, scalarTensor } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import type { Numbers } from './constraints.js';
import { logitsToProbs, probsToLogits } from './numbers.js';

/** Options of every distribution. */
export interface DistributionOptions {
  /** Look at parameters, and at values whose probability is asked for, where they are on the host. Default true. */
  readonly validateArgs?: boolean;
}

/** As floats: integers are cast, numbers become 0-d tensors like the tensors among the operands. */
export function floats(op: string, operands: Readonly<Record<string, Operand>>): Tensor[] {
  const model = Object.values(operands).find(isTensor);
  return Object.entries(operands).map(([name, x]) => {
    if (isTensor(x)) return cast(x, floatFor(x.dtype));
    if (typeof x !== 'number') throw new ArgumentError(`${op}: ${name} must be a number or a Tensor, got ${describe(x)}.`);
    return scalarTensor(x, model === undefined ? {} : { dtype: floatFor(model.dtype), device: model.device });
  });
}

/** As floats of one shape. */
export const broadcastAll = (op: string, operands: Readonly<Record<string, Operand>>): Tensor[] => broadcastTensors(floats(op, operands));

/** The values of an operand that are on the host already. */
export function known(x: Operand): Numbers | undefined {
  if (!isTensor(x)) return { values: [Number(x)], shape: [] };
  const values: number[] = [];
  findKnown(x, (value) => {
    values.push(value);
    return false;
  });
  return values.length === sizeOf(x.shape) ? { values, shape: x.shape } : undefined;
}

/** The shape of a sample of `sampleShape` independent ones. */
export function requireSampleShape(op: string, shape: unknown): Shape {
  if (Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0)) return shape as Shape;
  throw new ShapeError(`${op}: the shape of a sample must be a list of sizes such as [1000], got ${Array.isArray(shape) ? shapeText(shape as Shape) : describe(shape)}.`);
}

// ── probabilities or log odds ────────────────────────────────────────────────────────────────────────────────────────

/** One of both. */
export interface OddsOptions extends DistributionOptions {
  readonly probs?: Operand | null;
  /** Log odds of 1 against 0, or logarithms of weights. */
  readonly logits?: Operand | null;
}

/** Probabilities, or an object that names them or log odds. */
export type OddsArgument = Operand | OddsOptions;

/** The options of every distribution, among others; those that come later count more. */
export const ownOptions = ({ validateArgs }: DistributionOptions, later: DistributionOptions = {}): DistributionOptions => ({ validateArgs, ...later });

interface Given {
  readonly name: 'probs' | 'logits';
  readonly value: Operand;
  /** Those of the distribution alone. */
  readonly options: DistributionOptions;
}

/** What was given of probabilities and log odds, exactly one. */
export function givenOdds(op: string, argument: OddsArgument | undefined, options: DistributionOptions = {}, more: readonly string[] = []): Given {
  if (isTensor(argument) || typeof argument === 'number') return { name: 'probs', value: argument, options };
  const named = (argument ?? {}) as OddsOptions;
  checkOptions(op, named, ['probs', 'logits', 'validateArgs', ...more]);
  const { probs, logits } = named;
  const hasProbs = probs !== undefined && probs !== null;
  const hasLogits = logits !== undefined && logits !== null;
  if (hasProbs === hasLogits) throw new ArgumentError(`${op}: got ${hasProbs ? 'both probs and logits' : 'neither probs nor logits'}, expected one, as in new ${op}({ logits: x }).`);
  return { name: hasProbs ? 'probs' : 'logits', value: (hasProbs ? probs : logits) as Operand, options: ownOptions(named, options) };
}

/** Probabilities and log odds of which one was given; the other is computed when it is asked for, with its gradient. */
export class Odds {
  private other: Tensor | undefined;

  constructor(
    readonly name: 'probs' | 'logits',
    readonly param: Tensor,
    readonly isBinary: boolean,
  ) {}

  get probs(): Tensor {
    return this.name === 'probs' ? this.param : (this.other ??= enableGrad(() => logitsToProbs(this.param, this.isBinary)));
  }
  get logits(): Tensor {
    return this.name === 'logits' ? this.param : (this.other ??= enableGrad(() => probsToLogits(this.param, this.isBinary)));
  }
  /** The same of another parameter, such as an expanded one. */
  map(f: (param: Tensor) => Tensor): Odds {
    return new Odds(this.name, f(this.param), this.isBinary);
  }
  /** As an argument of a constructor. */
  get argument(): OddsOptions {
    return { [this.name]: this.param };
  }
}
