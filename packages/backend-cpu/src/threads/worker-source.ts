/**
 * What a worker runs, as text: it must stand alone in a worker made from a string, in Node and in browsers.
 *
 * A worker never returns to its event loop. Kernels come to it as bytes in shared memory, which it compiles itself; the
 * engine recognises bytes that it has compiled before in this process and shares the code.
 *
 * Systems may wake a worker on the very core that the caller runs on, and leave both there for milliseconds. A worker
 * that spins then is in the caller's way, so it stops as soon as it looks like that.
 *
 * Invariant: a worker touches nothing but the job's memory; what it throws is noted, and the chunk counts as done.
 */
import { CHUNK_BITS, GRACE_MS, MISSED_MS, MOST_MODULES, NO_CHUNK, PITCH, SPIN_MS, State, Word, WORDS } from './control.js';

export const WORKER_SOURCE = `
const work = ({ memory, control, index }) => {
  const w = new Int32Array(memory.buffer, control, ${WORDS});
  const state = ${Word.States} + ${PITCH} * index;
  const modules = new Map();
  /** Of the job at hand, in milliseconds. */
  let longest = 0;
  const phasesOf = (word, claim) => {
    const number = w[${Word.Code}];
    let phases = modules.get(number);
    if (phases === undefined) {
      const at = w[${Word.CodeAt}] >>> 0;
      const length = w[${Word.CodeLength}];
      // Late for its job, it may have read of two, and would keep one's module under the other's number.
      if (Atomics.compareExchange(w, word, claim, claim) !== claim) return null;
      while (memory.buffer.byteLength < at + length);
      const bytes = new Uint8Array(memory.buffer, at, length).slice();
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { sconce: { memory } });
      if (modules.size === ${MOST_MODULES}) modules.clear();
      modules.set(number, (phases = Object.values(instance.exports)));
    }
    return phases;
  };
  /** Works on the next chunk of a thread's share; whether there was one. */
  const chunkOf = (thread) => {
    const word = ${Word.Claims} + ${PITCH} * thread;
    const claim = Atomics.load(w, word);
    const next = claim & ${NO_CHUNK};
    if (next >= Math.min((thread + 1) * w[${Word.Share}], w[${Word.Chunks}])) return false;
    const phases = phasesOf(word, claim);
    if (phases === null) return true;
    const run = phases[w[${Word.Phase}]];
    const size = w[${Word.ChunkUnits}];
    const from = next * size;
    const to = Math.min(from + size, w[${Word.Units}]);
    const args = w[${Word.Arguments}];
    const scratch = w[${Word.Scratch}] + index * w[${Word.ScratchBytes}];
    Atomics.store(w, state, ${State.Working});
    if (Atomics.compareExchange(w, word, claim, claim + 1) !== claim) {
      Atomics.store(w, state, ${State.Looking});
      return true;
    }
    const start = performance.now();
    try {
      run(args, from, to, scratch);
    } catch {
      Atomics.store(w, ${Word.Failed}, index + 1);
    }
    longest = Math.max(longest, performance.now() - start);
    Atomics.store(w, state, ${State.Looking});
    const job = claim >>> ${CHUNK_BITS};
    for (let done = Atomics.load(w, ${Word.Done}); done >>> ${CHUNK_BITS} === job; ) {
      const found = Atomics.compareExchange(w, ${Word.Done}, done, done + 1);
      if (found === done) break;
      done = found;
    }
    if (Atomics.load(w, ${Word.Waiting}) !== 0) Atomics.notify(w, ${Word.Done});
    return true;
  };
  /** Its own share first, then what others have left of theirs. */
  const chunk = () => {
    const threads = w[${Word.Threads}];
    for (let i = 0; i < threads; i++) if (chunkOf((index + i) % threads)) return true;
    return false;
  };
  const look = (seen) => {
    const start = performance.now();
    let last = start;
    for (let i = 1; Atomics.load(w, ${Word.Signal}) === seen; i++) {
      if (i % 128 !== 0) continue;
      const now = performance.now();
      const isOpen = (Atomics.load(w, ${Word.Done}) & ${NO_CHUNK}) < w[${Word.Chunks}];
      const limit = isOpen ? 2 * longest + ${GRACE_MS} : ${SPIN_MS};
      if (now - start < limit && now - last < ${MISSED_MS}) {
        last = now;
        continue;
      }
      Atomics.store(w, state, ${State.Sleeping});
      Atomics.add(w, ${Word.Sleepers}, 1);
      Atomics.wait(w, ${Word.Signal}, seen);
      Atomics.sub(w, ${Word.Sleepers}, 1);
      Atomics.store(w, state, ${State.Looking});
      return;
    }
  };
  for (let seen = 0; ; ) {
    look(seen);
    seen = Atomics.load(w, ${Word.Signal});
    if (Atomics.load(w, ${Word.Stop}) !== 0) return;
    longest = 0;
    try {
      while (chunk());
    } catch {
      // Compiling failed: the others do the work.
    }
  }
};
if (typeof require === 'function') work(require('node:worker_threads').workerData);
else onmessage = ({ data }) => work(data);
`;
