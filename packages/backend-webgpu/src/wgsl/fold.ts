/**
 * Folds: how the values of a reduction or a scan are joined inside one invocation.
 *
 * A float sum over many values adds blocks of few into a sum that remembers what rounding lost (`add_up`), so its error
 * does not grow with the number of values. An argmax keeps the best value and where it stood; NaN beats everything, and
 * among equals the first stays.
 *
 * Invariant: the same values in the same order give the same bits.
 *
 * Reference: Higham, The accuracy of floating point summation (1993), section 3: blocked and compensated sums.
 */
import type { Combine, ComputeType } from '@sconce/core';
import { bare } from './blocks.js';
import type { Emitter } from './emitter.js';
import { literal, typeName } from './spelling.js';

export interface Fold {
  /** Declares the accumulator. */
  readonly start: readonly string[];
  /** Takes a value; `position` is where it stands among the values, needed by the arg forms only. */
  take(value: string, position: () => string): readonly string[];
  /** Where values are added up in blocks: what begins and what ends a block. */
  readonly block: { readonly begin: readonly string[]; readonly end: readonly string[] } | null;
  readonly result: string;
  /** Of the arg forms: the best value and where it stood, −1 before the first. */
  readonly best?: { readonly value: string; readonly place: string };
}

export const isArg = (combine: Combine): combine is 'argmax' | 'argmin' => combine === 'argmax' || combine === 'argmin';

const LIMITS: Readonly<Record<'max' | 'min', Partial<Record<ComputeType, number>>>> = {
  max: { float32: -Infinity, int32: -(2 ** 31), bool: 0 },
  min: { float32: Infinity, int32: 2 ** 31 - 1, bool: 1 },
};

/** The value that joining leaves as it is. */
export function neutral(combine: Exclude<Combine, 'argmax' | 'argmin'>, dtype: ComputeType, em: Emitter): string {
  const value = combine === 'sum' ? 0 : combine === 'prod' ? 1 : LIMITS[combine][dtype]!;
  return bare(literal(value, dtype, em.spelling(1)));
}

const OPERATORS: Readonly<Record<string, string>> = { 'sum:float32': '+', 'sum:int32': '+', 'prod:float32': '*', 'prod:int32': '*', 'sum:bool': '|', 'max:bool': '|', 'prod:bool': '&', 'min:bool': '&' };

/** Two values joined. */
export function joined(combine: Exclude<Combine, 'argmax' | 'argmin'>, dtype: ComputeType, a: string, b: string, em: Emitter): string {
  const operator = OPERATORS[`${combine}:${dtype}`];
  if (operator !== undefined) return `${a} ${operator} ${b}`;
  const fn = dtype === 'int32' ? combine : em.helpers.use(combine === 'max' ? 'larger' : 'smaller');
  return `${fn}(${a}, ${b})`;
}

/** `x` takes the place of `best`. */
export function beats(combine: 'argmax' | 'argmin', dtype: ComputeType, x: string, best: string, em: Emitter): string {
  if (dtype === 'float32') return `${em.helpers.use(combine === 'argmax' ? 'beats_max' : 'beats_min')}(${x}, ${best})`;
  const [a, b] = dtype === 'bool' ? [`i32(${x})`, `i32(${best})`] : [x, best];
  return `(${a} ${combine === 'argmax' ? '>' : '<'} ${b})`;
}

/** A fold with names of its own in the emitter. `compensated`: every value is added with what rounding lost. */
export function foldOf(combine: Combine, dtype: ComputeType, em: Emitter, mode: 'plain' | 'blocked' | 'compensated' = 'plain'): Fold {
  if (isArg(combine)) {
    const best = em.fresh('best');
    const at = em.fresh('at');
    return {
      start: [`var ${best} = ${typeName(dtype)}();`, `var ${at} = -1;`],
      take: (value, position) => {
        const x = em.fresh('x');
        return [`let ${x} = ${bare(value)};`, `if (${at} < 0 || ${beats(combine, dtype, x, best, em)}) { ${best} = ${x}; ${at} = ${bare(position())}; }`];
      },
      block: null,
      result: `max(${at}, 0)`,
      best: { value: best, place: at },
    };
  }
  const name = em.fresh(combine);
  if (combine === 'sum' && dtype === 'float32' && mode !== 'plain') {
    const addUp = em.helpers.use('add_up');
    const start = [`var ${name} = vec2<f32>();`];
    const result = `${name}.x`;
    if (mode === 'compensated') return { start, result, block: null, take: (value) => [`${name} = ${addUp}(${name}, ${bare(value)});`] };
    const part = em.fresh('part');
    return {
      start,
      result,
      take: (value) => [`${part} += ${bare(value)};`],
      block: { begin: [`var ${part} = 0.0f;`], end: [`${name} = ${addUp}(${name}, ${part});`] },
    };
  }
  const operator = OPERATORS[`${combine}:${dtype}`];
  return {
    start: [`var ${name} = ${neutral(combine, dtype, em)};`],
    take: (value) => [operator === undefined ? `${name} = ${joined(combine, dtype, name, bare(value), em)};` : dtype === 'bool' ? `${name} = ${name} ${operator} ${value};` : `${name} ${operator}= ${bare(value)};`],
    block: null,
    result: name,
  };
}
