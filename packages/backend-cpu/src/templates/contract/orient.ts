/**
 * Which operand of a contraction gives the lanes: the one along whose axes memory of the epilogue runs, as results are
 * stored from the tile's rows, while operands can be packed.
 *
 * Invariant: only speed depends on the choice.
 */
import type { Axis, Expr } from '@sconce/core';
import { exprsIn, pointsOf, type Contraction, type Stage } from '@sconce/compiler';
import { LANES } from '../../code/vector.js';
import { strideOf } from '../../passes/vector-axis.js';

/** What an access costs by its stride along the lanes: the same for all, a vector, or four single ones. */
const accessCost = (stride: number | null): number => (stride === 0 ? 0 : stride === 1 ? 1 : LANES);

/** What the loads of expressions cost where the lanes run along an axis. */
export const loadCost = (exprs: readonly Expr[], axis: Axis): number =>
  exprsIn(exprs).reduce((sum, x) => sum + (x.op === 'load' ? accessCost(strideOf(x.args[0], axis)) : 0), 0);

const epilogueCost = (epilogue: readonly Stage[], axis: Axis): number =>
  epilogue.reduce((sum, s) => sum + loadCost([s.value], axis) + (s.kind === 'store' ? accessCost(strideOf(s.index, axis)) : 0), 0);

/**
 * The contraction with its operands and axes in that order, unless that side cannot fill the lanes; null where memory runs
 * along a batch, or where there are no lanes.
 */
export function oriented(c: Contraction): Contraction | null {
  const cost = (axes: readonly Axis[]): number => Math.min(...axes.map((a) => epilogueCost(c.epilogue, a)));
  if (cost(c.batch) < Math.min(cost(c.m), cost(c.n))) return null;
  const [m, n] = [pointsOf(c.m), pointsOf(c.n)];
  const flip = (cost(c.m) < cost(c.n) && m >= LANES) || (n < LANES && m >= LANES);
  const turned = flip ? { ...c, a: c.b, b: c.a, m: c.n, n: c.m } : c;
  if (turned.n.length === 0) return null;
  const inner = turned.n.reduce((best, a) => (epilogueCost(c.epilogue, a) <= epilogueCost(c.epilogue, best) ? a : best));
  return { ...turned, n: [...turned.n.filter((a) => a !== inner), inner] };
}
