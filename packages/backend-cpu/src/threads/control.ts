/**
 * The words through which threads agree, in shared memory: one job at a time, cut into chunks that threads claim.
 *
 * A claim is one compare-and-exchange on `Claim`, which holds the number of the job and that of the next chunk together:
 * a thread that was late, and has read the fields of a job that is over, fails to claim. `Done` holds the number of the job
 * too, so a chunk that is finished long after its job was given up counts for nothing.
 *
 * Invariant: the fields of a job change only while `Claim` says that no chunk is left.
 */
import { MAX_THREADS } from './host.js';

export const Word = {
  /** Counts jobs: what sleeping workers wait on. */
  Signal: 0,
  /** Number of the job, then number of its next chunk. */
  Claim: 1,
  /** Number of the job, then how many of its chunks are finished. */
  Done: 2,
  /** Workers that sleep. */
  Sleepers: 3,
  /** Whether the caller sleeps until `Done` changes. */
  Waiting: 4,
  /** Number of a worker that failed, plus 1. */
  Failed: 5,
  Stop: 6,
  /** The module: its number, and where its bytes lie. */
  Code: 7,
  CodeAt: 8,
  CodeLength: 9,
  Phase: 10,
  Units: 11,
  ChunkUnits: 12,
  Chunks: 13,
  Arguments: 14,
  Scratch: 15,
  ScratchBytes: 16,
  /** From here on a word for each thread: its state. */
  States: 17,
} as const;

/** What a worker is doing. */
export const State = { Looking: 0, Working: 1, Sleeping: 2 } as const;

export const WORDS = Word.States + MAX_THREADS;

/** Modules that a worker keeps. */
export const MOST_MODULES = 2048;

/** Bits of `Claim` and `Done` for the chunk; all ones in `Claim`: nothing is left. */
export const CHUNK_BITS = 12;
export const NO_CHUNK = 2 ** CHUNK_BITS - 1;

/** How long a worker looks for the next job before it sleeps, in milliseconds: longer than a training step records. */
export const SPIN_MS = 1;
/** A worker that could not look for so long has shared its core, perhaps with the caller, and sleeps at once. */
export const MISSED_MS = 0.5;
/**
 * How long it waits for the chunks of others once all are claimed, beyond twice its own longest: after that the caller is
 * not running, perhaps because the worker is in its place.
 */
export const GRACE_MS = 0.01;
