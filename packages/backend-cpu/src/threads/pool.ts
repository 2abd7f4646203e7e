/**
 * The pool: the caller and its workers, running one phase of a kernel together.
 *
 * Handing work over costs less than a microsecond while workers are awake, and some fifty when they sleep, so a phase is
 * shared only when it is worth that, and workers are woken ahead when a list of launches as a whole is.
 *
 * Invariant: `run` returns when all units are done. Units are claimed in chunks, in any order by any thread.
 *
 * Reference: section 8 of the design, for the costs.
 */
import { WorkerError } from '@sconce/core';
import { CHUNK_BITS, NO_CHUNK, Word } from './control.js';
import { spawn, type Handle } from './spawn.js';

/** A phase as workers find it. */
export interface SharedPhase {
  readonly kernel: number;
  readonly phase: number;
  /** The module's bytes in memory. */
  readonly bytesAt: number;
  readonly bytesLength: number;
  readonly units: number;
  readonly run: (args: number, start: number, end: number, scratch: number) => void;
}

/** Work, in nanoseconds of one thread, from which it is shared with workers that are awake, and from which they are woken. */
const SHARE = 12_000;
const WAKE = 120_000;
/** Chunks for each thread, so that threads of different speed end together. */
const CHUNKS_EACH = 4;
/** Milliseconds without progress after which a worker is taken for dead. */
const PATIENCE = 10_000;
/** Milliseconds that the caller looks for the end of a job before it sleeps. */
const SPIN = 0.1;

export class Pool {
  private readonly workers = new Set<Handle>();
  private readonly words: Int32Array;
  private readonly mayBlock: boolean;
  private job = 0;
  private started = false;
  private failure: string | null = null;

  /** `threads` includes the caller. */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly control: number,
    readonly threads: number,
  ) {
    this.words = new Int32Array(memory.buffer, control, Word.Count);
    this.mayBlock = canBlock();
  }

  /** Makes workers ready for this much work to come. Throws a WorkerError when one has died. */
  prepare(nanoseconds: number): void {
    if (this.failure !== null) {
      const reason = this.failure;
      this.failure = null;
      throw new WorkerError(`cpu: a worker thread died: ${reason}. The work goes on with ${this.workers.size + 1} threads; run it again.`);
    }
    if (this.threads === 1 || nanoseconds < WAKE) return;
    if (!this.started) this.start();
    else if (Atomics.load(this.words, Word.Sleepers) > 0) this.signal();
  }

  /** Whether this much work is worth sharing now. */
  shares(nanoseconds: number): boolean {
    if (this.workers.size === 0 || nanoseconds < SHARE) return false;
    return nanoseconds >= WAKE || Atomics.load(this.words, Word.Sleepers) < this.workers.size;
  }

  run(phase: SharedPhase, args: number, scratch: number, scratchBytes: number): void {
    const { words: w } = this;
    const wanted = Math.min(phase.units, (this.workers.size + 1) * CHUNKS_EACH, NO_CHUNK - 1);
    const size = Math.ceil(phase.units / wanted);
    const chunks = Math.ceil(phase.units / size);
    this.job = (this.job + 1) % 2 ** (32 - CHUNK_BITS);
    const first = this.job << CHUNK_BITS;
    Atomics.store(w, Word.Claim, first | NO_CHUNK);
    w[Word.Kernel] = phase.kernel;
    w[Word.BytesAt] = phase.bytesAt;
    w[Word.BytesLength] = phase.bytesLength;
    w[Word.Phase] = phase.phase;
    w[Word.Units] = phase.units;
    w[Word.ChunkUnits] = size;
    w[Word.Chunks] = chunks;
    w[Word.Arguments] = args;
    w[Word.Scratch] = scratch;
    w[Word.ScratchBytes] = scratchBytes;
    Atomics.store(w, Word.Done, 0);
    Atomics.store(w, Word.Claim, first);
    this.signal();
    for (;;) {
      const claim = Atomics.load(w, Word.Claim);
      const next = claim & NO_CHUNK;
      if (next >= chunks) break;
      if (Atomics.compareExchange(w, Word.Claim, claim, claim + 1) !== claim) continue;
      phase.run(args, next * size, Math.min((next + 1) * size, phase.units), scratch);
      Atomics.add(w, Word.Done, 1);
    }
    this.await(chunks);
  }

  /** Ends the workers. */
  dispose(): void {
    if (!this.started) return;
    Atomics.store(this.words, Word.Stop, 1);
    this.signal();
    for (const w of this.workers) w.terminate();
    this.workers.clear();
  }

  private start(): void {
    this.started = true;
    for (let index = 1; index < this.threads; index++) {
      const handle = spawn({ memory: this.memory, control: this.control, index }, (reason) => {
        if (handle !== null && this.workers.delete(handle)) this.failure = reason;
      });
      if (handle !== null) this.workers.add(handle);
    }
  }

  private signal(): void {
    Atomics.add(this.words, Word.Signal, 1);
    if (Atomics.load(this.words, Word.Sleepers) > 0) Atomics.notify(this.words, Word.Signal);
  }

  /** Waits for the chunks that workers have claimed. */
  private await(chunks: number): void {
    const { words: w } = this;
    const start = performance.now();
    for (let i = 1; ; i++) {
      const done = Atomics.load(w, Word.Done);
      if (done === chunks) break;
      if (i % 64 !== 0) continue;
      const waited = performance.now() - start;
      if (waited > PATIENCE) this.giveUp();
      if (waited < SPIN || !this.mayBlock) continue;
      Atomics.store(w, Word.Waiting, 1);
      Atomics.wait(w, Word.Done, done, 100);
      Atomics.store(w, Word.Waiting, 0);
    }
    const failed = Atomics.exchange(w, Word.Failed, 0);
    if (failed !== 0) throw new WorkerError(`cpu: worker thread ${failed - 1} failed in a kernel.`);
  }

  private giveUp(): never {
    this.dispose();
    throw new WorkerError('cpu: a worker thread died in a kernel. The work goes on with one thread; run it again.');
  }
}

/** Whether this thread may sleep: the main thread of a page may not. */
function canBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
