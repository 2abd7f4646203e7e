/**
 * What happens around kernels: routines between them, scalars, pipelines in advance, memory that does not grow.
 */
import { defineOp, fromHost, realize, record, setDefaultDevice, tensor, type Tensor } from '@sconce/core';
import * as ops from '@sconce/ops';
import { useBoth } from '@sconce/testing/both';
import { beforeAll, describe, expect, test } from 'vitest';
import type { WebGpuBackend } from './index.js';
import { createPool, roundedSize } from './runtime/pool.js';
import { createTasks } from './runtime/tasks.js';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await useBoth();
  setDefaultDevice('webgpu');
}, 60_000);

describe('routines', () => {
  const REVERSE = defineOp({ name: 'reverse', form: 'routine', routine: ([x], { data }) => void (data as Float32Array).set((x.data as Float32Array).toReversed()) });
  const FAIL = defineOp({
    name: 'failing',
    form: 'routine',
    routine: () => {
      throw new RangeError('no result');
    },
  });
  const reverse = (x: Tensor): Tensor => record(REVERSE, [x], {}, x.shape, x.dtype);
  const failing = (x: Tensor): Tensor => record(FAIL, [x], {}, x.shape, x.dtype);

  test('run between kernels, in order', async () => {
    const x = tensor([1, 2, 3.5]);
    expect(await ops.add(reverse(ops.mul(reverse(ops.add(x, 1)), 10)), x).toArray()).toEqual([21, 32, 48.5]);
  });

  test('do not let later work overtake them', async () => {
    const slow = reverse(ops.add(tensor([1, 2, 3.5]), 1));
    const started = realize(slow);
    const after = ops.mul(slow, 2);
    await started;
    expect(await after.toArray()).toEqual([9, 6, 4]);
  });

  test('that throw fail what needs them, and nothing else', async () => {
    const x = tensor([1, 2, 3.5]);
    const bad = ops.add(failing(ops.mul(x, 2)), 1);
    await expect(bad.data()).rejects.toThrow('no result');
    await expect(ops.mul(bad, 2).data()).rejects.toThrow('no result');
    expect(await ops.mul(x, 2).toArray()).toEqual([2, 4, 7]);
  });
});

test('scalars arrive with each run, for many kernels at once', async () => {
  const x = tensor([1, 2, 3.5]);
  for (const factor of [0.5, -3, NaN, Infinity]) {
    const results = Array.from({ length: 20 }, (_, i) => ops.mul(ops.cumsum(ops.mul(x, i), 0), factor));
    await realize(results);
    expect(await results[3].toArray()).toEqual([3, 9, 19.5].map((v) => v * factor));
    expect(await results[19].toArray()).toEqual([19, 57, 123.5].map((v) => v * factor));
  }
});

test('every storage type comes back as it went', async () => {
  const cases = [
    [Uint8Array.of(0, 1, 255, 128), 'uint8'],
    [Int8Array.of(0, -1, 127, -128), 'int8'],
    [Uint8Array.of(0, 1, 1, 0), 'bool'],
    [Uint16Array.of(0, 0x8000, 0x7c00, 0x3c01), 'float16'],
    [Uint16Array.of(0, 0x8000, 0x7f80, 0x3f81), 'bfloat16'],
    [Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31)), 'int32'],
  ] as const;
  for (const [data, dtype] of cases) {
    const x = ops.permute(ops.reshape(fromHost(data.slice(), [4, 1], dtype), [2, 2]), [1, 0]);
    expect(await x.data()).toEqual(data.constructor === Uint8Array ? Uint8Array.of(data[0], data[2], data[1], data[3]) : (data as Int32Array).map((_, i) => data[[0, 2, 1, 3][i]]));
  }
});

test('warmup tells how far it is', async () => {
  const x = tensor(Float32Array.from({ length: 7 }, (_, i) => i));
  const started = realize([ops.sin(ops.cumsum(x, 0)), ops.lgamma(x)]);
  const heard: [number, number][] = [];
  await backend.warmup((done, total) => heard.push([done, total]));
  await started;
  expect(heard.at(-1)![0]).toBe(heard.at(-1)![1]);
  expect(heard.length).toBeGreaterThan(0);
});

test('memory stays flat over many runs', async () => {
  const used = (): number => backend.poolBytes().used;
  let x = tensor(new Float32Array(1000).fill(1));
  await x.data();
  const step = async (): Promise<void> => {
    const next = ops.softmax(ops.mul(ops.add(x, 1), 0.5), 0);
    await next.data();
    x.dispose();
    x = next;
  };
  for (let i = 0; i < 5; i++) await step();
  const before = used();
  for (let i = 0; i < 100; i++) await step();
  expect(used()).toBe(before);
});

describe('the pool', () => {
  const device = () => {
    const destroyed: number[] = [];
    let made = 0;
    const createBuffer = ({ size }: GPUBufferDescriptor): GPUBuffer => {
      const id = made++;
      return { size, destroy: () => void destroyed.push(id) } as unknown as GPUBuffer;
    };
    return { device: { createBuffer }, destroyed, made: () => made };
  };

  test('rounds sizes up by an eighth at most, and not above the largest', () => {
    for (const bytes of [1, 256, 257, 5000, 123_457, 2 ** 20, 2 ** 29 + 4]) {
      const size = roundedSize(bytes, 2 ** 30);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size).toBeLessThanOrEqual(Math.max(256, bytes + 256, bytes * 1.125));
    }
    expect(roundedSize(2 ** 30 - 4, 2 ** 30)).toBe(2 ** 30);
  });

  test('gives a freed buffer out again', () => {
    const { device: d, made } = device();
    const pool = createPool(d, { cap: 10_000, most: 2 ** 20 });
    pool.release(pool.acquire(1000));
    pool.acquire(1010);
    expect(made()).toBe(1);
    expect(pool.bytes).toEqual({ used: 1024, waiting: 0 });
  });

  test('destroys what waited longest when too much waits', () => {
    const { device: d, destroyed } = device();
    const pool = createPool(d, { cap: 2048, most: 2 ** 20 });
    const buffers = [1024, 1024, 1024].map((n) => pool.acquire(n));
    buffers.forEach((b) => pool.release(b));
    expect(destroyed).toEqual([0]);
    expect(pool.bytes).toEqual({ used: 0, waiting: 2048 });
  });
});

test('tasks run at once while nothing waits, and in order when something does', async () => {
  const tasks = createTasks();
  const seen: number[] = [];
  tasks.run(() => void seen.push(1));
  expect(seen).toEqual([1]);
  tasks.run(async () => {
    await Promise.resolve();
    seen.push(2);
  });
  tasks.run(() => void seen.push(3));
  expect(seen).toEqual([1]);
  await tasks.settled();
  expect(seen).toEqual([1, 2, 3]);
});
