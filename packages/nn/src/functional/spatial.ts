/**
 * Checks of what slides over images, signals and volumes: shapes with and without a batch, windows and their numbers.
 *
 * Invariant: what passes has a positive number of windows along every spatial dimension.
 *
 * Reference: `pool2d_shape_check` and `pooling_output_shape` of PyTorch's Pool.h
 */
import { ArgumentError, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { sizes, type Size } from '../arguments.js';
import type { Window } from './sampling.js';

/** Requires [C, …] or [N, C, …] with `rank` spatial dimensions, of which only N may be 0; gives the spatial sizes. */
export function requireSpatial(op: string, x: Tensor, rank: number): readonly number[] {
  requireTensor(op, x);
  const unbatched = x.ndim === rank + 1;
  if (!unbatched && x.ndim !== rank + 2) {
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected ${rank + 1} dimensions [C, …] or ${rank + 2} with a batch [N, C, …].`);
  }
  if (x.shape.slice(unbatched ? 0 : 1).includes(0)) {
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, only the batch may have size 0.`);
  }
  return x.shape.slice(x.ndim - rank);
}

export interface WindowOptions {
  /** Distance of neighbouring windows. Default: the kernel's size. */
  readonly stride?: Size | null;
  /** What is added on both sides, at most half of the kernel. Default 0. */
  readonly padding?: Size;
  /** Distance of the elements of a window. Default 1. */
  readonly dilation?: Size;
  /** Whether a last window that reaches past the end counts. Default false. */
  readonly ceilMode?: boolean;
}

/** The windows of a pooling over the spatial dimensions `from`. */
export function poolWindows(op: string, from: readonly number[], kernelSize: Size, options: WindowOptions): Window[] {
  const count = from.length;
  const kernel = sizes(op, 'kernelSize', kernelSize, count);
  const given = options.stride;
  const byKernel = given === undefined || given === null || (Array.isArray(given) && given.length === 0);
  const stride = byKernel ? kernel : sizes(op, 'stride', given, count);
  const padding = sizes(op, 'padding', options.padding ?? 0, count, 0);
  const dilation = sizes(op, 'dilation', options.dilation ?? 1, count);
  return from.map((n, d): Window => {
    if (padding[d] * 2 > kernel[d]) {
      throw new ArgumentError(`${op}: padding may be at most half of the kernel, got padding ${padding[d]} and kernelSize ${kernel[d]}.`);
    }
    const to = countWindows(n, kernel[d], stride[d], padding[d], dilation[d], options.ceilMode ?? false);
    if (to < 1) {
      throw new ShapeError(
        `${op}: a window of ${kernel[d]} with dilation ${dilation[d]} does not fit spatial dimension ${d} of size ${n} with padding ${padding[d]}. Use a smaller kernelSize or more padding.`,
      );
    }
    return { kind: 'window', from: n, to, kernel: kernel[d], stride: stride[d], dilation: dilation[d], low: padding[d] };
  });
}

function countWindows(n: number, kernel: number, stride: number, padding: number, dilation: number, ceil: boolean): number {
  const steps = (n + 2 * padding - dilation * (kernel - 1) - 1) / stride;
  if (!ceil) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A window must start inside the input or the padding before it.
  return (count - 1) * stride >= n + padding ? count - 1 : count;
}
