/**
 * The CPU backend: WebAssembly kernels over one memory, or the interpreter where WebAssembly may not be compiled.
 */
import type { Backend } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import type { CpuOptions } from './options.js';
import type { Parts } from './parts.js';
import { compiled, machineFor } from './start.js';

/** Routines that are loaded when the first one runs, which JavaScript does itself. */
function routinesOnDemand(): Parts['routines'] {
  let routines: ReturnType<Parts['routines']>;
  let asked = false;
  return () => {
    if (!asked) void import('./routines/run.js').then(({ ownRoutines }) => (routines = ownRoutines), () => undefined);
    asked = true;
    return routines;
  };
}

/**
 * The CPU backend. A promise where a part of it must be loaded first: threads, the interpreter, the trial of paired
 * vectors. Routines such as sorting are loaded when they are first used.
 *
 * @example
 * await use(cpu({ threads: 'auto' }));
 */
export function cpu(options: CpuOptions = {}): Backend | Promise<Backend> {
  const machine = machineFor(options);
  if (machine === null) return import('./interpreted.js').then(({ interpretedTarget }) => createBackend(interpretedTarget()));
  const routines = routinesOnDemand();
  const threads = machine.threads > 1 ? import('./threads/pool.js') : null;
  const trial = options.revectorize === true && machine.features.relaxedSimd ? import('./wasm/wide.js') : null;
  if (threads === null && trial === null) return compiled(machine, { Pool: null, wide: false, routines });
  return Promise.all([threads, trial]).then(([pool, wide]) =>
    compiled(machine, { Pool: pool?.Pool ?? null, wide: wide?.enableWide() ?? false, routines }),
  );
}
