/**
 * Datasets, loaders and the IDX format.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, fromHost, IndexError, manualSeed, memory, ShapeError, StateError, tensor, useSync, type Backend, type Tensor } from '@sconce/core';
import { add, randperm } from '@sconce/ops';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BatchSampler, ConcatDataset, DataLoader, Dataset, defaultCollate, randomOrder, RandomSampler, randomSplit, readIdx, SequentialSampler, StackDataset, Subset, SubsetRandomSampler,
  TensorDataset, WeightedRandomSampler,
} from './index.js';

const backend: Backend = createBackend(interpreterTarget('cpu'));
let downloads = 0;
useSync({
  ...backend,
  download(...args) {
    downloads += 1;
    return backend.download(...args);
  },
});
beforeEach(() => {
  downloads = 0;
  manualSeed(0);
});

const x = tensor([[0, 1], [10, 11], [20, 21], [30, 31], [40, 41]]);
const y = tensor([0, 1, 2, 3, 4], { dtype: 'int64' });

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

describe('DataLoader', () => {
  test('gives batches of tensors without touching the device', async () => {
    const before = memory().cpu?.buffers ?? 0;
    const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 2 });
    expect(loader.length).toBe(3);
    const shapes = await listOf(loader, ([images, labels]: [Tensor, Tensor]) => [images.shape, labels.shape, labels.dtype]);
    expect(shapes).toEqual([[[2, 2], [2], 'int64'], [[2, 2], [2], 'int64'], [[1, 2], [1], 'int64']]);
    expect(await listOf(loader, ([images]) => images.toArraySync())).toEqual([[[0, 1], [10, 11]], [[20, 21], [30, 31]], [[40, 41]]]);
    expect(downloads).toBe(0);
    expect(memory().cpu?.buffers ?? 0).toBe(before);
  });

  test('reads a computed tensor once', async () => {
    const loader = new DataLoader(new TensorDataset(add(x, 1)), { batchSize: 1 });
    expect(await listOf(loader, ([rows]) => rows.toArraySync())).toHaveLength(5);
    expect(downloads).toBe(1);
  });

  test('drops a last batch that is too small', async () => {
    const loader = new DataLoader(new Squares(), { batchSize: 3, dropLast: true });
    expect(loader.length).toBe(2);
    expect(await listOf(loader, ([i, square]) => [i.toArraySync(), square.toArraySync()])).toEqual([[[0, 1, 2], [0, 1, 4]], [[3, 4, 5], [9, 16, 25]]]);
  });

  test('shuffles by the seed, anew in every epoch', async () => {
    const loader = new DataLoader(new Squares(), { batchSize: 7, shuffle: true });
    const epoch = async (): Promise<unknown> => (await listOf(loader, ([i]) => i.toArraySync()))[0];
    const [first, second] = [await epoch(), await epoch()];
    expect(first).not.toEqual(second);
    expect([...(first as number[])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    manualSeed(0);
    expect(await epoch()).toEqual(first);
  });

  test('follows a sampler, and collates as told', async () => {
    const options = { batchSize: 2, sampler: [5, 1, 3], collateFn: (items: [number, number][]) => items.map(([, square]) => square).join('+') };
    const loader = new DataLoader(new Squares(), options);
    expect(await listOf(loader, (text) => text)).toEqual(['25+1', '9']);
  });

  test.each([
    [() => new DataLoader(new Squares(), { batchSize: 0 }), /batchSize must be a positive integer/],
    [() => new DataLoader(new Squares(), { shuffle: true, sampler: [0] }), /exclude each other/],
  ])('rejects options %#', (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

describe('datasets', () => {
  const rows = new TensorDataset(x, y);

  test('give items by index', async () => {
    const [row, label] = await rows.get(-1);
    expect([row.toArraySync(), label.itemSync()]).toEqual([[40, 41], 4]);
    await expect(rows.get(5)).rejects.toThrow(IndexError);
    expect(() => new TensorDataset(x, tensor([1, 2]))).toThrow(ShapeError);
  });

  test('of others: a part, and several in a row', async () => {
    const part = new Subset(rows, [4, 0]);
    const [loaded] = await listOf(new DataLoader(part, { batchSize: 2 }), ([a, b]) => [a.toArraySync(), b.toArraySync()]);
    expect(loaded).toEqual([[[40, 41], [0, 1]], [4, 0]]);
    const all = new ConcatDataset([new Squares(), new Subset(new Squares(), [3])]);
    expect([all.length, all.get(7), all.get(-8)]).toEqual([8, [3, 9], [0, 0]]);
    expect(() => all.get(8)).toThrow('index 8 is out of range for 8 items');
    expect(() => new ConcatDataset([])).toThrow(ArgumentError);
  });

  test('side by side, in order or by name', async () => {
    const both = new StackDataset(new Squares(), [...'abcdefg']);
    expect([both.length, await both.get(2), await both.get(-1)]).toEqual([7, [[2, 4], 'c'], [[6, 36], 'g']]);
    const named = new StackDataset({ square: new Subset(new Squares(), [3, 5]), word: ['x', 'y'] });
    expect(await named.get(1)).toEqual({ square: [5, 25], word: 'y' });
    expect(() => new StackDataset([1, 2], [1])).toThrow(/one length, got 2, 1/);
    expect(() => new StackDataset()).toThrow(ArgumentError);
    await expect(both.get(99)).rejects.toThrow(IndexError);
  });

  test('split at random', () => {
    const [a, b] = randomSplit(new Squares(), [5, 2]);
    expect([a.length, b.length]).toEqual([5, 2]);
    expect([...a.indices, ...b.indices].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(randomSplit(new Squares(), [0.5, 0.3, 0.2]).map((part) => part.length)).toEqual([4, 2, 1]);
    expect(() => randomSplit(new Squares(), [5, 3])).toThrow('add up to 8, expected 7');
  });

  test('orders are those of randperm', () => {
    const order = randomOrder(200);
    manualSeed(0);
    expect(order).toEqual(randperm(200).toArraySync());
  });
});

describe('collate', () => {
  test('goes through lists and objects', async () => {
    const batch = await defaultCollate([
      { image: new Float32Array([1, 2]), label: 3, name: 'a', box: [true, 0.5] as [boolean, number] },
      { image: new Float32Array([3, 4]), label: 4, name: 'b', box: [false, 1] as [boolean, number] },
    ]);
    expect(batch.image.toArraySync()).toEqual([[1, 2], [3, 4]]);
    expect([batch.label.dtype, batch.box[0].dtype, batch.box[1].dtype, batch.name]).toEqual(['int32', 'bool', 'float32', ['a', 'b']]);
  });

  test('rejects what does not fit', async () => {
    await expect(defaultCollate([x, y])).rejects.toThrow(ShapeError);
    await expect(defaultCollate([[1], [1, 2]])).rejects.toThrow('the lists of a batch differ in length');
    await expect(defaultCollate([null, null])).rejects.toThrow(ArgumentError);
    await expect(defaultCollate([])).rejects.toThrow('got no items');
  });
});

describe('readIdx', () => {
  const bytes = (type: number, sizes: number[], ...rest: number[]): Uint8Array =>
    Uint8Array.from([0, 0, type, sizes.length, ...sizes.flatMap((n) => [0, 0, n >> 8, n & 255]), ...rest]);

  test('reads big-endian arrays of every type', () => {
    const { data, shape, dtype } = readIdx(bytes(0x08, [2, 3], 0, 1, 2, 253, 254, 255));
    expect(fromHost(data, shape, dtype).toArraySync()).toEqual([[0, 1, 2], [253, 254, 255]]);
    expect([...readIdx(bytes(0x0b, [2], 0xff, 0xfe, 1, 0)).data]).toEqual([-2, 256]);
    expect([...readIdx(bytes(0x0d, [1], 0x3f, 0xc0, 0, 0)).data]).toEqual([1.5]);
    expect(readIdx(bytes(0x08, [0])).shape).toEqual([0]);
  });

  test('inside a larger buffer', () => {
    const whole = new Uint8Array([9, 9, 9, ...bytes(0x09, [2], 5, 251)]);
    expect([...readIdx(whole.subarray(3)).data]).toEqual([5, -5]);
  });

  test.each([
    ['too few bytes', bytes(0x08, [3], 1, 2), /has 10 bytes, expected 11 for the shape \[3\]/],
    ['another format', Uint8Array.from([1, 2, 3, 4]), /no IDX file/],
    ['gzip', Uint8Array.from([0x1f, 0x8b, 8, 0]), /packed with gzip/],
    ['nothing', new Uint8Array(0), /no IDX file/],
  ])('rejects %s', (_, file, message) => {
    expect(() => readIdx(file)).toThrow(StateError);
    expect(() => readIdx(file)).toThrow(message);
  });
});

describe('samplers', () => {
  const source = new Squares();

  test('visit every item once, in order or not', () => {
    expect([...new SequentialSampler(source)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const random = new RandomSampler(source);
    expect([...random].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...random]).not.toEqual([...random]);
    expect([...new SubsetRandomSampler([5, 2, 9])].sort()).toEqual([2, 5, 9]);
  });

  test('draw with replacement, and by weight', () => {
    const drawn = [...new RandomSampler(source, { replacement: true, numSamples: 700 })];
    expect(drawn).toHaveLength(700);
    expect(new Set(drawn).size).toBe(7);
    expect([...new RandomSampler(source, { numSamples: 10 })]).toHaveLength(10);
    const weighted = [...new WeightedRandomSampler([1, 0, 3], 4000)];
    expect(weighted.filter((i) => i === 1)).toHaveLength(0);
    expect(weighted.filter((i) => i === 2).length / 4000).toBeCloseTo(0.75, 1);
    const once = new WeightedRandomSampler([1, 0, 3, 2], 3, { replacement: false });
    for (let epoch = 0; epoch < 20; epoch++) expect([...once].sort()).toEqual([0, 2, 3]);
  });

  test('equal seeds give equal orders', () => {
    const draw = (): number[] => {
      manualSeed(7);
      return [...new WeightedRandomSampler([1, 2, 3], 20), ...new RandomSampler(source)];
    };
    expect(draw()).toEqual(draw());
  });

  test('make batches for a loader', async () => {
    const batches = new BatchSampler(new SequentialSampler(source), 3);
    expect([...batches]).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect([batches.length, new BatchSampler([4, 5, 6], 2, true).length]).toEqual([3, 1]);
    const loader = new DataLoader(new TensorDataset(x, y), { batchSampler: [[4, 0], [2]] });
    expect(loader.length).toBe(2);
    expect(await listOf(loader, ([, labels]) => labels.toArraySync())).toEqual([[4, 0], [2]]);
    const drawn = new DataLoader(new TensorDataset(x, y), { sampler: new RandomSampler({ length: 5 }), batchSize: 5 });
    const [first, second] = [await listOf(drawn, ([, labels]) => labels.toArraySync()), await listOf(drawn, ([, labels]) => labels.toArraySync())];
    expect(first).not.toEqual(second);
  });

  test('are checked', () => {
    expect(() => new WeightedRandomSampler([1, -1], 2)).toThrow(ArgumentError);
    expect(() => new WeightedRandomSampler([1, 0], 2, { replacement: false })).toThrow(/only 1 have a weight/);
    expect(() => new BatchSampler([1], 0)).toThrow(ArgumentError);
    expect(() => new DataLoader(source, { batchSampler: [[0]], shuffle: true })).toThrow(/excludes/);
  });
});
