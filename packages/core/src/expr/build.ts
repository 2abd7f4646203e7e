/**
 * Building expressions: one function for each basic instruction, `derived` for those that are made of simpler ones, and
 * the few forms that are no instructions. They check arity and give each expression its compute type.
 *
 * Invariant: the operands of an instruction have one type; plain numbers take the type of their neighbours.
 */
import type { ComputeType } from '../tensor/dtype.js';
import { DTypeError, InternalError } from '../errors.js';
import { axisRef, constant, freshAxis, isArg, type Combine, type Expr, type IndexCheck } from './expr.js';
import { indexError } from '../tensor/index-error.js';
import { castValue } from './math/convert.js';
import { BASIC, type DerivedInstruction, type Instruction, type InstructionName } from './instructions.js';

/** What builders take: an expression, or a number that becomes a constant of its neighbours' type. */
export type ExprOperand = Expr | number | bigint | boolean;

/** Builds an expression of one instruction, whose row stays visible. */
export type Build<R extends Instruction = Instruction> = ((...operands: readonly ExprOperand[]) => Expr) & { readonly row: R };

const isExpr = (x: ExprOperand): x is Expr => typeof x === 'object';

function typeOfOperands(name: string, operands: readonly ExprOperand[]): ComputeType {
  let dtype: ComputeType | undefined;
  for (const x of operands) {
    if (!isExpr(x)) continue;
    if (dtype !== undefined && dtype !== x.dtype) {
      throw new DTypeError(`e.${name}: operands are ${dtype} and ${x.dtype}; cast one of them.`);
    }
    dtype = x.dtype;
  }
  if (dtype !== undefined) return dtype;
  return operands.every((x) => Number.isInteger(x)) ? 'int32' : 'float32';
}

const lift = (x: ExprOperand, dtype: ComputeType): Expr => (isExpr(x) ? x : constant(x, dtype));

/** The operands of an instruction as expressions, and the type of its result. */
function applied(name: string, { arity, result }: Instruction, operands: readonly ExprOperand[]): { dtype: ComputeType; args: Expr[] } {
  if (operands.length !== arity) throw new InternalError(`e.${name} takes ${arity} operands, got ${operands.length}.`);
  const dtype = typeOfOperands(name, operands);
  return { dtype: result === 'bool' ? 'bool' : dtype, args: operands.map((x) => lift(x, dtype)) };
}

// ── instructions ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Direct = Exclude<InstructionName, 'select' | 'cast' | 'bitcast'>;

const builderOf = ([op, row]: readonly [string, Instruction]): [string, Build] => [
  op,
  Object.assign((...xs: readonly ExprOperand[]): Expr => ({ op: op as Direct, ...applied(op, row, xs) }), { row }),
];

export const {
  add, sub, mul, div, quot, rem, neg, abs, min, max, sqrt, floor, ceil, trunc, nearest,
  and, or, xor, not, shl, shr, ushr,
  eq, ne, lt, le, gt, ge,
} = Object.fromEntries(Object.entries(BASIC).map(builderOf)) as Record<Direct, Build>;

/** Defines an instruction that is made of simpler ones: of one operand, unless its row says otherwise. */
export function derived(given: Partial<DerivedInstruction> & Pick<DerivedInstruction, 'name' | 'js' | 'cost'>): Build<DerivedInstruction> {
  const row: DerivedInstruction = { arity: 1, result: 'same', ...given };
  return Object.assign((...xs: readonly ExprOperand[]): Expr => ({ op: 'derived', row, ...applied(row.name, row, xs) }), { row });
}

// ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export { constant as const };

/** `condition ? a : b`, both sides evaluated. */
export function select(condition: ExprOperand, a: ExprOperand, b: ExprOperand): Expr {
  const dtype = typeOfOperands('select', [a, b]);
  return { op: 'select', dtype, args: [lift(condition, 'bool'), lift(a, dtype), lift(b, dtype)] };
}

/** `x` in another compute type: floats truncate towards zero, and anything but 0 is true. */
export function cast(x: ExprOperand, dtype: ComputeType): Expr {
  if (!isExpr(x)) return constant(x, dtype);
  if (x.dtype === dtype) return x;
  if (x.op === 'const') return constant(castValue(x.value, dtype), dtype);
  return { op: 'cast', dtype, args: [x] };
}

/** The bits of `x` as a type of the same width. */
export const bitcast = (x: Expr, dtype: ComputeType): Expr => (x.dtype === dtype ? x : { op: 'bitcast', dtype, args: [x] });

/** An integer from data, which must lie in 0 … size − 1. What int32 cannot hold counts as −1. */
export function check(x: Expr, wanted: IndexCheck): Expr {
  const narrow = cast(x, 'int32');
  const index = x.dtype === 'int64' ? select(eq(cast(narrow, 'int64'), x), narrow, -1) : narrow;
  return { op: 'check', dtype: 'int32', args: [index], check: { ...wanted, error: indexError } };
}

/** `body` joined over fresh axes of these extents. */
export function reduce(combine: Combine, extents: readonly number[], body: (r: Expr[]) => Expr): Expr {
  const axes = extents.map((n, i) => freshAxis(n, extents.length > 1 ? `r${i}` : 'r'));
  const value = body(axes.map(axisRef));
  const dtype = isArg(combine) ? 'int32' : value.dtype;
  return { op: 'reduce', dtype, args: [value], combine, axes };
}

export const isNaN = (x: Expr): Expr => ne(x, x);
