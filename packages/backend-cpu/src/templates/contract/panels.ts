/**
 * Panels: where packed operands lie, in scratch of a thread or in scratch that all threads share.
 *
 *     block of the sum → panel of a tile's rows → step of the sum → rows side by side
 *
 * An operand that several units read is packed as a whole by all threads in a phase of its own; the others are packed by
 * each unit, block by block.
 *
 * Invariant: neighbouring panels do not begin at the same place of a page. 256 steps of eight columns are 8 KiB, and
 * caches look addresses up by their place in a page, so what is packed side by side would push each other out.
 */
import type { KernelFrame } from '../../code/kernel-module.js';
import type { Memory, Term, Terms } from '../../code/term.js';
import { LANES } from '../../code/vector.js';
import type { ContractPlan, Operand } from './plan.js';

export const PANEL: Memory = { kind: 'memory', name: 'panel' };

/** Steps of the sum that a panel leaves unused at its end. */
const GAP = 2;

/** A block of the sum: its first step, the one after its last, and their number. */
export interface Depth {
  readonly first: Term;
  readonly last: Term;
  readonly steps: Term;
  /** Number of the block; null when there is one. */
  readonly index: Term | null;
}

export interface PanelShape {
  /** Rows of the operand in a panel, and in each group of a panel. */
  readonly rows: number;
  readonly group: number;
  /** Places for rows. */
  readonly width: number;
}

/**
 * A group is written as four rows. Three of a lie side by side without a place for a fourth where steps are written in
 * their order: what is too much lies where the next step is written, or in the gap.
 */
export function panelOf({ mr, nr, a }: ContractPlan, operand: Operand): PanelShape {
  if (operand !== a) return { rows: nr, group: LANES, width: nr };
  const isClose = mr === LANES - 1 && (a.along === 'depth' || a.k.length === 1);
  return { rows: mr, group: Math.min(mr, LANES), width: isClose ? mr : Math.ceil(mr / LANES) * LANES };
}

/** How many groups so many rows are, from the first of a panel on. */
export function groupsOf(t: Terms, plan: ContractPlan, operand: Operand, rows: Term): Term {
  const { group } = panelOf(plan, operand);
  return t.div(t.add(rows, group - 1), group);
}

/** Bytes from panel to panel, for a block of so many steps. */
export const panelBytes = (t: Terms, { bytes }: ContractPlan, width: number, steps: Term): Term => t.scale(t.add(steps, GAP), width * bytes);

/** Bytes of the panels of so many rows, over the longest block of the sum. */
export function bytesOfPanels(plan: ContractPlan, operand: Operand, count: number): number {
  const { rows, width } = panelOf(plan, operand);
  return Math.ceil(count / rows) * (plan.depth.length + GAP) * width * plan.bytes;
}

/** Where the panel begins that holds `row`, among panels from `from` on that begin at row 0. */
export function panelAt(t: Terms, plan: ContractPlan, operand: Operand, from: Term, row: Term, steps: Term): Term {
  const { rows, width } = panelOf(plan, operand);
  return t.add(from, t.mul(t.div(row, rows), panelBytes(t, plan, width, steps)));
}

export const rowsOf = (plan: ContractPlan, operand: Operand): number => (operand === plan.a ? plan.sizes.m : plan.sizes.n);

/** Bytes of a whole operand. */
export const bytesOfShared = (plan: ContractPlan, operand: Operand): number =>
  plan.sizes.batch * plan.depth.count * bytesOfPanels(plan, operand, rowsOf(plan, operand));

/** Where a row of an operand lies that is packed as a whole. */
export function sharedAt({ terms: t, shared }: KernelFrame, plan: ContractPlan, operand: Operand, area: number, batch: Term, row: Term, depth: Depth): Term {
  const block = t.add(t.scale(batch, plan.depth.count), depth.index ?? t.i32(0));
  const from = t.add(t.add(shared, area), t.scale(block, bytesOfPanels(plan, operand, rowsOf(plan, operand))));
  return panelAt(t, plan, operand, from, row, depth.steps);
}

/** The block of this number. */
export function depthAt(t: Terms, { depth, k }: ContractPlan, index: Term): Depth {
  const { extent } = k[depth.axis];
  if (depth.count === 1) return { first: t.i32(0), last: t.i32(depth.length), steps: t.i32(depth.length), index: null };
  const pieces = Math.ceil(extent / depth.step);
  const from = t.scale(t.rem(index, pieces), depth.step);
  const after = t.add(from, depth.step);
  const end = t.least(after, extent);
  const inner = depth.length / depth.step;
  const steps = t.scale(t.sub(end, from), inner);
  const first = t.scale(t.add(t.scale(t.div(index, pieces), extent), from), inner);
  return { first, last: t.add(first, steps), steps, index };
}
