/**
 * Limits of the adapter, narrowed until small tensors reach them: work is split, and what cannot be is refused in words.
 */
import { defineOp, DeviceError, OutOfMemoryError, record, setDefaultDevice, tensor, use, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import * as ops from '@sconce/ops';
import { watchedGpu, type Calls, type NarrowLimits } from '@sconce/testing/adapter';
import { expectSame, noise, useBoth } from '@sconce/testing/both';
import { beforeAll, describe, expect, test } from 'vitest';
import { webgpu } from './index.js';
import type { Profile } from './profile.js';

const calls: Calls = { createComputePipelineAsync: 0, createBindGroup: 0, createBuffer: 0 };

async function useNarrow(narrow: NarrowLimits): Promise<void> {
  await use(webgpu({ gpu: await watchedGpu(calls, narrow) }));
  setDefaultDevice('webgpu');
}

/** Tensors that are in memory, so that each is a buffer of its own. */
const many = (count: number, length = 7): Tensor[] => Array.from({ length: count }, (_, i) => tensor(Float32Array.from({ length }, (__, k) => i + k / 8)));

describe.each([8, 7])('%i storage buffers a stage', (most) => {
  beforeAll(() => useNarrow({ maxStorageBuffersPerShaderStage: most }), 60_000);

  test('a sum of 40 tensors', async () => {
    const sum = many(40).reduce((a, b) => ops.add(a, b));
    expect(await sum.toArray()).toEqual(Array.from({ length: 7 }, (_, k) => 780 + 5 * k));
  });
  test('40 tensors side by side', async () => {
    expect(await ops.cat(many(40)).toArray()).toEqual(Array.from({ length: 280 }, (_, i) => Math.floor(i / 7) + (i % 7) / 8));
    expect((await ops.stack(many(40), 1).toArray() as number[][])[3]).toEqual(Array.from({ length: 40 }, (_, i) => i + 3 / 8));
  });
  test('40 results of one step', async () => {
    const x = many(1)[0];
    const results = Array.from({ length: 40 }, (_, i) => ops.mul(x, i));
    const all = await Promise.all(results.map((t) => t.toArray()));
    expect(all[39]).toEqual(Array.from({ length: 7 }, (_, k) => (39 * k) / 8));
  });
  test('gradients of 20 factors', async () => {
    const xs = many(20).map((x) => ops.add(x, 1).detach().requiresGrad_());
    ops.sum(xs.reduce((a, b) => ops.mul(a, b))).backward();
    const [first] = (await xs[0].grad!.toArray()) as number[];
    expect(first).toBeCloseTo(Array.from({ length: 19 }, (_, i) => i + 2).reduce((a, b) => a * b) , -13);
  });
  test('six index tensors, picked and put', async () => {
    const x = ops.reshape(ops.arange(64), [2, 2, 2, 2, 2, 2]).to('float32').requiresGrad_();
    const corners = Array.from({ length: 6 }, (_, d) => tensor([d % 2, -1, 0]));
    const picked = ops.getitem(x, corners);
    expect(await picked.toArray()).toEqual([21, 63, 0]);
    ops.sum(ops.mul(picked, tensor([2, 3, 4]))).backward();
    expect((await ops.flatten(x.grad!).toArray() as number[]).flatMap((g, i) => (g === 0 ? [] : [[i, g]]))).toEqual([[0, 4], [21, 2], [63, 3]]);
    const put = ops.setitem(ops.zeros([2, 2, 2, 2, 2, 2]), corners, tensor([5, 6, 7]));
    expect(await ops.sum(ops.mul(put, x.detach())).item()).toBe(5 * 21 + 6 * 63);
    const late = ops.getitem(x, corners.map((t, d) => ops.add(t, d === 3 ? 2 : 0)));
    await expect(late.data()).rejects.toThrow(/index [23] at position \d is out of range for a dimension of size 2/);
  });
  test('an op that reads more than a kernel binds says so', async () => {
    const op = defineOp({ name: 'eight', form: 'element', lower: (ix, readers) => readers.map((x) => x(ix)).reduce((a, b) => e.add(a, b)) });
    const sum = record(op, many(8), {}, [7], 'float32');
    await expect(sum.data()).rejects.toThrow(new RegExp(`eight 7 reads and writes 9 tensors at once, and a kernel of this device binds ${most}`));
    await expect(sum.data()).rejects.toThrow(DeviceError);
  });
  test('a softmax, a scatter and a running sum', async () => {
    expect(await ops.sum(ops.softmax(noise([3, 70]), 1)).item()).toBeCloseTo(3, 5);
    expect(await ops.scatterAdd(ops.zeros([3]), 0, tensor([0, 2, 2]), tensor([1.5, 2, 3])).toArray()).toEqual([1.5, 0, 5]);
    expect(await ops.cumsum(tensor([1, 2, 3.5]), 0).toArray()).toEqual([1, 3, 6.5]);
  });
});

describe('a binding of one MiB', () => {
  const MIB = 2 ** 20;
  beforeAll(() => useNarrow({ maxBufferSize: MIB, maxStorageBufferBindingSize: MIB }), 60_000);

  test('a tensor that fills it comes back whole', async () => {
    const x = ops.add(ops.arange(MIB / 4), 0.5);
    const data = await x.data();
    expect([data.length, data[0], data[MIB / 4 - 1]]).toEqual([MIB / 4, 0.5, MIB / 4 - 0.5]);
    expect(await ops.select(ops.argsort(ops.neg(x)), 0, 0).item()).toBe(MIB / 4 - 1);
  });
  test('a larger one is refused, with both sizes and what to do', async () => {
    const refused = expect(ops.full([MIB / 4 + 1], 1).data()).rejects;
    await refused.toThrow(OutOfMemoryError);
    await expect(ops.full([MIB / 4 + 1], 1).data()).rejects.toThrow(/1048580 bytes.*1048576.*smaller batches/);
  });
  test('a result that nobody stores may be larger', async () => {
    expect(await ops.sum(ops.full([MIB], 0.5)).item()).toBe(MIB / 2);
  });
});

describe('more workgroups than stand along one dimension', () => {
  /** One invocation a workgroup: 65,536 of them are enough. */
  const alone: Partial<Profile> = { workgroupSize: 1, tiledWork: 1 };
  const N = 65_540;

  test('of a map', async () => {
    await useBoth({ profile: alone });
    await expectSame(() => ops.add(noise([N + 1]), 1));
  });
  test('of a map, four at a time', async () => {
    await useBoth({ profile: alone });
    await expectSame(() => ops.add(noise([4 * N]), 1));
  });
  test('of reductions', async () => {
    await useBoth({ profile: alone });
    await expectSame(() => ops.sum(noise([N, 3]), 1));
  });
  test('of rows that a team adds up', async () => {
    await useBoth({ profile: { teamSize: 32 } });
    const sums = await ops.sum(ops.full([N, 40], 0.5, { device: 'webgpu' }), 1).data();
    expect([sums.length, ...new Set(sums as Float32Array)]).toEqual([N, 20]);
  });
  test.each([
    ['registers', { direct: { rows: 4, columns: 8 } }],
    ['workgroup memory', { shared: [{ down: 2, across: 2, rows: 2, columns: 4, depth: 4 }] }],
  ] as const)('of products in %s', async (_, profile) => {
    await useBoth({ profile: { ...alone, ...profile } });
    const device = 'webgpu';
    const scale = ops.arange(N, { device });
    const a = ops.mul(ops.ones([N, 4, 2], { device }), ops.reshape(scale, [N, 1, 1]));
    const products = await ops.bmm(a, ops.full([N, 2, 8], 0.5, { device })).data();
    const wrong = (products as Float32Array).findIndex((x, i) => x !== Math.floor(i / 32));
    expect([products.length, wrong]).toEqual([32 * N, -1]);
  });
});
