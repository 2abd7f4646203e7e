/**
 * What the host has for threads.
 *
 * Invariant: asking loads nothing.
 */
interface NodeProcess {
  getBuiltinModule?(id: string): unknown;
}

/** Threads that there are words for, the caller included. */
export const MAX_THREADS = 128;

/** A module of Node's; undefined elsewhere. */
export const builtin = (id: string): unknown => (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.(id);

/** The cores that this process may use. */
export function coreCount(): number {
  const os = builtin('node:os') as { availableParallelism(): number } | undefined;
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** Whether threads may share memory here. */
export function maySpawn(): boolean {
  const { crossOriginIsolated, Worker, process } = globalThis as { crossOriginIsolated?: boolean; Worker?: unknown; process?: NodeProcess };
  // Node has them; asking for the module itself would load it, which takes a tenth of a short program's start.
  return process?.getBuiltinModule !== undefined || (crossOriginIsolated === true && Worker !== undefined);
}
