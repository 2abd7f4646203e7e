/**
 * Streams, and items one by one.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, useSync } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ChainDataset, DataLoader, Dataset, IterableDataset, Subset } from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

class Squares extends Dataset<[number, number]> {
  override readonly length = 7;
  override get(index: number): [number, number] {
    return [index, index * index];
  }
}

async function listOf<T>(batches: AsyncIterable<T>, read: (batch: T) => unknown): Promise<unknown[]> {
  const list = [];
  for await (const batch of batches) list.push(read(batch));
  return list;
}

describe('streams', () => {
  class Count extends IterableDataset<number> {
    constructor(private readonly to: number) {
      super();
    }
    override async *[Symbol.asyncIterator](): AsyncGenerator<number> {
      for (let i = 0; i < this.to; i++) yield i;
    }
  }
  const both = new ChainDataset([new Count(3), new Count(2)]);

  test('come in batches, in every epoch', async () => {
    const loader = new DataLoader(both, { batchSize: 2 });
    for (let epoch = 0; epoch < 2; epoch++) expect(await listOf(loader, (batch) => batch.toArraySync())).toEqual([[0, 1], [2, 0], [1]]);
    expect(await listOf(new DataLoader(both, { batchSize: 2, dropLast: true }), (batch) => batch.toArraySync())).toEqual([[0, 1], [2, 0]]);
    expect(() => loader.length).toThrow(/without a length/);
    expect(new DataLoader(Object.assign(new Count(5), { length: 5 }), { batchSize: 2 }).length).toBe(3);
    expect(new DataLoader(Object.assign(new Count(5), { length: 5 }), { batchSize: 2, dropLast: true }).length).toBe(2);
    expect(() => new DataLoader(new Count(5), { batchSampler: [[0]] })).toThrow(/excludes shuffle, sampler and batchSampler/);
  });

  test('and datasets give items one by one', async () => {
    expect(await listOf(new DataLoader(both, { batchSize: null }), (item) => item)).toEqual([0, 1, 2, 0, 1]);
    const pairs = new DataLoader(new Subset(new Squares(), [2, 3]), { batchSize: null });
    expect([pairs.length, await listOf(pairs, (item) => item)]).toEqual([2, [[2, 4], [3, 9]]]);
  });

  test('have an order of their own', () => {
    expect(() => new DataLoader(both, { shuffle: true })).toThrow(/order of its own/);
    expect(() => new DataLoader(both, { batchSize: null, dropLast: true })).toThrow(/dropLast/);
    expect(() => new ChainDataset([[1, 2]] as never)).toThrow(ArgumentError);
  });
});
