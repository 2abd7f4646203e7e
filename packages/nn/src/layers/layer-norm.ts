/**
 * Normalisation layers that look at one sample at a time.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#normalization-layers
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, arange, div, ge, mul, narrow, pad, pow, reshape, sum, unfold, where } from '@sconce/ops';
import { requireInteger, requireSizes, type Integers } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { groupNorm, layerNorm, LOCAL_RESPONSE_NORM, localResponseNorm, type LocalResponseNormOptions } from '../functional/layer-norm.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { float, joined, listed, shown } from '../repr.js';
import { FACTORY, parameterOfOnes, parameterOfZeros, type FactoryOptions } from './factory.js';

export interface LayerNormOptions extends FactoryOptions {
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether to scale and shift by learnt amounts. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether to shift, where it scales. Default true. */
  readonly bias?: boolean;
}

const LAYER_NORM = ['eps', 'elementwiseAffine', 'bias', ...FACTORY] as const;

/**
 * The last dimensions of each sample standardised, scaled and shifted.
 *
 * @param normalizedShape the sizes of the last dimensions
 * @example new LayerNorm(512)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(normalizedShape: number | readonly number[], ...rest: Rest<LayerNormOptions, typeof LAYER_NORM>) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true, ...factory } = keywords<LayerNormOptions>('LayerNorm', LAYER_NORM, rest);
    this.normalizedShape = requireSizes('LayerNorm', [normalizedShape] as Integers);
    this.eps = eps;
    this.weight = elementwiseAffine ? parameterOfOnes(this.normalizedShape, factory) : null;
    this.bias = elementwiseAffine && bias ? parameterOfZeros(this.normalizedShape, factory) : null;
  }
  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return joined(shown(this.normalizedShape), listed({ eps: float(this.eps), elementwise_affine: this.weight !== null }));
  }
}

export interface GroupNormOptions extends FactoryOptions {
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether to scale and shift by learnt amounts. Default true. */
  readonly affine?: boolean;
}

const GROUP_NORM = ['eps', 'affine', ...FACTORY] as const;

/** Groups of channels of each sample standardised, scaled and shifted. @see https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html */
export class GroupNorm extends Module {
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    ...rest: Rest<GroupNormOptions, typeof GROUP_NORM>
  ) {
    super();
    const { eps = 1e-5, affine = true, ...factory } = keywords<GroupNormOptions>('GroupNorm', GROUP_NORM, rest);
    if (requireInteger('GroupNorm', 'numChannels', numChannels, 0) % requireInteger('GroupNorm', 'numGroups', numGroups, 1) !== 0) {
      throw new ShapeError(`GroupNorm: ${numChannels} channels do not fall into ${numGroups} groups.`);
    }
    this.eps = eps;
    this.weight = affine ? parameterOfOnes([numChannels], factory) : null;
    this.bias = affine ? parameterOfZeros([numChannels], factory) : null;
  }
  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }
  override extraRepr(): string {
    return joined(`${this.numGroups}, ${this.numChannels}`, listed({ eps: float(this.eps), affine: this.weight !== null }));
  }
}

/** Each element weighed down by its neighbouring channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html */
export class LocalResponseNorm extends Module {
  protected readonly options: Required<LocalResponseNormOptions>;

  constructor(
    readonly size: number,
    ...rest: Rest<LocalResponseNormOptions, typeof LOCAL_RESPONSE_NORM>
  ) {
    super();
    this.options = { alpha: 1e-4, beta: 0.75, k: 1, ...keywords<LocalResponseNormOptions>('LocalResponseNorm', LOCAL_RESPONSE_NORM, rest) };
  }
  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }
  override extraRepr(): string {
    const { alpha, beta, k } = this.options;
    return joined(String(this.size), listed({ alpha: float(alpha), beta: float(beta), k: float(k) }));
  }
}

/**
 * Each element weighed down by its neighbouring channels, as Torch7 had it: x / (k + α/size · Σx²)^β over ⌈size / 2⌉ − 1
 * channels on either side. From the channel on whose window leaves the first one behind, that one still counts, as in PyTorch.
 *
 * @see https://pytorch.org/docs/stable/_modules/torch/nn/modules/normalization.html
 */
export class CrossMapLRN2d extends LocalResponseNorm {
  override forward(x: Tensor): Tensor {
    const { alpha, beta, k } = this.options;
    requireTensor('CrossMapLRN2d', x);
    if (x.ndim !== 4) throw new ShapeError(`CrossMapLRN2d: got an input of shape ${shapeText(x.shape)}, expected [N, C, H, W].`);
    const reach = Math.floor((this.size + 1) / 2);
    const squares = mul(x, x);
    const windows = sum(unfold(pad(squares, [0, 0, 0, 0, reach - 1, reach - 1]), 1, 2 * reach - 1, 1), -1);
    const beyond = ge(arange(x.shape[1], { device: x.device }), reach);
    const sums = add(windows, where(reshape(beyond, [-1, 1, 1]), narrow(squares, 1, 0, 1), 0));
    return div(x, pow(add(mul(sums, alpha / this.size), k), beta));
  }
}
