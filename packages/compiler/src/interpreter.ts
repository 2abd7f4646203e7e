/**
 * @sconce/compiler/interpreter: the interpreter as a backend, where every kernel is verified and runs in plain
 * JavaScript. Slow and dependable: the oracle of the test suite, and what serves where a page's security policy forbids
 * compiling WebAssembly. An entry of its own, so that programs load it when they need it.
 */
import { DTYPES, dtypeBytes, hostArray, InternalError, type DeviceBuffer, type DType, type TypedArray } from '@sconce/core';
import { interpret } from './kernel/interpret.js';
import type { StorageType } from './kernel/ir.js';
import type { Region, Target } from './target.js';
import { verifyKernel } from './kernel/verify.js';

export { interpret, verifyKernel };

/** Device memory is an ArrayBuffer; elements are viewed in place. */
const viewOf = ({ buffer, offset }: Region, storage: StorageType, size: number): TypedArray =>
  viewAs(buffer as ArrayBuffer, offset, storage === 'bits16' ? 'float16' : storage, size);

function viewAs(buffer: ArrayBuffer, offset: number, dtype: DType, size: number): TypedArray {
  const make = hostArray(dtype, 0).constructor as new (b: ArrayBuffer, o: number, n: number) => TypedArray;
  return new make(buffer, offset, size);
}

/** A target that runs kernels in plain JavaScript. */
export function interpreterTarget(name: string): Target {
  return {
    name,
    dtypes: DTYPES,
    syncReads: true,
    maxBufferBytes: 2 ** 31 - 1,
    maxKernelBuffers: 64,
    maxRowBytes: 1 << 20,
    slackBytes: 0,
    alignment: 8,
    native: () => true,
    bytesFor: (dtype, size) => dtypeBytes(dtype) * size,
    allocate: (bytes) => new ArrayBuffer(bytes),
    free: () => undefined,
    upload(buffer, data, dtype) {
      const view = viewAs(buffer as ArrayBuffer, 0, dtype, data.length);
      (view as Float64Array).set(data as Float64Array);
    },
    download: async (buffer, dtype, size) => viewAs(buffer as ArrayBuffer, 0, dtype, size).slice(),
    downloadSync: (buffer, dtype, size) => viewAs(buffer as ArrayBuffer, 0, dtype, size).slice(),
    arena: (bytes): DeviceBuffer => new ArrayBuffer(bytes),
    build(kernel) {
      verifyKernel(kernel);
      return kernel;
    },
    source: () => '(interpreted)',
    launch(launches) {
      for (const l of launches) {
        if (l.kind === 'kernel') {
          const arrays = l.kernel.buffers.map((b, slot) => {
            const region = l.regions[slot];
            if (region === null && b.scope === 'global') throw new InternalError(`slot ${slot} has no buffer.`);
            return region === null ? null : viewOf(region, b.storage, b.size);
          });
          interpret(l.kernel, arrays, l.scalars);
        } else {
          const result = l.run(l.inputs.map((r) => viewAs(r.buffer as ArrayBuffer, r.offset, r.dtype, r.size)));
          const out = viewAs(l.output.buffer as ArrayBuffer, l.output.offset, l.output.dtype, l.output.size);
          (out as Float64Array).set(result as Float64Array);
        }
      }
    },
    dispose: () => undefined,
  };
}
