/**
 * The vector form of a map: one invocation for each four elements that follow each other.
 *
 * It is chosen where every store, and at least half of the loads that differ among the four, are of vectors that lie on
 * multiples of four; other loads fetch four elements one by one.
 *
 * Invariant: a kernel that has this form has no loop, no check, and a last axis that four divides.
 */
import { axisRef, freshAxis, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { Interner, mapKernel, nestOf, pointsOf, simplifier, stageExprs, walk, type Kernel, type StoreStage } from '@sconce/compiler';
import { Emitter } from '../wgsl/emitter.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { substitution, unflatten } from './axes.js';
import { vectorSlots } from './products.js';

/** Elements below which there is nothing to gain. */
const SMALL = 1 << 12;

/** A kernel of stores without axes as a program of this form; null when another suits it better. */
export function vectorProgram(given: Kernel, workgroupSize: number): Program | null {
  if (given.stages.some((s) => s.kind !== 'store' || s.axes.length > 0) || pointsOf(given.grid) < SMALL) return null;
  const { grid, sweeps } = nestOf(given);
  const last = grid.at(-1);
  if (last === undefined || last.extent % 4 !== 0) return null;
  const simplify = simplifier(new Interner());
  const quarter: Axis = freshAxis(pointsOf(grid) / 4, 'q');
  const lane = freshAxis(4, 'lane');
  const inner = freshAxis(last.extent / 4, 'q');
  const bind = substitution(new Map([...unflatten([...grid.slice(0, -1), inner], axisRef(quarter)), [last.id, e.add(e.mul(axisRef(inner), 4), axisRef(lane))]]));
  const again = substitution(unflatten([...grid.slice(0, -1), inner], axisRef(quarter)));
  const kernel = mapKernel({ ...given, stages: sweeps.flatMap((s) => s.stages) }, (x) => simplify(again(bind(x))));
  const stores = kernel.stages as readonly StoreStage[];

  const slots = new Set<number>();
  const emitter = new Emitter({ kernel, simplify, vectorSlots: slots });
  emitter.bindLane(lane);
  vectorSlots(kernel, emitter, [], stores).forEach((slot) => slots.add(slot));
  if (!isWorth(emitter, stores, slots)) return null;

  const count = pointsOf(grid) / 4;
  const workgroups = Math.ceil(count / workgroupSize);
  const q = emitter.fresh('q');
  emitter.line(`let ${q} = i32(${groupNumber(workgroups)} * ${workgroupSize}u + lane);`);
  if (count % workgroupSize !== 0 || workgroups > 65535) emitter.line(`if (${q} >= ${count}) { return; }`);
  emitter.bindAxis(quarter, q);
  emitter.announce(stores.flatMap(stageExprs));
  for (const s of stores) emitter.store(s.slot, s.index, s.value);
  return assemble({ kernel: { ...kernel, grid: given.grid }, emitter, workgroupSize, workgroups, vectorSlots: slots });
}

function isWorth(emitter: Emitter, stores: readonly StoreStage[], slots: ReadonlySet<number>): boolean {
  let whole = 0;
  let pieces = 0;
  let checks = 0;
  walk(stores.flatMap(stageExprs), (x: Expr) => {
    if (x.op === 'check') checks += 1;
    if (x.op !== 'load' || !emitter.isVector(x.args[0])) return;
    if (slots.has(x.slot)) whole += 1;
    else pieces += 1;
  });
  return checks === 0 && stores.every((s) => slots.has(s.slot)) && whole >= pieces;
}
