/**
 * Packing and padding of sequences of different lengths.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#utility-functions
 */
import { ArgumentError, describe, isTensor, requireTensor, ShapeError, shapeText, tensor, type Tensor } from '@sconce/core';
import { cat, full, indexSelect, narrow, select, stack, transpose } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';
import { masked, PackedSequence } from '../packed.js';

export { PackedSequence };

interface LayoutOptions {
  /** Whether sequences are [N, L, …] rather than [L, N, …]. Default false. */
  readonly batchFirst?: boolean;
}

interface PackOptions extends LayoutOptions {
  /** Whether lengths must fall already. Default true. */
  readonly enforceSorted?: boolean;
}

/** Lengths as numbers. */
function lengthList(op: string, lengths: readonly number[] | Tensor): number[] {
  const list = isTensor(lengths) ? Array.from(lengths.dataSync(), Number) : lengths;
  if (!Array.isArray(list) || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(`${op}: lengths must be positive integers, got ${Array.isArray(list) ? `[${list.join(', ')}]` : describe(lengths)}.`);
  }
  return list as number[];
}

/** Places of the lengths in falling order, first come first. */
const falling = (lengths: readonly number[]): number[] => lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);

const reordered = (x: Tensor, dim: number, order: readonly number[]): Tensor => indexSelect(x, dim, tensor([...order], { dtype: 'int32', device: x.device }));

/**
 * Padded sequences as a packed one, which recurrent layers run each to its end.
 *
 * @param input [L, N, …], or [N, L, …] with `batchFirst`.
 * @param lengths of the N sequences: numbers, or a tensor on a device that can be read at once.
 * @throws ArgumentError for lengths that are not positive integers, or do not fall where `enforceSorted` is not false;
 * ShapeError when they do not fit the input.
 * @example
 * const packed = packPaddedSequence(zeros(3, 5, 8), [2, 5, 3], { batchFirst: true, enforceSorted: false });
 * packed.batchSizes;      // [3, 3, 2, 1, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 */
export function packPaddedSequence(input: Tensor, lengths: readonly number[] | Tensor, options: PackOptions = {}): PackedSequence {
  const op = 'packPaddedSequence';
  requireTensor(op, input);
  checkOptions(op, options, ['batchFirst', 'enforceSorted']);
  const { batchFirst = false, enforceSorted = true } = options;
  const list = lengthList(op, lengths);
  if (input.ndim < 2 || list.length !== input.shape[batchFirst ? 0 : 1] || Math.max(...list) > input.shape[batchFirst ? 1 : 0]) {
    throw new ShapeError(`${op}: got ${list.length} lengths up to ${Math.max(...list)} for an input of shape ${shapeText(input.shape)}, expected ${batchFirst ? '[N, L, …]' : '[L, N, …]'}.`);
  }
  if (enforceSorted && list.some((n, i) => i > 0 && n > list[i - 1])) {
    throw new ArgumentError(`${op}: got lengths [${list.join(', ')}], expected them to fall. Pass { enforceSorted: false } to have them sorted.`);
  }
  const order = falling(list);
  const steps = batchFirst ? transpose(input, 0, 1) : input;
  const used = list[order[0]] === steps.shape[0] ? steps : narrow(steps, 0, 0, list[order[0]]);
  return PackedSequence.ofPadded(enforceSorted ? used : reordered(used, 1, order), order.map((i) => list[i]), enforceSorted ? null : order);
}

/** Sequences and their lengths, as PyTorch's pair. */
export type Padded = readonly [sequence: Tensor, lengths: Tensor] & { readonly sequence: Tensor; readonly lengths: Tensor };

/**
 * A packed sequence as a padded one, in the order of the batch that was packed, with the lengths.
 *
 * @param options `paddingValue` stands after the end of each sequence, default 0; `totalLength` is how long all become.
 * @throws ArgumentError when `totalLength` is less than the longest sequence.
 * @example
 * const [y, lengths] = padPackedSequence(packSequence([ones(3), ones(2)]), { batchFirst: true });
 * y;            // [[1, 1, 1], [1, 1, 0]]
 * lengths;      // [3, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_packed_sequence.html
 */
export function padPackedSequence(
  sequence: PackedSequence,
  options: LayoutOptions & { readonly paddingValue?: number; readonly totalLength?: number | null } = {},
): Padded {
  const op = 'padPackedSequence';
  if (!(sequence instanceof PackedSequence)) throw new ArgumentError(`${op}: got ${describe(sequence)}, expected a PackedSequence.`);
  checkOptions(op, options, ['batchFirst', 'paddingValue', 'totalLength']);
  const { batchFirst = false, paddingValue = 0, totalLength = null } = options;
  const { lengths, unsortedIndices, padded } = sequence;
  const steps = padded.shape[0];
  if (totalLength !== null && !(totalLength >= steps)) throw new ArgumentError(`${op}: totalLength must be at least ${steps}, the longest sequence, got ${totalLength}.`);
  const more = (totalLength ?? steps) - steps;
  const filled = masked(padded, lengths, paddingValue);
  const long = more === 0 ? filled : cat([filled, full([more, ...padded.shape.slice(1)], paddingValue, { dtype: padded.dtype, device: padded.device })], 0);
  const ordered = unsortedIndices === null ? long : reordered(long, 1, unsortedIndices);
  const sizes = tensor(unsortedIndices === null ? lengths : unsortedIndices.map((i) => lengths[i]), { dtype: 'int32' });
  const parts = [batchFirst ? transpose(ordered, 0, 1) : ordered, sizes] as const;
  return Object.assign([...parts], { sequence: parts[0], lengths: parts[1] }) as unknown as Padded;
}

/**
 * Tensors [Lᵢ, …] one beside the other in [L, N, …], or [N, L, …] with `batchFirst`, filled up with `paddingValue`.
 *
 * @throws ShapeError when they differ in more than their first size.
 * @example padSequence([ones(3), ones(2)], { batchFirst: true });      // [[1, 1, 1], [1, 1, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 */
export function padSequence(sequences: readonly Tensor[], options: LayoutOptions & { readonly paddingValue?: number } = {}): Tensor {
  const op = 'padSequence';
  checkOptions(op, options, ['batchFirst', 'paddingValue']);
  if (sequences.length === 0) throw new ArgumentError(`${op}: got no sequences, expected a list of Tensors.`);
  for (const x of sequences) requireTensor(op, x, 'a sequence');
  const { batchFirst = false, paddingValue = 0 } = options;
  const longest = Math.max(...sequences.map((x) => x.shape[0]));
  const rows = sequences.map((x) => {
    const missing = longest - x.shape[0];
    return missing === 0 ? x : cat([x, full([missing, ...x.shape.slice(1)], paddingValue, { dtype: x.dtype, device: x.device })], 0);
  });
  return stack(rows, batchFirst ? 0 : 1);
}

/**
 * A list of sequences [Lᵢ, …] as a packed one.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_sequence.html
 */
export const packSequence = (sequences: readonly Tensor[], options: { readonly enforceSorted?: boolean } = {}): PackedSequence =>
  packPaddedSequence(padSequence(sequences), sequences.map((x) => x.shape[0]), options);

/**
 * The sequences of a padded batch, without what was filled up.
 *
 * @example unpadSequence(tensor([[1, 4], [2, 5], [3, 0]]), [3, 2]);      // [[1, 2, 3], [4, 5]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpad_sequence.html
 */
export function unpadSequence(padded: Tensor, lengths: readonly number[] | Tensor, options: LayoutOptions = {}): Tensor[] {
  const op = 'unpadSequence';
  requireTensor(op, padded);
  checkOptions(op, options, ['batchFirst']);
  const batchFirst = options.batchFirst ?? false;
  const list = lengthList(op, lengths);
  if (padded.ndim < 2 || list.length !== padded.shape[batchFirst ? 0 : 1] || Math.max(...list) > padded.shape[batchFirst ? 1 : 0]) {
    throw new ShapeError(`${op}: got ${list.length} lengths up to ${Math.max(...list)} for a batch of shape ${shapeText(padded.shape)}, expected ${batchFirst ? '[N, L, …]' : '[L, N, …]'}.`);
  }
  return list.map((n, i) => narrow(select(padded, batchFirst ? 0 : 1, i), 0, 0, n));
}

/**
 * The sequences of a packed one, in the order of the batch that was packed.
 *
 * @example unpackSequence(packSequence([ones(3), ones(2)]));      // [[1, 1, 1], [1, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpack_sequence.html
 */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  if (!(sequence instanceof PackedSequence)) throw new ArgumentError(`unpackSequence: got ${describe(sequence)}, expected a PackedSequence.`);
  const { lengths, unsortedIndices } = sequence;
  return unpadSequence(padPackedSequence(sequence).sequence, unsortedIndices === null ? lengths : unsortedIndices.map((i) => lengths[i]));
}
