/**
 * Adaptive pooling layers: the windows follow from the size that is asked for.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
import type { Tensor } from '@sconce/core';
import { keywords, type Rest } from '../arguments.js';
import {
  ADAPTIVE_MAX_POOL,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type AdaptiveMaxPoolOptions,
  type OutputSize,
} from '../functional/adaptive-pool.js';
import { Module } from '../module.js';
import { listed } from '../repr.js';

abstract class Adaptive extends Module {
  constructor(readonly outputSize: OutputSize) {
    super();
  }
  override extraRepr(): string {
    return listed({ output_size: this.outputSize });
  }
}

/** Means of as many windows as asked for, of signals. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html */
export class AdaptiveAvgPool1d extends Adaptive {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/** Means of as many windows as asked for, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html */
export class AdaptiveAvgPool2d extends Adaptive {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/** Means of as many windows as asked for, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html */
export class AdaptiveAvgPool3d extends Adaptive {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

type MaxRest = Rest<AdaptiveMaxPoolOptions, typeof ADAPTIVE_MAX_POOL>;
type Result<R> = R extends readonly [true] | readonly [{ readonly returnIndices: true }] ? [Tensor, Tensor] : Tensor;

abstract class AdaptiveMax<R> extends Adaptive {
  private readonly options: AdaptiveMaxPoolOptions;

  constructor(outputSize: OutputSize, rest: readonly unknown[]) {
    super(outputSize);
    this.options = keywords<AdaptiveMaxPoolOptions>(this.constructor.name, ADAPTIVE_MAX_POOL, rest);
  }
  protected run(pool: (x: Tensor, outputSize: OutputSize, options: AdaptiveMaxPoolOptions) => Tensor | [Tensor, Tensor], x: Tensor): Result<R> {
    return pool(x, this.outputSize, this.options) as Result<R>;
  }
}

/** Maxima of as many windows as asked for, of signals. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html */
export class AdaptiveMaxPool1d<const R extends MaxRest = readonly []> extends AdaptiveMax<R> {
  constructor(outputSize: OutputSize, ...rest: R) {
    super(outputSize, rest);
  }
  override forward(x: Tensor): Result<R> {
    return this.run(adaptiveMaxPool1d, x);
  }
}

/** Maxima of as many windows as asked for, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html */
export class AdaptiveMaxPool2d<const R extends MaxRest = readonly []> extends AdaptiveMax<R> {
  constructor(outputSize: OutputSize, ...rest: R) {
    super(outputSize, rest);
  }
  override forward(x: Tensor): Result<R> {
    return this.run(adaptiveMaxPool2d, x);
  }
}

/** Maxima of as many windows as asked for, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html */
export class AdaptiveMaxPool3d<const R extends MaxRest = readonly []> extends AdaptiveMax<R> {
  constructor(outputSize: OutputSize, ...rest: R) {
    super(outputSize, rest);
  }
  override forward(x: Tensor): Result<R> {
    return this.run(adaptiveMaxPool3d, x);
  }
}
