/**
 * Resizing layers.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#vision-layers
 */
import type { Tensor } from '@sconce/core';
import { keywords, type Rest } from '../arguments.js';
import { interpolate, UPSAMPLE, type InterpolateOptions } from '../functional/interpolate.js';
import { Module } from '../module.js';
import { float, listed, type Shown } from '../repr.js';

const SIZE = ['size', 'scaleFactor'] as const;

/**
 * Resizes to a size, or by a factor.
 *
 * @example new Upsample({ scaleFactor: 2, mode: 'bilinear' })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 */
export class Upsample extends Module {
  private readonly options: InterpolateOptions;

  constructor(...rest: Rest<InterpolateOptions, typeof UPSAMPLE>) {
    super();
    this.options = { mode: 'nearest', ...keywords<InterpolateOptions>(this.constructor.name, UPSAMPLE, rest) };
  }
  override forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
  override extraRepr(): string {
    const { size = null, scaleFactor = null, mode = 'nearest' } = this.options;
    if (scaleFactor === null) return listed({ size, mode });
    const factor: Shown = Array.isArray(scaleFactor) ? scaleFactor.map(float) : float(scaleFactor as number);
    return listed({ scale_factor: factor, mode });
  }
}

type SizeOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/** Resizes images to the nearest elements. @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html */
export class UpsamplingNearest2d extends Upsample {
  constructor(...rest: Rest<SizeOptions, typeof SIZE>) {
    super({ ...keywords<SizeOptions>('UpsamplingNearest2d', SIZE, rest), mode: 'nearest' });
  }
}

/** Resizes images bilinearly, corners aligned. @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html */
export class UpsamplingBilinear2d extends Upsample {
  constructor(...rest: Rest<SizeOptions, typeof SIZE>) {
    super({ ...keywords<SizeOptions>('UpsamplingBilinear2d', SIZE, rest), mode: 'bilinear', alignCorners: true });
  }
}
