/**
 * Independent: dimensions of a batch as dimensions of an event.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#independent
 */
import { ArgumentError, type Operand, type Shape, type Tensor } from '@sconce/core';
import type { DistributionOptions } from './arguments.js';
import { independent, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { sumRightmost } from './numbers.js';

/**
 * `baseDist` whose last `reinterpretedBatchNdims` batch dimensions make one event: their log probabilities add up.
 *
 * @throws ArgumentError where the batch has fewer dimensions.
 * @example
 * new Independent(new Normal(zeros([3]), 1), 1).logProb(zeros([3]));      // -2.7568
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.independent.Independent
 */
export class Independent extends Distribution {
  constructor(readonly baseDist: Distribution, readonly reinterpretedBatchNdims: number, options?: DistributionOptions) {
    const { batchShape, eventShape } = baseDist;
    if (!(reinterpretedBatchNdims >= 0 && reinterpretedBatchNdims <= batchShape.length)) {
      throw new ArgumentError(`Independent: reinterpretedBatchNdims must be from 0 to ${batchShape.length}, the dimensions of the batch, got ${reinterpretedBatchNdims}.`);
    }
    const kept = batchShape.length - reinterpretedBatchNdims;
    super(batchShape.slice(0, kept), [...batchShape.slice(kept), ...eventShape], options);
  }
  expand(batchShape: Shape): Independent {
    const own = this.eventShape.slice(0, this.reinterpretedBatchNdims);
    return new Independent(this.baseDist.expand([...batchShape, ...own]), this.reinterpretedBatchNdims, this.options);
  }
  get support(): Constraint {
    const { support } = this.baseDist;
    return this.reinterpretedBatchNdims === 0 ? support : independent(support, this.reinterpretedBatchNdims);
  }
  override get model(): Tensor {
    return this.baseDist.model;
  }
  override get hasRsample(): boolean {
    return this.baseDist.hasRsample;
  }
  override get hasEnumerateSupport(): boolean {
    return this.reinterpretedBatchNdims === 0 && this.baseDist.hasEnumerateSupport;
  }
  override get mean(): Tensor {
    return this.baseDist.mean;
  }
  override get mode(): Tensor {
    return this.baseDist.mode;
  }
  override get variance(): Tensor {
    return this.baseDist.variance;
  }
  override sample(shape?: Shape): Tensor {
    return this.baseDist.sample(shape);
  }
  override rsample(shape?: Shape): Tensor {
    return this.baseDist.rsample(shape);
  }
  override logProb(value: Operand): Tensor {
    return sumRightmost(this.baseDist.logProb(value), this.reinterpretedBatchNdims);
  }
  override entropy(): Tensor {
    return sumRightmost(this.baseDist.entropy(), this.reinterpretedBatchNdims);
  }
  override enumerateSupport(isExpanded?: boolean): Tensor {
    if (this.reinterpretedBatchNdims > 0) this.missing('enumerateSupport: it would be a product of sets');
    return this.baseDist.enumerateSupport(isExpanded);
  }
  override toString(): string {
    return `Independent(${String(this.baseDist)}, ${this.reinterpretedBatchNdims})`;
  }
}
