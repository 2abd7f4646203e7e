/**
 * Checks of arguments that many ops share: sizes, integers, lists of tensors, trailing options.
 *
 * Invariant: what passes is what its type says; everything else is a typed error that names the op and the argument.
 */
import { ArgumentError, describe, DTypeError, isInteger, requireTensor, ShapeError, type Tensor } from '@sconce/core';

/**
 * Integers as PyTorch takes them: one list, or one by one. The type of a rest parameter, so it is not readonly: TypeScript
 * infers no parameters, and so no method, from a readonly one.
 */
export type Integers = number[] | [readonly number[]];

/** The integers of `reshape(x, [2, 3])` and of `reshape(x, 2, 3)`. */
export function integersOf(op: string, name: string, given: Readonly<Integers>): number[] {
  const list: readonly unknown[] = given.length === 1 && Array.isArray(given[0]) ? (given[0] as readonly number[]) : given;
  if (!Array.isArray(list)) throw new ArgumentError(`${op}: ${name} must be a list of integers, got ${describe(list)}.`);
  return list.map((x) => requireInteger(op, name, x));
}

/** An argument that must be an integer, of at least `least` where that is given. */
export function requireInteger(op: string, name: string, x: unknown, least = -Infinity): number {
  if (typeof x !== 'number' || !Number.isInteger(x)) {
    throw new ArgumentError(`${op}: ${name} must be an integer, got ${describe(x)}.`);
  }
  if (x < least) throw new ArgumentError(`${op}: ${name} must be at least ${least}, got ${x}.`);
  return x;
}

/** An integer, or a list of integers, as a list. */
export function integerList(op: string, name: string, x: number | readonly number[]): number[] {
  if (typeof x !== 'number' && !Array.isArray(x)) throw new ArgumentError(`${op}: ${name} must be an integer or a list of them, got ${describe(x)}.`);
  return (typeof x === 'number' ? [x] : (x as readonly number[])).map((n) => requireInteger(op, name, n));
}

/** A number, or a list of numbers with one for each of `count` dimensions. */
export function perDimension(op: string, name: string, x: number | readonly number[], count: number, least: number): number[] {
  const list = typeof x === 'number' ? new Array<number>(count).fill(x) : x;
  if (!Array.isArray(list) || list.length !== count) {
    throw new ArgumentError(`${op}: ${name} must be a number or a list of ${count}, got ${describe(x)}.`);
  }
  return list.map((n) => requireInteger(op, name, n, least));
}

/** Sizes of a new tensor: integers that are not negative. */
export function requireSizes(op: string, given: Readonly<Integers>): number[] {
  const sizes = integersOf(op, 'size', given);
  if (sizes.some((n) => n < 0)) throw new ShapeError(`${op}: sizes must not be negative, got [${sizes.join(', ')}].`);
  return sizes;
}

/** Sizes with options after them, as in `zeros([2, 3], { dtype })` and `zeros(2, 3, { dtype })`. */
export type SizesWith<Options> = [...Integers] | [...Integers, Options];

/** Splits sizes from the options after them. */
export function splitOptions<Options extends object>(given: Readonly<SizesWith<Options>>): { sizes: Integers; options: Partial<Options> } {
  const last = given.at(-1);
  if (typeof last !== 'object' || Array.isArray(last)) return { sizes: given as Integers, options: {} };
  return { sizes: given.slice(0, -1) as unknown as Integers, options: last as Options };
}

/** A list that must hold tensors only, and at least one. */
export function requireTensors(op: string, xs: unknown, name = 'tensors'): asserts xs is readonly Tensor[] {
  if (!Array.isArray(xs)) throw new ArgumentError(`${op}: ${name} must be a list of Tensors, got ${describe(xs)}.`);
  if (xs.length === 0) throw new ArgumentError(`${op}: ${name} must hold at least one Tensor, got an empty list.`);
  xs.forEach((x, i) => requireTensor(op, x, `${name}[${i}]`));
}

/** Tensors given one by one, or as one list. */
export function tensorsOf(op: string, given: readonly Tensor[] | readonly [readonly Tensor[]]): readonly Tensor[] {
  const list: unknown = given.length === 1 && Array.isArray(given[0]) ? given[0] : given;
  requireTensors(op, list);
  return list;
}

/** A tensor of indices. */
export function requireIndex(op: string, index: unknown, name = 'index'): asserts index is Tensor {
  requireTensor(op, index, name);
  if (!isInteger(index.dtype)) {
    throw new DTypeError(`${op}: ${name} must be a tensor of integers, got ${index.dtype}. Use ${name}.to('int32').`);
  }
}

/** A tensor of truth values. */
export function requireMask(op: string, mask: unknown, name = 'mask'): asserts mask is Tensor {
  requireTensor(op, mask, name);
  if (mask.dtype !== 'bool') {
    throw new DTypeError(`${op}: ${name} must be a tensor of bool, got ${mask.dtype}. Use a comparison such as gt(x, 0), or ${name}.to('bool').`);
  }
}
