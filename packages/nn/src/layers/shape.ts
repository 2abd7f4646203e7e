/**
 * Layers that rearrange: flatten, unflatten, blocks and columns, shuffles.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#utilities
 */
import type { Tensor } from '@sconce/core';
import { flatten, unflatten } from '@sconce/ops';
import { keywords, type Rest, type Size } from '../arguments.js';
import { fold, FOLD, unfold, type FoldOptions } from '../functional/fold.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../functional/shuffle.js';
import { Module } from '../module.js';
import { listed } from '../repr.js';

interface FlattenOptions {
  /** Default 1: the batch stays. */
  readonly startDim?: number;
  /** Default −1. */
  readonly endDim?: number;
}

const FLATTEN = ['startDim', 'endDim'] as const;

/** Dimensions joined into one. @see https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(...rest: Rest<FlattenOptions, typeof FLATTEN>) {
    super();
    const { startDim = 1, endDim = -1 } = keywords<FlattenOptions>('Flatten', FLATTEN, rest);
    [this.startDim, this.endDim] = [startDim, endDim];
  }
  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }
  override extraRepr(): string {
    return listed({ start_dim: this.startDim, end_dim: this.endDim });
  }
}

/** A dimension cut into several. @see https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html */
export class Unflatten extends Module {
  constructor(
    readonly dim: number,
    readonly unflattenedSize: readonly number[],
  ) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.unflattenedSize);
  }
  override extraRepr(): string {
    return listed({ dim: this.dim, unflattened_size: this.unflattenedSize });
  }
}

/** Columns added up to images. @see https://pytorch.org/docs/stable/generated/torch.nn.Fold.html */
export class Fold extends Module {
  private readonly options: FoldOptions;

  constructor(
    readonly outputSize: Size,
    readonly kernelSize: Size,
    ...rest: Rest<FoldOptions, typeof FOLD>
  ) {
    super();
    this.options = keywords<FoldOptions>('Fold', FOLD, rest);
  }
  override forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    const { dilation = 1, padding = 0, stride = 1 } = this.options;
    return listed({ output_size: this.outputSize, kernel_size: this.kernelSize, dilation, padding, stride });
  }
}

/** The sliding blocks of images as columns. @see https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html */
export class Unfold extends Module {
  private readonly options: FoldOptions;

  constructor(
    readonly kernelSize: Size,
    ...rest: Rest<FoldOptions, typeof FOLD>
  ) {
    super();
    this.options = keywords<FoldOptions>('Unfold', FOLD, rest);
  }
  override forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    const { dilation = 1, padding = 0, stride = 1 } = this.options;
    return listed({ kernel_size: this.kernelSize, dilation, padding, stride });
  }
}

/** Channels as blocks of pixels. @see https://pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html */
export class PixelShuffle extends Module {
  constructor(readonly upscaleFactor: number) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }
  override extraRepr(): string {
    return listed({ upscale_factor: this.upscaleFactor });
  }
}

/** Blocks of pixels as channels. @see https://pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html */
export class PixelUnshuffle extends Module {
  constructor(readonly downscaleFactor: number) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }
  override extraRepr(): string {
    return listed({ downscale_factor: this.downscaleFactor });
  }
}

/** The channels of groups dealt out in turn. @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html */
export class ChannelShuffle extends Module {
  constructor(readonly groups: number) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }
  override extraRepr(): string {
    return listed({ groups: this.groups });
  }
}
