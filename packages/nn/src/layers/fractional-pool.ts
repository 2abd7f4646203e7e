/**
 * Layers of fractional max pooling.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html
 */
import type { Tensor } from '@sconce/core';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { FRACTIONAL_POOL, fractionalMaxPool2d, fractionalMaxPool3d, fractionalSizes, type FractionalPoolOptions } from '../functional/fractional-pool.js';
import { Module } from '../module.js';

abstract class FractionalMaxPool extends Module {
  protected readonly options: FractionalPoolOptions;

  constructor(
    rank: number,
    readonly kernelSize: Size,
    rest: readonly unknown[],
  ) {
    super();
    const op = this.constructor.name;
    this.options = keywords<FractionalPoolOptions>(op, FRACTIONAL_POOL, rest);
    fractionalSizes(op, sizes(op, 'kernelSize', kernelSize, rank), this.options);
  }
}

/** The largest element of each of some windows of an image, at random places. @see https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html */
export class FractionalMaxPool2d extends FractionalMaxPool {
  constructor(kernelSize: Size, ...rest: Rest<FractionalPoolOptions, typeof FRACTIONAL_POOL>) {
    super(2, kernelSize, rest);
  }
  override forward(x: Tensor): Tensor | [Tensor, Tensor] {
    return fractionalMaxPool2d(x, this.kernelSize, this.options);
  }
}

/** The largest element of each of some windows of a volume, at random places. @see https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool3d.html */
export class FractionalMaxPool3d extends FractionalMaxPool {
  constructor(kernelSize: Size, ...rest: Rest<FractionalPoolOptions, typeof FRACTIONAL_POOL>) {
    super(3, kernelSize, rest);
  }
  override forward(x: Tensor): Tensor | [Tensor, Tensor] {
    return fractionalMaxPool3d(x, this.kernelSize, this.options);
  }
}
