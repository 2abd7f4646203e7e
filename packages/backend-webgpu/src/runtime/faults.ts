/**
 * Faults: index checks that failed on the device. A kernel writes them into a small record, each into a place of its own;
 * every read brings the record along and turns the first of them into the error that its check stands for.
 *
 * The record holds a canary, a number that only this device's memory holds: a read that comes back without it did not
 * happen, whatever the API says, and the device is gone.
 *
 * Invariant: of several failures the first kernel's is told, at its first position (of more than there is room for, at
 * the first that was recorded), with the value that stands there.
 */
import { indexError, type IndexCheck } from '@sconce/core';
import { FAILURES } from '../wgsl/program.js';

/** Words before the failures (ticket, position, count, canary), and words of a failure (position, value, check). */
const HEAD = 4;
const FAILURE = 3;
const NOTHING = 0xffffffff;
const CANARY = 0x5c09ce01;

/** Bytes that the record takes at the end of what is read. */
export const RECORD_BYTES = 4 * (HEAD + FAILURE * FAILURES);
/** The head of the record while nothing has failed. */
export const EMPTY_RECORD = /* @__PURE__ */ new Uint32Array([NOTHING, NOTHING, 0, CANARY]);

export interface Fault {
  readonly error: ReturnType<typeof indexError>;
  /** The run that failed. */
  readonly run: number;
}

export interface FaultBook {
  /** A number for the launch of a kernel with checks, which the kernel records when one fails. */
  ticket(checks: readonly IndexCheck[], run: number): number;
  /** What the record says; 'gone' when the device is. Forgets tickets up to `last`, which are settled now. */
  read(record: Uint32Array, last: number): Fault | 'none' | 'gone';
  /** The last ticket given. */
  readonly last: number;
}

export function createFaultBook(): FaultBook {
  const open = new Map<number, { readonly checks: readonly IndexCheck[]; readonly run: number }>();
  let last = 0;
  return {
    get last() {
      return last;
    },
    ticket(checks, run) {
      last = (last + 1) % NOTHING;
      open.set(last, { checks, run });
      return last;
    },
    read(record, settled) {
      const [ticket, , count, canary] = record;
      if (canary !== CANARY) return 'gone';
      const launch = open.get(ticket);
      for (const t of open.keys()) if (t <= settled) open.delete(t);
      if (ticket === NOTHING || launch === undefined) return 'none';
      const failures = Array.from({ length: Math.min(count, FAILURES) }, (_, i) => record.subarray(HEAD + FAILURE * i, HEAD + FAILURE * (i + 1)));
      const [position, value, check] = failures.reduce((first, f) => (f[0] < first[0] ? f : first));
      return { error: indexError(launch.checks[check], value | 0, position | 0), run: launch.run };
    },
  };
}
