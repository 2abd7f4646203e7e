/**
 * Devices that go away, that have no room, or that refuse: typed errors, nothing made up, and it works again afterwards.
 */
import { DeviceError, DeviceLostError, InternalError, OutOfMemoryError, realize, setDefaultDevice, tensor, use, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import type { Kernel } from '@sconce/compiler';
import * as ops from '@sconce/ops';
import { softwareGpu } from '@sconce/testing/adapter';
import { beforeEach, describe, expect, test } from 'vitest';
import { webgpu, type WebGpuBackend } from './index.js';

/** The devices that were given out, in order. */
let devices: GPUDevice[];
let backend: WebGpuBackend;
/** What becomes of the next request for an adapter. */
let offer: 'given' | 'refused' | 'never answered' | 'weaker';

async function watchedGpu(): Promise<GPU> {
  const gpu = await softwareGpu();
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    if (offer === 'refused') return null;
    if (offer === 'never answered') return new Promise(() => undefined);
    const adapter = await gpu.requestAdapter(options);
    if (adapter === null) return null;
    if (offer === 'weaker') Object.defineProperty(adapter, 'limits', { value: withLimit(adapter.limits, 'maxStorageBuffersPerShaderStage', 7) });
    const ask = adapter.requestDevice.bind(adapter);
    const requestDevice: GPUAdapter['requestDevice'] = async (descriptor) => {
      const device = await ask(descriptor);
      devices.push(device);
      return device;
    };
    return Object.defineProperty(adapter, 'requestDevice', { value: requestDevice });
  };
  return { requestAdapter } as GPU;
}

/** These limits but one. */
const withLimit = (limits: GPUSupportedLimits, name: string, value: number): GPUSupportedLimits =>
  new Proxy(limits, { get: (_, key): unknown => (key === name ? value : Reflect.get(limits, key)) });

beforeEach(async () => {
  devices = [];
  offer = 'given';
  backend = await webgpu({ gpu: await watchedGpu() });
  await use(backend);
  setDefaultDevice('webgpu');
}, 60_000);

const ROWS = 64;
const host = (): Tensor => tensor(Float32Array.from({ length: ROWS }, (_, i) => i / 8));
const expected = Array.from({ length: ROWS }, (_, i) => Math.fround(i / 8) * 2 + 1);
const compute = (x: Tensor): Tensor => ops.add(ops.mul(x, 2), 1);

/** The error of a promise, and how long it took. */
async function outcome(promise: Promise<unknown>): Promise<{ error: unknown; seconds: number }> {
  const start = performance.now();
  const error = await promise.then(() => null, (e: unknown) => e);
  return { error, seconds: (performance.now() - start) / 1000 };
}

describe('a lost device', () => {
  test('before anything is submitted', async () => {
    const x = host();
    devices[0].destroy();
    const { error, seconds } = await outcome(compute(x).data());
    expect(seconds).toBeLessThan(5);
    if (error !== null) expect(error).toBeInstanceOf(DeviceLostError);
    expect(await compute(x).toArray()).toEqual(expected);
    expect(devices).toHaveLength(2);
  });

  test('between the submit and the read', async () => {
    const x = host();
    const y = compute(x);
    await realize(y);
    devices[0].destroy();
    const first = await outcome(y.data());
    expect(first.error).toBeInstanceOf(DeviceLostError);
    expect(first.seconds).toBeLessThan(5);
    const again = await outcome(y.data());
    expect(again.error).toBeInstanceOf(DeviceLostError);
    expect(await compute(x).toArray()).toEqual(expected);
  });

  test('while a value is being read', async () => {
    const x = host();
    const large = ops.matmul(ops.reshape(host(), [ROWS, 1]), ops.reshape(host(), [1, ROWS]));
    const reading = outcome(ops.matmul(large, large).data());
    devices[0].destroy();
    const { error, seconds } = await reading;
    expect(error).toBeInstanceOf(DeviceLostError);
    expect(seconds).toBeLessThan(5);
    expect(await compute(x).toArray()).toEqual(expected);
  });

  test('brings back what is on the host, and tells what is not', async () => {
    const x = host();
    const read = compute(x);
    const unread = compute(x);
    await read.data();
    await realize(unread);
    devices[0].destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(unread.data()).rejects.toThrow(/lost/);
    expect(await compute(read).toArray()).toEqual(expected.map((v) => v * 2 + 1));
  });

  test('again and again', async () => {
    for (let i = 0; i < 5; i++) {
      devices.at(-1)!.destroy();
      await outcome(compute(host()).data());
      expect(await compute(host()).toArray()).toEqual(expected);
    }
  });

  test.each(['refused', 'never answered'] as const)('and the next one is %s: an error within 5 seconds, and it works once there is one', async (answer) => {
    const x = host();
    await compute(x).data();
    offer = answer;
    devices[0].destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await outcome(compute(x).data());
    expect(again.error).toBeInstanceOf(DeviceError);
    expect((again.error as Error).message).toMatch(/no adapter|no other came/);
    expect(again.seconds).toBeLessThan(5);
    offer = 'given';
    expect(await compute(x).toArray()).toEqual(expected);
  }, 20_000);

  test('and the next one can do less: an error that says what, and a new backend goes on with it', async () => {
    const x = host();
    await compute(x).data();
    offer = 'weaker';
    devices[0].destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await outcome(compute(x).data());
    expect(again.error).toBeInstanceOf(DeviceError);
    expect((again.error as Error).message).toMatch(/maxStorageBuffersPerShaderStage 7 instead of \d+.*await use\(webgpu\(\)\)/);
    expect(again.seconds).toBeLessThan(5);
    await use(webgpu({ gpu: await watchedGpu() }));
    expect(await compute(x).toArray()).toEqual(expected);
  }, 20_000);

  test('while its kernels are compiled', async () => {
    const x = host();
    const reading = outcome(ops.lgamma(ops.softmax(ops.cumsum(x, 0), 0)).data());
    const warm = outcome(backend.warmup());
    await Promise.resolve();
    devices[0].destroy();
    const { error, seconds } = await reading;
    if (error !== null) expect(error).toBeInstanceOf(DeviceLostError);
    expect(seconds).toBeLessThan(5);
    expect((await warm).seconds).toBeLessThan(5);
    expect(await compute(x).toArray()).toEqual(expected);
  });
});

describe('no room', () => {
  test('for a tensor that no buffer can hold', async () => {
    await expect(ops.full([2 ** 20, 2 ** 10], 1).data()).rejects.toThrow(OutOfMemoryError);
    expect(await compute(host()).toArray()).toEqual(expected);
  });

  test('when the device finds out later', async () => {
    const big = ops.full([2 ** 28], 1);
    await expect(big.data()).rejects.toThrow(OutOfMemoryError);
    await expect(big.data()).rejects.toThrow(OutOfMemoryError);
    big.dispose();
    expect(await compute(host()).toArray()).toEqual(expected);
  }, 20_000);
});

test('a kernel that the device refuses is named, with its source', async () => {
  const { target } = backend;
  const kernel: Kernel = {
    name: 'wrong',
    grid: [],
    scalars: [],
    buffers: [{ label: 'no name', storage: 'float32', size: 1, access: 'write', scope: 'global' }],
    stages: [{ kind: 'store', axes: [], slot: 0, index: e.const(0, 'int32'), value: e.const(1, 'float32') }],
  };
  const buffer = target.allocate(4);
  target.launch([{ kind: 'kernel', kernel, built: target.build(kernel), regions: [{ buffer, offset: 0 }], scalars: [] }]);
  for (let i = 0; i < 2; i++) {
    const { error } = await outcome(target.download(buffer, 'float32', 1));
    expect(error).toBeInstanceOf(InternalError);
    expect((error as Error).message).toMatch(/kernel 'wrong'.*no name/s);
  }
  expect(await compute(host()).toArray()).toEqual(expected);
});

test('a disposed backend says so', async () => {
  const x = compute(host());
  const reading = outcome(x.data());
  backend.dispose();
  const { error } = await reading;
  expect(error).toBeInstanceOf(DeviceError);
  await expect(compute(host()).data()).rejects.toThrow(/disposed/);
});

test('where there is no adapter, the error says what to do', async () => {
  const gpu = { requestAdapter: async () => null } as unknown as GPU;
  await expect(webgpu({ gpu })).rejects.toThrow(/offers no adapter.*another device/s);
  await expect(webgpu({ gpu })).rejects.toThrow(DeviceError);
});
