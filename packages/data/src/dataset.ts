/**
 * Datasets: items by index, and datasets made of others.
 *
 * Invariant: an index is checked; one out of range is an IndexError, not an undefined item.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#dataset-types
 */
import { ArgumentError, IndexError } from '@sconce/core';
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

/**
 * Some items of another dataset, in this order.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 */
export class Subset<Item> extends Dataset<Item> {
  constructor(
    readonly dataset: Dataset<Item>,
    readonly indices: readonly number[],
  ) {
    super();
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

  constructor(datasets: Iterable<Dataset<Item>>) {
    super();
    this.datasets = [...datasets];
    if (this.datasets.length === 0) throw new ArgumentError('ConcatDataset: got no datasets.');
    this.length = this.datasets.reduce((n, d) => n + d.length, 0);
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
 * @throws ArgumentError when the lengths do not add up to all, or the shares to 1.
 * @example const [train, test] = randomSplit(dataset, [0.8, 0.2]);
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 */
export function randomSplit<Item>(dataset: Dataset<Item>, lengths: readonly number[]): Subset<Item>[] {
  const counts = countsOf(dataset.length, lengths);
  const order = randomOrder(dataset.length);
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
