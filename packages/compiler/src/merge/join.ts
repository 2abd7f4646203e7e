/**
 * Joining two drafts: whether their iteration spaces match, and the one that does the work of both.
 *
 * Invariant: every element that the later one reads of the earlier one is the one at hand, at the same grid point.
 */
import type { Axis } from '@sconce/core';
import { contractOf } from '../prepare/contract.js';
import { pointsOf, renameAxes, stageAxes, type Stage } from '../kernel/ir.js';
import type { Draft } from '../lower/lower.js';
import { matchAxes } from './match.js';
import { loadsIn } from './units.js';

/** Grid points below which merging must not turn parallel work into one long row, unless the work is small. */
const FEW_POINTS = 16;
const SMALL_WORK = 1 << 14;

// ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How the group's axes appear in the consumer, when every element that it reads of the group is the one at hand. */
export function readMatch(group: Draft, next: Draft): Map<number, Axis> | null {
  const found = new Map<number, Axis>();
  const reads = next.stages.flatMap(loadsIn);
  let common = false;
  for (const stage of group.stages) {
    if (stage.kind !== 'store') continue;
    for (const load of reads) {
      if (load.slot !== stage.slot) continue;
      common = true;
      const match = matchAxes(stage.index, load.args[0]);
      if (match === null) return null;
      for (const [from, to] of match) {
        if ((found.get(from) ?? to) !== to) return null;
        found.set(from, to);
      }
    }
  }
  return common ? found : null;
}

/** Two reductions over one buffer: their axes pair up in order, and they load the same element of it. */
export function siblingMatch(group: Draft, next: Draft): Map<number, Axis> | null {
  const reduce = next.stages.find((s) => s.kind === 'reduce');
  const other = group.stages.find((s) => s.kind === 'reduce');
  if (reduce?.kind !== 'reduce' || other?.kind !== 'reduce') return null;
  const mine = [...next.grid, ...reduce.axes];
  const theirs = [...group.grid, ...other.axes];
  if (next.grid.length !== group.grid.length || mine.length !== theirs.length) return null;
  if (mine.some((a, i) => a.extent !== theirs[i].extent)) return null;
  const pairs = new Map(theirs.map((a, i) => [a.id, mine[i]]));
  const same = loadsIn(other).some((x) =>
    loadsIn(reduce).some((y) => {
      if (x.slot !== y.slot) return false;
      const match = matchAxes(x.args[0], y.args[0]);
      return match !== null && match.size > 0 && [...match].every(([from, to]) => pairs.get(from) === to);
    }),
  );
  return same ? new Map(group.grid.map((a) => [a.id, pairs.get(a.id)!])) : null;
}

// ── joining ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const isMap = (draft: Draft): boolean => draft.stages.every((s) => s.kind === 'store' && s.axes.length === 0);
const workOf = (draft: Draft): number =>
  pointsOf(draft.grid) * Math.max(1, ...draft.stages.map((s) => pointsOf(stageAxes(s))));

/**
 * The joined draft, or null when the spaces do not allow it; `next` is no contraction. `match` sends the group's axes to those of `next`.
 * Row axes must hold the innermost one: a row runs along memory.
 */
export function join(group: Draft, next: Draft, match: ReadonlyMap<number, Axis>): Draft | null {
  const isContract = contractOf(group) !== null;
  const nextGrid = new Set(next.grid.map((a) => a.id));
  const reduces = next.stages.some((s) => s.kind === 'reduce');

  // A plain map may be cut anew: the axes that the reduction joins become row axes of its stores.
  if (isMap(group) && reduces && group.grid.some((a) => !nextGrid.has(match.get(a.id)?.id ?? -1))) {
    const back = new Map([...match].map(([from, to]) => [to.id, group.grid.find((a) => a.id === from)!]));
    if (back.size !== group.grid.length || !next.grid.every((a) => back.has(a.id))) return null;
    const grid = group.grid.filter((a) => nextGrid.has(match.get(a.id)!.id));
    if (!parallelEnough(grid, group)) return null;
    const rows = group.grid.filter((a) => !grid.includes(a));
    if (rows.at(-1) !== group.grid.at(-1)) return null;
    const stores = group.stages.map((s): Stage => (s.kind === 'store' ? { ...s, axes: rows } : s));
    return { ops: opsOf(group, next), grid, stages: [...stores, ...next.stages.map((s) => renameAxes(s, back))] };
  }

  const gridMatch = group.grid.map((a) => match.get(a.id));
  if (gridMatch.some((a) => a === undefined || !nextGrid.has(a.id))) return null;
  const taken = new Set(gridMatch.map((a) => a!.id));
  const rest = next.grid.filter((a) => !taken.has(a.id));
  // With a loop after it, a product would be a loop itself.
  if (isContract && (reduces || rest.length > 0)) return null;
  if (rest.length > 0 && (reduces || isMap(group) || !parallelEnough(group.grid, next))) return null;
  if (rest.length > 0 && rest.at(-1) !== next.grid.at(-1)) return null;

  const to = new Map<number, Axis>(group.grid.map((a, i) => [gridMatch[i]!.id, a]));
  for (const stage of next.stages) alignRows(group, stage.kind === 'reduce' ? stageAxes(stage) : rest, match, to);
  const stages = next.stages.map((s): Stage => {
    const moved = renameAxes(s, to);
    return moved.kind === 'store' ? { ...moved, axes: [...rest.map((a) => to.get(a.id) ?? a), ...moved.axes] } : moved;
  });
  return { ops: opsOf(group, next), grid: group.grid, stages: [...group.stages, ...stages] };
}

const opsOf = (a: Draft, b: Draft): string[] => [...a.ops, ...b.ops.filter((op) => !a.ops.includes(op))];

const parallelEnough = (grid: readonly Axis[], work: Draft): boolean =>
  pointsOf(grid) >= FEW_POINTS || workOf(work) <= SMALL_WORK;

/** Gives row axes the identity of row axes that the group has already, so that stages can share a sweep. */
function alignRows(group: Draft, rows: readonly Axis[], match: ReadonlyMap<number, Axis>, to: Map<number, Axis>): void {
  const matched = new Map([...match].map(([from, target]) => [target.id, from]));
  for (const stage of group.stages) {
    const known = stageAxes(stage);
    if (known.length !== rows.length || known.length === 0) continue;
    const fits = known.every((a, i) => a.extent === rows[i].extent && (matched.get(rows[i].id) ?? a.id) === a.id);
    if (!fits) continue;
    rows.forEach((a, i) => to.set(a.id, known[i]));
    return;
  }
}
