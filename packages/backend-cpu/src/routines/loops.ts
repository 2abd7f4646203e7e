/**
 * The loops that are lent to routines in JavaScript, by name, as functions of one module.
 *
 * Invariant: a loop gives the bits that it gives in JavaScript, for any number of threads.
 */
import { ModuleBuilder } from '../wasm/builder.js';
import type { MemoryImport } from '../wasm/index.js';
import type { Loop } from './loop.js';
import { LOOP_SCRATCH, MATRICES } from './matrices.js';
import { RADICES } from './radices.js';
import { SIGNALS } from './signals.js';

export { LOOP_SCRATCH };

export const LOOPS: ReadonlyMap<string, Loop> = new Map([...MATRICES, ...RADICES, ...SIGNALS]);

export function loopModule(memory: MemoryImport): ModuleBuilder {
  const module = new ModuleBuilder();
  module.importMemory(memory);
  for (const [name, { write }] of LOOPS) write(module.exportFunction(name, { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' }, 'none'));
  return module;
}
