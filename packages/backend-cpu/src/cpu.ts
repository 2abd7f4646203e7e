/**
 * The CPU backend: WebAssembly kernels over one memory, or the interpreter where WebAssembly may not be compiled.
 */
import { debug, debugLine, type Backend } from '@sconce/core';
import { createBackend, interpreterTarget } from '@sconce/compiler';
import { Heap } from './memory/heap.js';
import { cpuTarget } from './target.js';
import { detectFeatures, ModuleBuilder, type Features } from './wasm/index.js';

export interface CpuOptions {
  /** Threads that kernels run on: a number, or 'auto' for one a core (default). Results do not depend on it. */
  readonly threads?: number | 'auto';
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

/** As `cpu`, at once. */
export function cpuSync(_options: CpuOptions = {}): Backend {
  readEnvironment();
  const features = usableFeatures();
  if (features === null) return interpreted();
  const heap = new Heap(false);
  debugLine(1, () => `cpu: WebAssembly SIMD, memory up to ${heap.maximumPages / 16384} GiB`);
  return createBackend(cpuTarget(heap, features.relaxedSimd));
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
