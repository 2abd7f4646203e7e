/**
 * @sconce/backend-cpu/sync: the CPU backend at once, for programs that cannot wait. What `cpu` loads on demand is here.
 */
import type { Backend } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpretedTarget } from './interpreted.js';
import type { CpuOptions } from './options.js';
import { ownRoutines } from './routines/run.js';
import { compiled, machineFor } from './start.js';
import { Pool } from './threads/pool.js';
import { enableWide } from './wasm/wide.js';

/**
 * As `cpu`, at once.
 *
 * @example
 * useSync(cpuSync({ threads: 1 }));
 */
export function cpuSync(options: CpuOptions = {}): Backend {
  const machine = machineFor(options);
  if (machine === null) return createBackend(interpretedTarget());
  const wide = options.revectorize === true && machine.features.relaxedSimd && enableWide();
  return compiled(machine, { Pool: machine.threads > 1 ? Pool : null, wide, routines: () => ownRoutines });
}

/** `cpuSync` under the name of the one that may wait: a program that has this entry has no need of the other. */
export { cpuSync as cpu };
export type { CpuOptions } from './options.js';
