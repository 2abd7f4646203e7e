/**
 * Merging: kernels whose iteration spaces match become one, and stores that nobody else reads disappear.
 *
 * Every stored node starts as a draft of its own. A draft joins an earlier group when
 *   - it reads what the group writes, at the group's own grid point: a map after a product is its epilogue, a map after a
 *     row's maximum becomes a row stage (softmax, layer norm and cross-entropy arise so, forward and backward);
 *   - or it is a reduction that sweeps over the same elements of a common buffer.
 * Values then pass inside the group: cheap ones by computing them again, costly ones through a row buffer.
 *
 * Invariant: merging changes no value, only where it is computed; a group never waits for a kernel that waits for it.
 *
 * Reference: XLA's instruction and multi-output fusion; tinygrad's grouping of reductions.
 */
import { axisRef, dtypeBytes, type Axis, type Expr, type Graph } from '@sconce/core';
import { contractOf } from './contract.js';
import { expressionCost } from './cost.js';
import type { RowBuffer } from './finish.js';
import { mapStage, pointsOf, rewriter, stageAxes, stageExprs, walk, type Stage, type StoreStage } from './ir.js';
import type { Draft } from './lower.js';
import { matchAxes, positionOf } from './match.js';
import type { Target } from './target.js';

export type Unit =
  | { readonly kind: 'draft'; readonly draft: Draft }
  | { readonly kind: 'routine'; readonly position: number; readonly reads: readonly number[] };

/** Grid points below which merging must not turn parallel work into one long row, unless the work is small. */
const FEW_POINTS = 16;
const SMALL_WORK = 1 << 14;
/** Cost from which a value is passed through memory rather than computed again. */
const COSTLY = 8;

type Limits = Pick<Target, 'maxKernelBuffers' | 'maxRowBytes'>;

// ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Load = Expr & { readonly op: 'load' };

const loads = new WeakMap<Stage, readonly Load[]>();

/** The loads of a stage, each once. */
function loadsIn(stage: Stage): readonly Load[] {
  let found = loads.get(stage);
  if (found === undefined) loads.set(stage, (found = findLoads(stage)));
  return found;
}

function findLoads(stage: Stage): Load[] {
  const found: Load[] = [];
  walk(stageExprs(stage), (x) => {
    if (x.op === 'load') found.push(x);
  });
  return found;
}

// ── what a unit reads and writes ─────────────────────────────────────────────────────────────────────────────────────

interface Traffic {
  /** Values of other units that it needs. */
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

const traffics = new WeakMap<Unit, Traffic>();

function trafficOf(unit: Unit): Traffic {
  let traffic = traffics.get(unit);
  if (traffic === undefined) traffics.set(unit, (traffic = measureTraffic(unit)));
  return traffic;
}

function measureTraffic(unit: Unit): Traffic {
  if (unit.kind === 'routine') return { reads: new Set(unit.reads), writes: new Set([unit.position]) };
  const { stages } = unit.draft;
  const writes = new Set(stages.flatMap((s) => (s.kind === 'reduce' ? [] : [s.slot])));
  const reads = new Set<number>();
  for (const s of stages) for (const { slot } of loadsIn(s)) if (!writes.has(slot)) reads.add(slot);
  return { reads, writes };
}

const readsOf = (unit: Unit): ReadonlySet<number> => trafficOf(unit).reads;
const writesOf = (unit: Unit): ReadonlySet<number> => trafficOf(unit).writes;

/** Whether a unit that reads these waits for `earlier`. */
function feeds(earlier: Unit, reads: ReadonlySet<number>): boolean {
  for (const w of writesOf(earlier)) if (reads.has(w)) return true;
  return false;
}

const mergeable = (draft: Draft): boolean => draft.stages.every((s) => s.kind === 'reduce' || s.kind === 'store');
const isMap = (draft: Draft): boolean => draft.stages.every((s) => s.kind === 'store' && s.axes.length === 0);
const workOf = (draft: Draft): number =>
  pointsOf(draft.grid) * Math.max(1, ...draft.stages.map((s) => pointsOf(stageAxes(s))));

// ── joining two drafts ───────────────────────────────────────────────────────────────────────────────────────────────

/** How the group's axes appear in the consumer, when every element that it reads of the group is the one at hand. */
function readMatch(group: Draft, next: Draft): Map<number, Axis> | null {
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
function siblingMatch(group: Draft, next: Draft): Map<number, Axis> | null {
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

const renameAxes = (stage: Stage, to: ReadonlyMap<number, Axis>): Stage => {
  const rename = rewriter((x) => (x.op === 'axis' && to.has(x.axis.id) ? axisRef(to.get(x.axis.id)!) : x));
  const moved = mapStage(stage, rename);
  return moved.kind === 'scan' ? moved : { ...moved, axes: moved.axes.map((a) => to.get(a.id) ?? a) };
};

/**
 * The joined draft, or null when the spaces do not allow it. `match` sends the group's axes to those of `next`.
 * Row axes must hold the innermost one: a row runs along memory.
 */
function join(group: Draft, next: Draft, match: ReadonlyMap<number, Axis>): Draft | null {
  const isContract = contractOf(group) !== null;
  if (contractOf(next) !== null) return null;
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
  if (rest.length > 0 && (reduces || isContract || isMap(group) || !parallelEnough(group.grid, next))) return null;
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

// ── values inside a group ────────────────────────────────────────────────────────────────────────────────────────────

/** Replaces loads of what the group has computed at the same point by the value, unless it is costly and can be kept in memory. */
function forward(graph: Graph, draft: Draft, limits: Limits): Draft {
  const known = new Map<number, StoreStage>();
  const stages: Stage[] = [];
  for (const stage of draft.stages) {
    const substitute = rewriter((x) => {
      if (x.op !== 'load') return x;
      const store = known.get(x.slot);
      if (store === undefined) return x;
      const match = matchAxes(store.index, x.args[0]);
      if (match === null) return x;
      const bytes = pointsOf(store.axes) * dtypeBytes(graph.nodes[x.slot].dtype);
      const passed = store.axes.length > 0 && bytes <= limits.maxRowBytes && expressionCost(store.value) >= COSTLY;
      if (passed) return x;
      return rewriter((y) => (y.op === 'axis' && match.has(y.axis.id) ? axisRef(match.get(y.axis.id)!) : y))(store.value);
    });
    const done = loadsIn(stage).some((x) => known.has(x.slot)) ? mapStage(stage, substitute) : stage;
    stages.push(done);
    if (done.kind === 'store') known.set(done.slot, done);
  }
  return { ...draft, stages };
}

/** Drops stores that nobody reads and makes row buffers of those that only the group reads. */
function settle(draft: Draft, outside: ReadonlySet<number>, rows: Map<number, RowBuffer>): Draft {
  const stages: Stage[] = [];
  const inside = new Set<number>();
  for (const stage of [...draft.stages].reverse()) {
    const isStore = stage.kind === 'store';
    if (isStore && !outside.has(stage.slot) && !inside.has(stage.slot) && !draft.stages.some((s) => s.kind === 'scatter' && s.slot === stage.slot)) continue;
    if (stage.kind === 'reduce' && !stages.some((s) => usesStage(s, stage.id))) continue;
    for (const { slot } of loadsIn(stage)) inside.add(slot);
    stages.unshift(stage);
  }
  const local = new Map<number, StoreStage>();
  for (const s of stages) {
    if (s.kind === 'store' && s.axes.length > 0 && !outside.has(s.slot) && inside.has(s.slot)) local.set(s.slot, s);
  }
  if (local.size === 0) return { ...draft, stages };
  for (const [position, s] of local) rows.set(position, { size: pointsOf(s.axes) });
  const relocate = rewriter((x) => {
    const store = x.op === 'load' ? local.get(x.slot) : undefined;
    if (store === undefined) return x;
    const match = matchAxes(store.index, x.args[0])!;
    return { ...x, args: [positionOf(store.axes.map((a) => match.get(a.id)!))] };
  });
  return {
    ...draft,
    stages: stages.map((s) => {
      const moved = mapStage(s, relocate);
      return moved.kind === 'store' && local.has(moved.slot) ? { ...moved, index: positionOf(moved.axes) } : moved;
    }),
  };
}

function usesStage(stage: Stage, id: number): boolean {
  let used = false;
  walk(stageExprs(stage), (x) => {
    used ||= x.op === 'stage' && x.id === id;
  });
  return used;
}

// ── the pass ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Merged {
  readonly units: readonly Unit[];
  readonly rows: ReadonlyMap<number, RowBuffer>;
}

/** Merges units, which come in topological order. `wanted` are the positions that must be stored. */
export function merge(graph: Graph, units: readonly Unit[], wanted: ReadonlySet<number>, limits: Limits): Merged {
  const groups: Unit[] = [];

  /** Whether `from` must run before one of the groups that write `reads`, other than `from` itself. */
  const waits = (from: Unit, reads: ReadonlySet<number>): boolean => {
    const later = new Set<Unit>([from]);
    for (const g of groups) {
      if (later.has(g)) continue;
      for (const h of later) {
        if (!feeds(h, readsOf(g))) continue;
        later.add(g);
        break;
      }
    }
    later.delete(from);
    for (const h of later) if (feeds(h, reads)) return true;
    return false;
  };

  const tryJoin = (next: Draft, reads: ReadonlySet<number>, matchOf: typeof readMatch): boolean => {
    for (let i = groups.length - 1; i >= 0; i--) {
      const group = groups[i];
      if (matchOf === readMatch && !feeds(group, reads)) continue;
      if (group.kind !== 'draft' || !mergeable(group.draft)) continue;
      const match = matchOf(group.draft, next);
      if (match === null) continue;
      if (matchOf === siblingMatch && contractOf(group.draft) !== null) continue;
      const joined = join(group.draft, next, match);
      if (joined === null || waits(group, reads)) continue;
      const unit: Unit = { kind: 'draft', draft: forward(graph, joined, limits) };
      if (readsOf(unit).size + writesOf(unit).size > limits.maxKernelBuffers) continue;
      groups.splice(i, 1);
      groups.push(unit);
      reorder(groups);
      return true;
    }
    return false;
  };

  for (const unit of units) {
    if (unit.kind === 'draft' && mergeable(unit.draft)) {
      const reads = readsOf(unit);
      if (tryJoin(unit.draft, reads, readMatch) || tryJoin(unit.draft, reads, siblingMatch)) continue;
    }
    groups.push(unit);
  }

  const rows = new Map<number, RowBuffer>();
  const settled = groups.map((g): Unit => {
    if (g.kind === 'routine') return g;
    const outside = new Set(wanted);
    for (const other of groups) if (other !== g) readsOf(other).forEach((r) => outside.add(r));
    return { kind: 'draft', draft: settle(g.draft, outside, rows) };
  });
  return { units: settled, rows };
}

/** Puts groups back into an order in which everything is written before it is read. */
function reorder(groups: Unit[]): void {
  const writer = new Map<number, Unit>();
  for (const g of groups) for (const w of writesOf(g)) writer.set(w, g);
  const done = new Set<Unit>();
  const place = (g: Unit): void => {
    if (done.has(g)) return;
    done.add(g);
    for (const r of readsOf(g)) {
      const before = writer.get(r);
      if (before !== undefined) place(before);
    }
    order.push(g);
  };
  const order: Unit[] = [];
  groups.forEach(place);
  groups.splice(0, groups.length, ...order);
}
