/**
 * One computation on the software adapter and on the interpreter of kernels, and how far apart the results are.
 */
import { isFloat, numbersOf, setDefaultDevice, use, Tensor, useSync, type DType } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { webgpu, type WebGpuBackend, type WebGpuOptions } from '@sconce/backend-webgpu';
import { expect } from 'vitest';
import { softwareGpu } from './adapter/index.js';

export { noise } from './property/fill.js';

/** Registers both devices. */
export async function useBoth(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  useSync(createBackend(interpreterTarget('oracle')));
  const backend = await webgpu({ ...options, gpu: await softwareGpu() });
  await use(backend);
  return backend;
}

export interface Tolerance {
  /** Relative to the greatest magnitude of the expected values. */
  readonly relative?: number;
}

/** Runs the computation on both devices and compares all results. */
export async function expectSame(compute: () => Tensor | readonly Tensor[], { relative = 3e-6 }: Tolerance = {}): Promise<void> {
  const results: { readonly values: readonly number[]; readonly shape: readonly number[]; readonly dtype: DType }[][] = [];
  for (const device of ['oracle', 'webgpu']) {
    setDefaultDevice(device);
    const computed = compute();
    const tensors = computed instanceof Tensor ? [computed] : computed;
    results.push(await Promise.all(tensors.map(async (t) => ({ values: Array.from(numbersOf(await t.data(), t.dtype)), shape: t.shape, dtype: t.dtype }))));
  }
  const [wanted, got] = results;
  wanted.forEach((want, i) => {
    expect([got[i].shape, got[i].dtype]).toEqual([want.shape, want.dtype]);
    const scale = want.values.reduce((most, w) => (Number.isFinite(w) ? Math.max(most, Math.abs(w)) : most), 1e-30);
    want.values.forEach((w, k) => {
      const g = got[i].values[k];
      const isSame = Object.is(w, g) || (isFloat(want.dtype) && Math.abs(w - g) <= relative * scale);
      if (!isSame) expect.fail(`result ${i}, element ${k}: webgpu ${g}, interpreter ${w}`);
    });
  });
}
