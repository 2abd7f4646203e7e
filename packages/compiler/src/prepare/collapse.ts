/**
 * Collapsing axes: two neighbours over which every index runs as over one become one axis, so that loops are long where
 * tensors are contiguous.
 *
 * Tried on each pair: put quot(f, n) and rem(f, n) of a new axis f in place of the two and simplify. Where the pair was
 * contiguous the two meet again as f; where that leaves more divisions than there were, the pair stays.
 *
 * Invariant: points are visited in the same order, and compute the same.
 */
import { axisRef, freshAxis, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { mapStage, rewriter, stageExprs, walk, type Stage } from '../kernel/ir.js';
import { simplifier } from '../expr/simplify.js';

/** Expressions in which these axes occur, and how to write them back. */
export interface Collapsed {
  readonly axes: readonly Axis[];
  readonly exprs: readonly Expr[];
}

/** Collapses neighbouring axes as far as the expressions allow. */
export function collapse(axes: readonly Axis[], exprs: readonly Expr[]): Collapsed {
  let done: Collapsed = { axes: axes.filter((a) => a.extent !== 1), exprs: withoutUnits(axes, exprs) };
  for (let i = done.axes.length - 2; i >= 0; i--) {
    done = collapsePair(done, i) ?? done;
  }
  return done;
}

/** The same of the expressions of stages. */
export function collapseStages(axes: readonly Axis[], stages: readonly Stage[]): { readonly axes: readonly Axis[]; readonly stages: readonly Stage[] } {
  const done = collapse(axes, stages.flatMap(stageExprs));
  let i = 0;
  return { axes: done.axes, stages: stages.map((s) => mapStage(s, () => done.exprs[i++])) };
}

/** Axes of one step are 0. */
function withoutUnits(axes: readonly Axis[], exprs: readonly Expr[]): readonly Expr[] {
  const units = new Set(axes.filter((a) => a.extent === 1).map((a) => a.id));
  if (units.size === 0) return exprs;
  const simplify = simplifier();
  const substitute = rewriter((x) => (x.op === 'axis' && units.has(x.axis.id) ? e.const(0, 'int32') : x));
  return exprs.map((x) => simplify(substitute(x)));
}

function collapsePair({ axes, exprs }: Collapsed, i: number): Collapsed | null {
  const [outer, inner] = [axes[i], axes[i + 1]];
  const points = outer.extent * inner.extent;
  if (points === 0 || points >= 2 ** 31) return null;
  const joined = freshAxis(points, outer.label + inner.label);
  const simplify = simplifier();
  const both = new Map<number, Expr>([
    [outer.id, e.quot(axisRef(joined), inner.extent)],
    [inner.id, e.rem(axisRef(joined), inner.extent)],
  ]);
  const substitute = rewriter((x) => (x.op === 'axis' ? (both.get(x.axis.id) ?? x) : x));
  const rewritten = exprs.map((x) => simplify(substitute(x)));
  if (divisions(rewritten, new Set([joined])) > divisions(exprs, new Set([outer, inner]))) return null;
  return { axes: [...axes.slice(0, i), joined, ...axes.slice(i + 2)], exprs: rewritten };
}

/** How many different quotients and remainders there are of something with these axes. */
function divisions(exprs: readonly Expr[], of: ReadonlySet<Axis>): number {
  let count = 0;
  const within = new Map<Expr, boolean>();
  walk(exprs, (x) => {
    const found = x.op === 'axis' ? of.has(x.axis) : x.args.some((a) => within.get(a));
    within.set(x, found);
    if (found && (x.op === 'quot' || x.op === 'rem')) count += 1;
  });
  return count;
}
