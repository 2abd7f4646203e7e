/**
 * Watches which kernels a backend compiles.
 */
import type { Backend } from '@sconce/core';

/** Names of the kernels of the plans that `run` compiles. Plans found in the cache do not count: use fresh shapes. */
export async function compiledKernels(backend: Backend, run: () => Promise<unknown>): Promise<string[]> {
  const names: string[] = [];
  const compile = backend.compile.bind(backend);
  backend.compile = (graph) => {
    const executable = compile(graph);
    names.push(...executable.kernels.map((k) => k.name));
    return executable;
  };
  try {
    await run();
  } finally {
    backend.compile = compile;
  }
  return names;
}
