/**
 * Starting the CPU backend: what the machine can do, and a backend on it.
 *
 * Invariant: nothing here loads a part that a program may do without (`parts.ts`): `cpu` loads them on demand, `cpuSync`
 * has them at hand.
 */
import { ArgumentError, debug, debugLine, type Backend } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { Heap } from './memory/heap.js';
import type { CpuOptions } from './options.js';
import type { Parts } from './parts.js';
import { cpuTarget, type CpuTargetOptions } from './target.js';
import { coreCount, MAX_THREADS, maySpawn } from './threads/host.js';
import { detectFeatures, Module, type Features } from './wasm/index.js';

/** What the engine can do; null where it may not compile WebAssembly (a page's security policy) or lacks SIMD. */
function usableFeatures(): Features | null {
  try {
    new WebAssembly.Module(new Module().encode());
    const features = detectFeatures();
    return features.simd ? features : null;
  } catch {
    return null;
  }
}

/** The debug level that the environment asks for, where there is one. */
function readEnvironment(): void {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const level = Number(process?.env?.SCONCE_DEBUG ?? 0);
  if (level > 0) debug(level);
}

/** Threads beyond this bring little: memory is shared. */
const MOST_THREADS = 16;

function threadCount(asked: number | 'auto'): number {
  if (asked === 'auto') return Math.min(coreCount(), MOST_THREADS);
  if (Number.isInteger(asked) && asked >= 1) return Math.min(asked, MAX_THREADS);
  throw new ArgumentError(`cpu: threads is ${String(asked)}, expected 'auto' or a whole number from 1.`);
}

/** The machine at hand, with as many threads as asked for; null where kernels must be interpreted. */
export function machineFor({ threads = 'auto' }: CpuOptions): CpuTargetOptions | null {
  readEnvironment();
  const features = usableFeatures();
  return features && { features, threads: features.threads && maySpawn() ? threadCount(threads) : 1 };
}

/** The backend of a machine that compiles WebAssembly. */
export function compiled(machine: CpuTargetOptions, parts: Parts): Backend {
  const { features, threads } = machine;
  const heap = new Heap(threads > 1);
  debugLine(1, () => `cpu: WebAssembly SIMD${features.relaxedSimd ? ' with multiply-add' : ''}${parts.wide ? ', paired to 256 bits' : ''}, ${threads} threads, memory up to ${heap.maximumPages / 16384} GiB`);
  return createBackend(cpuTarget(heap, machine, parts));
}
