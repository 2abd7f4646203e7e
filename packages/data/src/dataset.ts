/**
 * Datasets: items by index, and datasets made of others.
 *
 * Invariant: an index is checked; one out of range is an IndexError, not an undefined item.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#dataset-types
 */
import { ArgumentError, describe, drawing, Generator, IndexError, isTensor, type Tensor } from '@sconce/core';
import type { Collated } from './collate.js';
import { randomOrder } from './random.js';

/**
 * Items by index. Extend it, or implement its two members.
 *
 * @example
 * class Squares extends Dataset {          // in TypeScript: Dataset<[number, number]>
 *   length = 100;
 *   get(index) {
 *     return [index, index * index];
 *   }
 * }
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Dataset
 */
export abstract class Dataset<Item> {
  /** Number of items. */
  abstract readonly length: number;

  /** One item; it may be loaded. */
  abstract get(index: number): Item | Promise<Item>;

  /** Several items, collated, where that can be had faster than one by one. */
  getBatch?(indices: readonly number[]): Promise<Collated<Item>>;
}

/** A position among `length`, where negative ones count from the end. */
export function requirePosition(name: string, index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new IndexError(`${name}: index ${String(index)} is out of range for ${length} items.`);
  }
  return index < 0 ? index + length : index;
}

/** What stands for a dataset: one, or a list of items. */
export type Items<Item> = Dataset<Item> | ArrayLike<Item>;

class ListDataset<Item> extends Dataset<Item> {
  constructor(private readonly items: ArrayLike<Item>) {
    super();
  }
  override get length(): number {
    return this.items.length;
  }
  override get(index: number): Item {
    return this.items[requirePosition('DataLoader', index, this.length)];
  }
}

/** A dataset as it is, and a list as one; ArgumentError for anything else. */
export function datasetOf<Item>(op: string, given: Items<Item>): Dataset<Item> {
  if (typeof (given as Partial<Dataset<Item>> | null)?.get === 'function') return given as Dataset<Item>;
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return new ListDataset(given as ArrayLike<Item>);
  throw new ArgumentError(`${op}: got ${describe(given)}, expected a Dataset or a list of items.${isTensor(given) ? ' Use new TensorDataset(x).' : ''}`);
}

/** Numbers of a list, of a typed array, or of a tensor on a device that can be read at once. */
export const numberList = (given: ArrayLike<number> | Tensor): number[] => Array.from(isTensor(given) ? (given.dataSync() as ArrayLike<number | bigint>) : given, Number);

/** Random numbers of their own, or the program's. */
export interface Drawing {
  readonly generator?: Generator | null;
}

/**
 * Some items of another dataset, in this order.
 *
 * @param indices a list, a typed array, or a tensor on a device that can be read at once
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 */
export class Subset<Item> extends Dataset<Item> {
  readonly dataset: Dataset<Item>;
  readonly indices: readonly number[];

  constructor(given: Items<Item>, indices: ArrayLike<number> | Tensor) {
    super();
    const dataset = datasetOf('Subset', given);
    this.dataset = dataset;
    this.indices = Array.isArray(indices) ? (indices as readonly number[]) : numberList(indices);
    if (dataset.getBatch !== undefined) this.getBatch = (some) => dataset.getBatch!(some.map((i) => this.positionOf(i)));
  }
  override get length(): number {
    return this.indices.length;
  }
  override get(index: number): Item | Promise<Item> {
    return this.dataset.get(this.positionOf(index));
  }
  private positionOf(index: number): number {
    return this.indices[requirePosition('Subset', index, this.length)];
  }
}

/**
 * The items of several datasets, one after the other.
 *
 * @throws ArgumentError without datasets.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset
 */
export class ConcatDataset<Item> extends Dataset<Item> {
  readonly datasets: readonly Dataset<Item>[];
  override readonly length: number;

  constructor(datasets: Iterable<Items<Item>>) {
    super();
    this.datasets = Array.from(datasets, (each) => datasetOf('ConcatDataset', each));
    if (this.datasets.length === 0) throw new ArgumentError('ConcatDataset: got no datasets.');
    this.length = this.datasets.reduce((n, d) => n + d.length, 0);
  }
  /** Where each dataset ends. */
  get cumulativeSizes(): number[] {
    let end = 0;
    return this.datasets.map((d) => (end += d.length));
  }
  override get(index: number): Item | Promise<Item> {
    let rest = requirePosition('ConcatDataset', index, this.length);
    const dataset = this.datasets.find((d) => {
      if (rest < d.length) return true;
      rest -= d.length;
      return false;
    });
    return dataset!.get(rest);
  }
}

/**
 * Splits a dataset into random parts that do not overlap, by the seeded generator.
 *
 * @param lengths of the parts, or their shares; shares are rounded down, and what is left goes to the first parts.
 * @param drawn a generator, or { generator }. Default: the program's random numbers.
 * @throws ArgumentError when the lengths do not add up to all, or the shares to 1.
 * @example const [train, test] = randomSplit(dataset, [0.8, 0.2]);
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 */
export function randomSplit<Item>(given: Items<Item>, lengths: readonly number[], drawn: Generator | Drawing | null = null): Subset<Item>[] {
  const dataset = datasetOf('randomSplit', given);
  const counts = countsOf(dataset.length, lengths);
  const order = drawing(drawn instanceof Generator ? drawn : drawn?.generator, () => randomOrder(dataset.length));
  let start = 0;
  return counts.map((count) => new Subset(dataset, order.slice(start, (start += count))));
}

function countsOf(total: number, lengths: readonly number[]): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (lengths.some((n) => !(n >= 0))) throw new ArgumentError(`randomSplit: lengths must not be negative, got [${lengths.join(', ')}].`);
  if (lengths.every(Number.isInteger) && sum === total) return [...lengths];
  if (Math.abs(sum - 1) > 1e-9 || lengths.some((n) => n > 1)) {
    throw new ArgumentError(`randomSplit: the lengths [${lengths.join(', ')}] add up to ${sum}, expected ${total}, the length of the dataset, or shares that add up to 1.`);
  }
  const counts = lengths.map((share) => Math.floor(total * share));
  const left = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; i < left; i++) counts[i % counts.length] += 1;
  return counts;
}
