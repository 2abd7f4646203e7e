/**
 * How instructions are spelled in WGSL: one table for each compute type.
 *
 * Invariant: every basic instruction of core's table is here for the types that it is used with; the rest is expanded by
 * the compiler before, but for `rounded`, which keeps a WGSL compiler from rearranging sums. A spelling is right for NaN, infinities and integer limits, and is the same for one element and
 * for a vector of four.
 *
 * Reference: tinygrad's renderer (`wgsl.py`); WGSL sections 8 (expressions) and 17 (built-in functions).
 */
import { InternalError, nameOf, type ComputeType, type Expr } from '@sconce/core';
import type { HelperName, Width } from './helpers.js';

/** An operand: its text, and the expression that it is of. */
export interface Operand {
  readonly text: string;
  readonly expr: Expr;
}

export interface Spelling {
  readonly width: Width;
  readonly helper: (name: HelperName) => string;
}

type Spell = (operands: readonly Operand[], s: Spelling) => string;

const SCALAR_TYPES: Partial<Record<ComputeType, string>> = { float32: 'f32', int32: 'i32', bool: 'bool' };

/** The WGSL type that values of a compute type have in registers. */
export function typeName(dtype: ComputeType, width: Width = 1): string {
  const scalar = SCALAR_TYPES[dtype];
  if (scalar === undefined) throw new InternalError(`WGSL has no ${dtype}.`);
  return width === 1 ? scalar : `vec4<${scalar}>`;
}

const unsigned = (width: Width): string => (width === 1 ? 'u32' : 'vec4<u32>');

// ── literals ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const bits = new DataView(new ArrayBuffer(4));
const SMALLEST_NORMAL = 2 ** -126;

function floatLiteral(x: number, helper: Spelling['helper']): string {
  if (x !== x) return `bitcast<f32>(${helper('nan_bits')})`;
  if (x === Infinity) return `bitcast<f32>(${helper('infinity_bits')})`;
  if (x === -Infinity) return `(-bitcast<f32>(${helper('infinity_bits')}))`;
  if (Object.is(x, -0) || (x !== 0 && Math.abs(x) < SMALLEST_NORMAL)) {
    bits.setFloat32(0, x);
    return `bitcast<f32>(0x${bits.getUint32(0).toString(16)}u)`;
  }
  const text = Number.isInteger(x) && Math.abs(x) < 1e15 ? `${x}.0f` : `${x}f`;
  return x < 0 ? `(${text})` : text;
}

/** A constant. Integers are abstract and take the type of their neighbours. */
export function literal(value: number | bigint, dtype: ComputeType, s: Spelling): string {
  const x = Number(value);
  if (dtype === 'bool') return x === 0 ? 'false' : 'true';
  if (dtype === 'float32') return floatLiteral(x, s.helper);
  return x === -(2 ** 31) ? 'i32(-2147483648)' : x < 0 ? `(${x})` : String(x);
}

// ── what is known of floats ──────────────────────────────────────────────────────────────────────────────────────────

/** Whether a float may be NaN as far as its expression tells. */
function mayBeNaN(x: Expr): boolean {
  if (x.op === 'const') return Number.isNaN(x.value);
  if (x.op === 'cast') return false;
  return x.op === 'select' ? mayBeNaN(x.args[1]) || mayBeNaN(x.args[2]) : true;
}

const isZero = (x: Expr): boolean => x.op === 'const' && Number(x.value) === 0;
const isInfinity = (x: Expr): boolean => x.op === 'const' && Math.abs(Number(x.value)) === Infinity;

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const infix = (op: string): Spell => ([a, b]) => `(${a.text} ${op} ${b.text})`;
const prefix = (op: string): Spell => ([a]) => `(${op}${a.text})`;
const call = (fn: string): Spell => (operands) => `${fn}(${operands.map((o) => o.text).join(', ')})`;
const helped = (name: HelperName): Spell => (operands, s) => `${s.helper(name)}(${operands.map((o) => o.text).join(', ')})`;
const swapped = (spell: Spell): Spell => ([a, b], s) => spell([b, a], s);
const negated = (spell: Spell): Spell => (operands, s) => `(!${spell(operands, s)})`;

/** A comparison that is false when an operand is NaN. */
const ordered = (op: string, name: HelperName): Spell => (operands, s) =>
  (operands.some((o) => mayBeNaN(o.expr)) ? helped(name) : infix(op))(operands, s);

const equal: Spell = (operands, s) => {
  const [a, b] = operands;
  if (a.expr === b.expr) return `(!${s.helper('is_nan')}(${a.text}))`;
  const u = unsigned(s.width);
  if (isInfinity(a.expr) || isInfinity(b.expr)) return `(bitcast<${u}>(${a.text}) == bitcast<${u}>(${b.text}))`;
  return ordered('==', 'equal')(operands, s);
};

/** min or max, which in WGSL may drop a NaN. */
const extreme = (fn: string, name: HelperName): Spell => (operands, s) =>
  (operands.some((o) => mayBeNaN(o.expr)) ? helped(name) : call(fn))(operands, s);

const FLOAT: Readonly<Record<string, Spell>> = {
  add: infix('+'),
  sub: infix('-'),
  mul: (operands, s) => {
    const zero = operands.find((o) => isZero(o.expr));
    if (zero === undefined) return infix('*')(operands, s);
    const other = operands.find((o) => o !== zero) ?? zero;
    const product = `${s.helper('times_zero')}(${other.text})`;
    return Object.is((zero.expr as { value?: unknown }).value, -0) ? `(-${product})` : product;
  },
  div: infix('/'),
  neg: prefix('-'),
  abs: call('abs'),
  min: extreme('min', 'smaller'),
  max: extreme('max', 'larger'),
  sqrt: call('sqrt'),
  floor: call('floor'),
  ceil: call('ceil'),
  trunc: call('trunc'),
  nearest: call('round'),
  rounded: helped('rounded'),
  eq: equal,
  ne: negated(equal),
  lt: ordered('<', 'less'),
  le: ordered('<=', 'less_equal'),
  gt: swapped(ordered('<', 'less')),
  ge: swapped(ordered('<=', 'less_equal')),
};

const shift = (op: string): Spell => ([a, b], s) => {
  const u = unsigned(s.width);
  const splat = (n: number): string => (s.width === 1 ? `${n}u` : `${u}(${n}u)`);
  const amount = b.expr.op === 'const' ? splat(Number(b.expr.value) & 31) : `(bitcast<${u}>(${b.text}) & ${splat(31)})`;
  return `(${a.text} ${op} ${amount})`;
};

const divided = (op: string, name: HelperName): Spell => (operands, s) => {
  const [, { expr }] = operands;
  return (expr.op === 'const' && Number(expr.value) > 0 ? infix(op) : helped(name))(operands, s);
};

const INT: Readonly<Record<string, Spell>> = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  quot: divided('/', 'quotient'),
  rem: divided('%', 'remainder'),
  neg: prefix('-'),
  abs: call('abs'),
  min: call('min'),
  max: call('max'),
  and: infix('&'),
  or: infix('|'),
  xor: infix('^'),
  not: prefix('~'),
  shl: shift('<<'),
  shr: shift('>>'),
  ushr: ([a, b], s) => {
    const [i, u] = [typeName('int32', s.width), unsigned(s.width)];
    return `bitcast<${i}>${shift('>>')([{ text: `bitcast<${u}>(${a.text})`, expr: a.expr }, b], s)}`;
  },
  eq: infix('=='),
  ne: infix('!='),
  lt: infix('<'),
  le: infix('<='),
  gt: infix('>'),
  ge: infix('>='),
};

const BOOL: Readonly<Record<string, Spell>> = {
  add: infix('|'),
  mul: infix('&'),
  min: infix('&'),
  max: infix('|'),
  and: infix('&'),
  or: infix('|'),
  xor: infix('!='),
  not: prefix('!'),
  eq: infix('=='),
  ne: infix('!='),
  lt: ([a, b]) => `((!${a.text}) & ${b.text})`,
  le: ([a, b]) => `((!${a.text}) | ${b.text})`,
  gt: ([a, b]) => `(${a.text} & (!${b.text}))`,
  ge: ([a, b]) => `(${a.text} | (!${b.text}))`,
};

const TABLES: Partial<Record<ComputeType, Readonly<Record<string, Spell>>>> = { float32: FLOAT, int32: INT, bool: BOOL };

const toType: Record<string, (to: ComputeType) => Spell> = {
  float32: (to) => (to === 'int32' ? helped('to_int') : ([a], s) => `((bitcast<${unsigned(s.width)}>(${a.text}) & ${unsigned(s.width)}(0x7fffffffu)) != ${unsigned(s.width)}(0u))`),
  int32: (to) => ([a], s) => (to === 'bool' ? `(${a.text} != ${typeName('int32', s.width)}(0))` : `${typeName(to, s.width)}(${a.text})`),
  bool: (to) => ([a], s) => `${typeName(to, s.width)}(${a.text})`,
};

/** Whether an instruction on values of this type is spelled as it is. */
export const isSpelled = (name: string, dtype: ComputeType): boolean => TABLES[dtype]?.[name] !== undefined;

/** An instruction applied to operands, all in the width of `s`. */
export function spell(x: Expr, operands: readonly Operand[], s: Spelling): string {
  const from = (x.args[0]).dtype;
  if (x.op === 'cast') return toType[from](x.dtype)(operands, s);
  if (x.op === 'bitcast') return `bitcast<${typeName(x.dtype, s.width)}>(${operands[0].text})`;
  if (x.op === 'select') return `select(${operands[2].text}, ${operands[1].text}, ${operands[0].text})`;
  const spelling = TABLES[from]?.[nameOf(x)];
  if (spelling === undefined) throw new InternalError(`'${nameOf(x)}' of ${from} has no spelling in WGSL.`);
  return spelling(operands, s);
}
