/**
 * A WebGPU adapter for machines without a GPU, out of npm packages alone: Dawn
 * (`webgpu`) on SwiftShader's Vulkan driver (`@sparticuz/chromium`).
 *
 * The driver is brought into the running process, so no program has to be
 * started in a special way. Dawn opens `libvulkan.so.1` by that name, and the
 * system's linker answers with a library of that name that is loaded already.
 * Node can load one: `process.dlopen` opens it, finds that it is no addon, and
 * closes it again, which RTLD_NODELETE turns into nothing. The loader then reads
 * the driver's manifest from the environment when an instance is made.
 *
 * Invariant: nothing changes for a process that does not call this, and none of
 * it is silent: a driver that cannot be loaded is an error here, not later.
 *
 * Reference: dlopen(3); the Vulkan loader's LoaderDriverInterface.md
 * (VK_DRIVER_FILES, formerly VK_ICD_FILENAMES); https://swiftshader.googlesource.com.
 */
import { constants } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { unpack } from './unpack.js';

/**
 * What Dawn is told on SwiftShader. Workgroup memory starts at zero either way;
 * but left to the driver it becomes one store an element, and compiling a tiled
 * matmul takes ten times as long.
 */
export const dawnFlags = ['disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension'];

const RTLD_NODELETE = 0x1000;

/**
 * Makes SwiftShader this process's only Vulkan driver, for every GPU object of
 * the `webgpu` package that is created afterwards. Calling it again is free.
 *
 * @throws Error when the driver cannot be unpacked or loaded, and in a worker
 *   thread whose main thread has not called it: only the main thread can set
 *   what native code sees of the environment.
 * @example
 * await installSoftwareAdapter();
 * const gpu = create(dawnFlags);
 */
export async function installSoftwareAdapter(): Promise<void> {
  const folder = await unpack('driver');
  const manifest = join(folder, 'vk_swiftshader_icd.json');
  if (process.env['VK_DRIVER_FILES'] === manifest) return;
  if (!isMainThread) throw new Error('Call installSoftwareAdapter in the main thread, before the worker starts');

  load(join(folder, 'libvulkan.so.1'));
  process.env['VK_DRIVER_FILES'] = process.env['VK_ICD_FILENAMES'] = manifest;
}

/**
 * WebGPU's entry point (`navigator.gpu` in a browser) on the software adapter.
 *
 * @example
 * const gpu = await softwareGpu();
 * const adapter = await gpu.requestAdapter(); // vendor google, architecture swiftshader
 */
export async function softwareGpu(): Promise<GPU> {
  await installSoftwareAdapter();
  const { create } = await import('webgpu');
  return create(dawnFlags);
}

function load(library: string): void {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    // It stays, though Node says that it is no addon.
    if (!String(error).includes('did not self-register')) throw error;
  }
}
