/**
 * Adaptive pooling: the input is cut into as many windows as asked for, as even as can be.
 *
 * Invariant: window o of m over n elements runs from ⌊o·n/m⌋ to ⌈(o+1)·n/m⌉; a size of null keeps the input's.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
import { ArgumentError, describe, OutOfMemoryError, type Tensor } from '@sconce/core';
import { describeOp, onlyFloats } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { maxOver, positionOfMax } from './extremes.js';
import type { Pooled } from './max-pool.js';
import { overWindowSize, resample } from './resample.js';
import type { Adaptive } from './sampling.js';
import { requireSpatial } from './spatial.js';

/** One size for all spatial dimensions, or one for each; null keeps the input's. */
export type OutputSize = number | null | readonly (number | null)[];

export interface AdaptiveMaxPoolOptions {
  /** Whether to give `[values, indices]`. Default false. */
  readonly returnIndices?: boolean;
}

const MOST = 2 ** 31 - 1;

export const ADAPTIVE_MAX_POOL = ['returnIndices'] as const;

type AdaptiveRest = Rest<AdaptiveMaxPoolOptions, typeof ADAPTIVE_MAX_POOL>;

function adaptiveWindows(op: string, rank: number, x: Tensor, outputSize: OutputSize): Adaptive[] {
  const from = requireSpatial(op, x, rank);
  const list = typeof outputSize === 'number' || outputSize === null ? [outputSize] : outputSize;
  if (!Array.isArray(list) || (list.length !== rank && list.length !== 1)) {
    throw new ArgumentError(`${op}: outputSize must be an integer, null or a list of ${rank}, got ${describe(outputSize)}.`);
  }
  return from.map((n, d): Adaptive => {
    const to = list[list.length === 1 ? 0 : d] as unknown;
    if (to !== null && (typeof to !== 'number' || !Number.isInteger(to) || to < 0)) {
      throw new ArgumentError(`${op}: outputSize must hold integers of at least 0, or null, got ${describe(to)}.`);
    }
    // Where a window begins is computed in int32.
    if (to !== null && (to + 1) * (n + 1) > MOST) {
      throw new OutOfMemoryError(`${op}: cannot divide a dimension of ${n} into ${to} windows, expected a product of at most ${MOST}.`);
    }
    return { kind: 'adaptive', from: n, to: to ?? n };
  });
}

function adaptiveAvgPool(op: string, rank: number, x: Tensor, outputSize: OutputSize): Tensor {
  const windows = adaptiveWindows(op, rank, x, outputSize);
  onlyFloats(x.dtype, op);
  return overWindowSize(resample(x, windows), windows, false);
}

function adaptiveMaxPool<R>(op: string, rank: number, x: Tensor, outputSize: OutputSize, rest: readonly unknown[]): Pooled<R> {
  const { returnIndices } = keywords<AdaptiveMaxPoolOptions>(op, ADAPTIVE_MAX_POOL, rest);
  const windows = adaptiveWindows(op, rank, x, outputSize);
  const values = maxOver(x, windows);
  return (returnIndices === true ? [values, positionOfMax(x, windows)] : values) as Pooled<R>;
}

/**
 * The means of `outputSize` windows that cover a signal.
 *
 * @param x [N, C, L] or [C, L]
 * @throws ShapeError for another rank; ArgumentError for a bad size; DTypeError for integers.
 * @example adaptiveAvgPool1d(tensor([[1.5, 2.5, 3, 4]]), 2)   // [[2, 3.5]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html
 */
export const adaptiveAvgPool1d = /* @__PURE__ */ describeOp(
  (x: Tensor, outputSize: OutputSize): Tensor => adaptiveAvgPool('adaptiveAvgPool1d', 1, x, outputSize),
  {
    name: 'adaptiveAvgPool1d',
    samples: [{ tensors: [{ shape: [2, 7] }], rest: [3] }],
    differentiable: true,
  },
);

/** As `adaptiveAvgPool1d`, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html */
export const adaptiveAvgPool2d = /* @__PURE__ */ describeOp(
  (x: Tensor, outputSize: OutputSize): Tensor => adaptiveAvgPool('adaptiveAvgPool2d', 2, x, outputSize),
  {
    name: 'adaptiveAvgPool2d',
    samples: [{ tensors: [{ shape: [1, 4, 5] }], rest: [[3, null]] }],
    differentiable: true,
  },
);

/** As `adaptiveAvgPool1d`, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html */
export const adaptiveAvgPool3d = /* @__PURE__ */ describeOp(
  (x: Tensor, outputSize: OutputSize): Tensor => adaptiveAvgPool('adaptiveAvgPool3d', 3, x, outputSize),
  {
    name: 'adaptiveAvgPool3d',
    samples: [{ tensors: [{ shape: [1, 2, 3, 4] }], rest: [2] }],
    differentiable: true,
  },
);

/**
 * The maxima of `outputSize` windows that cover a signal.
 *
 * @param x [N, C, L] or [C, L]
 * @returns the maxima, or with `returnIndices: true` those and their positions
 * @throws ShapeError for another rank; ArgumentError for a bad size.
 * @example adaptiveMaxPool1d(tensor([[1, 2, 4, 3]]), 2)   // [[2, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html
 */
export const adaptiveMaxPool1d = /* @__PURE__ */ describeOp(
  <const R extends AdaptiveRest>(x: Tensor, outputSize: OutputSize, ...rest: R): Pooled<R> =>
    adaptiveMaxPool('adaptiveMaxPool1d', 1, x, outputSize, rest),
  {
    name: 'adaptiveMaxPool1d',
    samples: [{ tensors: [{ shape: [2, 7] }], rest: [3] }],
    differentiable: true,
  },
);

/** As `adaptiveMaxPool1d`, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html */
export const adaptiveMaxPool2d = /* @__PURE__ */ describeOp(
  <const R extends AdaptiveRest>(x: Tensor, outputSize: OutputSize, ...rest: R): Pooled<R> =>
    adaptiveMaxPool('adaptiveMaxPool2d', 2, x, outputSize, rest),
  {
    name: 'adaptiveMaxPool2d',
    samples: [{ tensors: [{ shape: [1, 4, 5] }], rest: [[3, null]] }],
    differentiable: true,
  },
);

/** As `adaptiveMaxPool1d`, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html */
export const adaptiveMaxPool3d = /* @__PURE__ */ describeOp(
  <const R extends AdaptiveRest>(x: Tensor, outputSize: OutputSize, ...rest: R): Pooled<R> =>
    adaptiveMaxPool('adaptiveMaxPool3d', 3, x, outputSize, rest),
  {
    name: 'adaptiveMaxPool3d',
    samples: [{ tensors: [{ shape: [1, 2, 3, 4] }], rest: [2] }],
    differentiable: true,
  },
);
