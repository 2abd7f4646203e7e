/**
 * A session: one GPUDevice from the asking to its loss, with everything that dies with it.
 *
 * Invariant: `isLost` is true before anyone can take what a dead device pretends for a result: the device's promise, a
 * missing canary in what was read, and our own destroy all set it.
 *
 * Reference: WebGPU section 22 (errors, device loss).
 */
import { DeviceError, DeviceLostError, InternalError, OutOfMemoryError, type SconceError } from '@sconce/core';
import { createBindGroups, type BindGroups } from './bind-groups.js';
import { createFaultBook, EMPTY_RECORD, RECORD_BYTES, type FaultBook } from './faults.js';
import { createPipelines, type Pipelines } from './pipelines.js';
import { createPool, type Pool } from './pool.js';
import { STORAGE } from './usage.js';

export interface Session {
  readonly device: GPUDevice;
  readonly pool: Pool;
  readonly pipelines: Pipelines;
  readonly bindGroups: BindGroups;
  readonly faults: { readonly record: GPUBuffer; readonly book: FaultBook };
  readonly isLost: () => boolean;
  /** Says that the device is gone, and destroys it where it is not. */
  lose(reason: string): void;
  /** Rejects with a DeviceLostError when the device is gone, and never resolves. */
  readonly loss: Promise<never>;
  /** Runs `submit`, and tells `onError` later what its commands did wrong. */
  watch(submit: () => void, onError: (error: SconceError) => void): void;
  /** Settles when the errors of all that was watched so far are told. */
  watched(): Promise<unknown>;
}

export interface SessionOptions {
  readonly gpu: GPU;
  readonly powerPreference?: GPUPowerPreference;
  /** Bytes of freed buffers that may wait to be used again. */
  readonly poolBytes: number;
}

export interface SessionEvents {
  /** An error of a command that nobody watched. */
  readonly onError: (error: SconceError) => void;
  readonly onLoss: (reason: string) => void;
}

/** Of these we ask for as much as the adapter has. */
const LIMITS = [
  'maxStorageBuffersPerShaderStage',
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

/** And these where it has them: times of kernels, and shuffles in reductions. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups'];

const NO_ADAPTER =
  'webgpu: this machine offers no adapter. In a browser, check that it has WebGPU and that hardware acceleration is on; in Node, that a driver for Vulkan, Metal or D3D12 is installed. Or use another device, such as cpu().';

export const lostError = (when: string, cause?: unknown): DeviceLostError =>
  new DeviceLostError(
    `webgpu: the device was lost ${when}. It is asked for again on the next use. Tensors whose values are on the host too come back by themselves; compute or load the others again.`,
    { cause },
  );

const noRoom = (error: GPUError): SconceError =>
  new OutOfMemoryError(`webgpu: the device has no room left (${error.message.trim()}). Free tensors with dispose(), \`using\` or scope(() => …), or use smaller batches.`);

const refused = (error: GPUError): SconceError => new InternalError(`webgpu: the device refused a command: ${error.message.trim()}`);

/** What kernels are built for: another device must have it too. */
export interface Abilities {
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>;
  readonly subgroups: boolean;
}

export const abilitiesOf = ({ limits, features }: GPUDevice | GPUAdapter): Abilities => ({
  limits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])) as Abilities['limits'],
  subgroups: features.has('subgroups'),
});

/** Throws a DeviceError when an adapter has less than kernels were built for. */
function requireAsAble(adapter: GPUAdapter, needed: Abilities): void {
  const less = LIMITS.filter((name) => adapter.limits[name] < needed.limits[name]).map((name) => `${name} ${adapter.limits[name]} instead of ${needed.limits[name]}`);
  if (needed.subgroups && !adapter.features.has('subgroups')) less.push('no subgroups');
  if (less.length === 0) return;
  throw new DeviceError(`webgpu: the device was lost, and the one that came in its place can do less (${less.join(', ')}) than kernels were built for. Call \`await use(webgpu())\` to build them again for it; tensors whose values are on the host come along.`);
}

/** Asks for an adapter and a device, at least as able as `needed`. DeviceError when there is none. */
export async function openSession({ gpu, powerPreference, poolBytes }: SessionOptions, events: SessionEvents, needed?: Abilities): Promise<{ session: Session; adapter: GPUAdapter }> {
  const adapter = await gpu.requestAdapter(powerPreference === undefined ? {} : { powerPreference });
  if (adapter === null) throw new DeviceError(NO_ADAPTER);
  if (needed !== undefined) requireAsAble(adapter, needed);
  const requiredLimits = (needed ?? abilitiesOf(adapter)).limits;
  const requiredFeatures = FEATURES.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ label: 'sconce', requiredLimits, requiredFeatures });
  return { session: sessionOf(device, poolBytes, events), adapter };
}

function sessionOf(device: GPUDevice, poolBytes: number, { onError, onLoss }: SessionEvents): Session {
  let isLost = false;
  let reject: (error: DeviceLostError) => void = () => undefined;
  const loss = new Promise<never>((_, fail) => void (reject = fail));
  loss.catch(() => undefined);

  const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  const pool = createPool(device, { cap: poolBytes, most });
  const record = device.createBuffer({ label: 'fault', size: RECORD_BYTES, usage: STORAGE });
  device.queue.writeBuffer(record, 0, EMPTY_RECORD);

  const lose = (reason: string): void => {
    if (isLost) return;
    isLost = true;
    reject(lostError(`(${reason})`));
    device.destroy();
    onLoss(reason);
  };
  void device.lost.then(({ reason, message }) => lose(message === '' ? reason : message));

  /** After a failed allocation, buffers in the pool may be none, and the room that others take is wanted. */
  const tell = (error: SconceError, listener: (error: SconceError) => void): void => {
    if (isLost) return;
    if (error instanceof OutOfMemoryError) pool.trim();
    listener(error);
  };
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    const { error } = event;
    tell(error.constructor.name === 'GPUOutOfMemoryError' ? noRoom(error) : refused(error), onError);
  });

  const open = new Set<Promise<unknown>>();
  const watch: Session['watch'] = (submit, listener) => {
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    try {
      submit();
    } finally {
      const scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
      const settled: Promise<unknown> = scopes.then(
        ([invalid, memory]) => {
          open.delete(settled);
          if (memory !== null) tell(noRoom(memory), listener);
          else if (invalid !== null) tell(refused(invalid), listener);
        },
        () => open.delete(settled),
      );
      open.add(settled);
    }
  };

  return {
    device,
    pool,
    pipelines: createPipelines(device, () => isLost),
    bindGroups: createBindGroups(device, record),
    faults: { record, book: createFaultBook() },
    isLost: () => isLost,
    lose,
    loss,
    watch,
    watched: () => Promise.all(open),
  };
}
