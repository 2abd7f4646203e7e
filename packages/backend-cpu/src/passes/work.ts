/**
 * How long a kernel takes on one thread, roughly: what decides whether threads share it.
 */
import { INSTRUCTIONS, type InstructionName } from '@sconce/core';
import { pointsOf, stageAxes, walk, type Kernel } from '@sconce/compiler';
import { bytesOf } from '../code/memory.js';

/** Nanoseconds for an instruction on one element, for a load, for a byte of memory. */
const INSTRUCTION = 0.06;
const LOAD = 0.1;
const BYTE = 0.03;

/** Nanoseconds of one thread. */
export function workOf(kernel: Kernel): number {
  let work = kernel.buffers.reduce((sum, b) => sum + (b.scope === 'global' ? b.size * bytesOf(b.storage) * BYTE : 0), 0);
  for (const stage of kernel.stages) {
    let cost = 0;
    walk([stage.value], (x) => {
      if (x.op === 'load') cost += LOAD;
      else if (x.op in INSTRUCTIONS && x.dtype !== 'int32') cost += INSTRUCTIONS[x.op as InstructionName].cost * INSTRUCTION;
    });
    work += cost * pointsOf(stageAxes(stage)) * pointsOf(kernel.grid);
  }
  return work;
}
