/**
 * The second phase of a contraction whose sums are cut into parts: adds them, for a few rows at a time, and finishes these
 * rows.
 *
 * Invariant: parts are added in their order, so results do not depend on which thread made them.
 */
import type { KernelModule, PhaseFrame } from '../../code/kernel-module.js';
import { invoke, loop, store, type Statement } from '../../code/statement.js';
import type { Op, Callable } from '../../wasm/index.js';
import type { ContractPlan } from './plan.js';
import { SUMS } from './tile.js';
import { bytesOfBlock, blocksOf, boundsOf, outputsOf } from './units.js';

/** Rows that are joined at a time. */
const ROWS = 4;

const groupsOf = ({ mc }: ContractPlan): number => Math.ceil(mc / ROWS);

export function joinUnits(plan: ContractPlan): number {
  const blocks = blocksOf(plan);
  return plan.sizes.batch * blocks.m * blocks.n * groupsOf(plan);
}

/** Adds the function `add_parts(sums)`, and gives what writes the phase. */
export function addJoin(module: KernelModule, plan: ContractPlan, pitch: number): (frame: PhaseFrame, finish: Callable) => Statement[] {
  const add = `${plan.dtype === 'float32' ? 'f32x4' : 'f64x2'}.add` as Op;
  const block = bytesOfBlock(plan);
  const addParts = module.helper('add_parts', ['sums', 'bytes'], ({ terms: t }, { sums, bytes }) => {
    const at = t.variable('at', 'i32');
    const part = t.variable('part', 'i32');
    const to = { base: at, offset: 0 };
    const one = t.op(add, t.load('v128.load', to, SUMS), t.load('v128.load', { base: t.add(at, part), offset: 0 }, SUMS));
    const row = loop(at, sums, t.add(sums, bytes), 16, [store('v128.store', to, one, SUMS)]);
    return [loop(part, t.i32(block), t.i32(plan.parts * block), block, [row])];
  });
  return (frame, finish) => {
    const { terms: t, args, scratch, shared } = frame;
    const unit = t.variable('unit', 'i32');
    const groups = groupsOf(plan);
    const whole = t.div(unit, groups);
    const { batch, m0, m1, n0, n1 } = boundsOf(t, plan, whole);
    const offset = t.scale(t.rem(unit, groups), ROWS);
    const row = t.add(m0, offset);
    const after = t.add(row, ROWS);
    const end = t.least(after, m1);
    const sums = t.add(t.add(shared, t.mul(whole, plan.parts * block)), t.scale(offset, pitch));
    // A last group of a block may begin after its last row.
    const first = t.least(row, end);
    return [
      loop(unit, frame.start, frame.end, 1, [
        invoke(addParts, [args, scratch, sums, t.scale(t.sub(end, first), pitch)], [SUMS]),
        invoke(finish, [args, scratch, sums, first, end, n0, n1, batch], outputsOf(frame)),
      ]),
    ];
  };
}
