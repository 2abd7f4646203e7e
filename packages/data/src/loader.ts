/**
 * The data loader: batches of a dataset, in order or shuffled, as an asynchronous iteration.
 *
 * Invariant: an order is drawn when an iteration begins, from the seeded generator; equal seeds give equal batches.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
import { ArgumentError } from '@sconce/core';
import { defaultCollate, type Collated } from './collate.js';
import type { Dataset } from './dataset.js';
import { BatchSampler, RandomSampler, SequentialSampler } from './sampler.js';

export interface LoaderOptions<Item, Batch> {
  /** Items of a batch. Default 1. */
  readonly batchSize?: number;
  /** Draw a new order for every iteration. Default false. */
  readonly shuffle?: boolean;
  /** The order of items, in place of shuffling. */
  readonly sampler?: Iterable<number>;
  /** The items of each batch, in place of batch size, shuffling, sampler and `dropLast`. */
  readonly batchSampler?: Iterable<readonly number[]>;
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of items. Default: `defaultCollate`. */
  readonly collateFn?: (items: Item[]) => Batch | Promise<Batch>;
}

/**
 * Batches of a dataset.
 *
 * @throws ArgumentError for a batch size that is no positive integer, or options that exclude each other.
 * @example
 * for await (const [images, labels] of new DataLoader(dataset, { batchSize: 64, shuffle: true })) {
 *   train(images.to(device), labels.to(device));
 * }
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<Item, Batch = Collated<Item>> implements AsyncIterable<Batch> {
  readonly batchSize: number;
  private readonly batches: Iterable<readonly number[]>;

  constructor(
    readonly dataset: Dataset<Item>,
    private readonly options: LoaderOptions<Item, Batch> = {},
  ) {
    const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) throw new ArgumentError(`DataLoader: batchSize must be a positive integer, got ${String(batchSize)}.`);
    if (shuffle && sampler !== undefined) throw new ArgumentError('DataLoader: shuffle and sampler exclude each other. The sampler is the order.');
    if (batchSampler !== undefined && (batchSize !== 1 || shuffle || sampler !== undefined || dropLast)) {
      throw new ArgumentError('DataLoader: batchSampler excludes batchSize, shuffle, sampler and dropLast. It says what each batch is.');
    }
    this.batchSize = batchSize;
    this.batches = batchSampler ?? new BatchSampler(sampler ?? (shuffle ? new RandomSampler(dataset) : new SequentialSampler(dataset)), batchSize, dropLast);
  }

  /** Number of batches. */
  get length(): number {
    return (this.batches as { readonly length?: number }).length ?? [...this.batches].length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    for (const indices of this.batches) yield await this.batch(indices);
  }

  private async batch(indices: readonly number[]): Promise<Batch> {
    const { dataset, options } = this;
    if (options.collateFn === undefined && dataset.getBatch !== undefined) return (await dataset.getBatch(indices)) as Batch;
    const items = await Promise.all(indices.map((i) => dataset.get(i)));
    return options.collateFn === undefined ? ((await defaultCollate(items)) as Batch) : options.collateFn(items);
  }
}
