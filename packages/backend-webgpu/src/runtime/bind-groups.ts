/**
 * Bind groups, cached: programs that run again on the same buffers bind them without making anything new.
 *
 * Invariant: at most `MOST` groups are kept, the ones used longest ago go first; a group never outlives its device.
 */
import { recent } from '@sconce/compiler';
import { PARAMS_BYTES, type Pipeline } from './pipelines.js';
import { PARAMS } from './usage.js';

/** A buffer and how many bytes of it a program sees. */
export interface Binding {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

export interface BindGroups {
  /** Group 0: a program's buffers. */
  buffers(pipeline: Pipeline, bindings: readonly Binding[]): GPUBindGroup;
  /** Group 1: the uniform buffer, and the fault record where the program has checks. */
  params(pipeline: Pipeline): GPUBindGroup;
  /** Writes the uniform data of the next submission. */
  writeParams(data: Uint32Array): void;
}

/** Groups that are kept. */
export const MOST = 2048;

export function createBindGroups(device: GPUDevice, fault: GPUBuffer): BindGroups {
  const groups = recent<string, GPUBindGroup>(MOST);
  const ids = new WeakMap<GPUBuffer, number>();
  let lastId = 0;
  const idOf = (buffer: GPUBuffer): number => {
    let id = ids.get(buffer);
    if (id === undefined) ids.set(buffer, (id = ++lastId));
    return id;
  };
  let params = device.createBuffer({ label: 'params', size: 1 << 16, usage: PARAMS });
  const paramsGroups = new Map<GPUBindGroupLayout, GPUBindGroup>();

  return {
    buffers({ layout }, bindings) {
      const key = `${layout.label}:${bindings.map((b) => `${idOf(b.buffer)}/${b.bytes}`).join()}`;
      return groups.of(key, () => {
        const entries = bindings.map(({ buffer, bytes }, binding) => ({ binding, resource: { buffer, offset: 0, size: bytes } }));
        return device.createBindGroup({ layout, entries });
      });
    },
    params({ paramsLayout, program }) {
      let group = paramsGroups.get(paramsLayout!);
      if (group === undefined) {
        const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: params, size: PARAMS_BYTES } }];
        if (program.checks.length > 0) entries.push({ binding: 1, resource: { buffer: fault } });
        group = device.createBindGroup({ layout: paramsLayout!, entries });
        paramsGroups.set(paramsLayout!, group);
      }
      return group;
    },
    writeParams(data) {
      const needed = data.byteLength + PARAMS_BYTES;
      if (needed > params.size) {
        params.destroy();
        params = device.createBuffer({ label: 'params', size: 2 ** Math.ceil(Math.log2(needed)), usage: PARAMS });
        paramsGroups.clear();
      }
      device.queue.writeBuffer(params, 0, data as GPUAllowSharedBufferSource);
    },
  };
}
