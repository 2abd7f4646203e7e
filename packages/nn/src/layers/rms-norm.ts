/**
 * The layer that divides each sample by its root mean square.
 *
 * Reference: Zhang and Sennrich, Root Mean Square Layer Normalization (NeurIPS 2019)
 */
import type { Tensor } from '@sconce/core';
import { requireSizes, type Integers } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { rmsNorm } from '../functional/rms-norm.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { float, joined, listed, shown } from '../repr.js';
import { FACTORY, parameterOfOnes, type FactoryOptions } from './factory.js';

export interface RMSNormOptions extends FactoryOptions {
  /** Is added to the mean of the squares. Default: the input's dtype's `eps`. */
  readonly eps?: number | null;
  /** Whether to scale by learnt amounts. Default true. */
  readonly elementwiseAffine?: boolean;
}

const RMS_NORM = ['eps', 'elementwiseAffine', ...FACTORY] as const;

/**
 * The last dimensions of each sample over their root mean square, scaled.
 *
 * @param normalizedShape the sizes of the last dimensions
 * @example new RMSNorm(512)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
 */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  weight: Parameter | null;

  constructor(normalizedShape: number | readonly number[], ...rest: Rest<RMSNormOptions, typeof RMS_NORM>) {
    super();
    const { eps = null, elementwiseAffine = true, ...factory } = keywords<RMSNormOptions>('RMSNorm', RMS_NORM, rest);
    this.normalizedShape = requireSizes('RMSNorm', [normalizedShape] as Integers);
    this.eps = eps;
    this.weight = elementwiseAffine ? parameterOfOnes(this.normalizedShape, factory) : null;
  }
  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.weight, this.eps);
  }
  override extraRepr(): string {
    return joined(shown(this.normalizedShape), listed({ eps: this.eps === null ? 'None' : float(this.eps), elementwise_affine: this.weight !== null }));
  }
}
