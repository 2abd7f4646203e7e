/**
 * PyTorch, where an interpreter has it: one process for one thread, one for two.
 */
import { join } from 'node:path';
import { packageRoot } from '../../package-root.js';
import type { Library } from '../library.js';
import { startRemote } from '../remote.js';

export async function loadTorch(python: string, threads: number): Promise<Library> {
  const count = String(threads);
  return startRemote({
    name: `PyTorch, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    command: python,
    args: ['-u', join(packageRoot, 'src/libraries/torch/serve.py')],
    // Bound to cores: after a rest both of its threads may wake on one, where each spins while the other waits.
    env: { OMP_NUM_THREADS: count, OMP_PROC_BIND: String(threads > 1), OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
  });
}
