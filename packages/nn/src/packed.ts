/**
 * Sequences of different lengths as one value: every time step's elements one after the other, longest sequences first.
 *
 *   lengths 3, 1, 2     data  a0 c0 b0 a1 c1 a2     batchSizes 3, 2, 1
 *
 * A packed sequence knows its elements in this form, in the padded form, or in both; either is made from the other when it
 * is first asked for. Layers work on the padded one, whose shape stays while lengths change, so that a loop over batches
 * compiles once.
 *
 * Invariant: sequences are kept longest first; `sortedIndices` says where each came from.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.PackedSequence.html
 */
import { ArgumentError, tensor, type Tensor } from '@sconce/core';
import { arange, indexSelect, lt, reshape, unsqueeze, where } from '@sconce/ops';

/** The places of numbers in the other order: `inverse([2, 0, 1])` is [1, 2, 0]. */
export const inverse = (order: readonly number[]): number[] => {
  const result = new Array<number>(order.length);
  order.forEach((from, to) => (result[from] = to));
  return result;
};

/** Of lengths in falling order, how many sequences are as long as each step; of such batch sizes, the lengths. */
const conjugate = (falling: readonly number[]): number[] => Array.from({ length: falling[0] ?? 0 }, (_, i) => falling.filter((n) => n > i).length);

/**
 * Sequences of different lengths, as `packPaddedSequence` makes them and recurrent layers take and give them.
 *
 * @example
 * const packed = packPaddedSequence(ones(3, 5, 8), [5, 3, 2], { batchFirst: true });
 * const [output] = new LSTM(8, 4, { batchFirst: true }).forward(packed);
 * const [y, lengths] = padPackedSequence(output, { batchFirst: true });
 * y.shape;      // [3, 5, 4]
 */
export class PackedSequence {
  private flat: Tensor | null;
  private laidOut: Tensor | null = null;

  /** @param sortedIndices which sequence of the batch stands at each place; null when they came in order. */
  constructor(
    data: Tensor,
    readonly batchSizes: readonly number[],
    readonly sortedIndices: readonly number[] | null = null,
  ) {
    const total = batchSizes.reduce((a, b) => a + b, 0);
    if (data.shape[0] !== total || batchSizes.some((n, t) => t > 0 && n > batchSizes[t - 1])) {
      throw new ArgumentError(`PackedSequence: got ${data.shape[0]} elements and batch sizes [${batchSizes.join(', ')}], which must fall and add up to them.`);
    }
    this.flat = data;
  }

  /** Sequences [L, N, …] whose lengths fall. */
  static ofPadded(padded: Tensor, lengths: readonly number[], sortedIndices: readonly number[] | null): PackedSequence {
    const packed = Object.create(PackedSequence.prototype) as { -readonly [K in keyof PackedSequence]: PackedSequence[K] };
    return Object.assign(packed, { flat: null, laidOut: padded, batchSizes: conjugate(lengths), sortedIndices }) as unknown as PackedSequence;
  }

  /** Where each sequence of the batch stands; null when they came in order. */
  get unsortedIndices(): readonly number[] | null {
    return this.sortedIndices && inverse(this.sortedIndices);
  }
  /** Lengths in falling order. */
  get lengths(): number[] {
    return conjugate(this.batchSizes);
  }

  /** All elements, step after step: [Σ lengths, …]. */
  get data(): Tensor {
    if (this.flat !== null) return this.flat;
    const padded = this.laidOut!;
    const [steps, count, ...rest] = padded.shape;
    const places = this.batchSizes.flatMap((size, t) => Array.from({ length: size }, (_, n) => t * count + n));
    return (this.flat = indexSelect(reshape(padded, [steps * count, ...rest]), 0, tensor(places, { dtype: 'int32', device: padded.device })));
  }

  /** [L, N, …], zeros after the end of each sequence. */
  get padded(): Tensor {
    if (this.laidOut !== null) return this.laidOut;
    const data = this.flat!;
    const starts = this.batchSizes.map((_, t) => this.batchSizes.slice(0, t).reduce((a, b) => a + b, 0));
    const count = this.batchSizes[0];
    const places = this.batchSizes.flatMap((size, t) => Array.from({ length: count }, (_, n) => (n < size ? starts[t] + n : 0)));
    const rows = indexSelect(data, 0, tensor(places, { dtype: 'int32', device: data.device }));
    return (this.laidOut = masked(reshape(rows, [this.batchSizes.length, count, ...data.shape.slice(1)]), this.lengths));
  }
}

/** Per step and sequence whether the step is within it: [L, N], computed, so that other lengths compile nothing. */
export function within(lengths: readonly number[], steps: number, device: string): Tensor {
  const times = unsqueeze(arange(steps, { dtype: 'int32', device }), 1);
  return lt(times, unsqueeze(tensor([...lengths], { dtype: 'int32', device }), 0));
}

/** Padded sequences with `value` after the end of each. */
export function masked(padded: Tensor, lengths: readonly number[], value = 0): Tensor {
  const mask = within(lengths, padded.shape[0], padded.device);
  return where(reshape(mask, [...mask.shape, ...padded.shape.slice(2).map(() => 1)]), padded, value);
}
