/**
 * What equal kernels have in common: a text of their structure, from which nothing that a target sees can differ.
 *
 * Invariant: fresh identities of axes, stages and expressions stand in it as numbers in the order in which they appear.
 */
import type { Axis, Expr } from '@sconce/core';
import { ownOf } from '../expr/intern.js';
import { stageAxes, stageExprs, walk, type Kernel } from './ir.js';

export function keyOf({ name, grid, stages, buffers, scalars }: Kernel): string {
  const numbers = new Map<string | Expr, number>();
  const numberOf = (x: string | Expr): number => {
    let number = numbers.get(x);
    if (number === undefined) numbers.set(x, (number = numbers.size));
    return number;
  };
  const named = (axes: readonly Axis[]): unknown[] => axes.map((a) => [numberOf(`axis${a.id}`), a.extent, a.label]);
  /** What an expression is besides its operands. */
  const own = (x: Expr): unknown => {
    const said = ownOf(x);
    if (x.op === 'axis' || x.op === 'stage') return numberOf(`${x.op}${String(said)}`);
    return x.op === 'const' ? (Object.is(said, -0) ? '-0' : String(said)) : said;
  };
  const parts: unknown[] = [name, named(grid), buffers, scalars];
  for (const s of stages) {
    const exprs = stageExprs(s);
    parts.push(s.kind, named(stageAxes(s)), s.kind === 'store' ? 0 : s.combine);
    walk(exprs, (x) => parts.push(numberOf(x), x.op, x.dtype, own(x), x.args.map(numberOf)));
    parts.push(exprs.map(numberOf), s.kind === 'reduce' ? [numberOf(`stage${s.id}`), s.dtype] : s.slot);
  }
  return JSON.stringify(parts);
}
