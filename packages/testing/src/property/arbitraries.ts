/**
 * What properties range over: shapes, pairs of shapes that broadcast, axes, elements, and choices that programs are made of.
 *
 * Invariant: what shrinks becomes simpler: fewer dimensions, smaller sizes, fewer steps, elements closer to 0.
 */
import type { DType, Shape } from '@sconce/core';
import fc from 'fast-check';
import { integers } from './fill.js';
import { sizeOf, type Plain } from './plain.js';

export interface Extents {
  readonly minRank?: number;
  readonly maxRank?: number;
  readonly minSize?: number;
  readonly maxSize?: number;
}

/** Arrays of any length between two, where fast-check would prefer short ones. */
export const listOf = <T>(item: fc.Arbitrary<T>, minLength: number, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength, size: 'max' });

/** Shapes; one size in sixteen is 0 where that is allowed. */
export function shapes({ minRank = 0, maxRank = 4, minSize = 0, maxSize = 5 }: Extents = {}): fc.Arbitrary<number[]> {
  const sizes = fc.integer({ min: Math.max(1, minSize), max: maxSize });
  const any = minSize > 0 ? sizes : fc.oneof({ weight: 15, arbitrary: sizes }, { weight: 1, arbitrary: fc.constant(0) });
  return listOf(any, minRank, maxRank);
}

/** Pairs of shapes that broadcast to each other: of one shape, either lacks some leading dimensions and has 1 for some sizes. */
export const broadcastable = (extents: Extents = {}): fc.Arbitrary<[number[], number[]]> =>
  shapes(extents).chain((shape) => {
    const flags = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: shape.length, maxLength: shape.length });
    // Of 0 to 3: 0 and 1 leave the size to both, 2 and 3 make one of them 1.
    return fc.tuple(flags, fc.nat(shape.length), fc.boolean()).map(([marks, missing, first]): [number[], number[]] => {
      const left = shape.map((n, d) => (marks[d] === 2 ? 1 : n));
      const right = shape.map((n, d) => (marks[d] === 3 ? 1 : n));
      return first ? [left.slice(missing), right] : [left, right.slice(missing)];
    });
  });

/** Some dimensions of so many, in any order, from the front or from the back. */
export const axes = (rank: number): fc.Arbitrary<number[]> =>
  fc.tuple(fc.shuffledSubarray(Array.from({ length: rank }, (_, d) => d)), fc.boolean()).map(([dims, back]) => (back ? dims.map((d) => d - rank) : dims));

/** One dimension, from the front or from the back. */
export const axis = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 });

/** Integers whose sums and products of a few are exact in every dtype but those of 8 bits. */
export const exact: fc.Arbitrary<number> = fc.integer({ min: -8, max: 8 });

/** Numbers between −2 and 2, with some of the bits of a float64. */
export const real: fc.Arbitrary<number> = fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((n) => n / 2 ** 29);

/** Seeds of elements that are drawn, not searched. */
export const seeds: fc.Arbitrary<number> = fc.noShrink(fc.integer({ min: 1, max: 2 ** 31 - 1 }));

/** Elements of a shape. */
export const plainOf = (shape: Shape, element: fc.Arbitrary<number> = exact): fc.Arbitrary<Plain> =>
  listOf(element, sizeOf(shape), sizeOf(shape)).map((values) => ({ shape, values }));

/** Shapes with elements. */
export const plain = (extents: Extents = {}, element: fc.Arbitrary<number> = exact): fc.Arbitrary<Plain> =>
  shapes(extents).chain((shape) => plainOf(shape, element));

/** Shapes of up to two dimensions that cross vectors and blocks, with elements that are drawn. */
export const wide = (maxSize = 150): fc.Arbitrary<Plain> =>
  fc.tuple(shapes({ minRank: 1, maxRank: 2, minSize: 1, maxSize }), seeds).map(([shape, seed]) => {
    const next = integers(seed, -8, 8);
    return { shape, values: Array.from({ length: sizeOf(shape) }, next) };
  });

/** Pairs that broadcast, with elements. */
export const plainPair = (extents: Extents = {}, element: fc.Arbitrary<number> = exact): fc.Arbitrary<[Plain, Plain]> =>
  broadcastable(extents).chain(([a, b]) => fc.tuple(plainOf(a, element), plainOf(b, element)));

/** Dtypes that hold integers from −8 to 8, on a device. */
export const signed = (device: string): fc.Arbitrary<DType> =>
  fc.constantFrom<DType[]>('float32', 'int32', 'float16', ...(device === 'cpu' ? (['float64', 'int64', 'bfloat16', 'int8'] as const) : []));

/** One step of a program: what it does, and the numbers that all its decisions are taken from. */
export interface Choice {
  readonly kind: number;
  readonly numbers: readonly number[];
}

/** Takes the next decision: one of so many. */
export type Pick = (count: number) => number;

/** Programs of up to so many steps; what a step's numbers mean depends on what is there when it is its turn. */
export const choices = (minSteps: number, maxSteps: number): fc.Arbitrary<Choice[]> =>
  fc.noBias(listOf(fc.record({ kind: fc.nat(999), numbers: fc.array(fc.nat(999), { minLength: 6, maxLength: 6 }) }), minSteps, maxSteps));

/** The decisions of a step, one after the other, in a circle. */
export function picker(numbers: readonly number[]): Pick {
  let taken = 0;
  return (count) => numbers[taken++ % numbers.length] % Math.max(1, count);
}
