/**
 * `e`: the builder of expressions. One function for each row of the instruction table, and the few forms that are not
 * instructions. It checks arity and gives each expression its compute type.
 *
 * Invariant: the operands of an instruction have one type; plain numbers take the type of their neighbours.
 */
import type { ComputeType } from './dtype.js';
import { DTypeError, InternalError } from './errors.js';
import { axisRef, constant, freshAxis, type Combine, type Expr, type IndexCheck } from './expr.js';
import { INSTRUCTIONS, type InstructionName } from './instructions.js';

/** What `e` takes: an expression, or a number that becomes a constant of its neighbours' type. */
export type ExprOperand = Expr | number | bigint | boolean;

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

/** An instruction of the table applied to operands. */
export function instruction(name: InstructionName, ...operands: readonly ExprOperand[]): Expr {
  const row = INSTRUCTIONS[name];
  if (operands.length !== row.arity) {
    throw new InternalError(`e.${name} takes ${row.arity} operands, got ${operands.length}.`);
  }
  const dtype = typeOfOperands(name, operands);
  return { op: name, dtype: row.result === 'bool' ? 'bool' : dtype, args: operands.map((x) => lift(x, dtype)) };
}

type Direct = Exclude<InstructionName, 'select' | 'cast' | 'bitcast'>;
type Builders = { readonly [K in Direct]: (...operands: ExprOperand[]) => Expr };

const direct = Object.fromEntries(
  (Object.keys(INSTRUCTIONS) as InstructionName[]).map((name) => [name, (...xs: ExprOperand[]) => instruction(name, ...xs)]),
) as unknown as Builders;

/** The builder of expressions: one function an instruction, and the few forms that are not instructions. */
export const e = {
  ...direct,

  const: constant,

  /** `condition ? a : b`, both sides evaluated. */
  select(condition: ExprOperand, a: ExprOperand, b: ExprOperand): Expr {
    const dtype = typeOfOperands('select', [a, b]);
    return { op: 'select', dtype, args: [lift(condition, 'bool'), lift(a, dtype), lift(b, dtype)] };
  },

  /** `x` in another compute type: floats truncate towards zero, and anything but 0 is true. */
  cast(x: ExprOperand, dtype: ComputeType): Expr {
    if (!isExpr(x)) return constant(x, dtype);
    if (x.dtype === dtype) return x;
    if (x.op === 'const') return constant(dtype === 'int32' && typeof x.value === 'bigint' ? BigInt.asIntN(32, x.value) : x.value, dtype);
    return { op: 'cast', dtype, args: [x] };
  },

  /** The bits of `x` as a type of the same width. */
  bitcast(x: Expr, dtype: ComputeType): Expr {
    return x.dtype === dtype ? x : { op: 'bitcast', dtype, args: [x] };
  },

  /** An integer from data, which must lie in 0 … size − 1. What int32 cannot hold counts as −1. */
  check(x: Expr, check: IndexCheck): Expr {
    const narrow = e.cast(x, 'int32');
    const index = x.dtype === 'int64' ? e.select(e.eq(e.cast(narrow, 'int64'), x), narrow, -1) : narrow;
    return { op: 'check', dtype: 'int32', args: [index], check };
  },

  /** `body` joined over fresh axes of these extents. */
  reduce(combine: Combine, extents: readonly number[], body: (r: Expr[]) => Expr): Expr {
    const axes = extents.map((n, i) => freshAxis(n, extents.length > 1 ? `r${i}` : 'r'));
    const value = body(axes.map(axisRef));
    const dtype = combine === 'argmax' || combine === 'argmin' ? 'int32' : value.dtype;
    return { op: 'reduce', dtype, args: [value], combine, axes };
  },

  isNaN: (x: Expr): Expr => e.ne(x, x),
};

/** The builder as a type, for expansions, which get it as their first argument. */
export type Builder = typeof e;
