/**
 * How long a kernel takes on one thread, roughly: what decides whether threads share it.
 */
import { rowOf, type Expr } from '@sconce/core';
import { pointsOf, stageAxes, type Kernel } from '@sconce/compiler';
import { bytesOf } from '../code/memory.js';

/** Nanoseconds for an instruction on one element, for a load, for a byte of memory. */
const INSTRUCTION = 0.06;
const LOAD = 0.1;
const BYTE = 0.03;

/** Nanoseconds of one thread. */
export function workOf(kernel: Kernel): number {
  let work = kernel.buffers.reduce((sum, b) => sum + (b.scope === 'global' ? b.size * bytesOf(b.storage) * BYTE : 0), 0);
  for (const stage of kernel.stages) {
    work += costOf(stage.value) * pointsOf(stageAxes(stage)) * pointsOf(kernel.grid);
  }
  return work;
}

/** Of one element. Index arithmetic counts as nothing: most of it leaves the inner loop. */
function costOf(value: Expr): number {
  const seen = new Set<Expr>();
  const cost = (x: Expr): number => {
    if (seen.has(x)) return 0;
    seen.add(x);
    if (x.op === 'load') return LOAD;
    return x.args.reduce((sum, a) => sum + cost(a), (rowOf(x)?.cost ?? 0) * INSTRUCTION);
  };
  return cost(value);
}
