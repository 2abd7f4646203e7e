/**
 * Pipelines: programs compiled by the device, asynchronously and side by side, once each.
 *
 * Layouts are explicit, so that programs with equally many buffers share them and bind groups outlive pipelines.
 *
 * Invariant: a pipeline's promise never rejects; a failure is kept and told by whoever needs the pipeline.
 */
import { DeviceLostError, InternalError, type SconceError } from '@sconce/core';
import { hasParams, type Program } from '../wgsl/program.js';

export interface Pipeline {
  readonly program: Program;
  readonly layout: GPUBindGroupLayout;
  /** Group 1: null for programs without scalars and checks. */
  readonly paramsLayout: GPUBindGroupLayout | null;
  /** null until `ready` resolves, and after a failure. */
  compiled: GPUComputePipeline | null;
  error: SconceError | null;
  ready: Promise<void>;
}

export interface Pipelines {
  of(program: Program): Pipeline;
  /** Waits until all are ready; hears how many are, of those asked for since all were ready last. */
  warmup(onProgress?: (done: number, total: number) => void): Promise<void>;
}

/** Bytes of group 1's uniform buffer that a program may see. */
export const PARAMS_BYTES = 4096;
const COMPUTE = 4;

export function createPipelines(device: GPUDevice, isLost: () => boolean): Pipelines {
  const pipelines = new WeakMap<Program, Pipeline>();
  const layouts = new Map<string, GPUBindGroupLayout>();
  const pending = new Set<Promise<void>>();
  const count = { done: 0, total: 0 };

  /** One letter a binding: r and w for buffers, u for the uniform buffer, f for the fault record. */
  const layoutOf = (letters: string): GPUBindGroupLayout => {
    let layout = layouts.get(letters);
    if (layout === undefined) {
      const entries = [...letters].map((letter, binding): GPUBindGroupLayoutEntry => ({
        binding,
        visibility: COMPUTE,
        buffer: letter === 'u' ? { type: 'uniform', hasDynamicOffset: true } : { type: letter === 'r' ? 'read-only-storage' : 'storage' },
      }));
      layouts.set(letters, (layout = device.createBindGroupLayout({ label: letters, entries })));
    }
    return layout;
  };

  const start = async (pipeline: Pipeline): Promise<void> => {
    const { program, layout, paramsLayout } = pipeline;
    const { name } = program.kernel;
    try {
      device.pushErrorScope('validation');
      const module = device.createShaderModule({ label: name, code: program.code });
      const invalid = device.popErrorScope();
      try {
        const bindGroupLayouts = paramsLayout === null ? [layout] : [layout, paramsLayout];
        pipeline.compiled = await device.createComputePipelineAsync({
          label: name,
          layout: device.createPipelineLayout({ bindGroupLayouts }),
          compute: { module, entryPoint: 'main' },
        });
        await invalid;
      } catch (cause) {
        const info = isLost() ? null : await module.getCompilationInfo();
        const messages = info?.messages.map((m) => `line ${m.lineNum}: ${m.message}`) ?? [];
        throw new InternalError(`kernel '${name}' was refused by the WGSL compiler: ${[(await invalid)?.message ?? String(cause), ...messages].join('\n')}\n${program.code}`, { cause });
      }
    } catch (cause) {
      pipeline.error = isLost() || !(cause instanceof InternalError) ? new DeviceLostError(`webgpu: the device was lost while kernel '${name}' was compiled.`, { cause }) : cause;
    }
  };

  return {
    async warmup(onProgress) {
      onProgress?.(count.done, count.total);
      while (pending.size > 0) {
        await Promise.race(pending);
        onProgress?.(count.done, count.total);
      }
    },
    of(program) {
      let pipeline = pipelines.get(program);
      if (pipeline === undefined) {
        const letters = program.kernel.buffers.map((b) => (b.access === 'read' ? 'r' : 'w')).join('');
        pipeline = {
          program,
          layout: layoutOf(letters),
          paramsLayout: hasParams(program) ? layoutOf(program.checks.length > 0 ? 'uf' : 'u') : null,
          compiled: null,
          error: null,
          ready: Promise.resolve(),
        };
        pipelines.set(program, pipeline);
        if (pending.size === 0) Object.assign(count, { done: 0, total: 0 });
        count.total += 1;
        const ready = start(pipeline).finally(() => {
          count.done += 1;
          pending.delete(ready);
        });
        pending.add(ready);
        pipeline.ready = ready;
      }
      return pipeline;
    },
  };
}
