/**
 * Tensors that are joined: a few take one kernel, with what they are computed from, and a long list is joined in groups
 * that are stored, because a kernel reads the tensors of the other groups in vain for each element.
 */
import { tensor, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchesOf, useRecorder } from './launches.js';

beforeAll(() => useRecorder('recorder'));

const parts = (count: number): Tensor[] => Array.from({ length: count }, (_, i) => tensor([[i, i + 0.25], [i + 0.5, i + 0.75]]));

describe.each([[2, 1], [5, 1], [16, 5], [64, 21]])('%d tensors', (count, kernels) => {
  it.each([0, 1])(`take ${kernels} kernels along dimension %d`, async (dim) => {
    const joined = torch.cat(parts(count).map((x) => torch.neg(x)), dim);
    let got: unknown;
    expect((await launchesOf(() => (got = joined.toArraySync()))).length).toBe(kernels);
    const rows = parts(count).map((x) => x.toArraySync() as number[][]);
    const want = dim === 0 ? rows.flat() : [0, 1].map((r) => rows.flatMap((x) => x[r]));
    expect(got).toEqual(want.map((row) => row.map((x) => -x)));
  });
});
