/**
 * The parts of the CPU backend that a program may do without.
 *
 * Invariant: results do not depend on which of them are there, only speed does.
 */
import type { ownRoutines } from './routines/run.js';
import type { Pool } from './threads/pool.js';

export interface Parts {
  /** The threads; null: the caller works alone. */
  readonly Pool: typeof Pool | null;
  /** Whether the engine has been found to pair operations on 128 bits. */
  readonly wide: boolean;
  /** The routines in WebAssembly; undefined while they are not there: those in JavaScript run. */
  readonly routines: () => typeof ownRoutines | undefined;
}
