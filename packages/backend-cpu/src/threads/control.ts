/**
 * The words through which threads agree, in shared memory: one job at a time, cut into chunks that threads claim.
 *
 * Chunks that are neighbours are a thread's share, the same for a job that comes again: what a thread has read and written
 * is still in its caches, and moving a line between two cores costs as much as reading it from memory. A thread that has
 * ended its share takes from those of others.
 *
 * A claim is one compare-and-exchange on the word of a share, which holds the number of the job and that of the next chunk
 * together: a thread that was late, and has read the fields of a job that is over, fails to claim. `Done` holds the number
 * of the job too, so a chunk that is finished long after its job was given up counts for nothing.
 *
 * Invariant: the fields of a job change only while all claims say that no chunk is left.
 */
import { MAX_THREADS } from './host.js';

/** Words of a cache's line: what one thread writes while others read something else lies in lines of its own. */
const LINE = 16;

export const Word = {
  /** Counts jobs: what sleeping workers wait on. */
  Signal: 0,
  /** Workers that sleep. */
  Sleepers: 1,
  Stop: 2,
  /** The module: its number, and where its bytes lie. */
  Code: LINE,
  CodeAt: LINE + 1,
  CodeLength: LINE + 2,
  Phase: LINE + 3,
  Units: LINE + 4,
  ChunkUnits: LINE + 5,
  Chunks: LINE + 6,
  /** Chunks of a thread's share. */
  Share: LINE + 7,
  Threads: LINE + 8,
  Arguments: LINE + 9,
  Scratch: LINE + 10,
  ScratchBytes: LINE + 11,
  /** Number of the job, then how many of its chunks are finished. */
  Done: 2 * LINE,
  /** Whether the caller sleeps until `Done` changes. */
  Waiting: 2 * LINE + 1,
  /** Number of a worker that failed, plus 1. */
  Failed: 2 * LINE + 2,
  /** Of each thread, `PITCH` apart: number of the job, then number of the next chunk of its share. */
  Claims: 3 * LINE,
  /** And what it is doing. */
  States: 3 * LINE + 1,
} as const;

/** Words from one thread's claim, or state, to the next one's. */
export const PITCH = LINE;

/** What a worker is doing. */
export const State = { Looking: 0, Working: 1, Sleeping: 2 } as const;

export const WORDS = Word.Claims + PITCH * MAX_THREADS;

/** Modules that a worker keeps. */
export const MOST_MODULES = 2048;

/** Bits of a claim and of `Done` for the chunk; all ones in a claim: nothing is left. */
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
