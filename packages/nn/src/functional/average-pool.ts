/**
 * Average pooling: the mean of each window, and the power mean that generalises it.
 *
 * Invariant: pooling over 1, 2 and 3 dimensions is one function of their number; means of integers are rounded towards 0.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#pooling-functions
 */
import { ArgumentError, describe, isFloat, type Tensor } from '@sconce/core';
import { abs, div, mul, pow, relu, sign } from '@sconce/ops';
import { describeOp, noBool } from '@sconce/ops/families';
import { keywords, type Rest, type Size } from '../arguments.js';
import { overWindowSize, resample } from './resample.js';
import { poolWindows, requireSpatial, type WindowOptions } from './spatial.js';

export interface AvgPoolOptions extends Omit<WindowOptions, 'dilation'> {
  /** Whether padding counts as elements of a window. Default true. */
  readonly countIncludePad?: boolean;
  /** Divides the sums instead of the number of elements (2d and 3d). */
  readonly divisorOverride?: number | null;
}

export const AVG_POOL_1D = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
export const AVG_POOL = [...AVG_POOL_1D, 'divisorOverride'] as const;

function averagePool(op: string, rank: number, x: Tensor, kernelSize: Size, options: AvgPoolOptions): Tensor {
  const { countIncludePad = true, divisorOverride = null } = options;
  const windows = poolWindows(op, requireSpatial(op, x, rank), kernelSize, options);
  noBool(x.dtype, op);
  if (divisorOverride !== null && (!Number.isInteger(divisorOverride) || divisorOverride === 0)) {
    throw new ArgumentError(`${op}: divisorOverride must be an integer other than 0, got ${describe(divisorOverride)}.`);
  }
  const sums = resample(x, windows);
  if (divisorOverride === null) return overWindowSize(sums, windows, countIncludePad);
  return div(sums, divisorOverride, { roundingMode: isFloat(sums.dtype) ? null : 'trunc' });
}

/**
 * The mean of each window of a signal: out[n, c, o] = Σ_k x[n, c, stride·o + k − padding] / kernelSize.
 *
 * @param x [N, C, L] or [C, L]
 * @throws ShapeError for another rank or a window that does not fit; ArgumentError for a bad size.
 * @example avgPool1d(tensor([[1.5, 2.5, 3, 4]]), 2)       // [[2, 3.5]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html
 */
export const avgPool1d = /* @__PURE__ */ describeOp(
  (x: Tensor, kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL_1D>): Tensor =>
    averagePool('avgPool1d', 1, x, kernelSize, keywords('avgPool1d', AVG_POOL_1D, rest)),
  {
    name: 'avgPool1d',
    samples: [{ tensors: [{ shape: [2, 7] }], rest: [3, { stride: 2, padding: 1 }] }],
    differentiable: true,
  },
);

/**
 * The mean of each window of an image.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @throws ShapeError for another rank or a window that does not fit; ArgumentError for a bad size or a divisor of 0.
 * @example avgPool2d(ones(1, 4, 4), 2)                    // [[[1, 1], [1, 1]]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export const avgPool2d = /* @__PURE__ */ describeOp(
  (x: Tensor, kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL>): Tensor =>
    averagePool('avgPool2d', 2, x, kernelSize, keywords('avgPool2d', AVG_POOL, rest)),
  {
    name: 'avgPool2d',
    samples: [{ tensors: [{ shape: [1, 4, 5] }], rest: [[2, 3], { stride: 2, padding: [1, 0], countIncludePad: false }] }],
    differentiable: true,
  },
);

/**
 * The mean of each window of a volume.
 *
 * @param x [N, C, D, H, W] or [C, D, H, W]
 * @throws ShapeError for another rank or a window that does not fit; ArgumentError for a bad size or a divisor of 0.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html
 */
export const avgPool3d = /* @__PURE__ */ describeOp(
  (x: Tensor, kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL>): Tensor =>
    averagePool('avgPool3d', 3, x, kernelSize, keywords('avgPool3d', AVG_POOL, rest)),
  {
    name: 'avgPool3d',
    samples: [{ tensors: [{ shape: [1, 3, 2, 4] }], rest: [2, { ceilMode: true }] }],
    differentiable: true,
  },
);

// ── power means ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type LpPoolOptions = Pick<WindowOptions, 'stride' | 'ceilMode'>;
export const LP_POOL = ['stride', 'ceilMode'] as const;

function powerPool(op: string, rank: number, x: Tensor, normType: number, kernelSize: Size, options: LpPoolOptions): Tensor {
  if (typeof normType !== 'number' || normType === 0) throw new ArgumentError(`${op}: normType must be a number other than 0, got ${describe(normType)}.`);
  const windows = poolWindows(op, requireSpatial(op, x, rank), kernelSize, options);
  const elements = windows.reduce((n, w) => n * w.kernel, 1);
  const mean = overWindowSize(resample(pow(x, normType), windows), windows, true);
  return pow(mul(mul(sign(mean), relu(abs(mean))), elements), 1 / normType);
}

/**
 * The power sum of each window of a signal: (Σ x^p)^(1/p).
 *
 * @param x [N, C, L] or [C, L]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html
 */
export const lpPool1d = /* @__PURE__ */ describeOp(
  (x: Tensor, normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>): Tensor =>
    powerPool('lpPool1d', 1, x, normType, kernelSize, keywords('lpPool1d', LP_POOL, rest)),
  {
    name: 'lpPool1d',
    samples: [{ tensors: [{ shape: [2, 6], low: 0.5 }], rest: [2, 3] }],
    differentiable: true,
  },
);

/**
 * The power sum of each window of an image: (Σ x^p)^(1/p).
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html
 */
export const lpPool2d = /* @__PURE__ */ describeOp(
  (x: Tensor, normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>): Tensor =>
    powerPool('lpPool2d', 2, x, normType, kernelSize, keywords('lpPool2d', LP_POOL, rest)),
  {
    name: 'lpPool2d',
    samples: [{ tensors: [{ shape: [1, 4, 4], low: 0.5 }], rest: [3, 2] }],
    differentiable: true,
  },
);

/**
 * The power sum of each window of a volume: (Σ x^p)^(1/p).
 *
 * @param x [N, C, D, H, W] or [C, D, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool3d.html
 */
export const lpPool3d = /* @__PURE__ */ describeOp(
  (x: Tensor, normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>): Tensor =>
    powerPool('lpPool3d', 3, x, normType, kernelSize, keywords('lpPool3d', LP_POOL, rest)),
  {
    name: 'lpPool3d',
    samples: [{ tensors: [{ shape: [1, 2, 2, 4], low: 0.5 }], rest: [3, 2] }],
    differentiable: true,
  },
);
