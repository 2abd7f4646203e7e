/**
 * Results do not depend on the number of threads: what is large enough to be shared has the bits that one thread gives.
 */
import { cpu } from '@sconce/backend-cpu';
import { setDefaultDevice, use, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { expect } from 'vitest';
import { seeds } from './arbitraries.js';
import { property } from './check.js';
import { noise } from './fill.js';

/** Sizes of about a hundred thousand elements, which no tile or group of lanes divides. */
const shape = fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 })).filter(([n, m]) => n * m > 60_000);

type Work = (x: Tensor, weight: Tensor) => Tensor;
const WORK: Record<string, Work> = {
  product: (x, w) => torch.matmul(x, w),
  'product of a transpose': (x, w) => torch.matmul(torch.t(w), torch.t(x)),
  map: (x) => torch.tanh(torch.exp(torch.sin(x))),
  'sum of all': (x) => torch.sum(x),
  'sums of columns': (x) => torch.sum(x, 0),
  'means of rows': (x) => torch.mean(torch.exp(x), 1),
  softmax: (x) => torch.softmax(x, 1),
  variances: (x) => torch.var(x, 0),
  'running sums': (x) => torch.cumsum(x, 0),
  'a transpose and more': (x) => torch.add(torch.t(x), torch.sum(x, 1)),
  'rows in another order': (x) => torch.indexSelect(x, 0, torch.argsort(torch.sum(x, 1))),
  sort: (x) => torch.sort(x, 0).values,
};

/** The bits of results on so many threads. */
async function bitsOn(threads: number, work: Work, [n, m]: readonly [number, number], seed: number): Promise<Uint8Array> {
  setDefaultDevice(await use(cpu({ threads })));
  const data = await work(noise([n, m], 'float32', seed), noise([m, 40], 'float32', seed + 1)).data();
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

property('two and three threads give the bits of one', [fc.constantFrom(...Object.keys(WORK)), shape, seeds], async (name, size, seed) => {
  const one = await bitsOn(1, WORK[name], size, seed);
  for (const threads of [2, 3]) expect(Buffer.from(await bitsOn(threads, WORK[name], size, seed)).equals(one), `${threads} threads`).toBe(true);
}, { runs: 30 });
