/**
 * Samplers: orders in which a loader visits the items of a dataset.
 *
 * Invariant: an order is drawn when an iteration begins, from the seeded generator; equal seeds give equal orders.
 *
 * Reference: https://pytorch.org/docs/stable/data.html#data-loading-order-and-sampler
 */
import { ArgumentError, describe, drawing, isTensor, type Generator as Numbers, type Tensor } from '@sconce/core';
import { numberList, type Drawing } from './dataset.js';
import { randomOrder, randomWords } from './random.js';

/** Indices in the order in which items are visited. Extend it, or pass any iterable of indices where a sampler is wanted. */
export abstract class Sampler<Index = number> implements Iterable<Index> {
  /** How many indices an iteration gives. */
  abstract readonly length: number;
  abstract [Symbol.iterator](): Iterator<Index>;
}

interface Sized {
  readonly length: number;
}

function requireCount(op: string, name: string, n: unknown): number {
  if (typeof n === 'number' && Number.isInteger(n) && n > 0) return n;
  throw new ArgumentError(`${op}: ${name} must be a positive integer, got ${describe(n)}.`);
}

/** All items in order. @see https://pytorch.org/docs/stable/data.html#torch.utils.data.SequentialSampler */
export class SequentialSampler extends Sampler {
  constructor(private readonly source: Sized) {
    super();
  }
  override get length(): number {
    return this.source.length;
  }
  override *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.source.length; i++) yield i;
  }
}

/**
 * Items in a random order, each once; or `numSamples` items drawn one by one, with `replacement`.
 *
 * @example new DataLoader(dataset, { sampler: new RandomSampler(dataset, { replacement: true, numSamples: 1000 }) });
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
 */
export class RandomSampler extends Sampler {
  override readonly length: number;
  private readonly replacement: boolean;
  private readonly generator: Numbers | null;

  constructor(
    private readonly source: Sized,
    { replacement = false, numSamples = null, generator = null }: Drawing & { readonly replacement?: boolean; readonly numSamples?: number | null } = {},
  ) {
    super();
    [this.replacement, this.generator] = [replacement, generator];
    this.length = numSamples === null ? source.length : requireCount('RandomSampler', 'numSamples', numSamples);
  }
  override *[Symbol.iterator](): Generator<number> {
    const n = this.source.length;
    if (this.replacement) return yield* drawing(this.generator, () => randomWords(this.length)).map((word) => Math.floor((word * n) / 2 ** 32));
    for (let left = this.length; left > 0; left -= n) yield* drawing(this.generator, () => randomOrder(n)).slice(0, left);
  }
}

/** Some items in a random order. @see https://pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler */
export class SubsetRandomSampler extends Sampler {
  readonly indices: readonly number[];
  private readonly generator: Numbers | null;

  constructor(indices: ArrayLike<number> | Tensor, { generator = null }: Drawing = {}) {
    super();
    this.indices = numberList(indices);
    this.generator = generator;
  }
  override get length(): number {
    return this.indices.length;
  }
  override *[Symbol.iterator](): Generator<number> {
    for (const i of drawing(this.generator, () => randomOrder(this.indices.length))) yield this.indices[i];
  }
}

/**
 * `numSamples` items, item i with a chance in proportion to `weights[i]`.
 *
 * @param given the weights: a list, a typed array, or a tensor on a device that can be read at once
 * @param options replacement: whether an item may come twice, default true; generator: whose random numbers.
 * @throws ArgumentError for weights that are not finite numbers from 0, or too few of them for drawing without replacement.
 * @example
 * const rareOnesMore = new WeightedRandomSampler([1, 1, 4], 30);      // item 2 about 20 times
 * rareOnesMore.length;      // 30
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
 */
export class WeightedRandomSampler extends Sampler {
  override readonly length: number;
  readonly weights: readonly number[];
  private readonly replacement: boolean;
  private readonly generator: Numbers | null;

  constructor(given: ArrayLike<number> | Tensor, numSamples: number, options: boolean | (Drawing & { readonly replacement?: boolean }) = {}) {
    super();
    const op = 'WeightedRandomSampler';
    this.length = requireCount(op, 'numSamples', numSamples);
    const { replacement = true, generator = null } = typeof options === 'boolean' ? { replacement: options } : options;
    const weights = isTensor(given) || Array.isArray(given) || ArrayBuffer.isView(given) ? numberList(given) : [NaN];
    [this.weights, this.replacement, this.generator] = [weights, replacement, generator];
    if (weights.some((w) => !(w >= 0 && Number.isFinite(w)))) throw new ArgumentError(`${op}: weights must be finite numbers from 0, got ${describe(given)}.`);
    const possible = weights.filter((w) => w > 0).length;
    if (possible < (replacement ? 1 : numSamples)) throw new ArgumentError(`${op}: cannot draw ${numSamples} items, only ${possible} have a weight above 0.`);
  }
  override *[Symbol.iterator](): Generator<number> {
    const weights = [...this.weights];
    for (const word of drawing(this.generator, () => randomWords(this.length))) {
      const total = weights.reduce((a, b) => a + b, 0);
      let rest = (word / 2 ** 32) * total;
      let i = weights.findIndex((w) => (rest -= w) < 0);
      if (i < 0) i = weights.findLastIndex((w) => w > 0);
      if (!this.replacement) weights[i] = 0;
      yield i;
    }
  }
}

/**
 * The indices of a sampler, in batches.
 *
 * @example [...new BatchSampler(new SequentialSampler(dataset), 3, false)];      // [[0, 1, 2], [3, 4, 5], [6]]
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler
 */
export class BatchSampler extends Sampler<number[]> {
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(
    readonly sampler: Iterable<number>,
    size: number | { readonly batchSize: number; readonly dropLast?: boolean },
    dropLast = false,
  ) {
    super();
    const given = typeof size === 'object' ? size : { batchSize: size, dropLast };
    this.batchSize = requireCount('BatchSampler', 'batchSize', given.batchSize);
    this.dropLast = given.dropLast ?? false;
  }
  override get length(): number {
    const items = (this.sampler as Partial<Sized>).length ?? [...this.sampler].length;
    return (this.dropLast ? Math.floor : Math.ceil)(items / this.batchSize);
  }
  override *[Symbol.iterator](): Generator<number[]> {
    let batch: number[] = [];
    for (const i of this.sampler) {
      batch.push(i);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}
