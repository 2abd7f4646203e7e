/**
 * Softmax layers.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#non-linear-activations-other
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { logSoftmax, softmax, softmin } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { Module } from '../module.js';
import { listed } from '../repr.js';

interface DimOptions {
  /** The dimension that sums to 1. Default: 0 of 1-d and 3-d inputs, otherwise 1, as in PyTorch. */
  readonly dim?: number | null;
}

const DIM = ['dim'] as const;

abstract class AlongDim extends Module {
  readonly dim: number | null;

  constructor(...rest: Rest<DimOptions, typeof DIM>) {
    super();
    this.dim = keywords<DimOptions>(this.constructor.name, DIM, rest).dim ?? null;
  }
  abstract override forward(x: Tensor): Tensor;
  protected dimOf(x: Tensor): number {
    return this.dim ?? (x.ndim === 0 || x.ndim === 1 || x.ndim === 3 ? 0 : 1);
  }
  override extraRepr(): string {
    return listed({ dim: this.dim });
  }
}

/** eˣ / Σ eˣ along `dim`. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html */
export class Softmax extends AlongDim {
  override forward(x: Tensor): Tensor {
    return softmax(x, this.dimOf(x));
  }
}

/** Softmax of −x. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmin.html */
export class Softmin extends AlongDim {
  override forward(x: Tensor): Tensor {
    return softmin(x, this.dimOf(x));
  }
}

/** The logarithm of softmax. @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html */
export class LogSoftmax extends AlongDim {
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dimOf(x));
  }
}

/** Softmax over the channels of images. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html */
export class Softmax2d extends Module {
  override forward(x: Tensor): Tensor {
    requireTensor('Softmax2d', x);
    if (x.ndim !== 3 && x.ndim !== 4) throw new ShapeError(`Softmax2d: got an input of shape ${shapeText(x.shape)}, expected [N, C, H, W] or [C, H, W].`);
    return softmax(x, -3);
  }
}
