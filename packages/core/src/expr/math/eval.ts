/**
 * The meaning of expressions: each instruction applied to values in JavaScript and rounded to its compute type.
 *
 * Invariant: what a backend computes for one instruction is this, bit for bit, except NaN payloads.
 */
import type { ComputeType } from '../../tensor/dtype.js';
import type { Expr } from '../expr.js';
import { rowOf, type Instruction, type Value } from '../instructions.js';
import { roundTo } from './convert.js';

/**
 * One instruction applied to values.
 *
 * @param from type of the operands; for select, of the two choices
 * @param to type of the result
 */
export function applyInstruction(row: Instruction, values: readonly Value[], from: ComputeType, to: ComputeType): Value {
  const meaning = row.js as (...args: unknown[]) => Value | boolean;
  return roundTo(meaning(...values, from, to), to);
}

/**
 * The value of an expression.
 *
 * @param leaf gives the value of what is no instruction and no constant: axes, scalars, loads, stages, reductions
 */
export function evaluate(expr: Expr, leaf: (x: Expr) => Value): Value {
  const known = new Map<Expr, Value>();
  const visit = (x: Expr): Value => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const value = valueOf(x);
    known.set(x, value);
    return value;
  };
  const valueOf = (x: Expr): Value => {
    switch (x.op) {
      case 'const':
        return x.value;
      case 'axis':
      case 'scalar':
      case 'load':
      case 'check':
      case 'reduce':
      case 'stage':
        return leaf(x);
      default:
        return applyInstruction(rowOf(x)!, x.args.map(visit), x.args[x.args.length - 1].dtype, x.dtype);
    }
  };
  return visit(expr);
}
