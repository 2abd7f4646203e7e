/**
 * The data loader: batches of a dataset, in order or shuffled, as an asynchronous iteration.
 *
 * Invariant: an order is drawn when an iteration begins, from the seeded generator; equal seeds give equal batches.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
import { ArgumentError, describe } from '@sconce/core';
import { defaultCollate, defaultConvert, type Collated } from './collate.js';
import { datasetOf, type Dataset, type Drawing, type Items } from './dataset.js';
import { IterableDataset } from './iterable-dataset.js';
import { BatchSampler, RandomSampler, SequentialSampler } from './sampler.js';

export interface LoaderOptions<Item, Batch> extends Drawing {
  /** Items of a batch; null for items one by one, as `defaultConvert` makes them. Default 1. */
  readonly batchSize?: number | null;
  /** Draw a new order for every iteration. Default false. */
  readonly shuffle?: boolean | null;
  /** The order of items, in place of shuffling. */
  readonly sampler?: Iterable<number> | null;
  /** The items of each batch, in place of batch size, shuffling, sampler and `dropLast`. */
  readonly batchSampler?: Iterable<readonly number[]> | null;
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of items. Default: `defaultCollate`. Without batches it gets an item. */
  readonly collateFn?: ((items: Item[]) => Batch | Promise<Batch>) | null;
  /**
   * With more than 0, `numWorkers` · `prefetchFactor` batches are asked for ahead of the one that is used, so that a
   * dataset that loads from files or a network works on several at once. All stays on this thread. Default 0.
   */
  readonly numWorkers?: number;
  /** Default 2. */
  readonly prefetchFactor?: number | null;
  /** What PyTorch's processes need; taken for its sake, without an effect. */
  readonly pinMemory?: boolean;
  readonly pinMemoryDevice?: string;
  readonly persistentWorkers?: boolean;
  readonly timeout?: number;
  readonly workerInitFn?: ((worker: number) => void) | null;
  readonly multiprocessingContext?: unknown;
}

const OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set<keyof LoaderOptions<unknown, unknown>>([
  'batchSize', 'shuffle', 'sampler', 'batchSampler', 'dropLast', 'collateFn', 'generator', 'numWorkers', 'prefetchFactor',
  'pinMemory', 'pinMemoryDevice', 'persistentWorkers', 'timeout', 'workerInitFn', 'multiprocessingContext',
]);

/** Throws for what must be a whole number of at least `least`, and is given. */
function requireCount(name: string, n: unknown, least: number): void {
  if (n === undefined || n === null || (Number.isInteger(n) && (n as number) >= least)) return;
  throw new ArgumentError(`DataLoader: ${name} must be an integer from ${least}, got ${describe(n)}.`);
}

function requireOptions<Item, Batch>(dataset: Items<Item> | IterableDataset<Item>, options: LoaderOptions<Item, Batch>): void {
  if (typeof options !== 'object') throw new ArgumentError(`DataLoader: options must be an object such as { batchSize: … }, got ${describe(options)}.`);
  const odd = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (odd !== undefined) throw new ArgumentError(`DataLoader: there is no option '${odd}'. It takes ${[...OPTIONS].map((name) => `'${name}'`).join(', ')}.`);
  const { batchSize = 1, shuffle, sampler, batchSampler, dropLast = false, numWorkers = 0, prefetchFactor, persistentWorkers = false } = options;
  if (batchSize !== null && (!Number.isInteger(batchSize) || batchSize < 1)) throw new ArgumentError(`DataLoader: batchSize must be a positive integer or null, got ${String(batchSize)}.`);
  requireCount('numWorkers', numWorkers, 0);
  requireCount('prefetchFactor', prefetchFactor, 1);
  if (numWorkers === 0 && ((prefetchFactor ?? 2) !== 2 || persistentWorkers)) {
    throw new ArgumentError('DataLoader: prefetchFactor and persistentWorkers need numWorkers above 0.');
  }
  if (shuffle && sampler) throw new ArgumentError('DataLoader: shuffle and sampler exclude each other. The sampler is the order.');
  if (batchSampler && (batchSize !== 1 || shuffle || sampler || dropLast)) {
    throw new ArgumentError('DataLoader: batchSampler excludes batchSize, shuffle, sampler and dropLast. It says what each batch is.');
  }
  if (batchSize === null && dropLast) throw new ArgumentError('DataLoader: dropLast is about batches, and a batchSize of null makes none.');
  if (dataset instanceof IterableDataset && (shuffle || sampler || batchSampler)) {
    throw new ArgumentError('DataLoader: an IterableDataset has an order of its own, so it excludes shuffle, sampler and batchSampler.');
  }
}

/** There are no worker processes, so no dataset is a worker's part of one. */
export const getWorkerInfo = (): null => null;

/**
 * Batches of a dataset or of a list of items, by index, or of a stream.
 *
 * @throws ArgumentError for a batch size that is no positive integer, or options that are unknown or exclude each other.
 * @example
 * for await (const [images, labels] of new DataLoader(dataset, { batchSize: 64, shuffle: true })) {
 *   train(images.to(device), labels.to(device));
 * }
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<Item, Batch = Collated<Item>> implements AsyncIterable<Batch> {
  readonly dataset: Dataset<Item> | IterableDataset<Item>;
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  readonly numWorkers: number;
  /** The order of items; null for a stream, or where `batchSampler` says what each batch is. */
  readonly sampler: Iterable<number> | null;
  /** The indices of each batch; null for a stream, or without batches. */
  readonly batchSampler: Iterable<readonly number[]> | null;

  constructor(
    dataset: Items<Item> | IterableDataset<Item>,
    private readonly options: LoaderOptions<Item, Batch> = {},
  ) {
    requireOptions(dataset, options);
    const { batchSize = 1, dropLast = false, numWorkers = 0, generator = null } = options;
    [this.batchSize, this.dropLast, this.numWorkers] = [batchSize, dropLast, numWorkers];
    [this.sampler, this.batchSampler] = [null, options.batchSampler ?? null];
    if (dataset instanceof IterableDataset) this.dataset = dataset;
    else {
      const items = datasetOf('DataLoader', dataset);
      this.dataset = items;
      if (this.batchSampler !== null) return;
      this.sampler = options.sampler ?? (options.shuffle ? new RandomSampler(items, { generator }) : new SequentialSampler(items));
      if (batchSize !== null) this.batchSampler = new BatchSampler(this.sampler, batchSize, dropLast);
    }
  }

  /** Number of batches. ArgumentError for a stream that does not know how many items it has. */
  get length(): number {
    const { dataset, batchSize } = this;
    const order = this.batchSampler ?? this.sampler;
    if (order !== null) return (order as { readonly length?: number }).length ?? [...order].length;
    if (dataset.length === undefined) throw new ArgumentError('DataLoader: the dataset is a stream without a length.');
    return batchSize === null ? dataset.length : (this.dropLast ? Math.floor : Math.ceil)(dataset.length / batchSize);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    const { dataset } = this;
    if (dataset instanceof IterableDataset) return yield* this.stream(dataset);
    const ahead = this.numWorkers * (this.options.prefetchFactor ?? 2);
    const asked: Promise<Batch>[] = [];
    for (const batch of this.asking(dataset)) {
      batch.catch(() => undefined);      // said when its turn comes
      asked.push(batch);
      if (asked.length > ahead) yield await asked.shift()!;
    }
    for (const batch of asked) yield await batch;
  }

  /** Asks for one batch, or item, after the other. */
  private *asking(dataset: Dataset<Item>): Generator<Promise<Batch>> {
    if (this.batchSampler !== null) for (const indices of this.batchSampler) yield this.batch(dataset, indices);
    else for (const i of this.sampler!) yield this.item(dataset, i);
  }

  private async item(dataset: Dataset<Item>, index: number): Promise<Batch> {
    return this.single(await dataset.get(index));
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
    return !collateFn ? (defaultConvert(item) as Batch) : collateFn(item as unknown as Item[]);
  }

  private async collate(items: Item[]): Promise<Batch> {
    const { collateFn } = this.options;
    return !collateFn ? ((await defaultCollate(items)) as Batch) : collateFn(items);
  }

  private async batch(dataset: Dataset<Item>, indices: readonly number[]): Promise<Batch> {
    if (!this.options.collateFn && dataset.getBatch !== undefined) return (await dataset.getBatch(indices)) as Batch;
    return this.collate(await Promise.all(indices.map((i) => dataset.get(i))));
  }
}
