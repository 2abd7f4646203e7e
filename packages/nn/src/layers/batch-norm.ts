/**
 * Batch and instance normalisation layers.
 *
 * Invariant: running statistics are buffers; training moves them, evaluation uses them. Without them, both modes use the
 * batch's own.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#normalization-layers
 */
import { ArgumentError, assign, describe, hiding, noGrad, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, ones, reciprocal, reshape, zeros } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { batchNorm, instanceNorm } from '../functional/batch-norm.js';
import { Module } from '../module.js';
import type { Buffer, Parameter } from '../parameter.js';
import { float, joined, listed } from '../repr.js';
import { bufferOf, FACTORY, parameterOfOnes, parameterOfZeros, type FactoryOptions } from './factory.js';

export interface NormOptions extends FactoryOptions {
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The part that a batch has in the new running statistics; null for their plain mean. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether to scale and shift by learnt amounts. */
  readonly affine?: boolean;
  /** Whether to keep running statistics. */
  readonly trackRunningStats?: boolean;
}

export const NORM = ['eps', 'momentum', 'affine', 'trackRunningStats', ...FACTORY] as const;

/** Learnt scale and shift and running statistics of channels. */
abstract class ChannelNorm extends Module {
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  runningMean: Buffer | null;
  runningVar: Buffer | null;
  numBatchesTracked: Buffer | null;

  constructor(
    readonly numFeatures: number,
    private readonly ranks: readonly number[],
    rest: readonly unknown[],
    defaults: { readonly affine: boolean; readonly trackRunningStats: boolean },
  ) {
    super();
    const op = this.constructor.name;
    const { eps = 1e-5, momentum = 0.1, affine = defaults.affine, trackRunningStats = defaults.trackRunningStats, ...factory } = keywords<NormOptions>(op, NORM, rest);
    const size = [requireInteger(op, 'numFeatures', numFeatures, 0)];
    for (const [name, x] of Object.entries({ eps, momentum })) {
      if (typeof x !== 'number' && !(name === 'momentum' && x === null)) throw new ArgumentError(`${op}: ${name} must be a number, got ${describe(x)}.`);
    }
    [this.eps, this.momentum, this.affine, this.trackRunningStats] = [eps, momentum, affine, trackRunningStats];
    this.weight = affine ? parameterOfOnes(size, factory) : null;
    this.bias = affine ? parameterOfZeros(size, factory) : null;
    this.runningMean = trackRunningStats ? bufferOf(zeros, size, factory) : null;
    this.runningVar = trackRunningStats ? bufferOf(ones, size, factory) : null;
    this.numBatchesTracked = trackRunningStats ? bufferOf(zeros, [], { ...factory, dtype: 'int32' }) : null;
  }
  abstract override forward(x: Tensor): Tensor;

  protected requireRank(x: Tensor): void {
    requireTensor(this.constructor.name, x);
    if (this.ranks.includes(x.ndim)) return;
    throw new ShapeError(`${this.constructor.name}: got an input of shape ${shapeText(x.shape)}, expected ${this.ranks.join(' or ')} dimensions.`);
  }
  /** Counts a batch, and gives the part that it has in the new running statistics. */
  protected countBatch(): number | Tensor {
    const { numBatchesTracked, momentum, runningMean } = this;
    if (numBatchesTracked === null || runningMean === null) return momentum ?? 0;
    return noGrad(() => {
      hiding(() => assign(numBatchesTracked, add(numBatchesTracked, 1), this.constructor.name));
      return momentum ?? reciprocal(numBatchesTracked.to(runningMean.dtype));
    });
  }
  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return joined(String(numFeatures), listed({ eps: float(eps), momentum: momentum === null ? null : float(momentum), affine, track_running_stats: trackRunningStats }));
  }
}

// ── over the batch ───────────────────────────────────────────────────────────────────────────────────────────────────

abstract class BatchNorm extends ChannelNorm {
  constructor(numFeatures: number, ranks: readonly number[], rest: readonly unknown[]) {
    super(numFeatures, ranks, rest, { affine: true, trackRunningStats: true });
  }
  override forward(x: Tensor): Tensor {
    this.requireRank(x);
    const { runningMean, runningVar, weight, bias, eps } = this;
    const momentum = this.training && this.trackRunningStats ? this.countBatch() : (this.momentum ?? 0);
    const own = this.training || runningMean === null || runningVar === null;
    const moved = !this.training || this.trackRunningStats;
    return batchNorm(x, moved ? runningMean : null, moved ? runningVar : null, weight, bias, own, momentum, eps);
  }
}

/**
 * Each channel of [N, C] or [N, C, L] standardised over the batch.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, [2, 3], rest);
  }
}

/** Each channel of [N, C, H, W] standardised over the batch. @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html */
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, [4], rest);
  }
}

/** Each channel of [N, C, D, H, W] standardised over the batch. @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html */
export class BatchNorm3d extends BatchNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, [5], rest);
  }
}

// ── over each sample alone ───────────────────────────────────────────────────────────────────────────────────────────

abstract class InstanceNorm extends ChannelNorm {
  constructor(
    numFeatures: number,
    private readonly rank: number,
    rest: readonly unknown[],
  ) {
    super(numFeatures, [rank + 1, rank + 2], rest, { affine: false, trackRunningStats: false });
  }
  override forward(x: Tensor): Tensor {
    this.requireRank(x);
    const { runningMean, runningVar, weight, bias, eps, momentum } = this;
    const own = this.training || !this.trackRunningStats;
    const run = (batch: Tensor): Tensor => instanceNorm(batch, runningMean, runningVar, weight, bias, own, momentum ?? 0, eps);
    if (x.ndim !== this.rank + 1) return run(x);
    return reshape(run(reshape(x, [1, ...x.shape])), [...x.shape]);
  }
}

/** Each channel of each signal standardised. @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, 1, rest);
  }
}

/** Each channel of each image standardised. @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, 2, rest);
  }
}

/** Each channel of each volume standardised. @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html */
export class InstanceNorm3d extends InstanceNorm {
  constructor(numFeatures: number, ...rest: Rest<NormOptions, typeof NORM>) {
    super(numFeatures, 3, rest);
  }
}
