/**
 * For tests: a software adapter whose devices are watched, and may have narrower limits than they really have.
 *
 * Invariant: a device is asked for nothing that its narrower limits forbid; if it is, the test that asked fails.
 */
import { softwareGpu } from './software-adapter.js';

/** How often a device was asked for these. */
export type Calls = Record<'createComputePipelineAsync' | 'createBindGroup' | 'createBuffer', number>;

export type NarrowLimits = Partial<Record<'maxStorageBuffersPerShaderStage' | 'maxBufferSize' | 'maxStorageBufferBindingSize', number>>;

/** A GPU that counts calls in `calls`, and whose devices claim these limits. */
export async function watchedGpu(calls: Calls, narrow: NarrowLimits = {}): Promise<GPU> {
  const gpu = await softwareGpu();
  return {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = await gpu.requestAdapter(options);
      if (adapter === null) return null;
      const ask = adapter.requestDevice.bind(adapter);
      return Object.defineProperty(adapter, 'requestDevice', { value: async (descriptor: GPUDeviceDescriptor) => watched(await ask(descriptor), calls, narrow) });
    },
  } as unknown as GPU;
}

function watched(device: GPUDevice, calls: Calls, narrow: NarrowLimits): GPUDevice {
  const own = device.limits;
  const limits = new Proxy(own, { get: (_, name: keyof NarrowLimits) => narrow[name] ?? own[name] });
  Object.defineProperty(device, 'limits', { value: limits });
  const most = Math.min(limits.maxBufferSize, own.maxBufferSize);
  const check = { createBuffer, createBindGroup, createComputePipelineAsync: () => undefined };

  function createBuffer({ size }: GPUBufferDescriptor): void {
    if (size > most) throw new RangeError(`a buffer of ${size} bytes; the limit is ${most}`);
  }
  function createBindGroup({ entries }: GPUBindGroupDescriptor): void {
    // The fault record, in the other group, is one more.
    const count = [...entries].length + 1;
    if (count > limits.maxStorageBuffersPerShaderStage) throw new RangeError(`${count} buffers; the limit is ${limits.maxStorageBuffersPerShaderStage}`);
  }
  for (const [name, inspect] of Object.entries(check)) {
    const method = (device[name as keyof Calls] as (x: unknown) => unknown).bind(device);
    const value = (descriptor: never): unknown => {
      inspect(descriptor);
      calls[name as keyof Calls] += 1;
      return method(descriptor);
    };
    Object.defineProperty(device, name, { value });
  }
  return device;
}
