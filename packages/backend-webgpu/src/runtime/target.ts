/**
 * The target: what the compiler needs of WebGPU, put together from the parts beside this file.
 *
 * Invariant: a value that is read was computed, by runs that succeeded, on a device that lived.
 */
import { InternalError, loseDevice, OutOfMemoryError, SconceError, type DeviceBuffer } from '@sconce/core';
import type { Target } from '@sconce/compiler';
import { buildKernel, type BuiltKernel } from '../build.js';
import type { Profile } from '../profile.js';
import { deviceRoutines } from '../routines/routines.js';
import { isSpelled } from '../wgsl/spelling.js';
import { createLedger, type Block } from './blocks.js';
import { connect } from './connection.js';
import { DEVICE_DTYPES, fromDevice, toDevice } from './elements.js';
import { ARENA } from './encode.js';
import { createLauncher } from './launch.js';
import { readBack } from './readback.js';
import type { SessionOptions } from './session.js';

export interface WebGpuTarget extends Target {
  readonly adapter: GPUAdapter;
  /** Resolves when all pipelines asked for so far are ready; hears how many are, of those asked for since all were last. */
  warmup(onProgress?: (done: number, total: number) => void): Promise<void>;
  /** Bytes of device memory in use, and of freed buffers that wait to be used again. */
  poolBytes(): { readonly used: number; readonly waiting: number };
}

const NAME = 'webgpu';
/** Bytes uploaded after which an empty submission lets the implementation give its staging memory back. */
const UPLOAD_FLUSH = 64 * 2 ** 20;
/** Uploads from this size on are watched for want of room. */
const LARGE = 2 ** 20;

/** `profile` says what is worth doing on an adapter. */
export async function createTarget(options: SessionOptions, profileOf: (adapter: GPUAdapter) => Profile): Promise<WebGpuTarget> {
  const ledger = createLedger();
  const connection = await connect(options, {
    onError: (error) => ledger.fail(error, 0),
    onLoss() {
      ledger.lose();
      loseDevice(NAME);
    },
  });
  const { limits } = connection.session.device;
  const maxBufferBytes = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const profile = profileOf(connection.adapter);
  let uploaded = 0;

  return {
    name: NAME,
    dtypes: DEVICE_DTYPES,
    syncReads: false,
    maxBufferBytes,
    // One for the fault record, one for scratch memory.
    maxKernelBuffers: limits.maxStorageBuffersPerShaderStage - 2,
    maxRowBytes: 0,
    slackBytes: 0,
    alignment: 256,
    native: ({ name }, dtype) => isSpelled(name, dtype),
    get adapter() {
      return connection.adapter;
    },

    bytesFor: (_dtype, size) => Math.max(4 * size, 4),
    allocate(bytes) {
      if (bytes <= maxBufferBytes) return ledger.allocate(bytes);
      throw new OutOfMemoryError(`webgpu: a tensor takes ${bytes} bytes, and the largest buffer of this adapter ${maxBufferBytes}. Split the tensor, or use smaller batches.`);
    },
    free(block) {
      connection.enqueue((session) => ledger.free(block as Block, session), () => undefined);
    },
    upload(given, data, dtype) {
      const block = given as Block;
      if (data.length === 0) return;
      const failed = (error: unknown): void => {
        block.error ??= error instanceof SconceError ? error : new InternalError(`webgpu: ${String(error)}`, { cause: error });
      };
      connection.enqueue((session) => {
        const bytes = toDevice(data, dtype);
        const write = (): void => session.device.queue.writeBuffer(ledger.bufferOf(block, session), 0, bytes as GPUAllowSharedBufferSource);
        if (bytes.byteLength < LARGE) write();
        else session.watch(write, failed);
        uploaded += bytes.byteLength;
        if (uploaded < UPLOAD_FLUSH) return;
        uploaded = 0;
        session.device.queue.submit([]);
      }, failed);
    },
    async download(given: DeviceBuffer, dtype, size) {
      const block = given as Block;
      const { memory, fault } = await new Promise<Awaited<ReturnType<typeof readBack>>>((resolve, reject) => {
        connection.enqueue((session) => {
          const piece = { buffer: ledger.bufferOf(block, session), bytes: Math.max(4 * size, 4) };
          readBack(session, [piece]).then(resolve, reject);
        }, reject);
      }).catch((error: unknown) => {
        // What went wrong when it was computed says more than what went wrong when it was read.
        throw block.error ?? error;
      });
      if (fault !== null) {
        ledger.failedCheck(fault);
        throw fault.error;
      }
      if (block.error !== null) throw block.error;
      return fromDevice(memory[0], dtype, size);
    },
    arena: () => ARENA,

    build(kernel) {
      const built = buildKernel(kernel, profile, limits.maxStorageBuffersPerShaderStage);
      const { session } = connection;
      if (!session.isLost()) built.steps.forEach((s) => session.pipelines.of(s.program));
      return built;
    },
    source: (built) => (built as BuiltKernel).steps.map((s) => s.program.code).join('\n'),
    launch: createLauncher(connection, ledger, profile.sorts ? deviceRoutines(maxBufferBytes) : (launch) => launch),
    async warmup(onProgress) {
      const { pipelines, loss } = connection.session;
      await Promise.race([pipelines.warmup(onProgress), loss]);
      await connection.settled();
    },
    poolBytes: () => ({ ...connection.session.pool.bytes }),
    dispose: () => connection.dispose(),
  };
}
