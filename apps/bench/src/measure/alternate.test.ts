import { expect, it } from 'vitest';
import { inProcess, type Library } from '../libraries/library.js';
import { uniform, type Workload } from '../workload.js';
import { difference, measure } from './alternate.js';
import { met } from './row.js';

const workload: Workload = { name: 'double', section: 'Products', inputs: [uniform([4])], target: 1, tolerance: 1e-6 };

const doubling = (name: string, factor: number): Library =>
  inProcess(name, '1', {
    double: ([{ values }]) => ({ run: () => undefined, result: async () => Float32Array.from(values, (x) => x * factor) }),
  });

it('times what agrees, and leaves out with a reason what does not or fails', async () => {
  const failing = inProcess('failing', '1', { double: () => { throw new Error('no such kernel\nat …'); } });
  const row = await measure(workload, [doubling('sconce', 2), doubling('wrong', 2.1), failing, inProcess('empty', '1', {})]);
  expect(row.timings.map((t) => t.library)).toEqual(['sconce']);
  expect(row.excluded).toEqual([
    { library: 'wrong', reason: expect.stringMatching(/^its result differs by 5.*e-2/) as string },
    { library: 'failing', reason: 'no such kernel' },
  ]);
  expect(met(row)).toBe(true);
});

it('finds a NaN and another length different', () => {
  expect(difference([1, 2], [1, NaN])).toBeNaN();
  expect(difference([1], [1, 2])).toBe(Infinity);
  expect(difference([4, 2], [4, 1])).toBe(0.25);
});
