/**
 * Shares of a scatter: rows of its target that one unit fills and puts values into.
 *
 *     out[row, column] = base            for the unit's rows
 *     for each point, in order           of all, whatever row it goes to
 *       if row(point) is the unit's      out[row(point), column] ⊕= value(point, column)
 *
 * So rows are walked in the order of memory, where blocks of columns would touch every page of the target. All units look
 * at all points, which costs little beside long rows.
 *
 * Invariant: every row belongs to one unit, and each row's values are put in the order of the points.
 */
import type { Axis, Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { axesIn, linearOf, rangeOfLinear, type Kernel, type Linear, type Nest, type Stage } from '@sconce/compiler';

export interface Share {
  /** The axis of the target's rows, of the stage that stores the base. */
  readonly axis: Axis;
  /** The row that a point of the scatter goes to. */
  readonly row: Expr;
  /** Rows of a unit. */
  readonly block: number;
}

/** Columns for which a unit may look at each point: a look takes as long as some vectors. */
const COLUMNS = 16;
const MOST_UNITS = 16;
/** Rows of the target from which they are shared. */
const MANY_ROWS = 64;

/** How to share the rows of a scatter, along which `inner` runs; null where the kernel is none, or where rows depend on it. */
export function shareOf(kernel: Kernel, { grid, sweeps }: Nest, inner: Axis): Share | null {
  if (sweeps.length !== 2 || kernel.buffers.some((b) => b.scope === 'row')) return null;
  const [base, put] = sweeps.map((s) => s.stages[0]) as [Stage, Stage];
  if (base.kind !== 'store' || put.kind !== 'scatter' || sweeps.some((s) => s.stages.length > 1)) return null;
  const [axis] = sweeps[0].axes;
  const units = Math.min(inner.extent / COLUMNS, MOST_UNITS);
  if (axis === undefined || axis.extent < MANY_ROWS || units < 2) return null;
  const [from, to] = [linearOf(base.index), linearOf(put.index)];
  const isGrid = (x: Expr): boolean => x.op === 'axis' && grid.includes(x.axis);
  if (grid.some((a) => strideAlong(from, a) !== strideAlong(to, a))) return null;
  const stride = strideAlong(from, axis);
  const own = [...from.terms].filter(([x]) => !isGrid(x) && !(x.op === 'axis' && x.axis === axis));
  const away = [...to.terms].filter(([x]) => !isGrid(x));
  const rows = away.filter(([, k]) => k % stride === 0);
  const within = away.filter(([, k]) => k % stride !== 0);
  if (rows.length === 0 || rows.some(([x]) => axesIn(x).has(inner.id))) return null;
  if (!isBelow(stride, from.constant, own) || !isBelow(stride, to.constant, within)) return null;
  const row = rows.map(([x, k]) => e.mul(x, k / stride)).reduce((sum, x) => e.add(sum, x));
  return { axis, row, block: Math.ceil(axis.extent / units) };
}

function strideAlong({ terms }: Linear, axis: Axis): number {
  for (const [x, k] of terms) if (x.op === 'axis' && x.axis === axis) return k;
  return 0;
}

/** Whether a sum stays from 0 to below a stride. */
function isBelow(stride: number, constant: number, terms: readonly [Expr, number][]): boolean {
  const range = rangeOfLinear({ constant, terms: new Map(terms) });
  return range !== null && range[0] >= 0 && range[1] < stride;
}
