import { execFileSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { debug, fromHost, setDebugSink, useSync, WorkerError, type Backend, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { cpuSync } from '../sync.js';
import { Heap } from '../memory/heap.js';
import { joined, made, noise } from '../oracle.js';
import { ModuleBuilder, op } from '../wasm/builder.js';
import { Word } from './control.js';
import { Pool } from './pool.js';

vi.setConfig({ testTimeout: 60_000 });

const random = (shape: readonly number[]): Tensor =>
  fromHost(Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => noise(i)), [...shape], 'float32');

/** Results of work that is large enough to be shared, on so many threads. */
function resultsOn(threads: number): Float32Array[] {
  useSync(cpuSync({ threads }));
  const [a, b] = [random([300, 400]), random([400, 350])];
  const wide = random([600, 700]);
  const product = joined('reduce', 'threads product', [a, b], [300, 350], ([i, j], [x, y]) =>
    e.reduce('sum', [400], ([r]) => e.mul(x([i, r]), y([r, j]))));
  const [thin, tall] = [random([6, 30_000]), random([30_000, 20])];
  const long = joined('reduce', 'threads long', [thin, tall], [6, 20], ([i, j], [x, y]) =>
    e.reduce('sum', [30_000], ([r]) => e.mul(x([i, r]), y([r, j]))));
  const few = joined('reduce', 'threads few', [random([3, 600]), wide], [3, 700], ([i, j], [x, y]) =>
    e.reduce('sum', [600], ([r]) => e.mul(x([i, r]), y([r, j]))));
  const map = made('threads map', [wide], [600, 700], (ix, [x]) => e.exp(e.sin(x(ix))));
  const rows = joined('reduce', 'threads rows', [wide], [600], ([i], [x]) => e.reduce('sum', [700], ([r]) => x([i, r])));
  const columns = joined('reduce', 'threads columns', [wide], [700], ([j], [x]) => e.reduce('sum', [600], ([r]) => x([r, j])));
  return [product, long, few, map, rows, columns].flatMap((t) => t.dataSync() as Float32Array);
}

/**
 * A pool, and a phase that stores its unit's number at 4 times that number. Asked to hang, all threads but the caller's
 * never come back from it.
 */
function counting(threads: number): { pool: Pool; run: (units: number, hang?: boolean) => Int32Array } {
  const heap = new Heap(true);
  const module = new ModuleBuilder();
  module.importMemory({ from: 'sconce', name: 'memory', minimum: 1, maximum: heap.maximumPages, shared: true });
  const fn = module.exportFunction('run', { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' }, 'none');
  const { args, start, end, scratch } = fn.params;
  fn.if(scratch, () => fn.loop('forever', (again) => fn.branch(again)));
  fn.for('u', start, end, 1, (u) => fn.do(op('i32.store', op('i32.add', args, op('i32.shl', u, 2)), u)));
  const bytes = module.encode();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { sconce: { memory: heap.memory } });
  const pool = new Pool(heap, 256, threads);
  const code = pool.share(bytes);
  const out = heap.allocate(4 * 65_536);
  return {
    pool,
    run(units, hang = false) {
      const cells = heap.elements('int32', out, units) as Int32Array;
      cells.fill(-1);
      const phase = { code, phase: 0, units, run: exports.run as never };
      pool.run(phase, out, 0, hang ? 64 : 0);
      return cells.slice();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('threads', () => {
  it('give the same bits whatever their number', () => {
    const one = resultsOn(1);
    for (const threads of [2, 3]) {
      const same = resultsOn(threads).map((r, i) => Buffer.from(r.buffer).equals(Buffer.from(one[i].buffer)));
      expect(same).toEqual(one.map(() => true));
    }
  });

  it('do every unit once, awake or asleep', async () => {
    const { pool, run } = counting(3);
    pool.prepare(1e9);
    for (let round = 0; round < 300; round++) {
      const units = 1 + ((round * 37) % 5000);
      expect(run(units).every((x, i) => x === i)).toBe(true);
      if (round % 100 === 50) await pause(50);
    }
    pool.dispose();
  });

  it('that die are told of once, and the others go on', async () => {
    const { pool, run } = counting(2);
    pool.prepare(1e9);
    await pause(200);
    for (const worker of pool['workers'].values()) worker.terminate();
    for (let i = 0; i < 100 && pool['workers'].size > 0; i++) await pause(20);
    expect(() => pool.prepare(1e9)).toThrow(WorkerError);
    pool.prepare(1e9);
    expect(run(1000).every((x, i) => x === i)).toBe(true);
  });

  it('that die in a kernel are noticed within a second, and the others go on', async () => {
    const { pool, run } = counting(2);
    pool.prepare(1e9);
    let start = 0;
    expect(() => {
      // Until the worker gets a chunk.
      for (const end = performance.now() + 20_000; performance.now() < end; run(50_000, true)) start = performance.now();
    }).toThrow(WorkerError);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(pool['workers'].size).toBe(0);
    pool.prepare(1e9);
    expect(run(1000).every((x, i) => x === i)).toBe(true);
  });

  it('that die asleep are not waited for', async () => {
    const { pool } = counting(3);
    pool.prepare(1e9);
    await pause(300);
    for (const worker of pool['workers'].values()) worker.terminate();
    for (let i = 0; i < 100 && pool['workers'].size > 0; i++) await pause(20);
    expect(pool['words'][Word.Sleepers]).toBe(0);
  });

  it('must be a positive number', () => {
    for (const threads of [0, -1, 1.5, NaN]) expect(() => cpuSync({ threads })).toThrow(/threads is .*, expected 'auto'/);
  });

  it('are named at debug level 1', () => {
    const lines: string[] = [];
    const before = setDebugSink((line) => void lines.push(line));
    const backend: Backend = debug(1, () => cpuSync({ threads: 2 }));
    setDebugSink(before);
    backend.dispose();
    expect(lines).toEqual([expect.stringMatching(/^cpu: WebAssembly SIMD.*2 threads/)]);
  });
});

it('a process ends although its workers wait', () => {
  const source = `
    const { Worker } = require('node:worker_threads');
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const worker = new Worker(process.argv[1], { eval: true, workerData: { memory, control: 256, index: 1 } });
    worker.unref();
    setTimeout(() => console.log('end'), 300);
  `;
  return import('./worker-source.js').then(({ WORKER_SOURCE }) => {
    expect(execFileSync(process.execPath, ['-e', source, WORKER_SOURCE], { timeout: 20_000 }).toString()).toBe('end\n');
  });
});
