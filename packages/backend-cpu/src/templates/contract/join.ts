/**
 * The second phase of a contraction whose sums are cut into parts: the epilogue over their totals, for a few rows at a
 * time.
 *
 * Invariant: parts are added in their order (`finish.ts`), so results do not depend on which thread made them.
 */
import type { PhaseFrame } from '../../code/kernel-module.js';
import { invoke, loop, type Statement } from '../../code/statement.js';
import type { Callable } from '../../wasm/index.js';
import type { ContractPlan } from './plan.js';
import { bytesOfBlock, blocksOf, boundsOf, outputsOf } from './units.js';

/** Rows that are joined at a time. */
const ROWS = 4;

const groupsOf = ({ mc }: ContractPlan): number => Math.ceil(mc / ROWS);

export function joinUnits(plan: ContractPlan): number {
  const blocks = blocksOf(plan);
  return plan.sizes.batch * blocks.m * blocks.n * groupsOf(plan);
}

/** The phase: `finish` adds the parts of each row as it goes. */
export function joinStatements(frame: PhaseFrame, plan: ContractPlan, pitch: number, finish: Callable): Statement[] {
  const { terms: t, args, scratch, shared, start, end } = frame;
  const unit = t.variable('unit', 'i32');
  const groups = groupsOf(plan);
  const whole = t.div(unit, groups);
  const { batch, m0, m1, n0, n1 } = boundsOf(t, plan, whole);
  const offset = t.scale(t.rem(unit, groups), ROWS);
  const row = t.add(m0, offset);
  const after = t.add(row, ROWS);
  const sums = t.add(t.add(shared, t.mul(whole, plan.parts * bytesOfBlock(plan))), t.scale(offset, pitch));
  // A last group of a block may begin after its last row: then there is nothing to do.
  return [loop(unit, start, end, 1, [invoke(finish, [args, scratch, sums, row, t.least(after, m1), n0, n1, batch], outputsOf(frame))])];
}
