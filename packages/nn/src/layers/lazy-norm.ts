/**
 * Lazy normalisations: they learn from their first input how many channels it has.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html
 */
import type { Tensor } from '@sconce/core';
import type { Rest } from '../arguments.js';
import { ones_, zeros_ } from '../init.js';
import type { Module } from '../module.js';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, type NORM, type NormOptions } from './batch-norm.js';
import { channelsOf, defer, settle } from './lazy-module.js';

type NormRest = Rest<NormOptions, typeof NORM>;
type Normalization = BatchNorm1d | BatchNorm2d | BatchNorm3d | InstanceNorm1d | InstanceNorm2d | InstanceNorm3d;

const FIELDS = ['weight', 'bias', 'runningMean', 'runningVar'] as const;

function settleNorm(layer: Normalization, become: { readonly prototype: Module }, x: Tensor, ranks: readonly number[], rank: number): void {
  const features = channelsOf(layer.constructor.name, x, ranks, rank);
  settle(layer, become, 'numFeatures', features, Object.fromEntries(FIELDS.map((field) => [field, [features]])), () => {
    for (const t of [layer.weight, layer.runningVar]) if (t !== null) ones_(t);
    for (const t of [layer.bias, layer.runningMean]) if (t !== null) zeros_(t);
  });
}

/** A `BatchNorm1d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm1d.html */
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, BatchNorm1d, x, [2, 3], 0);
    return super.forward(x);
  }
}

/** A `BatchNorm2d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, BatchNorm2d, x, [4], 2);
    return super.forward(x);
  }
}

/** A `BatchNorm3d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm3d.html */
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, BatchNorm3d, x, [5], 3);
    return super.forward(x);
  }
}

/** A `InstanceNorm1d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm1d.html */
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, InstanceNorm1d, x, [2, 3], 1);
    return super.forward(x);
  }
}

/** A `InstanceNorm2d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm2d.html */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, InstanceNorm2d, x, [3, 4], 2);
    return super.forward(x);
  }
}

/** A `InstanceNorm3d` that learns its channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm3d.html */
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(...rest: NormRest) {
    super(0, ...rest);
    defer(this, 'numFeatures', FIELDS);
  }
  override forward(x: Tensor): Tensor {
    settleNorm(this, InstanceNorm3d, x, [4, 5], 3);
    return super.forward(x);
  }
}
