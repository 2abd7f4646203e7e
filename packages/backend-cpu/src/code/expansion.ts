/**
 * Expansions: what a float32 function such as exp is in basic instructions, over placeholders for its arguments.
 *
 * Made once for each function and printed wherever it is used, always in vector registers: one value is a vector of which
 * one lane counts. So a product and a sum may be fused where the engine can, and a value is the same wherever it stands,
 * in a vector or in the rest of a row.
 *
 * Invariant: an expansion holds instructions that are spelled, its arguments and constants, and instructions with rare cases.
 */
import { computeType, type ComputeType, type DerivedInstruction, type Expr } from '@sconce/core';
import { rewriter, simplifier } from '@sconce/compiler';

/** The machine has this one in few instructions, for the type for which it has an expansion. */
const SPELLED = 'umulhi';

/** The derived instruction of an expression, unless instructions of the machine, one or few, do it. */
export const derivedOf = (x: Expr): DerivedInstruction | undefined =>
  x.op === 'derived' && !(x.row.name === SPELLED && x.dtype === 'int32') ? x.row : undefined;

/** Whether the backend prints this instruction from an expansion of its own. */
export const expands = (row: DerivedInstruction, dtype: ComputeType): boolean => dtype === 'float32' && row.float32 !== undefined;

/** Rare cases are functions in float32; in float64 they are JavaScript's like the rest. */
export const isRare = (row: DerivedInstruction, dtype: ComputeType): boolean => dtype === 'float32' && row.rare !== undefined;

/** The i-th argument, as an expression. */
export const argument = (i: number, dtype: ComputeType = computeType('float32')): Expr => ({ op: 'stage', id: i, dtype, args: [] });

/** Down to instructions that are spelled and rare cases. */
const toBasic: (x: Expr) => Expr = rewriter((x) => {
  const row = derivedOf(x);
  if (row === undefined) return x;
  const { dtype } = x.args[0];
  return isRare(row, dtype) ? x : toBasic(row[dtype]!(...x.args));
});

const known = new Map<string, Expr>();

/** The expansion of an instruction; arguments that are constants stand in it, the others as `argument(i)`. */
export function expansionOf(row: DerivedInstruction, args: readonly Expr[]): Expr {
  const key = `${row.name}:${args.map((a) => (a.op === 'const' ? String(a.value) : '')).join()}`;
  let expansion = known.get(key);
  if (expansion === undefined) {
    const given = args.map((a, i) => (a.op === 'const' ? a : argument(i)));
    known.set(key, (expansion = simplifier()(toBasic(row.float32!(...given)))));
  }
  return expansion;
}

/** The same for a rare case itself: where it holds, and its value. */
export function rareCase(row: DerivedInstruction): { holds: Expr; value: Expr } {
  const simplify = simplifier();
  const x = argument(0);
  return { holds: simplify(toBasic(row.rare!(x))), value: simplify(toBasic(row.float32!(x))) };
}
