/**
 * Launches that fail: what runs afterwards finds nothing of them, in memory or among the failed checks.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { defineOp, fromHost, OutOfMemoryError, record, useSync, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { createBackend } from '@sconce/compiler';
import { Heap } from './memory/heap.js';
import { joined, made } from './oracle.js';
import { cpuTarget } from './target.js';
import { Pool } from './threads/pool.js';
import { detectFeatures } from './wasm/index.js';

/** A heap that has no room for pieces larger than this. */
let mostBytes = Infinity;
const heap = new Heap(true);
const allocate = heap.allocate.bind(heap);
heap.allocate = (bytes) => {
  if (bytes > mostBytes) throw new OutOfMemoryError(`no room for ${bytes}.`);
  return allocate(bytes);
};

beforeAll(() => {
  const parts = { Pool, wide: false, routines: () => undefined };
  useSync(createBackend(cpuTarget(heap, { features: detectFeatures(), threads: 2 }, parts)));
});

const numbers = (n: number): Tensor => fromHost(Float32Array.from({ length: n }, (_, i) => i % 7), [n], 'float32');

describe('where there is no room', () => {
  /** Takes pieces of every size up to 32 KiB, one of which is what was given back; gives whether they hold what they held. */
  const holding = (): (() => boolean) => {
    const pieces = Array.from({ length: 512 }, (_, i) => heap.elements('uint8', heap.allocate(64 * (i + 1)), 64 * (i + 1)).fill(1 as never));
    return () => pieces.every((piece) => (piece as Uint8Array).every((x) => x === 1));
  };

  /** Three running sums, of which two are temporaries. */
  const sums = (n: number): Float32Array => {
    const running = (x: Tensor): Tensor => joined('scan', 'running', [x], x.shape, (ix, [y]) => ({ scan: 'sum', dim: 0, value: y(ix) }));
    return running(running(running(numbers(n)))).dataSync() as Float32Array;
  };

  it('for temporaries, those of later runs overlap nothing', () => {
    const before = sums(1000);
    mostBytes = 60_000;
    expect(() => sums(10_000)).toThrow(OutOfMemoryError);
    mostBytes = Infinity;
    const isHeld = holding();
    expect(sums(1000)).toEqual(before);
    expect(isHeld()).toBe(true);
  });

  it('for the scratch of a kernel, those that are built keep theirs', () => {
    const rows = (n: number): Float32Array => {
      const x = made('row', [numbers(n)], [20, n], ([, j], [y]) => y([j]));
      const shifted = made('shifted', [x, joined('reduce', `most of ${n}`, [x], [20], ([i], [y]) => e.reduce('max', [n], ([r]) => y([i, r])))], [20, n], ([i, j], [y, m]) => e.exp(e.sub(y([i, j]), m([i]))));
      const total = joined('reduce', `total of ${n}`, [shifted], [20], ([i], [y]) => e.reduce('sum', [n], ([r]) => y([i, r])));
      return made('shares', [shifted, total], [20, n], ([i, j], [y, s]) => e.div(y([i, j]), s([i]))).dataSync() as Float32Array;
    };
    const before = rows(100);
    mostBytes = 50_000;
    expect(() => rows(12_000)).toThrow(OutOfMemoryError);
    mostBytes = Infinity;
    const isHeld = holding();
    expect(rows(100)).toEqual(before);
    expect(isHeld()).toBe(true);
  });
});

it('a check that fails before a routine that throws is told, and not again', () => {
  const op = defineOp({ name: 'failing', form: 'routine', routine: () => { throw new RangeError('no result'); } });
  const picked = made('pick', [numbers(3), fromHost(Int32Array.of(0, 5), [2], 'int32')], [2], ([i], [x, at]) => x([e.check(at([i]), { op: 'pick', size: 3, noun: 'index' })]));
  expect(() => record(op, [picked], {}, [2], 'float32').dataSync()).toThrow('pick: index 5 at position 1');
  expect([...(made('next', [numbers(3)], [3], (ix, [x]) => x(ix)).dataSync() as Float32Array)]).toEqual([0, 1, 2]);
});
