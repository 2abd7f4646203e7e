/**
 * Expansions: what a float32 function such as exp is in basic instructions, over placeholders for its arguments.
 *
 * Made once for each function and printed wherever it is used, always in vector registers: one value is a vector of which
 * one lane counts. So a product and a sum may be fused where the engine can, and a value is the same wherever it stands,
 * in a vector or in the rest of a row.
 *
 * Invariant: an expansion holds instructions that are spelled, its arguments and constants, and instructions with rare cases.
 */
import { computeType, e, rowOf, type ComputeType, type Expr, type InstructionName } from '@sconce/core';
import { Interner, rewriter, simplifier } from '@sconce/compiler';

/** Whether instructions of the machine, one or few, do it: the basic ones, and those for which it has more than the basic ones. */
export const isSpelled = (name: InstructionName, dtype: ComputeType): boolean => rowOf(name).basic || (name === 'umulhi' && dtype === 'int32');

/** Whether the backend prints this instruction from an expansion of its own. */
export function expands(name: InstructionName, dtype: ComputeType): boolean {
  return dtype === 'float32' && !rowOf(name).basic && rowOf(name).expand !== undefined;
}

/** Rare cases are functions in float32; in float64 they are JavaScript's like the rest. */
export const isRare = (name: InstructionName, dtype: ComputeType): boolean => dtype === 'float32' && rowOf(name).rare !== undefined;

/** The i-th argument, as an expression. */
export const argument = (i: number, dtype: ComputeType = computeType('float32')): Expr => ({ op: 'stage', id: i, dtype, args: [] });

const LEAVES = new Set(['const', 'stage']);

/** Down to instructions that are spelled and rare cases. */
const toBasic: (x: Expr) => Expr = rewriter((x) => {
  if (LEAVES.has(x.op)) return x;
  const name = x.op as InstructionName;
  const dtype = x.args[0].dtype;
  if (isSpelled(name, dtype) || isRare(name, dtype)) return x;
  return toBasic(rowOf(name).expand!(e, x.args, dtype)!);
});

const known = new Map<string, Expr>();

/** The expansion of an instruction; arguments that are constants stand in it, the others as `argument(i)`. */
export function expansionOf(name: InstructionName, args: readonly Expr[]): Expr {
  const key = `${name}:${args.map((a) => (a.op === 'const' ? String(a.value) : '')).join()}`;
  let expansion = known.get(key);
  if (expansion === undefined) {
    const given = args.map((a, i) => (a.op === 'const' ? a : argument(i)));
    const simplify = simplifier(new Interner());
    known.set(key, (expansion = simplify(toBasic(rowOf(name).expand!(e, given, 'float32')!))));
  }
  return expansion;
}

/** The same for a rare case itself: where it holds, and its value. */
export function rareCase(name: InstructionName): { holds: Expr; value: Expr } {
  const simplify = simplifier(new Interner());
  const x = argument(0);
  const row = rowOf(name);
  return { holds: simplify(toBasic(row.rare!(e, [x], 'float32')!)), value: simplify(toBasic(row.expand!(e, [x], 'float32')!)) };
}
