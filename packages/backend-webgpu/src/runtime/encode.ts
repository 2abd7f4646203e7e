/**
 * Encoding: a list of launches becomes one command buffer.
 *
 * Temporaries have an offset in an arena that does not exist here: a dispatch may not read and write one buffer through
 * different bindings, so each temporary gets a pooled buffer from the launch that writes it to the last that reads it,
 * which reuses memory as the arena would.
 *
 * Invariant: a buffer that is released while commands that use it are not submitted yet is reused by later commands only.
 */
import { debugLevel, InternalError, type ComputeType, type DeviceBuffer } from '@sconce/core';
import type { KernelLaunch, Launch, Region } from '@sconce/compiler';
import type { BuiltKernel } from '../build.js';
import type { Binding } from './bind-groups.js';
import type { Pipeline } from './pipelines.js';
import type { Session } from './session.js';
import { timeDispatches } from './timer.js';

/** What a plan's temporaries name as their buffer. */
export const ARENA: DeviceBuffer = /* @__PURE__ */ Object.freeze({ kind: 'arena' });

interface Temporary {
  readonly bytes: number;
  /** The last launch that touches it. */
  last: number;
  buffer: GPUBuffer | null;
}

/** The temporaries of a list of launches, in the order of `regionsOf`. */
export type Temporaries = readonly (readonly (Temporary | null)[])[];

interface Access {
  readonly region: Region | null;
  readonly writes: boolean;
  readonly bytes: number;
}

/** Everything that a launch touches: by slot for kernels; inputs, then the output, for routines. */
function accessesOf(launch: Launch): Access[] {
  if (launch.kind === 'kernel') {
    return launch.kernel.buffers.map((b, slot) => ({ region: launch.regions[slot], writes: b.access !== 'read', bytes: 4 * b.size }));
  }
  return [...launch.inputs.map((r) => ({ region: r, writes: false, bytes: 4 * r.size })), { region: launch.output, writes: true, bytes: 4 * launch.output.size }];
}

/** Finds out which temporary each access means: a write begins a new one at its offset. */
export function temporariesOf(launches: readonly Launch[]): Temporaries {
  const at = new Map<number, Temporary>();
  return launches.map((launch, t) =>
    accessesOf(launch).map(({ region, writes, bytes }) => {
      if (region?.buffer !== ARENA) return null;
      // What has no elements is written by no kernel.
      if (writes || bytes === 0) at.set(region.offset, { bytes, last: t, buffer: null });
      const temporary = at.get(region.offset);
      if (temporary === undefined) throw new InternalError('a temporary is read before it is written.');
      temporary.last = t;
      return temporary;
    }),
  );
}

export interface EncodeContext {
  readonly session: Session;
  readonly temporaries: Temporaries;
  /** The run that failed checks are told of. */
  readonly run: number;
  /** The device buffer of what core allocated. */
  readonly bufferOf: (buffer: DeviceBuffer) => GPUBuffer;
}

/** The device buffer behind access `i` of launch `t`. */
export function resolve({ session, temporaries, bufferOf }: EncodeContext, launch: Launch, t: number, i: number): Binding {
  const { region, bytes } = accessesOf(launch)[i];
  const temporary = temporaries[t][i];
  if (temporary !== null) temporary.buffer ??= session.pool.acquire(temporary.bytes);
  return { buffer: temporary?.buffer ?? bufferOf(region!.buffer), bytes: Math.max(bytes, 4) };
}

/** Gives temporaries back whose last launch this is. */
export function releaseAfter({ session, temporaries }: EncodeContext, t: number): void {
  for (const temporary of new Set(temporaries[t])) {
    if (temporary?.last !== t || temporary.buffer === null) continue;
    session.pool.release(temporary.buffer);
    temporary.buffer = null;
  }
}

const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

function wordOf(value: number, dtype: ComputeType): number {
  if (dtype !== 'float32') return dtype === 'bool' ? Number(value !== 0) : value >>> 0;
  floats[0] = value;
  return words[0];
}

/** Uniform data starts at multiples of this many words. */
const STRIDE = 64;

interface Dispatch {
  readonly pipeline: Pipeline;
  readonly group: GPUBindGroup;
  /** Where its uniform data starts, in bytes. */
  readonly params: number;
  readonly launch: KernelLaunch;
}

/** What a kernel's launch dispatches; its uniform data goes to the end of `params`. */
function dispatchesOf(context: EncodeContext, launch: KernelLaunch, t: number, params: number[]): Dispatch[] {
  const { session, run } = context;
  const { steps, scratch } = launch.built as BuiltKernel;
  const buffers = scratch.map((bytes) => session.pool.acquire(bytes));
  const dispatches = steps.flatMap(({ program, sources, scalars }): Dispatch[] => {
    if (program.workgroups[0] === 0) return [];
    const pipeline = session.pipelines.of(program);
    const bindings = sources.map((source): Binding =>
      'slot' in source ? resolve(context, launch, t, source.slot) : { buffer: buffers[source.scratch], bytes: scratch[source.scratch] },
    );
    const start = 4 * params.length;
    if (program.checks.length > 0) params.push(session.faults.book.ticket(program.checks, run));
    if (program.readsZero) params.push(0);
    for (const slot of scalars) params.push(wordOf(launch.scalars[slot], launch.kernel.scalars[slot]));
    while (params.length % STRIDE !== 0) params.push(0);
    return [{ pipeline, group: session.bindGroups.buffers(pipeline, bindings), params: start, launch }];
  });
  buffers.forEach((buffer) => session.pool.release(buffer));
  return dispatches;
}

/** Encodes the kernel launches `from … until` and submits them. Their pipelines must be ready. */
export function submitKernels(context: EncodeContext, launches: readonly Launch[], from: number, until: number): void {
  const { device, bindGroups } = context.session;
  const params: number[] = [];
  const dispatches: Dispatch[] = [];
  for (let t = from; t < until; t++) {
    dispatches.push(...dispatchesOf(context, launches[t] as KernelLaunch, t, params));
    releaseAfter(context, t);
  }
  if (params.length > 0) bindGroups.writeParams(Uint32Array.from(params));
  const encoder = device.createCommandEncoder();
  const timing = debugLevel() >= 2 ? timeDispatches(device, dispatches.length) : null;
  let pass = timing === null ? encoder.beginComputePass() : null;
  dispatches.forEach(({ pipeline, group, params: offset }, i) => {
    pass ??= encoder.beginComputePass(timing!.pass(i));
    pass.setPipeline(pipeline.compiled!);
    pass.setBindGroup(0, group);
    if (pipeline.paramsLayout !== null) pass.setBindGroup(1, bindGroups.params(pipeline), [offset]);
    pass.dispatchWorkgroups(...pipeline.program.workgroups);
    if (timing === null) return;
    pass.end();
    pass = null;
  });
  pass?.end();
  timing?.resolve(encoder);
  device.queue.submit([encoder.finish()]);
  timing?.report(dispatches.map((d) => d.launch));
}

/** The pipelines that these launches need. */
export const pipelinesOf = (session: Session, launches: readonly Launch[]): Pipeline[] =>
  launches.flatMap((l) => (l.kind === 'routine' ? [] : (l.built as BuiltKernel).steps.map((s) => session.pipelines.of(s.program))));

/** Gives back the temporaries of a run that ended early. */
export function releaseAll(context: EncodeContext): void {
  context.temporaries.forEach((_, t) => releaseAfter(context, t));
}
