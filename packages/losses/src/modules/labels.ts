/**
 * Losses of class labels and of sequences of them as modules.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import type { Tensor } from '@sconce/core';
import type { Rest } from '@sconce/ops/families';
import { crossEntropy, nllLoss, type CrossEntropyOptions, type NLLOptions } from '../cross-entropy.js';
import { ctcLoss, type CTCOptions } from '../ctc.js';
import { multilabelMarginLoss, multiMarginLoss, type MultiMarginOptions } from '../margin.js';
import { lossOptions, type ReductionOptions } from '../reduction.js';
import { Loss, WeightedLoss } from './loss.js';

/**
 * `crossEntropy` as a module: scores in, no softmax before it.
 *
 * @example
 * const loss = new CrossEntropyLoss();
 * loss.forward(tensor([[0.1, 0.2, 3.9], [1.2, 0.1, 0.3]]), tensor([2, 0]));        // 0.2998
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
export class CrossEntropyLoss extends WeightedLoss<CrossEntropyOptions> {
  constructor(...rest: Rest<CrossEntropyOptions, ['weight']>) {
    super(lossOptions('CrossEntropyLoss', rest, ['weight']), ['ignoreIndex', 'labelSmoothing']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/** `nllLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html */
export class NLLLoss extends WeightedLoss<NLLOptions> {
  constructor(...rest: Rest<NLLOptions, ['weight']>) {
    super(lossOptions('NLLLoss', rest, ['weight']), ['ignoreIndex']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return nllLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/** `multiMarginLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html */
export class MultiMarginLoss extends WeightedLoss<MultiMarginOptions> {
  constructor(...rest: Rest<MultiMarginOptions, ['p', 'margin', 'weight']>) {
    super(lossOptions('MultiMarginLoss', rest, ['p', 'margin', 'weight']), ['p', 'margin']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/** `multilabelMarginLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html */
export class MultiLabelMarginLoss extends Loss<ReductionOptions> {
  constructor(options: ReductionOptions = {}) {
    super(options);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, this.options);
  }
}

/** `ctcLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html */
export class CTCLoss extends Loss<CTCOptions> {
  constructor(...rest: Rest<CTCOptions, ['blank', 'reduction', 'zeroInfinity']>) {
    super(lossOptions('CTCLoss', rest, ['blank', 'reduction', 'zeroInfinity']), ['blank', 'zeroInfinity']);
  }
  override forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
  ): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.options);
  }
}
