/**
 * Devices: the registry of backends, and the default device.
 *
 * Invariant: core knows a backend by the name it registered under and by nothing else.
 */
import type { Backend } from './backend.js';
import { DTYPES, type DType } from '../tensor/dtype.js';
import { DeviceError, DTypeError } from '../errors.js';

const backends = new Map<string, Backend>();
let current: string | null = null;

/** Puts a backend under its name, makes it the default device when it is the first one, and gives the one it replaces. */
export function register(backend: Backend): Backend | undefined {
  const old = backends.get(backend.name);
  backends.set(backend.name, backend);
  current ??= backend.name;
  return old === backend ? undefined : old;
}

/** The device of tensors made from here on. */
export function setDefaultDevice(name: string): void {
  current = backendOf(name).name;
}

/** The device of tensors that name none; DeviceError when no backend is registered. */
export function defaultDevice(): string {
  if (current === null) {
    throw new DeviceError('no device is registered. Call `await use(cpu())` with a backend such as @sconce/backend-cpu first.');
  }
  return current;
}

/** The names of all registered devices. */
export const devices = (): string[] => [...backends.keys()];

/** The backend registered as `name`; DeviceError naming those that are. */
export function backendOf(name: string): Backend {
  const backend = backends.get(name);
  if (backend === undefined) {
    const known = devices().map((d) => `'${d}'`).join(', ') || 'none';
    throw new DeviceError(`device '${name}' is not registered (registered: ${known}). Call \`await use(…)\` with its backend first.`);
  }
  return backend;
}

/** Throws a DTypeError when the device has no such dtype. */
export function requireDType(dtype: DType, device: string): void {
  const { dtypes } = backendOf(device);
  if (dtypes.includes(dtype)) return;
  const known = DTYPES.includes(dtype) ? '' : ` '${String(dtype)}' is no dtype.`;
  const remedy = dtype === 'int64' ? 'int32' : 'float32';
  throw new DTypeError(`${device} has no ${dtype} (it has ${dtypes.join(', ')}).${known} Use x.to('${remedy}'), or another device.`);
}
