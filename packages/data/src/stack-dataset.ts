/**
 * Datasets side by side: item i is item i of each.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#torch.utils.data.StackDataset
 */
import { ArgumentError } from '@sconce/core';
import { Dataset, datasetOf, requirePosition, type Items } from './dataset.js';

type Each = readonly Items<unknown>[] | Readonly<Record<string, Items<unknown>>>;
type ItemOf<D> = D extends Items<infer Item> ? Item : never;
type Stacked<D extends Each> = { -readonly [K in keyof D]: ItemOf<D[K]> };

/**
 * Items of several datasets together: lists for datasets in order, objects for datasets by name.
 *
 * @throws ArgumentError without datasets, or when they differ in length.
 * @example
 * const [image, name] = await new StackDataset(new TensorDataset(x), ['a', 'b', 'c', 'd', 'e', 'f']).get(0);
 * const { word, number } = await new StackDataset({ word: ['one', 'two'], number: [1, 2] }).get(1);
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.StackDataset
 */
export class StackDataset<D extends Each> extends Dataset<Stacked<D>> {
  readonly datasets: readonly (readonly [name: string, dataset: Dataset<unknown>])[];
  override readonly length: number;
  private readonly isNamed: boolean;

  constructor(...given: D extends readonly Items<unknown>[] ? D : [D]) {
    super();
    const [first] = given as readonly unknown[];
    this.isNamed = given.length === 1 && !Array.isArray(first) && !ArrayBuffer.isView(first) && typeof (first as { get?: unknown } | null)?.get !== 'function';
    const named = Object.entries((this.isNamed ? first : given) ?? {}) as [string, Items<unknown>][];
    this.datasets = named.map(([name, each]) => [name, datasetOf('StackDataset', each)]);
    const lengths = this.datasets.map(([, each]) => each.length);
    if (lengths.length === 0) throw new ArgumentError('StackDataset: got no datasets.');
    if (lengths.some((n) => n !== lengths[0])) throw new ArgumentError(`StackDataset: the datasets must have one length, got ${lengths.join(', ')}.`);
    [this.length] = lengths;
  }

  override async get(index: number): Promise<Stacked<D>> {
    const position = requirePosition('StackDataset', index, this.length);
    const items = await Promise.all(this.datasets.map(async ([name, each]) => [name, await each.get(position)] as const));
    return (this.isNamed ? Object.fromEntries(items) : items.map(([, item]) => item)) as Stacked<D>;
  }
}
