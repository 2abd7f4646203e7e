import { afterEach, expect, it, vi } from 'vitest';
import { fromHost, tensor, use, useSync } from '@sconce/core';
import * as e from '@sconce/core/e';
import { cpu } from './cpu.js';
import { cpuSync } from './sync.js';
import { made } from './oracle.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const double = (): readonly number[] => {
  const y = made('twice', [tensor([1, 2.5])], [2], (ix, [x]) => e.mul(x(ix), 2));
  return Array.from(y.dataSync() as Float32Array);
};

it('computes', async () => {
  await use(cpu());
  expect(double()).toEqual([2, 5]);
});

it('interprets where WebAssembly may not be compiled, and says so once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.stubGlobal('WebAssembly', {
    ...WebAssembly,
    Module: class {
      constructor() {
        throw new WebAssembly.CompileError('blocked by the policy');
      }
    },
  });
  useSync(cpuSync());
  expect(double()).toEqual([2, 5]);
  await use(cpu());
  expect(double()).toEqual([2, 5]);
  expect(warn.mock.calls).toHaveLength(1);
  expect(warn.mock.calls[0][0]).toMatch(/kernels are interpreted.*wasm-unsafe-eval/);
});

it('gives arrays of the caller, not views of its memory', () => {
  useSync(cpuSync({ threads: 2 }));
  const x = made('copy', [fromHost(new Float32Array([1, 2]), [2], 'float32')], [2], (ix, [y]) => e.add(y(ix), 1));
  const data = x.dataSync();
  expect(data.buffer).toBeInstanceOf(ArrayBuffer);
});

it('computes the same where pairs of 256 bits are asked for, whether or not the engine has them', async () => {
  useSync(cpuSync({ revectorize: true }));
  expect(double()).toEqual([2, 5]);
  await use(cpu({ revectorize: true }));
  expect(double()).toEqual([2, 5]);
});
