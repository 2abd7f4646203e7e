/**
 * Random choices: permutations, and categories drawn by weight. They are no loop nests, so they are routines: JavaScript
 * over the bits of a draw, the same on every backend.
 */
import { ArgumentError, cast, defineOp, drawing, IndexError, isFloat, DTypeError, numbersOf, record, requireTensor, ShapeError, shapeText, type Generator, type Routine, type Tensor } from '@sconce/core';
import { targetOf } from '../creation/make.js';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { keysOf } from '../sort/keys.js';
import { forEachRow, rowsAlong } from '../sort/order.js';
import { selector } from '../sort/select.js';
import { drawnWith, type RandomOptions } from './distributions.js';
import { drawBits, drawUniform } from './draw.js';

/** Fisher and Yates: element i changes places with one of those up to i. */
const shuffle: Routine = ([{ data: bits }], { data }) => {
  const words = bits as Int32Array;
  const out = data as Int32Array;
  for (let i = 0; i < out.length; i++) {
    const j = Math.floor(((words[i] >>> 0) * (i + 1)) / 2 ** 32);
    out[i] = out[j];
    out[j] = i;
  }
};

const RANDPERM = /* @__PURE__ */ defineOp({ name: 'randperm', form: 'routine', routine: shuffle });

/**
 * A random order of the integers from 0 to n − 1.
 *
 * @throws ArgumentError when `n` is negative.
 * @see https://pytorch.org/docs/stable/generated/torch.randperm.html
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  requireInteger('randperm', 'n', n, 0);
  return drawnWith(options, (rest) => {
    const { dtype, device, requiresGrad } = targetOf('randperm', rest, 'int32');
    const order = cast(record(RANDPERM, [drawBits([n], device)], {}, [n], 'int32'), dtype);
    return requiresGrad ? order.requiresGrad_() : order;
  });
}

export interface MultinomialOptions {
  /** Categories may be drawn again. Default false. */
  readonly replacement?: boolean;
  /** Draws from this generator in place of the program's. */
  readonly generator?: Generator | null;
}

/** Running sums of one row of weights, which must be finite, not negative, and not all 0. */
function cumulative(weights: ArrayLike<number>, start: number, count: number): { sums: Float64Array; positive: number } {
  const sums = new Float64Array(count);
  let sum = 0;
  let positive = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[start + i];
    if (!(w >= 0 && w < Infinity)) throw new ArgumentError(`multinomial: weights must be finite and not negative, got ${w} at position ${i}.`);
    if (w > 0) positive++;
    sums[i] = sum += w;
  }
  if (positive === 0) throw new ArgumentError('multinomial: the weights of a row add up to 0.');
  return { sums, positive };
}

/** The first position whose running sum is above x. */
function positionOf(sums: Float64Array, x: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** With replacement each sample inverts the distribution of its row. */
const invert: Routine = ([weights, uniform], { data, shape }) => {
  const w = numbersOf(weights.data, weights.dtype);
  const categories = weights.shape[weights.shape.length - 1];
  const count = shape[shape.length - 1];
  for (let start = 0, at = 0; at < data.length; start += categories) {
    const { sums } = cumulative(w, start, categories);
    for (let i = 0; i < count; i++, at++) data[at] = positionOf(sums, (uniform.data[at] as number) * sums[categories - 1]);
  }
};

/** Without replacement categories race: those of the least −log(u) / w arrive first. */
const race: Routine = ([weights, uniform], { data, shape }) => {
  const w = numbersOf(weights.data, weights.dtype);
  const last = weights.shape.length - 1;
  const categories = weights.shape[last];
  const count = shape[last];
  const arrivals = Float64Array.from(uniform.data as Float32Array);
  for (let i = 0; i < arrivals.length; i++) arrivals[i] = -Math.log(arrivals[i] + 2 ** -25) / w[i];
  const rows = rowsAlong(weights.shape, last);
  const first = selector(keysOf(arrivals, 'float64', false), rows, count);
  forEachRow(rows, (start, row) => {
    const { positive } = cumulative(w, start, categories);
    if (positive < count) throw new ArgumentError(`multinomial: ${count} samples without replacement from ${positive} weights above 0.`);
    (data as Int32Array).set(first(start).positions.subarray(0, count), row * count);
  });
};

const WITH_REPLACEMENT = /* @__PURE__ */ defineOp({ name: 'multinomial', form: 'routine', routine: invert });
const WITHOUT_REPLACEMENT = /* @__PURE__ */ defineOp({ name: 'multinomialWithoutReplacement', form: 'routine', routine: race });

/**
 * Categories drawn in proportion to the weights of each row.
 *
 * @param x weights, [categories] or [rows, categories]; they need not add up to 1.
 * @param numSamples how many a row; without replacement at most as many as there are weights above 0.
 * @returns positions, [numSamples] or [rows, numSamples], int32.
 * @throws ShapeError, DTypeError, or ArgumentError at once for what shows in shapes, and on reading for bad weights.
 * @example
 * multinomial(tensor([0.1, 0.2, 0.7]), 5, { replacement: true });
 * @see https://pytorch.org/docs/stable/generated/torch.multinomial.html
 */
export function multinomial(x: Tensor, numSamples: number, options: MultinomialOptions | boolean = {}): Tensor {
  const op = 'multinomial';
  requireTensor(op, x);
  const { replacement = false, generator }: MultinomialOptions = typeof options === 'boolean' ? { replacement: options } : options;
  if (typeof options !== 'boolean') checkOptions(op, options, ['replacement', 'generator']);
  if (!isFloat(x.dtype)) throw new DTypeError(`${op}: weights must be floats, got a tensor of ${x.dtype}. Use x.to('float32').`);
  if (x.ndim !== 1 && x.ndim !== 2) throw new ShapeError(`${op}: got weights of shape ${shapeText(x.shape)}, expected 1 or 2 dimensions.`);
  requireInteger(op, 'numSamples', numSamples, 1);
  const categories = x.shape[x.ndim - 1];
  if (!replacement && numSamples > categories) {
    throw new IndexError(`${op}: cannot draw ${numSamples} of ${categories} categories without replacement.`);
  }
  if (categories === 0) throw new ShapeError(`${op}: there are no categories in weights of shape ${shapeText(x.shape)}.`);
  const shape = [...x.shape.slice(0, -1), numSamples];
  const uniform = drawing(generator, () => drawUniform(replacement ? shape : x.shape, { dtype: 'float32', device: x.device, requiresGrad: false }));
  return record(replacement ? WITH_REPLACEMENT : WITHOUT_REPLACEMENT, [x.detach(), uniform], {}, shape, 'int32');
}
