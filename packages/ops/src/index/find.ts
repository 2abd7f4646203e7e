/**
 * Where things are, how often, and as which class. Most results have a shape that depends on values, so they are promises:
 * the input is read, and the answer is made on the host.
 */
import {
  ArgumentError,
  backendOf,
  computeType,
  defineOp,
  fromHost,
  numbersOf,
  OutOfMemoryError,
  readHost,
  record,
  requireIndices,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { requireIndex, requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { positionsOf } from './mask.js';

// ── nonzero ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** For each dimension, the indices of these flat positions. */
export function unravelled(positions: Int32Array, shape: Shape): Int32Array[] {
  const above = positions.slice();
  return shape.reduceRight<Int32Array[]>((lists, size) => {
    const list = new Int32Array(above.length);
    for (let i = 0; i < list.length; i++) {
      const p = above[i];
      above[i] = p / size;
      list[i] = p - above[i] * size;
    }
    return [list, ...lists];
  }, []);
}

export interface NonzeroOptions {
  /** Give one list of indices for each dimension. */
  readonly asTuple?: boolean;
}

/**
 * The indices of all elements that are not 0, in row-major order: a row for each, or with `asTuple` a tensor for each
 * dimension.
 *
 * @example
 * await nonzero(tensor([0, 3, 5]));      // [[1], [2]]
 * @see https://pytorch.org/docs/stable/generated/torch.nonzero.html
 */
export function nonzero(x: Tensor, options?: { readonly asTuple?: false }): Promise<Tensor>;
export function nonzero(x: Tensor, options: { readonly asTuple: true }): Promise<Tensor[]>;
export function nonzero(x: Tensor, options: NonzeroOptions = {}): Promise<Tensor | Tensor[]> {
  requireTensor('nonzero', x);
  checkOptions('nonzero', options, ['asTuple']);
  const { asTuple = false } = options;
  const list = (data: Int32Array, shape: Shape): Tensor => fromHost(data, shape, 'int32', { device: x.device });
  return readHost(x.node).then((host) => {
    const positions = positionsOf(numbersOf(host, x.dtype));
    // In a tuple, a 0-d tensor counts as a list of one element.
    const lists = unravelled(positions, asTuple && x.ndim === 0 ? [1] : x.shape);
    if (asTuple) return lists.map((indices) => list(indices, [indices.length]));
    const rows = new Int32Array(positions.length * lists.length);
    lists.forEach((indices, d) => {
      for (let row = 0; row < indices.length; row++) rows[row * lists.length + d] = indices[row];
    });
    return list(rows, [positions.length, lists.length]);
  });
}

/**
 * The indices of all elements that are not 0, a row for each.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.argwhere.html
 */
export const argwhere = (x: Tensor): Promise<Tensor> => nonzero(x);

// ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface BincountOptions {
  /** What each element counts; default 1. */
  readonly weights?: Tensor | null;
  /** Least length of the result. Default 0. */
  readonly minlength?: number;
}

/** As many counts as fit 2 GiB. */
const MOST_COUNTS = 2 ** 28;

/**
 * How often each number from 0 occurs, or the sum of the weights where it does.
 *
 * @param x integers from 0, in one dimension.
 * @returns int32 without weights; float32 for weights of float32, otherwise float64 where the device has it.
 * @throws ShapeError, DTypeError at once; ArgumentError for a negative number, when it has been read.
 * @example
 * await bincount(tensor([0, 2, 2]));      // [1, 0, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.bincount.html
 */
export async function bincount(x: Tensor, options: BincountOptions = {}): Promise<Tensor> {
  const op = 'bincount';
  requireIndex(op, x, 'input');
  checkOptions(op, options, ['weights', 'minlength']);
  const { weights = null, minlength = 0 } = options;
  requireInteger(op, 'minlength', minlength, 0);
  if (weights !== null) requireTensor(op, weights, 'weights');
  if (x.ndim !== 1) throw new ShapeError(`${op}: got input of shape ${shapeText(x.shape)}, expected 1 dimension.`);
  if (weights !== null && (weights.ndim !== 1 || weights.numel() !== x.numel())) {
    throw new ShapeError(`${op}: weights have shape ${shapeText(weights.shape)}, expected ${shapeText(x.shape)} as input.`);
  }
  const numbers = numbersOf(await readHost(x.node), x.dtype);
  const factors = weights === null ? null : numbersOf(await readHost(weights.node), weights.dtype);
  let length = minlength;
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] < 0) throw new ArgumentError(`${op}: got ${numbers[i]} at position ${i}, expected numbers from 0.`);
    length = Math.max(length, numbers[i] + 1);
  }
  if (length > MOST_COUNTS) throw new OutOfMemoryError(`${op}: a number of ${length - 1} asks for ${length} counts, expected at most ${MOST_COUNTS}.`);
  const sums = new Float64Array(length);
  for (let i = 0; i < numbers.length; i++) sums[numbers[i]] += factors === null ? 1 : factors[i];
  if (weights === null) return fromHost(Int32Array.from(sums), [length], 'int32', { device: x.device });
  const wide = weights.dtype !== 'float32' && backendOf(x.device).dtypes.includes('float64');
  return fromHost(wide ? sums : Float32Array.from(sums), [length], wide ? 'float64' : 'float32', { device: x.device });
}

// ── classes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface OneHotAttrs extends Attrs {
  readonly classes: number;
}

const ONE_HOT = /* @__PURE__ */ defineOp({
  name: 'oneHot',
  form: 'element',
  lower: (ix, [x], { attrs, dtype }) => {
    const { classes } = attrs as OneHotAttrs;
    const label = e.check(x(ix.slice(0, -1)), { op: 'oneHot', size: classes, noun: 'class' });
    return e.cast(e.eq(label, ix[ix.length - 1]), computeType(dtype));
  },
});

/**
 * 1 at each label's place in a new last dimension of size `numClasses`, and 0 elsewhere.
 *
 * @param numClasses without it, one more than the largest label, which is read: the result is a promise.
 * @throws DTypeError unless labels are integers; IndexError when a label is no class, at the latest on reading.
 * @example
 * oneHot(tensor([0, 2]), 3);      // [[1, 0, 0], [0, 0, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
 */
export function oneHot(labels: Tensor, numClasses: number): Tensor;
export function oneHot(labels: Tensor): Promise<Tensor>;
export function oneHot(labels: Tensor, numClasses?: number): Tensor | Promise<Tensor> {
  requireIndex('oneHot', labels, 'labels');
  if (numClasses !== undefined && numClasses !== -1) {
    requireInteger('oneHot', 'numClasses', numClasses, 1);
    requireIndices(labels, { op: 'oneHot', size: numClasses, noun: 'class' });
    const dtype = labels.dtype === 'int64' ? 'int64' : 'int32';
    return record(ONE_HOT, [labels], { classes: numClasses } satisfies OneHotAttrs, [...labels.shape, numClasses], dtype);
  }
  if (labels.numel() === 0) throw new ArgumentError('oneHot: there are no labels to infer the number of classes from. Pass numClasses.');
  return readHost(labels.node).then((host) => {
    const numbers = Array.from(numbersOf(host, labels.dtype));
    return oneHot(labels, numbers.reduce((a, b) => Math.max(a, b)) + 1);
  });
}
