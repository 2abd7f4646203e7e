/**
 * `webgpu()`: the backend for `use`. It finds WebGPU where it is: in the browser, or in Node through the `webgpu`
 * package, which is loaded only here and only when asked for.
 */
import { debug, debugLine, DeviceError } from '@sconce/core';
import { createBackend, type BackendOf, type Target } from '@sconce/compiler';
import { profileOf, type AdapterTraits, type Profile } from './profile.js';
import { createTarget } from './runtime/target.js';

export type PowerPreference = 'low-power' | 'high-performance';

/** A `GPU` object, as far as users' programs must know its type: WebGPU's types are not in every `lib`. */
export interface GpuEntry {
  requestAdapter(options?: { readonly powerPreference?: PowerPreference }): Promise<object | null>;
}

export interface WebGpuOptions {
  /** WebGPU's entry point, where it is not the usual one: `navigator.gpu` in browsers, the `webgpu` package in Node. */
  readonly gpu?: GpuEntry;
  /** Which adapter to ask for on machines with several. */
  readonly powerPreference?: PowerPreference;
  /** Bytes of freed device memory that wait to be used again, 256 MiB unless told. */
  readonly poolBytes?: number;
  /** Departures from what is chosen for the adapter: for measuring, and for tests. */
  readonly profile?: Partial<Profile>;
}

/** Who computes. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** A software adapter: right, and slow. */
  readonly isFallback: boolean;
}

export interface WebGpuBackend extends BackendOf<Target> {
  readonly adapterInfo: AdapterInfo;
  /** Bytes of device memory in use, and of freed buffers that wait to be used again. */
  poolBytes(): { readonly used: number; readonly waiting: number };
  /** Resolves when all kernels built so far can run; hears how many can, of those built since all could last. */
  warmup(onProgress?: (done: number, total: number) => void): Promise<void>;
}

interface Environment {
  readonly navigator?: { readonly gpu?: GPU };
  readonly process?: { readonly versions?: { readonly node?: string }; readonly env?: Readonly<Record<string, string | undefined>> };
}

const INSTALL = 'webgpu: Node has no WebGPU of its own. Install it with `npm install webgpu`, or pass { gpu }.';
const NO_WEBGPU = 'webgpu: this browser has no WebGPU. Use a current Chrome, Edge, Safari or Firefox and a page served over https or from localhost, or another device, such as cpu().';

/** Members of a subgroup where an adapter does not say how many there may be. */
const MOST_MEMBERS = 128;

async function findGpu(): Promise<GPU> {
  const { navigator, process } = globalThis as Environment;
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (process?.versions?.node === undefined) throw new DeviceError(NO_WEBGPU);
  // A name that bundlers do not see: pages need no such package.
  const name = 'webgpu';
  try {
    const dawn = (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as { create(flags: readonly string[]): GPU };
    return dawn.create([]);
  } catch (cause) {
    const isMissing = (cause as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    throw new DeviceError(isMissing ? INSTALL : `webgpu: the package 'webgpu' is there and does not start: ${String(cause)}`, { cause });
  }
}

const infoOf = ({ info }: GPUAdapter): AdapterInfo => ({
  vendor: info.vendor,
  architecture: info.architecture,
  device: info.device,
  description: info.description,
  isFallback: info.isFallbackAdapter || info.architecture === 'swiftshader' || info.architecture === 'llvmpipe',
});

const traitsOf = (adapter: GPUAdapter): AdapterTraits => ({
  isFallback: infoOf(adapter).isFallback,
  limits: adapter.limits,
  subgroupSize: adapter.features.has('subgroups') ? (adapter.info.subgroupMaxSize ?? MOST_MEMBERS) : 0,
});

/**
 * The WebGPU backend.
 *
 * @returns the backend, registered under the name 'webgpu' by `use`
 * @throws DeviceError when there is no WebGPU or no adapter, saying what to do
 * @example
 * await use(webgpu());
 * const y = exp(tensor([1, 2, 3], { device: 'webgpu' }));
 * console.log(await y.text());
 */
export async function webgpu(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const level = Number((globalThis as Environment).process?.env?.['SCONCE_DEBUG'] ?? 0);
  if (level > 0) debug(level);
  const { powerPreference, poolBytes = 256 * 2 ** 20 } = options;
  const gpu = (options.gpu as GPU | undefined) ?? (await findGpu());
  const target = await createTarget({ gpu, powerPreference, poolBytes }, (adapter) => ({ ...profileOf(traitsOf(adapter)), ...options.profile }));
  const info = infoOf(target.adapter);
  debugLine(1, () => `webgpu: ${[info.vendor, info.architecture, info.device, info.description].filter((s) => s !== '').join(' ')}, buffers up to ${target.maxBufferBytes} bytes, ${target.maxKernelBuffers} a kernel`);
  return {
    ...createBackend<Target>(target),
    get adapterInfo() {
      return infoOf(target.adapter);
    },
    poolBytes: () => target.poolBytes(),
    warmup: (onProgress) => target.warmup(onProgress),
  };
}
