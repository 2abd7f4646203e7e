/**
 * What a library is to the benchmark: something that prepares a workload, times runs of it, and shows its result.
 *
 * Invariant: a run ends when its result is there. Timing excludes the making of inputs.
 */
import type { Input, Workload } from '../workload.js';

/** A workload that is ready to run. */
export interface Subject {
  /** Milliseconds of one run, the mean of `repeats` in a row. */
  time(repeats: number): Promise<number>;
  result(): Promise<ArrayLike<number>>;
  close?(): void;
}

export interface Library {
  readonly name: string;
  readonly version: string;
  /** Undefined where the library has no program for the workload. */
  prepare(workload: Workload, inputs: readonly Input[]): Promise<Subject | undefined>;
  close?(): void;
}

/** A workload in the words of a library of this process. */
export interface Program {
  run(): void | Promise<void>;
  result(): Promise<ArrayLike<number>>;
}

/** Programs by workload. A program keeps what it needs of its inputs; the arrays are its own. */
export type Programs = Readonly<Record<string, (inputs: readonly Input[]) => Program>>;

async function time(program: Program, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const pending = program.run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - start) / repeats;
}

/** A library that runs in this process. `scope` is called before a program is made, and what it gives when it is done with. */
export function inProcess(name: string, version: string, programs: Programs, scope?: () => () => void): Library {
  return {
    name,
    version,
    async prepare(workload, inputs) {
      const make = programs[workload.name];
      if (make === undefined) return undefined;
      const close = scope?.();
      const program = make(inputs);
      return { time: (repeats) => time(program, repeats), result: () => program.result(), close };
    },
  };
}
