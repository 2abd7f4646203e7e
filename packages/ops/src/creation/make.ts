/**
 * What all functions that make tensors share: options, and nodes without inputs.
 *
 * Invariant: values are computed when they are needed, on the device they are made for; numbers from the user are runtime
 * scalars, so other numbers compile nothing.
 */
import {
  ArgumentError,
  constantNode,
  describe,
  numberNode,
  record,
  requireTensor,
  resolveOptions,
  Tensor,
  type Attrs,
  type DType,
  type Op,
  type Shape,
  type TensorOptions,
} from '@sconce/core';
import { elementOf } from '../families/element.js';
import { checkOptions } from '../families/options.js';

const OPTIONS = ['dtype', 'device', 'requiresGrad'] as const;

/** Options with the defaults filled in. */
export interface Target {
  readonly dtype: DType;
  readonly device: string;
  readonly requiresGrad: boolean;
}

/** Where and as what to make a tensor. `more` are the options that the function has besides. */
export function targetOf(op: string, options: TensorOptions, dtype: DType, more: readonly string[] = []): Target {
  checkOptions(op, options, [...OPTIONS, ...more]);
  return { ...resolveOptions(options, dtype), requiresGrad: options.requiresGrad === true };
}

/** As `targetOf`, taking dtype and device of `x` where options have none. */
export function targetLike(op: string, x: Tensor, options: TensorOptions, more: readonly string[] = []): Target {
  requireTensor(op, x);
  return targetOf(op, { ...options, device: options.device ?? x.device }, options.dtype ?? x.dtype, more);
}

/** A number that a user passes. */
export function requireNumber(op: string, name: string, x: unknown): number | boolean | bigint {
  if (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint') return x;
  throw new ArgumentError(`${op}: ${name} must be a number, got ${describe(x)}.`);
}

/** A runtime scalar as a 0-d tensor of the target's dtype. */
export const scalarFor = (op: string, { dtype, device }: Pick<Target, 'dtype' | 'device'>, x: number | boolean | bigint): Tensor =>
  new Tensor(numberNode(elementOf(op, x, dtype), dtype, device));

/** A number that the program fixes, as a 0-d tensor of the target's dtype. */
export const constantFor = ({ dtype, device }: Pick<Target, 'dtype' | 'device'>, x: number): Tensor =>
  new Tensor(constantNode(x, dtype, device));

/** The result of an op over runtime values, as a new tensor of the user's. */
export function made(op: Op, inputs: readonly Tensor[], attrs: Attrs, shape: Shape, { dtype, requiresGrad }: Target): Tensor {
  const t = record(op, inputs, attrs, shape, dtype);
  return requiresGrad ? t.requiresGrad_() : t;
}
