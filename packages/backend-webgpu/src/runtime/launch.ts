/**
 * Launching: the steps of a plan in order, kernels between two routines in one submission.
 *
 * A routine is JavaScript, so its inputs are read back and its result is uploaded; what comes after waits.
 *
 * Invariant: when a launch fails, everything it was to write carries the error.
 */
import { InternalError, SconceError } from '@sconce/core';
import type { Launch, RoutineLaunch } from '@sconce/compiler';
import type { BuiltKernel } from '../build.js';
import type { Block, Ledger } from './blocks.js';
import type { Connection } from './connection.js';
import { fromDevice, toDevice } from './elements.js';
import { ARENA, pipelinesOf, releaseAfter, releaseAll, resolve, submitKernels, temporariesOf, type EncodeContext } from './encode.js';
import { readBack } from './readback.js';

/** What a list of launches reads and writes of core's blocks, and whether one of its kernels checks indices. */
function touched(launches: readonly Launch[]): { reads: Set<Block>; writes: Set<Block>; hasChecks: boolean } {
  const reads = new Set<Block>();
  const writes = new Set<Block>();
  let hasChecks = false;
  for (const l of launches) {
    const regions = l.kind === 'kernel' ? l.regions : [...l.inputs, l.output];
    regions.forEach((region, i) => {
      if (region === null || region.buffer === ARENA) return;
      const isWritten = l.kind === 'kernel' ? l.kernel.buffers[i].access !== 'read' : region === l.output;
      (isWritten ? writes : reads).add(region.buffer as Block);
    });
    hasChecks ||= l.kind === 'kernel' && (l.built as BuiltKernel).steps.some((s) => s.program.checks.length > 0);
  }
  return { reads, writes, hasChecks };
}

/** Gives the function that launches on a connection. @param own gives routines as kernels where the device has them */
export function createLauncher(connection: Connection, ledger: Ledger, own: (launch: Launch) => Launch): (launches: readonly Launch[]) => void {
  let run = 0;

  const runRoutine = async (context: EncodeContext, launch: RoutineLaunch, t: number, isBad: () => SconceError | null): Promise<void> => {
    const { session } = context;
    const pieces = launch.inputs.map((r, i) => ({ buffer: resolve(context, launch, t, i).buffer, bytes: Math.max(4 * r.size, 4) }));
    const { memory, fault } = await readBack(session, pieces);
    if (fault !== null) ledger.failedCheck(fault);
    const error = isBad();
    if (error !== null) throw error;
    const result = launch.run(launch.inputs.map((r, i) => fromDevice(memory[i], r.dtype, r.size)));
    if (result.length === 0) return;
    const { buffer } = resolve(context, launch, t, launch.inputs.length);
    session.device.queue.writeBuffer(buffer, 0, toDevice(result, launch.output.dtype) as GPUAllowSharedBufferSource);
  };

  return (given) => {
    const mine = ++run;
    const launches = given.map(own);
    const { reads, writes, hasChecks } = touched(launches);
    for (const block of reads) if (block.error !== null && !writes.has(block)) throw block.error;
    const checkedRun = hasChecks ? mine : Math.max(0, ...[...reads].map((b) => b.checkedRun));
    for (const block of writes) Object.assign(block, { run: mine, checkedRun });

    const failed = (error: unknown): void => {
      const known = error instanceof SconceError ? error : new InternalError(`webgpu: ${String(error)}`, { cause: error });
      for (const block of writes) block.error ??= known;
    };
    const isBad = (): SconceError | null => [...writes].find((b) => b.error !== null)?.error ?? null;

    connection.enqueue((session) => {
      const context: EncodeContext = { session, temporaries: temporariesOf(launches), run: mine, bufferOf: (b) => ledger.bufferOf(b, session) };
      const submit = (from: number, until: number): void =>
        session.watch(() => submitKernels(context, launches, from, until), (error) => ledger.fail(error, mine));
      const from = (start: number): void | Promise<void> => {
        const next = launches.findIndex((l, t) => t >= start && l.kind === 'routine');
        const until = next < 0 ? launches.length : next;
        if (until > start) submit(start, until);
        if (next < 0) return undefined;
        return runRoutine(context, launches[next] as RoutineLaunch, next, isBad).then(() => {
          releaseAfter(context, next);
          return from(next + 1);
        });
      };
      const start = (): void | Promise<void> => {
        const broken = pipelines.find((p) => p.error !== null);
        if (broken !== undefined) throw broken.error!;
        return from(0);
      };
      const pipelines = pipelinesOf(session, launches);
      const isReady = pipelines.every((p) => p.compiled !== null || p.error !== null);
      const done = isReady ? start() : Promise.race([Promise.all(pipelines.map((p) => p.ready)), session.loss]).then(start);
      return done?.finally(() => releaseAll(context));
    }, failed);
  };
}
