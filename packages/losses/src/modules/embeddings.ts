/**
 * Losses of rankings and of distances between embeddings as modules.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#loss-functions
 */
import type { Tensor } from '@sconce/core';
import { Module, PairwiseDistance } from '@sconce/nn';
import type { Rest } from '@sconce/ops/families';
import {
  cosineEmbeddingLoss,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
  type Distance,
  type TripletMarginOptions,
  type TripletOptions,
} from '../distance.js';
import { hingeEmbeddingLoss, marginRankingLoss, type MarginOptions } from '../margin.js';
import { lossOptions } from '../reduction.js';
import { Loss } from './loss.js';

/** `marginRankingLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html */
export class MarginRankingLoss extends Loss<MarginOptions> {
  constructor(...rest: Rest<MarginOptions, ['margin']>) {
    super(lossOptions('MarginRankingLoss', rest, ['margin']), ['margin']);
  }
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, this.options);
  }
}

/** `hingeEmbeddingLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html */
export class HingeEmbeddingLoss extends Loss<MarginOptions> {
  constructor(...rest: Rest<MarginOptions, ['margin']>) {
    super(lossOptions('HingeEmbeddingLoss', rest, ['margin']), ['margin']);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, this.options);
  }
}

/** `cosineEmbeddingLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html */
export class CosineEmbeddingLoss extends Loss<MarginOptions> {
  constructor(...rest: Rest<MarginOptions, ['margin']>) {
    super(lossOptions('CosineEmbeddingLoss', rest, ['margin']), ['margin']);
  }
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/** `tripletMarginLoss` as a module. @see https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html */
export class TripletMarginLoss extends Loss<TripletMarginOptions> {
  constructor(...rest: Rest<TripletMarginOptions, ['margin', 'p', 'eps', 'swap']>) {
    super(lossOptions('TripletMarginLoss', rest, ['margin', 'p', 'eps', 'swap']), ['margin', 'swap', 'p', 'eps']);
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

type DistanceModule = Module & { forward: Distance };

export interface TripletDistanceModuleOptions extends TripletOptions {
  /** A function of two tensors, or a module that is one. Default: `PairwiseDistance`. */
  readonly distanceFunction?: Distance | DistanceModule | null;
}

/**
 * `tripletMarginWithDistanceLoss` as a module; a distance that is a module belongs to it.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html
 */
export class TripletMarginWithDistanceLoss extends Loss<TripletOptions> {
  readonly distanceFunction: Distance | DistanceModule;

  constructor({ distanceFunction, ...options }: TripletDistanceModuleOptions = {}) {
    super(options, ['margin', 'swap']);
    this.distanceFunction = distanceFunction ?? new PairwiseDistance();
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const d = this.distanceFunction;
    const distanceFunction: Distance = d instanceof Module ? (x, y) => d.forward(x, y) : d;
    return tripletMarginWithDistanceLoss(anchor, positive, negative, { ...this.options, distanceFunction });
  }
}
