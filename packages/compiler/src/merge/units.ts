/**
 * Units: what merging moves about. A unit is one launch, a draft kernel or a routine; what it reads and writes says which
 * units wait for it.
 *
 * Invariant: drafts and stages do not change, so what was found out about one is remembered.
 */
import type { Expr } from '@sconce/core';
import { exprsIn, stageExprs, type Stage } from '../kernel/ir.js';
import type { Draft } from '../lower/lower.js';
import { memoized } from '../expr/memoized.js';

export type Unit =
  | { readonly kind: 'draft'; readonly draft: Draft }
  | { readonly kind: 'routine'; readonly position: number; readonly reads: readonly number[] };

// ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Load = Expr & { readonly op: 'load' };

/** The loads of a stage, each once. */
export const loadsIn: (stage: Stage) => readonly Load[] = /* @__PURE__ */ memoized((stage) =>
  exprsIn(stageExprs(stage)).filter((x) => x.op === 'load'),
);

// ── what a unit reads and writes ─────────────────────────────────────────────────────────────────────────────────────

interface Traffic {
  /** Values of other units that it needs. */
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

const trafficOf = /* @__PURE__ */ memoized((unit: Unit): Traffic => {
  if (unit.kind === 'routine') return { reads: new Set(unit.reads), writes: new Set([unit.position]) };
  const { stages } = unit.draft;
  const writes = new Set(stages.flatMap((s) => (s.kind === 'reduce' ? [] : [s.slot])));
  const reads = new Set<number>();
  for (const s of stages) for (const { slot } of loadsIn(s)) if (!writes.has(slot)) reads.add(slot);
  return { reads, writes };
});

export const readsOf = (unit: Unit): ReadonlySet<number> => trafficOf(unit).reads;
export const writesOf = (unit: Unit): ReadonlySet<number> => trafficOf(unit).writes;

/** Whether a unit that reads these waits for `earlier`. */
export function feeds(earlier: Unit, reads: ReadonlySet<number>): boolean {
  for (const w of writesOf(earlier)) if (reads.has(w)) return true;
  return false;
}
