/**
 * A launch that has run as a line of the debug ladder: its name, how long it took, and at what rates.
 */
import { dtypeBytes } from '@sconce/core';
import { pointsOf, stageAxes, walk, type Kernel, type StorageType } from './ir.js';
import type { Launch } from '../target.js';

const LEAVES = new Set(['const', 'axis', 'scalar', 'load', 'check', 'stage', 'select', 'cast', 'bitcast']);

/** Floating-point instructions of one run, index arithmetic left out. */
function operationsOf(kernel: Kernel): number {
  return kernel.stages.reduce((sum, s) => {
    let count = s.kind === 'reduce' ? 1 : 0;
    walk([s.value], (x) => {
      if (!LEAVES.has(x.op) && x.dtype.startsWith('float')) count += 1;
    });
    return sum + count * pointsOf(stageAxes(s)) * pointsOf(kernel.grid);
  }, 0);
}

const bytesOf = (storage: StorageType): number => (storage === 'bits16' ? 2 : dtypeBytes(storage));
const rate = (count: number, ms: number): string => (ms > 0 ? (count / ms / 1e6).toFixed(1) : '-').padStart(7);

/** ` kernel  matmul_relu 64x128 r784    0.110 ms   117.0 GFLOP/s    4.3 GB/s` */
export function showRun(launch: Launch, ms: number): string {
  const time = `${ms.toFixed(3).padStart(9)} ms`;
  if (launch.kind === 'routine') {
    const bytes = [...launch.inputs, launch.output].reduce((sum, r) => sum + r.size * dtypeBytes(r.dtype), 0);
    return ` routine ${launch.name.padEnd(40)} ${time} ${rate(bytes, ms)} GB/s`;
  }
  const { kernel } = launch;
  const bytes = kernel.buffers.reduce((sum, b) => sum + (b.scope === 'global' ? b.size * bytesOf(b.storage) : 0), 0);
  return ` kernel  ${kernel.name.padEnd(40)} ${time} ${rate(operationsOf(kernel), ms)} GFLOP/s ${rate(bytes, ms)} GB/s`;
}
