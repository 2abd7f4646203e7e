/**
 * Splitting long reductions: where grid points are few, each reduction is cut into chunks that are joined side by side,
 * and a second kernel joins what the chunks gave.
 *
 *   r = sum over 10⁷         →   partial[c] = sum over chunk c;   r = sum over c of partial[c]
 *
 * Stages after a reduction load its result; those with axes of their own become maps over grid and axes.
 *
 * Invariant: chunks follow each other, so that the first of equal extremes stays first.
 *
 * Reference: Blelloch, Prefix sums and their applications (1990).
 */
import { axisRef, freshAxis, stageRef, type ComputeType, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { mapStage, pointsOf, positionOf, rewriter, stageAxes, stageExprs, walk, type ReduceStage, type Stage } from '@sconce/compiler';
import { substitution, unflatten } from '../templates/axes.js';
import { isArg } from '../wgsl/fold.js';
import { chunkSize, storageOf, type Cut, type Part } from './pieces.js';

/** What joining leaves as it is, as a constant. */
export function neutralExpr(combine: 'sum' | 'prod' | 'max' | 'min', dtype: ComputeType): Expr {
  if (combine === 'sum') return e.const(0, dtype);
  if (combine === 'prod') return e.const(1, dtype);
  const lowest = dtype === 'bool' ? 0 : dtype === 'int32' ? -(2 ** 31) : -Infinity;
  const highest = dtype === 'bool' ? 1 : dtype === 'int32' ? 2 ** 31 - 1 : Infinity;
  return e.const(combine === 'max' ? lowest : highest, dtype);
}

const uses = (stage: Stage, ids: ReadonlySet<number>): boolean => {
  let found = false;
  walk(stageExprs(stage), (x) => {
    found ||= x.op === 'stage' && ids.has(x.id);
  });
  return found;
};

/** Reductions next to each other that do not need one another and have equally many values. */
function groupsOf(stages: readonly Stage[]): (readonly ReduceStage[] | Stage)[] {
  const groups: (ReduceStage[] | Stage)[] = [];
  for (const stage of stages) {
    const last = groups.at(-1);
    const joins =
      stage.kind === 'reduce' && Array.isArray(last) &&
      pointsOf(last[0].axes) === pointsOf(stage.axes) && !uses(stage, new Set(last.map((s) => s.id)));
    if (joins) last.push(stage);
    else groups.push(stage.kind === 'reduce' ? [stage] : stage);
  }
  return groups;
}

/** How many chunks, for `points` grid points with `length` values each. */
export type Chunks = (points: number, length: number) => number;

/** Cuts a kernel of reductions and stores; null when there is nothing to gain. */
export function splitReductions(cut: Cut, part: Part, chunksFor: Chunks): Part[] | null {
  const { grid, stages, name } = part;
  if (!stages.every((s) => s.kind === 'reduce' || s.kind === 'store')) return null;
  const points = pointsOf(grid);
  const isWorth = stages.some((s) => s.kind === 'reduce' && chunksFor(points, pointsOf(s.axes)) > 1);
  if (!isWorth) return null;

  const parts: Part[] = [];
  const results = new Map<number, Expr>();
  const withResults = (stage: Stage): Stage => mapStage(stage, rewriter((x) => (x.op === 'stage' ? (results.get(x.id) ?? x) : x)));
  const groups = groupsOf(stages);
  groups.forEach((group, position) => {
    if (!Array.isArray(group)) {
      const store = withResults(group as Stage);
      // Axes of their own become axes of the grid.
      if (store.kind === 'store') parts.push({ name, grid: [...grid, ...store.axes], stages: [{ ...store, axes: [] }] });
      return;
    }
    const reduces = (group as readonly ReduceStage[]).map((s) => withResults(s) as ReduceStage);
    const length = pointsOf(reduces[0].axes);
    const chunks = chunksFor(points, length);
    const rest = groups.slice(position + 1);
    const isLast = rest.every((g) => !Array.isArray(g) && stageAxes(g as Stage).length === 0);
    const joins = chunks > 1 ? chunked(cut, part, reduces, chunks, parts) : reduces.map((s): Join => ({ stage: s, result: stageRef(s.id, s.dtype) }));
    if (isLast) {
      reduces.forEach((s, i) => results.set(s.id, joins[i].result));
      parts.push({ name, grid, stages: [...joins.map((j) => j.stage), ...rest.map((s) => withResults(s as Stage))] });
      groups.length = position + 1;
      return;
    }
    const stores = reduces.map((s, i): Stage => {
      const scratch = cut.scratch(grid, storageOf(s.dtype));
      results.set(s.id, scratch.load());
      return { kind: 'store', axes: [], slot: scratch.slot, index: scratch.index, value: joins[i].result };
    });
    parts.push({ name: `${name}: ${reduces.map((s) => s.combine).join(', ')}`, grid, stages: [...joins.map((j) => j.stage), ...stores] });
  });
  return parts;
}

/** A reduction over chunks, and the value that it stands for. */
interface Join {
  readonly stage: ReduceStage;
  readonly result: Expr;
}

/** Adds the kernel that joins chunks, and gives the stages that join its results into each reduction's. */
function chunked(cut: Cut, { grid, name }: Part, reduces: readonly ReduceStage[], chunks: number, parts: Part[]): Join[] {
  const length = pointsOf(reduces[0].axes);
  const size = chunkSize(length, Math.ceil(length / chunks));
  const chunk = freshAxis(Math.ceil(length / size), 'chunk');
  const inner = freshAxis(size, 'r');
  const position = e.add(e.mul(axisRef(chunk), size), axisRef(inner));
  const isWhole = length % size === 0;
  const at = isWhole ? position : e.min(position, length - 1);
  const partials: Stage[] = [];
  const joins = reduces.map((s): Join => {
    const value = substitution(unflatten(s.axes, at))(s.value);
    const scratch = cut.scratch([...grid, chunk], storageOf(s.dtype));
    const store: Stage = { kind: 'store', axes: [], slot: scratch.slot, index: scratch.index, value: stageRef(s.id, s.dtype) };
    const again = freshAxis(chunk.extent, 'chunk');
    const here = (c: Expr): Expr => e.add(e.mul(positionOf(grid), chunk.extent), c);
    if (isArg(s.combine)) {
      // The position of the chunk's best; the values at these positions decide among chunks. A repeated last value loses to itself.
      const global = e.min(e.add(e.mul(axisRef(chunk), size), stageRef(s.id, 'int32')), length - 1);
      partials.push({ ...s, axes: [inner], value }, { ...store, value: global });
      const best = substitution(unflatten(s.axes, scratch.load(here(axisRef(again)))))(s.value);
      return { stage: { ...s, id: -s.id, axes: [again], value: best }, result: scratch.load(here(stageRef(-s.id, 'int32'))) };
    }
    const masked = isWhole ? value : e.select(e.lt(position, length), value, neutralExpr(s.combine, value.dtype));
    partials.push({ ...s, axes: [inner], value: masked }, store);
    return { stage: { ...s, axes: [again], value: scratch.load(here(axisRef(again))) }, result: stageRef(s.id, s.dtype) };
  });
  const ordered = [...partials.filter((s) => s.kind === 'reduce'), ...partials.filter((s) => s.kind !== 'reduce')];
  parts.push({ name: `${name}: chunks`, grid: [...grid, chunk], stages: ordered });
  return joins;
}
