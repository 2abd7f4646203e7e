/**
 * The pool: the caller and its workers, running one phase of a kernel together.
 *
 * Handing work over costs less than a microsecond while workers are awake, and some fifty when they sleep, so a phase is
 * shared with sleeping ones only when the list of launches as a whole is worth that. The caller waits for chunks that are
 * being worked on, never for a worker to wake. One that takes far longer for its chunk than the caller did is not running,
 * perhaps because the caller is in its place: then the caller sleeps.
 *
 * A worker can die in a kernel (killed, out of memory), and nobody tells a caller that waits without returning to its event
 * loop. So the caller, who takes the first chunk itself, judges by its own chunks: a worker that holds one for ten times as
 * long is taken for dead, and the rest go on without it.
 *
 * Invariant: `run` returns when all units are done. Units are claimed in chunks, by any thread: first those of its share.
 *
 * Reference: docs/performance.md, for the costs.
 */
import { WorkerError } from '@sconce/core';
import type { Heap } from '../memory/heap.js';
import { CHUNK_BITS, GRACE_MS, NO_CHUNK, PITCH, State, Word, WORDS } from './control.js';
import { spawn, type Handle } from './spawn.js';

/** A module as workers find it: its number, and its bytes in memory, where they stay until this is collected. */
export interface SharedCode {
  readonly number: number;
  readonly at: number;
  readonly length: number;
}

/** A function of a module, whose work can be shared. */
export interface SharedPhase {
  /** Absent where there are no workers. */
  readonly code: SharedCode | undefined;
  /** Which of the module's functions. */
  readonly phase: number;
  readonly units: number;
  readonly run: (args: number, start: number, end: number, scratch: number) => void;
}

/** Work, in nanoseconds of one thread, from which it is shared with workers that are awake, and from which they are woken. */
const SHARE = 12_000;
const WAKE = 120_000;
/** Chunks for each thread, so that threads of different speed end together. */
const CHUNKS_EACH = 8;
/** How long a worker may hold a chunk: so many times as long as the caller's longest took, and at least so many milliseconds. */
const PATIENCE = 10;
const LEAST_PATIENCE = 800;
/** Milliseconds after which a caller that sleeps looks around. */
const NAP = 50;
/** Milliseconds that the caller at most looks for the end of a job before it sleeps. */
const SPIN = 0.5;

export class Pool {
  /** By their numbers. */
  private readonly workers = new Map<number, Handle>();
  private readonly words: Int32Array;
  private readonly mayBlock: boolean;
  private job = 0;
  private started = false;
  /** Whether the list of launches at hand is worth waking workers for. */
  private isWorthWaking = false;
  private failure: string | null = null;
  private modules = 0;
  private readonly collected = new FinalizationRegistry<number>((at) => this.heap.deallocate(at));

  /** `threads` includes the caller. */
  constructor(
    private readonly heap: Heap,
    private readonly control: number,
    readonly threads: number,
  ) {
    this.words = new Int32Array(heap.memory.buffer, control, WORDS);
    this.mayBlock = canBlock();
  }

  /** Puts a module where workers find it. */
  share(bytes: Uint8Array): SharedCode {
    const { length } = bytes;
    const at = this.heap.allocate(length);
    (this.heap.elements('uint8', at, length) as Uint8Array).set(bytes);
    const code = { number: (this.modules += 1), at, length };
    this.collected.register(code, at);
    return code;
  }

  /** Makes workers ready for this much work to come. Throws a WorkerError when one has died. */
  prepare(nanoseconds: number): void {
    if (this.failure !== null) {
      const reason = this.failure;
      this.failure = null;
      throw new WorkerError(`cpu: a worker thread died: ${reason}. The work goes on with ${this.workers.size + 1} threads; run it again.`);
    }
    this.isWorthWaking = nanoseconds >= WAKE;
    if (this.isWorthWaking && this.threads > 1 && !this.started) this.start();
  }

  /** Whether this much work is worth sharing now. */
  shares(nanoseconds: number): boolean {
    if (this.workers.size === 0 || nanoseconds < SHARE) return false;
    return this.isWorthWaking || Atomics.load(this.words, Word.Sleepers) < this.workers.size;
  }

  run(phase: SharedPhase, args: number, scratch: number, scratchBytes: number): void {
    const { words: w } = this;
    const code = phase.code!;
    const wanted = Math.min(phase.units, (this.workers.size + 1) * CHUNKS_EACH, NO_CHUNK - 1);
    const size = Math.ceil(phase.units / wanted);
    const chunks = Math.ceil(phase.units / size);
    this.job = (this.job + 1) % 2 ** (32 - CHUNK_BITS);
    const first = this.job << CHUNK_BITS;
    const share = Math.ceil(chunks / this.threads);
    for (let i = 0; i < this.threads; i++) Atomics.store(w, Word.Claims + PITCH * i, first | NO_CHUNK);
    w[Word.Code] = code.number;
    w[Word.CodeAt] = code.at;
    w[Word.CodeLength] = code.length;
    w[Word.Phase] = phase.phase;
    w[Word.Units] = phase.units;
    w[Word.ChunkUnits] = size;
    w[Word.Chunks] = chunks;
    w[Word.Share] = share;
    w[Word.Threads] = this.threads;
    w[Word.Arguments] = args;
    w[Word.Scratch] = scratch;
    w[Word.ScratchBytes] = scratchBytes;
    Atomics.store(w, Word.Done, first);
    for (let i = 0; i < this.threads; i++) Atomics.store(w, Word.Claims + PITCH * i, first + Math.min(i * share, chunks) + (i === 0 ? 1 : 0));
    this.signal();
    let longest = 0;
    for (let chunk = 0; chunk < chunks; chunk = this.claim(chunks, share)) {
      const start = performance.now();
      phase.run(args, chunk * size, Math.min((chunk + 1) * size, phase.units), scratch);
      longest = Math.max(longest, performance.now() - start);
      Atomics.add(w, Word.Done, 1);
    }
    this.await(first + chunks, longest);
  }

  /** Takes the next chunk, of the caller's share and then of what workers have left of theirs: its number, or `chunks` when none is left. */
  private claim(chunks: number, share: number): number {
    const { words: w } = this;
    for (let i = 0; i < this.threads; i++) {
      const word = Word.Claims + PITCH * i;
      const end = Math.min((i + 1) * share, chunks);
      for (;;) {
        const claim = Atomics.load(w, word);
        const next = claim & NO_CHUNK;
        if (next >= end) break;
        if (Atomics.compareExchange(w, word, claim, claim + 1) === claim) return next;
      }
    }
    return chunks;
  }

  /** Ends the workers. */
  dispose(): void {
    if (!this.started) return;
    Atomics.store(this.words, Word.Stop, 1);
    this.signal();
    for (const w of this.workers.values()) w.terminate();
    this.workers.clear();
  }

  private start(): void {
    this.started = true;
    for (let index = 1; index < this.threads; index++) {
      const handle = spawn({ memory: this.heap.memory, control: this.control, index }, (reason) => {
        if (this.forget(index)) this.failure = reason;
      });
      if (handle !== null) this.workers.set(index, handle);
    }
  }

  /** Goes on without a worker; says whether it was still counted. */
  private forget(index: number): boolean {
    const { words: w } = this;
    if (!this.workers.delete(index)) return false;
    if (Atomics.load(w, Word.States + PITCH * index) === State.Sleeping) Atomics.sub(w, Word.Sleepers, 1);
    return true;
  }

  private signal(): void {
    Atomics.add(this.words, Word.Signal, 1);
    if (Atomics.load(this.words, Word.Sleepers) > 0) Atomics.notify(this.words, Word.Signal);
  }

  /** Waits until `Done` is this, for the chunks that workers have claimed. `longest` is how long one of the caller's took. */
  private await(end: number, longest: number): void {
    const { words: w } = this;
    const patience = Math.max(LEAST_PATIENCE, PATIENCE * longest);
    const spin = Math.min(2 * longest + GRACE_MS, SPIN);
    const start = performance.now();
    let progress = { done: Atomics.load(w, Word.Done), at: start };
    for (let i = 1; ; i++) {
      const done = Atomics.load(w, Word.Done);
      if (done === end) break;
      if (i % 64 !== 0) continue;
      const now = performance.now();
      if (done !== progress.done) progress = { done, at: now };
      if (now - progress.at > patience) this.giveUp();
      if (now - start < spin || !this.mayBlock) continue;
      Atomics.store(w, Word.Waiting, 1);
      Atomics.wait(w, Word.Done, done, NAP);
      Atomics.store(w, Word.Waiting, 0);
    }
    const failed = Atomics.exchange(w, Word.Failed, 0);
    if (failed !== 0) throw new WorkerError(`cpu: worker thread ${failed - 1} failed in a kernel.`);
  }

  /** Ends the job, and the workers that hold its chunks. */
  private giveUp(): never {
    const { words: w } = this;
    for (let i = 0; i < this.threads; i++) Atomics.or(w, Word.Claims + PITCH * i, NO_CHUNK);
    for (const [index, worker] of this.workers) {
      if (Atomics.load(w, Word.States + PITCH * index) !== State.Working) continue;
      this.forget(index);
      worker.terminate();
    }
    throw new WorkerError(`cpu: a worker thread died in a kernel. The work goes on with ${this.workers.size + 1} threads; run it again.`);
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
