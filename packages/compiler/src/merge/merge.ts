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
import { dtypeBytes, type Graph } from '@sconce/core';
import { contractOf } from '../prepare/contract.js';
import { countOf, TOO_LONG } from '../lower/cost.js';
import type { RowBuffer } from '../prepare/finish.js';
import { axisRenamer, mapStage, mergeable, pointsOf, rewriter, usedBy, type Stage, type StoreStage } from '../kernel/ir.js';
import { join, readMatch, siblingMatch } from './join.js';
import type { Draft } from '../lower/lower.js';
import { matchAxes, positionOf } from './match.js';
import type { Target } from '../target.js';
import { feeds, loadsIn, readsOf, writesOf, type Unit } from './units.js';

/** Cost from which a value is passed through memory rather than computed again. */
const COSTLY = 8;

type Limits = Pick<Target, 'maxKernelBuffers' | 'maxRowBytes'>;

// ── values inside a group ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Replaces loads of what the group has computed at the same point by the value, unless it is costly and can be kept in
 * memory; null where an expression would become too long.
 */
function forward(graph: Graph, draft: Draft, limits: Limits): Draft | null {
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
      const passed = store.axes.length > 0 && bytes <= limits.maxRowBytes && countOf(store.value).cost >= COSTLY;
      if (passed) return x;
      return axisRenamer(match)(store.value);
    });
    const done = loadsIn(stage).some((x) => known.has(x.slot)) ? mapStage(stage, substitute) : stage;
    if (done.value !== stage.value && countOf(done.value).length > TOO_LONG) return null;
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
    if (stage.kind === 'reduce' && !stages.some((s) => usedBy(s).has(stage.id))) continue;
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

  /** Joins the last group that fits, of the products or of all others. */
  const tryJoin = (next: Draft, reads: ReadonlySet<number>, matchOf: typeof readMatch, products: boolean): boolean => {
    if (contractOf(next) !== null) return false;
    for (let i = groups.length - 1; i >= 0; i--) {
      const group = groups[i];
      if (matchOf === readMatch && !feeds(group, reads)) continue;
      if (group.kind !== 'draft' || !group.draft.stages.every(mergeable)) continue;
      if ((contractOf(group.draft) !== null) !== products) continue;
      const match = matchOf(group.draft, next);
      if (match === null) continue;
      const joined = join(group.draft, next, match);
      if (joined === null || waits(group, reads)) continue;
      const draft = forward(graph, joined, limits);
      if (draft === null) continue;
      const unit: Unit = { kind: 'draft', draft };
      if (readsOf(unit).size + writesOf(unit).size > limits.maxKernelBuffers) continue;
      groups.splice(i, 1);
      if (matchOf === readMatch && joinRead(unit.draft, readsOf(unit))) return true;
      groups.push(unit);
      if (groups.some((g) => feeds(unit, readsOf(g)))) reorder(groups);
      return true;
    }
    return false;
  };

  /** What reads several groups takes them one after the other, a product last: what has joined one takes in no more. */
  const joinRead = (next: Draft, reads: ReadonlySet<number>): boolean =>
    tryJoin(next, reads, readMatch, false) || tryJoin(next, reads, readMatch, true);

  for (const unit of units) {
    if (unit.kind === 'draft' && unit.draft.stages.every(mergeable)) {
      const reads = readsOf(unit);
      if (joinRead(unit.draft, reads) || tryJoin(unit.draft, reads, siblingMatch, false)) continue;
    }
    groups.push(unit);
  }

  const rows = new Map<number, RowBuffer>();
  // What a group reads, others have written.
  const outside = new Set(wanted);
  for (const g of groups) for (const r of readsOf(g)) outside.add(r);
  const settled = groups.map((g): Unit => (g.kind === 'routine' ? g : { kind: 'draft', draft: settle(g.draft, outside, rows) }));
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
