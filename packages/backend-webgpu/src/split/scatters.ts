/**
 * Scatters without races: the base is stored by a kernel of its own, and then either few invocations run through the
 * sources in order, or every result looks at all sources for those that are meant for it.
 *
 *   out[target(s)] += value(s), in order of s      →   out[i] = base(i) + sum over s where target(s) = i of value(s)
 *
 * The second form has an invocation for each result, and looks at every source as often as there are results.
 *
 * Invariant: both give the same bits every time they run; where several sources are set into one place, the last stays.
 */
import { stageRef, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { pointsOf, positionOf, type ScatterStage, type StoreStage } from '@sconce/compiler';
import { substitution, unflatten } from '../templates/axes.js';
import type { Cut, Part } from './pieces.js';
import { neutralExpr } from './reductions.js';

let lastStage = -2_000_000;

/** Cuts a kernel of a base and a scatter into it; null when it is another kernel. */
export function splitScatter(_cut: Cut, { name, grid, stages }: Part, parallel: number, gatherWork: number): Part[] | null {
  const [base, scatter] = stages;
  if (stages.length !== 2 || base.kind !== 'store' || scatter.kind !== 'scatter') return null;
  const outer = [...grid, ...base.axes];
  const [results, sources] = [pointsOf(outer), pointsOf(scatter.axes)];
  if (pointsOf(grid) < parallel && results * sources <= gatherWork) {
    return [{ name, grid: outer, stages: gather(base, scatter) }];
  }
  if (base.axes.length === 0) return null;
  return [
    { name: `${name}: base`, grid: outer, stages: [{ ...base, axes: [] }] },
    { name, grid, stages: [scatter] },
  ];
}

function gather(base: StoreStage, scatter: ScatterStage): Part['stages'] {
  const { combine, value } = scatter;
  const { dtype } = value;
  const id = lastStage--;
  const isMine = e.eq(scatter.index, base.index);
  if (combine === 'set') {
    const place = e.select(isMine, positionOf(scatter.axes), -1);
    const last: Expr = stageRef(id, 'int32');
    const chosen = substitution(unflatten(scatter.axes, e.max(last, 0)))(value);
    return [
      { kind: 'reduce', id, combine: 'max', axes: scatter.axes, value: place, dtype: 'int32' },
      { ...base, axes: [], value: e.select(e.ge(last, 0), chosen, base.value) },
    ];
  }
  const joined = { sum: e.add, prod: e.mul, max: e.max, min: e.min }[combine](base.value, stageRef(id, dtype));
  return [
    { kind: 'reduce', id, combine, axes: scatter.axes, value: e.select(isMine, value, neutralExpr(combine, dtype)), dtype },
    { ...base, axes: [], value: joined },
  ];
}
