/**
 * The table of scalar instructions: one row each, with its arity, its meaning in JavaScript and, unless every backend
 * must spell it, its expansion into simpler ones.
 *
 * Invariant: a row with `basic: true` is in every backend's spelling table; every other row has an expansion, or is
 * left to targets that can call JavaScript (the CPU backend does so in float64, where JavaScript is exact).
 *
 * Reference: tinygrad's UOps and decompositions; WGSL section 17; https://pytorch.org/docs/stable/special.html
 */
import type { Builder } from './build.js';
import type { ComputeType } from './dtype.js';
import type { Expr } from './expr.js';
import * as js from './math/scalar.js';
import * as expand from './math/expand.js';

/** Values as the interpreter holds them: int64 is a bigint, bool is 0 or 1, the rest are numbers. */
export type Value = number | bigint;

/** The same value in simpler instructions; undefined where there is none for this compute type. */
export type Expansion = (e: Builder, args: readonly Expr[], dtype: ComputeType) => Expr | undefined;

export interface Instruction {
  readonly arity: number;
  /** 'same': the operands' type. 'bool': a truth value. */
  readonly result: 'same' | 'bool';
  readonly basic: boolean;
  /** The meaning, before rounding to the compute type; `dtype` is that of the operands. */
  readonly js: (...args: never[]) => Value | boolean;
  readonly expand?: Expansion;
  /** The arguments, almost none, for which the value matters: a backend may branch around the rest. */
  readonly rare?: Expansion;
  /** Rough cost in additions, for the scheduler's choice between storing and computing again. */
  readonly cost: number;
}

type Js = (...args: never[]) => Value | boolean;

const basic = (arity: number, fn: Js, cost = 1): Instruction => ({ arity, result: 'same', basic: true, js: fn, cost });
const compare = (fn: Js): Instruction => ({ arity: 2, result: 'bool', basic: true, js: fn, cost: 1 });
const derived = (arity: number, fn: Js, expansion: Expansion, cost: number): Instruction => ({
  arity,
  result: 'same',
  basic: false,
  js: fn,
  expand: expansion,
  cost,
});

export const INSTRUCTIONS = {
  // arithmetic
  add: basic(2, (a: number, b: number) => a + b),
  sub: basic(2, (a: number, b: number) => a - b),
  mul: basic(2, js.multiply),
  /** Float division. */
  div: basic(2, (a: number, b: number) => a / b, 4),
  /** Integer quotient, rounded towards zero; by zero it is 0. */
  quot: basic(2, js.quotient, 6),
  /** Integer remainder with the sign of the dividend; by zero it is 0. */
  rem: basic(2, js.remainder, 6),
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
  cast: basic(1, (a: number) => a),
  bitcast: basic(1, (a: number) => a),
  /** A value as it has been rounded. Nothing, but for a backend whose compiler reassociates: it spells what stops that. */
  rounded: derived(1, (a: number) => a, expand.rounded, 0),

  // exponentials and logarithms
  exp: derived(1, Math.exp, expand.exp, 28),
  exp2: derived(1, js.exp2, expand.exp2, 24),
  expm1: derived(1, Math.expm1, expand.expm1, 32),
  log: derived(1, Math.log, expand.log, 42),
  log2: derived(1, js.log2, expand.log2, 42),
  log10: derived(1, Math.log10, expand.log10, 46),
  log1p: derived(1, Math.log1p, expand.log1p, 50),
  pow: derived(2, js.power, expand.pow, 120),
  sigmoid: derived(1, js.sigmoid, expand.sigmoid, 36),

  // trigonometric and hyperbolic
  sin: derived(1, Math.sin, expand.sin, 42),
  cos: derived(1, Math.cos, expand.cos, 42),
  tan: derived(1, Math.tan, expand.tan, 38),
  /** Of angles too large for the reduction of sin, cos and tan. */
  sinLarge: { ...derived(1, Math.sin, expand.sinLarge, 2), rare: expand.isLargeAngle },
  cosLarge: { ...derived(1, Math.cos, expand.cosLarge, 2), rare: expand.isLargeAngle },
  tanLarge: { ...derived(1, Math.tan, expand.tanLarge, 2), rare: expand.isLargeAngle },
  asin: derived(1, Math.asin, expand.asin, 26),
  acos: derived(1, Math.acos, expand.acos, 30),
  atan: derived(1, Math.atan, expand.atan, 32),
  atan2: derived(2, Math.atan2, expand.atan2, 52),
  sinh: derived(1, Math.sinh, expand.sinh, 46),
  cosh: derived(1, Math.cosh, expand.cosh, 32),
  tanh: derived(1, Math.tanh, expand.tanh, 42),
  asinh: derived(1, Math.asinh, expand.asinh, 70),
  acosh: derived(1, Math.acosh, expand.acosh, 64),
  atanh: derived(1, Math.atanh, expand.atanh, 60),

  // special functions
  erf: derived(1, js.erf, expand.erf, 46),
  erfc: derived(1, js.erfc, expand.erfc, 70),
  erfinv: derived(1, js.erfinv, expand.erfinv, 94),
  lgamma: derived(1, js.lgamma, expand.lgamma, 160),
  digamma: derived(1, js.digamma, expand.digamma, 136),

  // random bits
  /** The upper 32 bits of the product of two unsigned 32-bit integers. */
  umulhi: derived(2, js.upperProduct, expand.umulhi, 16),
} as const satisfies Record<string, Instruction>;

export type InstructionName = keyof typeof INSTRUCTIONS;

/** The row of an instruction, with the optional columns visible. */
export const rowOf = (name: InstructionName): Instruction => INSTRUCTIONS[name];
