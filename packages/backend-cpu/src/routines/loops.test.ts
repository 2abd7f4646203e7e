/** Decompositions and transforms that are lent memory and loops have the bits that they have without, whatever their sizes and the threads. */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { fromHost, useSync, type Tensor } from '@sconce/core';
import { fft, fft2, irfft, rfft } from '@sconce/ops/fft';
import { eigh, lstsq, lu, matrixExp, qr, solve, svd } from '@sconce/ops/linalg';
import { expect, it, vi } from 'vitest';
import { cpuSync } from '../sync.js';

vi.setConfig({ testTimeout: 60_000 });

/** Numbers between −1 and 1, the same in every run. */
function noise(shape: readonly number[], device: string): Tensor {
  let state = 7;
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31);
  return fromHost(data, shape, 'float64', { device });
}

/** All that decompositions of an m × n matrix give, and of its square. */
function decompositions(device: string, m: number, n: number): readonly Tensor[] {
  const [a, square, b] = [noise([m, n], device), noise([n, n], device), noise([n, 3], device)];
  return [...qr(a), ...svd(a), ...lu(a), ...eigh(square), solve(square, b), matrixExp(square), lstsq(a, noise([m, 2], device), null, { driver: 'gels' }).solution];
}

/** Transforms of an m × n matrix, along its rows and along both dimensions. */
function transforms(device: string, m: number, n: number): readonly Tensor[] {
  const z = { real: noise([m, n], device), imag: noise([m, n], device) };
  return [...fft(z), ...fft2(z), ...rfft(z.real), irfft(z, n)];
}

/** The same bits in JavaScript, and on one thread and on two. */
function expectSame(compute: (device: string) => readonly Tensor[]): void {
  useSync(createBackend(interpreterTarget('oracle')));
  const results = (device: string): Float64Array[] => compute(device).map((t) => t.dataSync() as Float64Array);
  const expected = results('oracle');
  for (const threads of [1, 2]) {
    useSync(cpuSync({ threads }));
    results('cpu').forEach((values, i) => {
      const differs = values.findIndex((x, k) => !Object.is(x, expected[i][k]));
      expect(differs, `element of result ${i} on ${threads} threads`).toBe(-1);
    });
  }
}

// Whole tiles, and every rest of rows, columns and terms; more than one panel, and more terms than are added at a time.
it.each([[1, 1], [2, 3], [7, 5], [16, 16], [33, 18], [50, 71], [90, 67], [300, 9], [5, 270]])('decompositions of %d × %d', (m, n) => {
  expectSame((device) => decompositions(device, m, n));
});

// Each radix, a large prime, lengths that are split, by rows of one and of several columns.
it.each([[1, 1], [3, 2], [9, 30], [7, 343], [5, 1000], [1, 5000], [3, 8192], [1, 10007], [2, 9801]])('transforms of %d × %d', (m, n) => {
  expectSame((device) => transforms(device, m, n));
});
