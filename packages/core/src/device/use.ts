/**
 * Using a backend: how a program gets a device, and what becomes of values when another backend takes a device's place.
 *
 * Invariant: no buffer of one backend is ever given to another. Values that are on the host too move to the new backend
 * when they are next used; the others are lost, and say so.
 */
import type { Backend } from './backend.js';
import { register } from './device.js';
import { loseDevice } from '../memory/memory.js';

/**
 * Registers a backend, makes it the default device when it is the first one, and gives its name.
 *
 * @example
 * await use(cpu({ threads: 'auto' }));
 * const device = await use(webgpu()).catch(() => 'cpu');
 * @throws DeviceError when the backend cannot start, for example without an adapter.
 */
export async function use(backend: Backend | Promise<Backend>): Promise<string> {
  return useSync(await backend);
}

/** As `use`, for a backend that is ready. */
export function useSync(backend: Backend): string {
  const old = register(backend);
  if (old !== undefined) {
    loseDevice(backend.name);
    old.dispose();
  }
  return backend.name;
}
