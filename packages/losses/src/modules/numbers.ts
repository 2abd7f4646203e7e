/**
 * Losses of numbers and of probabilities as modules.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import type { Tensor } from '@sconce/core';
import { Buffer } from '@sconce/nn';
import type { Rest } from '@sconce/ops/families';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, multilabelSoftMarginLoss, softMarginLoss, type LogitOptions, type WeightOptions } from '../binary.js';
import { gaussianNllLoss, klDiv, poissonNllLoss, type GaussianOptions, type KLDivOptions, type PoissonOptions } from '../likelihood.js';
import { lossOptions, type ReductionOptions } from '../reduction.js';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss, type HuberOptions, type SmoothL1Options } from '../regression.js';
import { Loss, WeightedLoss } from './loss.js';

/** `l1Loss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.L1Loss.html */
export class L1Loss extends Loss<ReductionOptions> {
  constructor(options: ReductionOptions = {}) {
    super(options);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options);
  }
}

/** `mseLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html */
export class MSELoss extends Loss<ReductionOptions> {
  constructor(options: ReductionOptions = {}) {
    super(options);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}

/** `smoothL1Loss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html */
export class SmoothL1Loss extends Loss<SmoothL1Options> {
  constructor(options: SmoothL1Options = {}) {
    super(options, ['beta']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options);
  }
}

/** `huberLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html */
export class HuberLoss extends Loss<HuberOptions> {
  constructor(...rest: Rest<HuberOptions, ['reduction', 'delta']>) {
    super(lossOptions('HuberLoss', rest, ['reduction', 'delta']), ['delta']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options);
  }
}

/**
 * `binaryCrossEntropy` as a module.
 *
 * @example
 * const loss = new BCELoss();
 * loss.forward(tensor([0.9, 0.2]), tensor([1.0, 0.0]));                // 0.1643
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
export class BCELoss extends WeightedLoss<WeightOptions> {
  constructor(...rest: Rest<WeightOptions, ['weight']>) {
    super(lossOptions('BCELoss', rest, ['weight']));
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/** `binaryCrossEntropyWithLogits` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html */
export class BCEWithLogitsLoss extends WeightedLoss<LogitOptions> {
  readonly posWeight: Buffer | null;

  constructor(...rest: Rest<LogitOptions, ['weight']>) {
    const { posWeight, ...options } = lossOptions<LogitOptions>('BCEWithLogitsLoss', rest, ['weight']);
    super(options);
    this.posWeight = posWeight ? new Buffer(posWeight) : null;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, { ...this.options, weight: this.weight, posWeight: this.posWeight });
  }
}

/** `softMarginLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html */
export class SoftMarginLoss extends Loss<ReductionOptions> {
  constructor(options: ReductionOptions = {}) {
    super(options);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, this.options);
  }
}

/** `multilabelSoftMarginLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html */
export class MultiLabelSoftMarginLoss extends WeightedLoss<WeightOptions> {
  constructor(...rest: Rest<WeightOptions, ['weight']>) {
    super(lossOptions('MultiLabelSoftMarginLoss', rest, ['weight']));
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/** `klDiv` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html */
export class KLDivLoss extends Loss<KLDivOptions> {
  constructor(options: KLDivOptions = {}) {
    super(options, ['logTarget'], ['batchmean']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.options);
  }
}

/** `poissonNllLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html */
export class PoissonNLLLoss extends Loss<PoissonOptions> {
  constructor(...rest: Rest<PoissonOptions, ['logInput', 'full']>) {
    super(lossOptions('PoissonNLLLoss', rest, ['logInput', 'full']), ['logInput', 'full', 'eps']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(input, target, this.options);
  }
}

/** `gaussianNllLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html */
export class GaussianNLLLoss extends Loss<GaussianOptions> {
  constructor(options: GaussianOptions = {}) {
    super(options, ['full', 'eps']);
  }
  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return gaussianNllLoss(input, target, variance, this.options);
  }
}
