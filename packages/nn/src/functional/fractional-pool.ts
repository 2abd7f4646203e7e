/**
 * Fractional max pooling: as many windows as asked for, of one size, at places that a random number for each channel
 * decides; they may overlap and leave elements out.
 *
 * Window i of n begins at ⌊(i + u)·α⌋ − ⌊u·α⌋ with α = (size − kernel) / (n − 1), the last one at the end.
 *
 * Reference: Graham, Fractional Max-Pooling (2014)
 */
import { ArgumentError, describe, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, arange, eq, gather, max, mul, rand, reshape, select, squeeze, sub, trunc, unsqueeze, where } from '@sconce/ops';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { takeFrom } from './plane.js';
import type { Pooled } from './max-pool.js';
import { requireSpatial } from './spatial.js';

export interface FractionalPoolOptions {
  /** The spatial sizes of the result. */
  readonly outputSize?: Size | null;
  /** Or what part of the input's they are, between 0 and 1. */
  readonly outputRatio?: number | readonly number[] | null;
  /** Whether to give `[values, indices]`. Default false. */
  readonly returnIndices?: boolean;
  /** [N, C, spatial dimensions] in [0, 1): where windows lie, the last dimension first in two dimensions. Default: drawn. */
  readonly randomSamples?: Tensor | null;
}

export const FRACTIONAL_POOL = ['outputSize', 'outputRatio', 'returnIndices', 'randomSamples'] as const;

type FractionalRest = Rest<FractionalPoolOptions, typeof FRACTIONAL_POOL>;

/** The spatial sizes of the result, of which exactly one of two ways says something. */
export function fractionalSizes(op: string, from: readonly number[], { outputSize = null, outputRatio = null }: FractionalPoolOptions): number[] {
  if ((outputSize === null) === (outputRatio === null)) throw new ArgumentError(`${op}: expected either outputSize or outputRatio.`);
  if (outputSize !== null) return sizes(op, 'outputSize', outputSize, from.length);
  const ratios = typeof outputRatio === 'number' ? from.map(() => outputRatio) : outputRatio!;
  if (!Array.isArray(ratios) || ratios.length !== from.length || !ratios.every((r) => r > 0 && r < 1)) {
    throw new ArgumentError(`${op}: outputRatio must be between 0 and 1, or ${from.length} such numbers, got ${describe(outputRatio)}.`);
  }
  return from.map((n, d) => Math.floor(n * ratios[d]));
}

/** Where windows begin along one dimension: [N, C, count], int32. */
function startsOf(sample: Tensor, from: number, count: number, kernel: number): Tensor {
  const i = arange(count, { dtype: sample.dtype, device: sample.device });
  const alpha = count > 1 ? (from - kernel) / (count - 1) : 0;
  const u = unsqueeze(sample, -1);
  const starts = sub(trunc(mul(add(i, u), alpha)), trunc(mul(u, alpha)));
  return where(eq(i, count - 1), from - kernel, starts).to('int32');
}

function fractionalMaxPool<R>(op: string, rank: number, x: Tensor, kernelSize: Size, rest: readonly unknown[]): Pooled<R> {
  const options = keywords<FractionalPoolOptions>(op, FRACTIONAL_POOL, rest);
  const from = requireSpatial(op, x, rank);
  const kernel = sizes(op, 'kernelSize', kernelSize, rank);
  const to = fractionalSizes(op, from, options);
  to.forEach((n, d) => {
    if (n < 1 || n + kernel[d] - 1 > from[d]) {
      throw new ShapeError(`${op}: ${n} windows of ${kernel[d]} do not fit into a size of ${from[d]}, in an input of shape ${shapeText(x.shape)}: at most ${Math.max(0, from[d] - kernel[d] + 1)} do.`);
    }
  });
  const batched = x.ndim === rank + 2;
  const input = batched ? x : unsqueeze(x, 0);
  const [n, c] = input.shape;
  const samples = options.randomSamples ?? rand([n, c, rank], { dtype: x.dtype, device: x.device });
  requireTensor(op, samples, 'randomSamples');
  if (samples.ndim !== 3 || samples.shape[0] !== n || samples.shape[1] !== c || samples.shape[2] !== rank) {
    throw new ShapeError(`${op}: randomSamples must be ${shapeText([n, c, rank])}, got ${shapeText(samples.shape)}.`);
  }
  // Positions in the plane: [N, C, …windows, …kernel], one dimension added after the other.
  let positions: Tensor | null = null;
  from.forEach((size, d) => {
    const starts = startsOf(select(samples, 2, rank === 2 ? 1 - d : d), size, to[d], kernel[d]);
    const along = Array.from({ length: 2 * rank }, (_, k) => (k === d ? to[d] : 1));
    const offsets = Array.from({ length: 2 * rank }, (_, k) => (k === rank + d ? kernel[d] : 1));
    const here = add(reshape(starts, [n, c, ...along]), reshape(arange(kernel[d], { dtype: 'int32', device: x.device }), [1, 1, ...offsets]));
    positions = positions === null ? here : add(mul(positions, size), here);
  });
  const windows = to.reduce((a, b) => a * b, 1);
  const flat = reshape(positions!, [n, c, ...(rank === 3 ? [1] : []), windows, -1]);
  const { values, indices } = max(takeFrom(input, flat, rank), -1);
  const shape = [...(batched ? [n, c] : [c]), ...to];
  if (options.returnIndices !== true) return reshape(values, shape) as Pooled<R>;
  return [reshape(values, shape), reshape(squeeze(gather(flat, -1, unsqueeze(indices, -1)), -1), shape)] as Pooled<R>;
}

/**
 * The largest element of each of `outputSize` windows of an image, whose places are random.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @param kernelSize sizes of the windows
 * @throws ArgumentError unless one of outputSize and outputRatio is given; ShapeError where windows do not fit.
 * @example fractionalMaxPool2d(randn([1, 3, 9, 9]), 2, { outputSize: 5 }).shape;      // [1, 3, 5, 5]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.fractional_max_pool2d.html
 */
export const fractionalMaxPool2d = <const R extends FractionalRest>(x: Tensor, kernelSize: Size, ...rest: R): Pooled<R> =>
  fractionalMaxPool('fractionalMaxPool2d', 2, x, kernelSize, rest);

/**
 * As `fractionalMaxPool2d`, of volumes.
 *
 * @param x [N, C, D, H, W] or [C, D, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.fractional_max_pool3d.html
 */
export const fractionalMaxPool3d = <const R extends FractionalRest>(x: Tensor, kernelSize: Size, ...rest: R): Pooled<R> =>
  fractionalMaxPool('fractionalMaxPool3d', 3, x, kernelSize, rest);
