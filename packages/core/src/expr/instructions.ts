/**
 * Scalar instructions: what a row says of one, and the table of the basic ones.
 *
 * Every backend spells the basic ones. A derived one is made of simpler ones, and is no row of a table: it is a constant
 * in the file of its family under `math`, which expressions carry along. So it is in a program when an op names it.
 *
 * Invariant: a derived instruction has an expansion for each compute type in which a target does not compute it itself
 * (the CPU backend calls JavaScript in float64, where JavaScript is exact).
 *
 * Reference: tinygrad's UOps and decompositions; WGSL section 17; https://pytorch.org/docs/stable/special.html
 */
import type { ComputeType } from '../tensor/dtype.js';
import type { Expr } from './expr.js';
import { bitcastValue, castValue } from './math/convert.js';
import * as js from './math/scalar.js';

/** Values as the interpreter holds them: int64 is a bigint, bool is 0 or 1, the rest are numbers. */
export type Value = number | bigint;

export interface Instruction {
  readonly arity: number;
  /** 'same': the operands' type. 'bool': a truth value. */
  readonly result: 'same' | 'bool';
  /** The meaning, before rounding to the compute type. After the operands it gets their type, and that of the result. */
  readonly js: (...args: never[]) => Value | boolean;
  /** Rough cost in additions, for the scheduler's choice between storing and computing again. */
  readonly cost: number;
}

/** The same value in simpler instructions. */
export type Expansion = (...args: Expr[]) => Expr;

/** A derived instruction; its expansions stand under the compute types that they are for. */
export interface DerivedInstruction extends Instruction, Readonly<Partial<Record<ComputeType, Expansion>>> {
  /** Unique: kernels that print alike are one. */
  readonly name: string;
  /** The arguments, almost none, for which the value matters: a backend may branch around the rest. */
  readonly rare?: Expansion;
}

const basic = (arity: number, fn: Instruction['js'], cost = 1): Instruction => ({ arity, result: 'same', js: fn, cost });
const compare = (fn: Instruction['js']): Instruction => ({ arity: 2, result: 'bool', js: fn, cost: 1 });

export const BASIC = {
  // arithmetic
  add: basic(2, (a: number, b: number) => a + b),
  sub: basic(2, (a: number, b: number) => a - b),
  mul: basic(2, js.multiply),
  /** Float division. */
  div: basic(2, (a: number, b: number) => a / b, 4),
  /** Integer quotient, rounded towards zero; by zero it is 0. */
  quot: basic(2, (a: number, b: number) => b && a / b, 6),
  /** Integer remainder with the sign of the dividend; by zero it is 0. */
  rem: basic(2, (a: number, b: number) => b && a % b, 6),
  neg: basic(1, (a: number) => -a),
  abs: basic(1, js.absolute),
  /** NaN when either is NaN. */
  min: basic(2, js.minimum),
  max: basic(2, js.maximum),
  sqrt: basic(1, Math.sqrt, 4),
  floor: basic(1, Math.floor),
  ceil: basic(1, Math.ceil),
  trunc: basic(1, Math.trunc),
  /** To the nearest integer, ties to even. */
  nearest: basic(1, js.nearest),

  // bits and truth values
  and: basic(2, (a: number, b: number) => a & b),
  or: basic(2, (a: number, b: number) => a | b),
  xor: basic(2, (a: number, b: number) => a ^ b),
  not: basic(1, js.not),
  shl: basic(2, (a: number, b: number) => a << b),
  /** Arithmetic shift. */
  shr: basic(2, (a: number, b: number) => a >> b),
  /** Logical shift. */
  ushr: basic(2, js.logicalShift),

  // comparisons
  eq: compare((a: number, b: number) => a === b),
  ne: compare((a: number, b: number) => a !== b),
  lt: compare((a: number, b: number) => a < b),
  le: compare((a: number, b: number) => a <= b),
  gt: compare((a: number, b: number) => a > b),
  ge: compare((a: number, b: number) => a >= b),

  // forms of their own in the builder
  select: basic(3, (c: number, a: number, b: number) => (c ? a : b)),
  cast: basic(1, (a: number, _: ComputeType, to: ComputeType) => castValue(a, to)),
  bitcast: basic(1, bitcastValue),
} as const satisfies Record<string, Instruction>;

export type InstructionName = keyof typeof BASIC;

/** The row of an expression's instruction; undefined for constants, loads and the other forms that compute nothing. */
export const rowOf = (x: Expr): Instruction | undefined =>
  x.op === 'derived' ? x.row : (BASIC as Readonly<Record<string, Instruction>>)[x.op];

/** What the instruction or the form is called. */
export const nameOf = (x: Expr): string => (x.op === 'derived' ? x.row.name : x.op);
