/** What a loop that is lent to routines says of itself: how it is shared, what it takes, how it is written. */
import { at, op, type FunctionBuilder } from '../wasm/builder.js';
import type { Local } from '../wasm/index.js';

/** A function of a module, over units from `start` to `end`, whose arguments are in memory, 8 bytes each. */
export type LoopPhase = FunctionBuilder<{ args: 'i32'; start: 'i32'; end: 'i32'; scratch: 'i32' }>;

export interface Loop {
  /** Parts that threads may share, of these arguments. */
  readonly units: (args: readonly number[]) => number;
  /** Nanoseconds of one thread. */
  readonly work: (args: readonly number[]) => number;
  readonly write: (fn: LoopPhase) => void;
}

/** The arguments by name, as variables. */
export function named<Name extends string>(fn: LoopPhase, names: readonly Name[]): Record<Name, Local> {
  return Object.fromEntries(names.map((name, i) => [name, fn.let(name, op('i32.load', at(fn.params.args, 8 * i)))])) as Record<Name, Local>;
}
