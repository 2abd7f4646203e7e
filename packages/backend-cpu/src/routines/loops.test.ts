/** Decompositions that are lent memory and loops have the bits that they have without, whatever their sizes and the threads. */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { fromHost, useSync, type Tensor } from '@sconce/core';
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
function results(device: string, m: number, n: number): Float64Array[] {
  const [a, square, b] = [noise([m, n], device), noise([n, n], device), noise([n, 3], device)];
  const parts = [...qr(a), ...svd(a), ...lu(a), ...eigh(square), solve(square, b), matrixExp(square), lstsq(a, noise([m, 2], device), null, { driver: 'gels' }).solution];
  return parts.map((t) => t.dataSync() as Float64Array);
}

// Whole tiles, and every rest of rows, columns and terms; more than one panel, and more terms than are added at a time.
it.each([[1, 1], [2, 3], [7, 5], [16, 16], [33, 18], [50, 71], [90, 67], [300, 9], [5, 270]])('of %d × %d', (m, n) => {
  useSync(createBackend(interpreterTarget('oracle')));
  const expected = results('oracle', m, n);
  for (const threads of [1, 2]) {
    useSync(cpuSync({ threads }));
    results('cpu', m, n).forEach((values, i) => {
      const differs = values.findIndex((x, k) => !Object.is(x, expected[i][k]));
      expect(differs, `element of result ${i} on ${threads} threads`).toBe(-1);
    });
  }
});
