/**
 * Dropout layers: active in training mode only.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#dropout-layers
 */
import type { Tensor } from '@sconce/core';
import { keywords, type Rest } from '../arguments.js';
import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout, requireProbability } from '../functional/dropout.js';
import { Module } from '../module.js';
import { float, listed } from '../repr.js';
import type { InplaceOptions } from './activation.js';

export interface DropoutLayerOptions extends InplaceOptions {
  /** The probability of being dropped. Default 0.5. */
  readonly p?: number;
}

const DROPOUT_LAYER = ['p', 'inplace'] as const;

abstract class Drop extends Module {
  readonly p: number;
  readonly inplace: boolean;

  constructor(...rest: Rest<DropoutLayerOptions, typeof DROPOUT_LAYER>) {
    super();
    const { p = 0.5, inplace = false } = keywords<DropoutLayerOptions>(this.constructor.name, DROPOUT_LAYER, rest);
    requireProbability(this.constructor.name, p);
    [this.p, this.inplace] = [p, inplace];
  }
  abstract override forward(x: Tensor): Tensor;
  override extraRepr(): string {
    return listed({ p: float(this.p), inplace: this.inplace });
  }
}

/** Drops elements. @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html */
export class Dropout extends Drop {
  override forward(x: Tensor): Tensor {
    return dropout(x, this.p, this.training);
  }
}

/** Drops channels of signals. @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html */
export class Dropout1d extends Drop {
  override forward(x: Tensor): Tensor {
    return dropout1d(x, this.p, this.training);
  }
}

/** Drops channels of images. @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html */
export class Dropout2d extends Drop {
  override forward(x: Tensor): Tensor {
    return dropout2d(x, this.p, this.training);
  }
}

/** Drops channels of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html */
export class Dropout3d extends Drop {
  override forward(x: Tensor): Tensor {
    return dropout3d(x, this.p, this.training);
  }
}

/** Drops elements to where SELU saturates. @see https://pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html */
export class AlphaDropout extends Drop {
  override forward(x: Tensor): Tensor {
    return alphaDropout(x, this.p, this.training);
  }
}

/** Drops channels to where SELU saturates. @see https://pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html */
export class FeatureAlphaDropout extends Drop {
  override forward(x: Tensor): Tensor {
    return featureAlphaDropout(x, this.p, this.training);
  }
}
