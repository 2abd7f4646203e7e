/**
 * Datasets that are streams: items come one after the other, and nothing is asked for by index.
 *
 * Invariant: an iteration begins anew each time, so a loader may go over the stream in every epoch.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#iterable-style-datasets
 */
import { ArgumentError, describe } from '@sconce/core';

/**
 * Items one after the other. Extend it: give `[Symbol.asyncIterator]` as a generator; where the number of items is known,
 * a `length` too.
 *
 * @example
 * class Lines extends IterableDataset {      // in TypeScript: IterableDataset<number>
 *   async *[Symbol.asyncIterator]() {
 *     yield* [1, 2, 3];
 *   }
 * }
 * for await (const batch of new DataLoader(new Lines(), { batchSize: 2 })) console.log(batch.shape);      // [2], then [1]
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset
 */
export abstract class IterableDataset<Item> implements AsyncIterable<Item> {
  /** Number of items, where it is known. */
  readonly length?: number;

  abstract [Symbol.asyncIterator](): AsyncIterator<Item>;
}

/**
 * Several streams, one after the other.
 *
 * @throws ArgumentError for what is no stream.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.ChainDataset
 */
export class ChainDataset<Item> extends IterableDataset<Item> {
  readonly datasets: readonly IterableDataset<Item>[];

  constructor(datasets: Iterable<IterableDataset<Item>>) {
    super();
    this.datasets = [...datasets];
    const wrong = this.datasets.find((dataset) => !(dataset instanceof IterableDataset));
    if (wrong !== undefined) throw new ArgumentError(`ChainDataset: got ${describe(wrong)}, expected an IterableDataset.`);
  }
  override async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (const dataset of this.datasets) yield* dataset;
  }
}
