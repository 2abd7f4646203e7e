/**
 * Datasets, samplers and loaders called as PyTorch's programs call them: generators of their own, lists as datasets,
 * tensors as indices and weights, options of worker processes.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, drawing, Generator as Numbers, getRandomState, manualSeed, setRandomState, tensor, useSync, type Tensor } from '@sconce/core';
import { rand, randperm } from '@sconce/ops';
import { beforeEach, expect, test } from 'vitest';
import { BatchSampler, ConcatDataset, DataLoader, Dataset, getWorkerInfo, RandomSampler, randomSplit, SequentialSampler, Subset, SubsetRandomSampler, WeightedRandomSampler } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));
beforeEach(() => manualSeed(0));

const ten = Array.from({ length: 10 }, (_, i) => i);
const seeded = (seed = 42): Numbers => new Numbers().manualSeed(seed);

async function all<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}
const arrays = async (batches: AsyncIterable<unknown>): Promise<unknown[]> => (await all(batches)).map((batch) => (batch as Tensor).toArraySync());

test('a generator draws its own numbers, and leaves those of the program', async () => {
  const before = getRandomState();
  const draws: [string, (generator: Numbers) => unknown][] = [
    ['randomSplit', (generator) => randomSplit(ten, [0.7, 0.3], generator).map(({ indices }) => indices)],
    ['randomSplit by name', (generator) => randomSplit(ten, [7, 3], { generator }).map(({ indices }) => indices)],
    ['RandomSampler', (generator) => [...new RandomSampler(ten, { generator })]],
    ['RandomSampler with replacement', (generator) => [...new RandomSampler(ten, { replacement: true, numSamples: 20, generator })]],
    ['SubsetRandomSampler', (generator) => [...new SubsetRandomSampler(ten, { generator })]],
    ['WeightedRandomSampler', (generator) => [...new WeightedRandomSampler(ten, 20, { generator })]],
    ['DataLoader', (generator) => arrays(new DataLoader(ten, { batchSize: 4, shuffle: true, generator }))],
    ['rand', (generator) => drawing(generator, () => rand([4])).toArraySync()],
  ];
  for (const [, draw] of draws) {
    expect(await draw(seeded())).toEqual(await draw(seeded()));
    expect(await draw(seeded())).not.toEqual(await draw(seeded(1)));
  }
  expect(getRandomState()).toEqual(before);
  const generator = seeded();
  const state = generator.getState();
  const first = [...new RandomSampler(ten, { generator })];
  expect([...new RandomSampler(ten, { generator })]).not.toEqual(first);
  expect([...new RandomSampler(ten, { generator: generator.setState(state) })]).toEqual(first);
  expect(generator.initialSeed()).toBe(42n);
});

test('orders are those of randperm, beyond 2³² numbers too', () => {
  for (const offset of [0n, 2n ** 32n - 3n, 2n ** 40n]) {
    const state = { seed: 9_876_543_210n, offset };
    setRandomState(state);
    const order = randperm(8).toArraySync();
    setRandomState(state);
    expect([...new RandomSampler({ length: 8 })]).toEqual(order);
  }
});

test('a random sampler draws each item once, or again with replacement', () => {
  const eleven = [...new RandomSampler(ten, { numSamples: 11 })];
  expect([eleven.length, new Set(eleven.slice(0, 10)).size]).toEqual([11, 10]);
  const drawn = [...new RandomSampler(ten, { replacement: true, numSamples: 200 })];
  expect([drawn.length, new Set(drawn), new Set(drawn.slice(0, 10)).size < 10]).toEqual([200, new Set(ten), true]);
});

test('a batch sampler keeps what is left unless told otherwise, and counts an order without a length', () => {
  const order = new SequentialSampler(ten);
  const kept = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]];
  for (const sampler of [new BatchSampler(order, 4), new BatchSampler(order, { batchSize: 4 })]) expect([[...sampler], sampler.length]).toEqual([kept, 3]);
  expect(new BatchSampler(new Set([3, 1, 2]), 2).length).toBe(2);
  expect(new DataLoader(ten, { sampler: new Set([3, 1, 2]), batchSize: null }).length).toBe(3);
});

test('batches of a dataset that makes them itself are its own, of a part of it too, unless others collate', async () => {
  class Rows extends Dataset<number> {
    override readonly length = 10;
    override get(index: number): number {
      return index;
    }
    override getBatch(indices: readonly number[]): Promise<Tensor> {
      return Promise.resolve(tensor(indices.map((i) => 100 + i)));
    }
  }
  expect(await arrays(new DataLoader(new Rows(), { batchSize: 5 }))).toEqual([[100, 101, 102, 103, 104], [105, 106, 107, 108, 109]]);
  expect(await arrays(new DataLoader(new Subset(new Rows(), [7, 2]), { batchSize: 2 }))).toEqual([[107, 102]]);
  expect(await all(new DataLoader(new Rows(), { batchSize: 4, dropLast: true, collateFn: (items) => items.length }))).toEqual([4, 4]);
  expect(await arrays(new DataLoader(new Subset(ten, [7, 2]), { batchSize: 2 }))).toEqual([[7, 2]]);
});

test('lists are datasets, tensors are indices and weights', async () => {
  expect(await arrays(new DataLoader(ten, { batchSize: 4, collateFn: null, sampler: null }))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
  const pairs: [number, string][] = [[1, 'a'], [2, 'b']];
  const [[numbers, words]] = await all(new DataLoader(pairs, { batchSize: 2 }));
  expect([numbers.toArraySync(), words]).toEqual([[1, 2], ['a', 'b']]);
  expect(new Subset(ten, tensor([3, 1])).indices).toEqual([3, 1]);
  expect(new ConcatDataset([ten, new Float32Array(2)]).cumulativeSizes).toEqual([10, 12]);
  expect([...new SubsetRandomSampler(tensor([5]))]).toEqual([5]);
  expect(new Set(new WeightedRandomSampler(tensor([0, 1, 0]), 9))).toEqual(new Set([1]));
  expect([...new WeightedRandomSampler([1, 2, 3], 3, false)].sort()).toEqual([0, 1, 2]);
  expect([...new BatchSampler(new SequentialSampler(ten), { batchSize: 4, dropLast: true })]).toEqual([[0, 1, 2, 3], [4, 5, 6, 7]]);
  for (const odd of [null, 3, tensor([1])]) expect(() => new DataLoader(odd as never)).toThrow(/expected a Dataset or a list of items/);
});

test('a loader with workers asks for batches ahead of their turn, and gives them in order', async () => {
  let asked = 0;
  class Slow extends Dataset<number> {
    override readonly length = 12;
    override async get(index: number): Promise<number> {
      asked += 1;
      await new Promise((done) => setTimeout(done, 12 - index));
      if (index === 11) throw new RangeError('item 11');
      return index;
    }
  }
  const options = { batchSize: 2, numWorkers: 2, prefetchFactor: 1, pinMemory: true, persistentWorkers: true, workerInitFn: () => undefined, timeout: 0 };
  const seen: unknown[] = [];
  const read = async (loader: DataLoader<number>): Promise<void> => {
    for await (const batch of loader) seen.push([asked, batch.toArraySync()]);
  };
  await expect(read(new DataLoader(new Slow(), options))).rejects.toThrow('item 11');
  expect(seen).toEqual([[6, [0, 1]], [8, [2, 3]], [10, [4, 5]], [12, [6, 7]], [12, [8, 9]]]);
  asked = 0;
  seen.length = 0;
  await expect(read(new DataLoader(new Slow(), { batchSize: 2 }))).rejects.toThrow('item 11');
  expect(seen.slice(0, 2)).toEqual([[2, [0, 1]], [4, [2, 3]]]);
  asked = 0;
  seen.length = 0;
  await expect(read(new DataLoader(new Slow(), { batchSize: 2, numWorkers: 1 }))).rejects.toThrow('item 11');
  expect(seen[0]).toEqual([6, [0, 1]]);
  expect(getWorkerInfo()).toBe(null);
});

test.each<[string, object, RegExp]>([
  ['an unknown option', { batchsize: 2 }, /there is no option 'batchsize'/],
  ['half a worker', { numWorkers: 0.5 }, /numWorkers must be an integer from 0, got the number 0.5/],
  ['batches ahead without workers', { prefetchFactor: 4 }, /need numWorkers above 0/],
  ['workers that last, without workers', { persistentWorkers: true }, /need numWorkers above 0/],
  ['a batch size in place of options', 32 as never, /options must be an object such as \{ batchSize: … \}, got the number 32/],
  ['batches of none', { batchSize: 0 }, /batchSize must be a positive integer or null, got 0/],
  ['batches of one and a half', { batchSize: 1.5 }, /batchSize must be a positive integer or null, got 1.5/],
  ['batches that are told, and left out', { batchSampler: [[0]], dropLast: true }, /batchSampler excludes/],
  ['no batch ahead', { numWorkers: 1, prefetchFactor: 0 }, /prefetchFactor must be an integer from 1/],
])('a loader refuses %s', (_what, options, words) => {
  expect(() => new DataLoader(ten, options)).toThrow(ArgumentError);
  expect(() => new DataLoader(ten, options)).toThrow(words);
});

test.each<[readonly number[], RegExp]>([
  [[-1, 11], /must not be negative, got \[-1, 11\]/],
  [[1.5, -0.5], /must not be negative/],
  [[2, 3], /add up to 5, expected 10/],
  [[0.5, 0.6], /shares that add up to 1/],
])('parts of %j are refused', (lengths, words) => {
  expect(() => randomSplit(ten, lengths)).toThrow(ArgumentError);
  expect(() => randomSplit(ten, lengths)).toThrow(words);
});
