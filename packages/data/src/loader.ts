/**
 * The data loader: batches of a dataset, in order or shuffled, as an asynchronous iteration.
 *
 * Invariant: an order is drawn when an iteration begins, from the seeded generator; equal seeds give equal batches.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
import { ArgumentError } from '@sconce/core';
import { defaultCollate, defaultConvert, type Collated } from './collate.js';
import type { Dataset } from './dataset.js';
import { IterableDataset } from './iterable-dataset.js';
import { BatchSampler, RandomSampler, SequentialSampler } from './sampler.js';

export interface LoaderOptions<Item, Batch> {
  /** Items of a batch; null for items one by one, as `defaultConvert` makes them. Default 1. */
  readonly batchSize?: number | null;
  /** Draw a new order for every iteration. Default false. */
  readonly shuffle?: boolean;
  /** The order of items, in place of shuffling. */
  readonly sampler?: Iterable<number>;
  /** The items of each batch, in place of batch size, shuffling, sampler and `dropLast`. */
  readonly batchSampler?: Iterable<readonly number[]>;
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of items. Default: `defaultCollate`. Without batches it gets an item. */
  readonly collateFn?: (items: Item[]) => Batch | Promise<Batch>;
}

function requireOptions<Item, Batch>(dataset: Dataset<Item> | IterableDataset<Item>, options: LoaderOptions<Item, Batch>): void {
  const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false } = options;
  if (batchSize !== null && (!Number.isInteger(batchSize) || batchSize < 1)) throw new ArgumentError(`DataLoader: batchSize must be a positive integer or null, got ${String(batchSize)}.`);
  if (shuffle && sampler !== undefined) throw new ArgumentError('DataLoader: shuffle and sampler exclude each other. The sampler is the order.');
  if (batchSampler !== undefined && (batchSize !== 1 || shuffle || sampler !== undefined || dropLast)) {
    throw new ArgumentError('DataLoader: batchSampler excludes batchSize, shuffle, sampler and dropLast. It says what each batch is.');
  }
  if (batchSize === null && dropLast) throw new ArgumentError('DataLoader: dropLast is about batches, and a batchSize of null makes none.');
  if (dataset instanceof IterableDataset && (shuffle || sampler !== undefined || batchSampler !== undefined)) {
    throw new ArgumentError('DataLoader: an IterableDataset has an order of its own, so it excludes shuffle, sampler and batchSampler.');
  }
}

/**
 * Batches of a dataset, by index or a stream.
 *
 * @throws ArgumentError for a batch size that is no positive integer, or options that exclude each other.
 * @example
 * for await (const [images, labels] of new DataLoader(dataset, { batchSize: 64, shuffle: true })) {
 *   train(images.to(device), labels.to(device));
 * }
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<Item, Batch = Collated<Item>> implements AsyncIterable<Batch> {
  readonly batchSize: number | null;
  private readonly dropLast: boolean;
  /** The indices of each batch, or of each item where there are no batches; null for a stream. */
  private readonly order: Iterable<number> | Iterable<readonly number[]> | null;

  constructor(
    readonly dataset: Dataset<Item> | IterableDataset<Item>,
    private readonly options: LoaderOptions<Item, Batch> = {},
  ) {
    requireOptions(dataset, options);
    const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false } = options;
    [this.batchSize, this.dropLast] = [batchSize, dropLast];
    if (dataset instanceof IterableDataset) this.order = null;
    else {
      const items = sampler ?? (shuffle ? new RandomSampler(dataset) : new SequentialSampler(dataset));
      this.order = batchSampler ?? (batchSize === null ? items : new BatchSampler(items, batchSize, dropLast));
    }
  }

  /** Number of batches. ArgumentError for a stream that does not know how many items it has. */
  get length(): number {
    const { order, dataset, batchSize } = this;
    if (order !== null) return (order as { readonly length?: number }).length ?? [...order].length;
    if (dataset.length === undefined) throw new ArgumentError('DataLoader: the dataset is a stream without a length.');
    return batchSize === null ? dataset.length : (this.dropLast ? Math.floor : Math.ceil)(dataset.length / batchSize);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    const { dataset, order } = this;
    if (dataset instanceof IterableDataset) yield* this.stream(dataset);
    else if (this.batchSize === null) for (const i of order as Iterable<number>) yield this.single(await dataset.get(i));
    else for (const indices of order as Iterable<readonly number[]>) yield await this.batch(dataset, indices);
  }

  private async *stream(dataset: IterableDataset<Item>): AsyncGenerator<Batch, void, undefined> {
    let items: Item[] = [];
    for await (const item of dataset) {
      if (this.batchSize === null) yield this.single(item);
      else if (items.push(item) === this.batchSize) {
        yield await this.collate(items);
        items = [];
      }
    }
    if (items.length > 0 && !this.dropLast) yield await this.collate(items);
  }

  private single(item: Item): Batch | Promise<Batch> {
    const { collateFn } = this.options;
    return collateFn === undefined ? (defaultConvert(item) as Batch) : collateFn(item as unknown as Item[]);
  }

  private async collate(items: Item[]): Promise<Batch> {
    const { collateFn } = this.options;
    return collateFn === undefined ? ((await defaultCollate(items)) as Batch) : collateFn(items);
  }

  private async batch(dataset: Dataset<Item>, indices: readonly number[]): Promise<Batch> {
    if (this.options.collateFn === undefined && dataset.getBatch !== undefined) return (await dataset.getBatch(indices)) as Batch;
    return this.collate(await Promise.all(indices.map((i) => dataset.get(i))));
  }
}
