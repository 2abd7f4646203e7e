/**
 * Choosing the vector axis: the one along which memory is walked best.
 *
 * Candidates are each grid axis (four grid points at a time: maps, reductions over outer axes) and the innermost axis of
 * each sweep (one grid point at a time: reductions along rows), or none. Each is charged for its loads, stores and
 * instructions, where a vector of neighbours costs little and four loads at a distance cost more than they save.
 *
 * Invariant: only speed depends on the choice.
 */
import { rowOf, type Axis, type Expr } from '@sconce/core';
import { axesIn, exprsIn, linearOf, pointsOf, walk, type Kernel, type Nest, type Stage, type Sweep } from '@sconce/compiler';
import { NEIGHBOURHOOD, offsetsAlong, stepOf } from '../code/lanes.js';
import { asBits, hasReciprocal } from '../code/quotient.js';
import { LANES } from '../code/vector.js';

export type Direction = 'grid' | 'stage' | 'none';

/** Steps of an index along an axis; null when they are not even. */
export function strideOf(index: Expr, axis: Axis): number | null {
  let stride = 0;
  for (const [atom, k] of linearOf(index).terms) {
    if (atom.op === 'axis') stride += atom.axis === axis ? k : 0;
    else if (axesIn(atom).has(axis.id)) return null;
  }
  return stride;
}

/** Per element: a vector load, two of which lanes are picked, one of four single loads with its insertion, an access at a computed index. */
const NEAR = 0.3;
const PICKED = 0.6;
const FAR = 1.6;
const SCATTERED = 4;
const SCALAR_LOAD = 0.7;
/** A vector load and its share of a transpose. */
const TURNED = 0.6;
/** Joining the lanes of a reduction. */
const JOIN = 12;
const LANEWISE = new Set<string>(['quot', 'rem']);

function accessCost(index: Expr, axis: Axis): number {
  const offsets = offsetsAlong(index, axis);
  if (offsets === null) return SCATTERED;
  const stride = stepOf(offsets);
  if (stride === 0) return NEAR / LANES;
  if (stride === 1) return NEAR;
  return stride === null || Math.abs(stride) <= NEIGHBOURHOOD ? PICKED : FAR;
}

/** Cost of one point of a stage when `axis` gives the lanes (null: there are none), and loads along `companion` are turned. */
function stageCost(kernel: Kernel, stage: Stage, axis: Axis | null, companion: Axis | null): number {
  let cost = 0;
  const isTurned = (x: Expr): boolean => companion !== null && strideOf(x.args[0], companion) === 1;
  const access = (slot: number, index: Expr): void => {
    const isRow = kernel.buffers[slot].scope === 'row';
    cost += axis === null ? SCALAR_LOAD : isRow ? NEAR : accessCost(index, axis);
  };
  const count = (x: Expr): void => {
    const own = rowOf(x)?.cost;
    if (x.op === 'load' && isTurned(x)) cost += TURNED;
    else if (x.op === 'load') access(x.slot, x.args[0]);
    else if (own !== undefined) {
      const isLanewise = LANEWISE.has(x.op) && asBits(x) === x && !hasReciprocal(x);
      if (x.dtype === 'int32' && linearOf(x).terms.size > 0 && !isLanewise) return;
      cost += axis === null ? own : isLanewise && axesIn(x).has(axis.id) ? own + 2 : own / LANES;
    }
  };
  walk([stage.value], count);
  if (stage.kind !== 'reduce') access(stage.slot, stage.index);
  return cost;
}

const inOrder = (s: Stage): boolean => s.kind === 'scan' || s.kind === 'scatter';

function sweepCost(kernel: Kernel, sweep: Sweep, axis: Axis | null, joins: boolean, companion: Axis | null): number {
  const perPoint = sweep.stages.reduce((sum, s) => sum + stageCost(kernel, s, axis, companion), 0);
  const reduces = sweep.stages.filter((s) => s.kind === 'reduce').length;
  return perPoint * pointsOf(sweep.axes) + (joins ? reduces * JOIN : 0);
}

/** The axis that gives the lanes of a sweep when the direction is 'stage'. */
export function laneAxis(sweep: Sweep): Axis | null {
  const inner = sweep.axes.at(-1);
  if (inner === undefined || inner.extent < LANES || sweep.stages.some(inOrder)) return null;
  return inner;
}

export interface Choice {
  readonly direction: Direction;
  /** The grid axis that gives the lanes; the innermost one where none does. */
  readonly axis: Axis | null;
  /** Of one point of the grid. */
  readonly cost: number;
}

export function chooseDirection(kernel: Kernel, nest: Nest): Choice {
  const { grid, sweeps } = nest;
  const total = (axisOf: (s: Sweep) => Axis | null, joins: boolean, companion: Axis | null = null): number =>
    sweeps.reduce((sum, s) => sum + sweepCost(kernel, s, axisOf(s), joins && axisOf(s) !== null, companion), 0);
  const inner = grid.at(-1) ?? null;
  const costs: Choice[] = [{ direction: 'none', axis: inner, cost: total(() => null, false) }];
  for (const axis of [...grid].reverse()) {
    if (axis.extent >= LANES) costs.push({ direction: 'grid', axis, cost: total(() => axis, false, companionOf(kernel, nest, axis)) });
  }
  if (sweeps.some((s) => laneAxis(s) !== null)) costs.push({ direction: 'stage', axis: inner, cost: total(laneAxis, true) });
  return costs.reduce((best, c) => (c.cost < best.cost ? c : best));
}

/**
 * The axis along which loads run that are far apart along the lanes' axis: tiles of both make the most of each cache line.
 * null where there is none, or where values are not a plain map of the grid.
 */
export function companionOf(kernel: Kernel, { grid, sweeps }: Nest, lanes: Axis): Axis | null {
  if (kernel.buffers.some((b) => b.scope === 'row') || sweeps.some((s) => s.axes.length > 0)) return null;
  for (const axis of grid) {
    if (axis === lanes || axis.extent < LANES) continue;
    const isTurned = (x: Expr): boolean => x.op === 'load' && strideOf(x.args[0], axis) === 1 && Math.abs(strideOf(x.args[0], lanes) ?? 0) > NEIGHBOURHOOD;
    if (exprsIn(sweeps.flatMap((s) => s.stages.map(({ value }) => value))).some(isTurned)) return axis;
  }
  return null;
}
