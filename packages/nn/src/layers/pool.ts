/**
 * Pooling layers over sliding windows.
 *
 * Invariant: arguments are kept and printed as they were given.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#pooling-layers
 */
import type { Tensor } from '@sconce/core';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { AVG_POOL, AVG_POOL_1D, avgPool1d, avgPool2d, avgPool3d, LP_POOL, lpPool1d, lpPool2d, lpPool3d, type AvgPoolOptions, type LpPoolOptions } from '../functional/average-pool.js';
import { maxPool1d, maxPool2d, maxPool3d, maxUnpool1d, maxUnpool2d, maxUnpool3d, type MaxPoolOptions } from '../functional/max-pool.js';
import { Module } from '../module.js';
import { listed } from '../repr.js';

// ── maxima ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const MAX_POOL_LAYER = ['stride', 'padding', 'dilation', 'returnIndices', 'ceilMode'] as const;

type MaxPoolRest = Rest<MaxPoolOptions, typeof MAX_POOL_LAYER>;
/** What `forward` gives: values, or with `returnIndices: true` values and indices. */
type Result<R> = R extends readonly [...unknown[], { readonly returnIndices: true }] ? [Tensor, Tensor] : Tensor;

const MAX_POOLS = [maxPool1d, maxPool2d, maxPool3d] as readonly ((x: Tensor, kernelSize: Size, options: MaxPoolOptions) => Tensor | [Tensor, Tensor])[];

abstract class MaxPool<R> extends Module {
  private readonly options: MaxPoolOptions;
  readonly stride: Size;

  constructor(
    private readonly rank: number,
    readonly kernelSize: Size,
    rest: readonly unknown[],
  ) {
    super();
    this.options = keywords<MaxPoolOptions>(this.constructor.name, MAX_POOL_LAYER, rest);
    this.stride = this.options.stride ?? kernelSize;
  }
  override forward(x: Tensor): Result<R> {
    return MAX_POOLS[this.rank - 1](x, this.kernelSize, this.options) as Result<R>;
  }
  override extraRepr(): string {
    const { padding = 0, dilation = 1, ceilMode = false } = this.options;
    return listed({ kernel_size: this.kernelSize, stride: this.stride, padding, dilation, ceil_mode: ceilMode });
  }
}

/** The largest element of each window of a signal. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html */
export class MaxPool1d<const R extends MaxPoolRest = readonly []> extends MaxPool<R> {
  constructor(kernelSize: Size, ...rest: R) {
    super(1, kernelSize, rest);
  }
}

/** The largest element of each window of an image. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html */
export class MaxPool2d<const R extends MaxPoolRest = readonly []> extends MaxPool<R> {
  constructor(kernelSize: Size, ...rest: R) {
    super(2, kernelSize, rest);
  }
}

/** The largest element of each window of a volume. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html */
export class MaxPool3d<const R extends MaxPoolRest = readonly []> extends MaxPool<R> {
  constructor(kernelSize: Size, ...rest: R) {
    super(3, kernelSize, rest);
  }
}

// ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface MaxUnpoolLayerOptions {
  /** Default: the kernel's size. */
  readonly stride?: Size | null;
  /** Default 0. */
  readonly padding?: Size;
}

const MAX_UNPOOL_LAYER = ['stride', 'padding'] as const;
const MAX_UNPOOLS = [maxUnpool1d, maxUnpool2d, maxUnpool3d];

abstract class MaxUnpool extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];

  constructor(rank: number, kernelSize: Size, rest: readonly unknown[]) {
    super();
    const op = this.constructor.name;
    const { stride, padding = 0 } = keywords<MaxUnpoolLayerOptions>(op, MAX_UNPOOL_LAYER, rest);
    this.kernelSize = sizes(op, 'kernelSize', kernelSize, rank);
    this.stride = sizes(op, 'stride', stride ?? kernelSize, rank);
    this.padding = sizes(op, 'padding', padding, rank, 0);
  }
  override forward(x: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { kernelSize, stride, padding } = this;
    return MAX_UNPOOLS[kernelSize.length - 1](x, indices, kernelSize, stride, padding, outputSize);
  }
  override extraRepr(): string {
    return listed({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding });
  }
}

/** The partial inverse of MaxPool1d. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool1d.html */
export class MaxUnpool1d extends MaxUnpool {
  constructor(kernelSize: Size, ...rest: Rest<MaxUnpoolLayerOptions, typeof MAX_UNPOOL_LAYER>) {
    super(1, kernelSize, rest);
  }
}

/** The partial inverse of MaxPool2d. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html */
export class MaxUnpool2d extends MaxUnpool {
  constructor(kernelSize: Size, ...rest: Rest<MaxUnpoolLayerOptions, typeof MAX_UNPOOL_LAYER>) {
    super(2, kernelSize, rest);
  }
}

/** The partial inverse of MaxPool3d. @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool3d.html */
export class MaxUnpool3d extends MaxUnpool {
  constructor(kernelSize: Size, ...rest: Rest<MaxUnpoolLayerOptions, typeof MAX_UNPOOL_LAYER>) {
    super(3, kernelSize, rest);
  }
}

// ── means ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AVG_POOLS = [avgPool1d, avgPool2d, avgPool3d] as readonly ((x: Tensor, kernelSize: Size, options: AvgPoolOptions) => Tensor)[];

abstract class AvgPool extends Module {
  private readonly options: AvgPoolOptions;
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;

  constructor(
    private readonly rank: number,
    kernelSize: Size,
    rest: readonly unknown[],
  ) {
    super();
    const op = this.constructor.name;
    this.options = keywords<AvgPoolOptions>(op, rank === 1 ? AVG_POOL_1D : AVG_POOL, rest);
    // PyTorch keeps the 1-d sizes as lists of one.
    const kept = (name: string, x: Size, least: number): Size => (rank === 1 ? sizes(op, name, x, 1, least) : x);
    this.kernelSize = kept('kernelSize', kernelSize, 1);
    this.stride = kept('stride', this.options.stride ?? kernelSize, 1);
    this.padding = kept('padding', this.options.padding ?? 0, 0);
  }
  override forward(x: Tensor): Tensor {
    return AVG_POOLS[this.rank - 1](x, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    return listed({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding });
  }
}

/** The mean of each window of a signal. @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL_1D>) {
    super(1, kernelSize, rest);
  }
}

/** The mean of each window of an image. @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html */
export class AvgPool2d extends AvgPool {
  constructor(kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL>) {
    super(2, kernelSize, rest);
  }
}

/** The mean of each window of a volume. @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html */
export class AvgPool3d extends AvgPool {
  constructor(kernelSize: Size, ...rest: Rest<AvgPoolOptions, typeof AVG_POOL>) {
    super(3, kernelSize, rest);
  }
}

// ── power means ──────────────────────────────────────────────────────────────────────────────────────────────────────

abstract class LPPool extends Module {
  private readonly options: LpPoolOptions;

  constructor(
    readonly normType: number,
    readonly kernelSize: Size,
    rest: readonly unknown[],
  ) {
    super();
    this.options = keywords<LpPoolOptions>(this.constructor.name, LP_POOL, rest);
  }
  protected run(pool: (x: Tensor, normType: number, kernelSize: Size, options: LpPoolOptions) => Tensor, x: Tensor): Tensor {
    return pool(x, this.normType, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    const { stride = null, ceilMode = false } = this.options;
    return listed({ norm_type: this.normType, kernel_size: this.kernelSize, stride, ceil_mode: ceilMode });
  }
}

/** The p-norm of each window of a signal. @see https://pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html */
export class LPPool1d extends LPPool {
  constructor(normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>) {
    super(normType, kernelSize, rest);
  }
  override forward(x: Tensor): Tensor {
    return this.run(lpPool1d, x);
  }
}

/** The p-norm of each window of an image. @see https://pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html */
export class LPPool2d extends LPPool {
  constructor(normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>) {
    super(normType, kernelSize, rest);
  }
  override forward(x: Tensor): Tensor {
    return this.run(lpPool2d, x);
  }
}

/** The p-norm of each window of a volume. @see https://pytorch.org/docs/stable/generated/torch.nn.LPPool3d.html */
export class LPPool3d extends LPPool {
  constructor(normType: number, kernelSize: Size, ...rest: Rest<LpPoolOptions, typeof LP_POOL>) {
    super(normType, kernelSize, rest);
  }
  override forward(x: Tensor): Tensor {
    return this.run(lpPool3d, x);
  }
}
