/**
 * Running routines: those of the backend's own, a module for each kind, built once, in memory that it has for the length of
 * a run; and those in JavaScript, which are lent memory and loops.
 *
 * Invariant: what a routine leaves in memory is its output alone.
 */
import type { RoutineLaunch } from '@sconce/compiler';
import type { Heap } from '../memory/heap.js';
import type { SharedPhase } from '../threads/pool.js';
import type { MemoryImport, Module } from '../wasm/index.js';
import { routineOf } from './routines.js';
import { lender } from './workspace.js';

/** A phase of a module by its name, with so many units. */
export type PhaseOf = (name: string, units: number) => SharedPhase;

/** What the target does for routines. */
export interface RoutineHost {
  readonly heap: Heap;
  readonly threads: number;
  /** Where the arguments of the module at hand lie. */
  readonly argumentsAt: number;
  readonly instantiate: (module: Module) => PhaseOf;
  readonly runPhase: (phase: SharedPhase, work: number, scratchAt: number, scratchBytes: number) => void;
}

export interface OwnRoutines {
  /** Nanoseconds of one thread; 0 where JavaScript runs the routine. */
  work(launch: RoutineLaunch): number;
  /** Runs the routine: as WebAssembly, or as JavaScript that is lent memory and loops. */
  run(launch: RoutineLaunch): void;
}

export function ownRoutines({ heap, threads, argumentsAt, instantiate, runPhase }: RoutineHost): OwnRoutines {
  const memory: MemoryImport = { from: 'sconce', name: 'memory', minimum: 1, maximum: heap.maximumPages, shared: heap.shared };
  const modules = new Map<string, PhaseOf>();
  const lend = lender({ heap, threads, argumentsAt, instantiate, runPhase }, memory);

  const runJavaScript = (launch: RoutineLaunch): void => {
    const arrays = launch.inputs.map((r) => heap.elements(r.dtype, (r.buffer as number) + r.offset, r.size).slice());
    const { output } = launch;
    const lent = lend(launch);
    try {
      const result = launch.run(arrays, lent);
      (heap.elements(output.dtype, (output.buffer as number) + output.offset, output.size) as Float64Array).set(result as Float64Array);
    } finally {
      lent.end();
    }
  };

  return {
    work: (launch) => routineOf(launch, threads)?.work ?? 0,
    run(launch) {
      const routine = routineOf(launch, threads);
      if (routine === null) return runJavaScript(launch);
      let phaseOf = modules.get(routine.key);
      if (phaseOf === undefined) modules.set(routine.key, (phaseOf = instantiate(routine.module(memory))));
      const room = heap.allocate(routine.roomBytes + threads * routine.scratchBytes);
      const pointers = [...launch.inputs, launch.output].map((r) => (r.buffer as number) + r.offset);
      [...pointers, room, ...routine.sizes].forEach((value, i) => (heap.i32[(argumentsAt + 8 * i) >>> 2] = value));
      const scratchAt = room + routine.roomBytes;
      try {
        for (const { name, units } of routine.phases) runPhase(phaseOf(name, units), routine.work, scratchAt, routine.scratchBytes);
      } finally {
        heap.deallocate(room);
      }
    },
  };
}
