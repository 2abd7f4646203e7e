/**
 * The CPU backend: WebAssembly kernels over one memory, or the interpreter where WebAssembly may not be compiled.
 */
import { ArgumentError, debug, debugLine, type Backend } from '@sconce/core';
import { createBackend, interpreterTarget } from '@sconce/compiler';
import { Heap } from './memory/heap.js';
import { cpuTarget } from './target.js';
import { MAX_THREADS } from './threads/control.js';
import { coreCount, maySpawn } from './threads/spawn.js';
import { detectFeatures, enableWide, ModuleBuilder, type Features } from './wasm/index.js';

export interface CpuOptions {
  /** Threads that kernels run on: a number, or 'auto' for one a core (default). Results do not depend on it. */
  readonly threads?: number | 'auto';
  /**
   * Whether to have V8 pair operations on 128 bits into operations on 256, which doubles the speed of products: an
   * experiment of V8's, in Node from version 24 on, switched on for the whole process. Where it does not work, nothing
   * changes.
   */
  readonly revectorize?: boolean;
}

let warned = false;

/** What the engine can do; null where it may not compile WebAssembly (a page's security policy) or lacks SIMD. */
function usableFeatures(): Features | null {
  try {
    new WebAssembly.Module(new ModuleBuilder().encode());
    const features = detectFeatures();
    return features.simd ? features : null;
  } catch {
    return null;
  }
}

function interpreted(): Backend {
  const message =
    'cpu: WebAssembly with SIMD may not be compiled here, so kernels are interpreted, which is slow. ' +
    "In a page, allow it with the policy script-src 'wasm-unsafe-eval'.";
  if (!warned) console.warn(message);
  warned = true;
  return createBackend(interpreterTarget('cpu'));
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

/** As `cpu`, at once. */
export function cpuSync({ threads = 'auto', revectorize = false }: CpuOptions = {}): Backend {
  readEnvironment();
  const features = usableFeatures();
  if (features === null) return interpreted();
  const count = features.threads && maySpawn() ? threadCount(threads) : 1;
  const heap = new Heap(count > 1);
  const wide = revectorize && features.relaxedSimd && enableWide();
  debugLine(1, () => `cpu: WebAssembly SIMD${features.relaxedSimd ? ' with multiply-add' : ''}${wide ? ', paired to 256 bits' : ''}, ${count} threads, memory up to ${heap.maximumPages / 16384} GiB`);
  return createBackend(cpuTarget(heap, { features, wide, threads: count }));
}

/**
 * The CPU backend.
 *
 * @example
 * await use(cpu({ threads: 'auto' }));
 */
export function cpu(options: CpuOptions = {}): Backend {
  return cpuSync(options);
}
