/**
 * Distances and similarities of pairs.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#distance-functions
 */
import type { Tensor } from '@sconce/core';
import { cosineSimilarity, pairwiseDistance } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { Module } from '../module.js';

interface PairwiseDistanceOptions {
  /** The order of the norm. Default 2. */
  readonly p?: number;
  /** Is added to the differences. Default 1e-6. */
  readonly eps?: number;
  /** Default false. */
  readonly keepdim?: boolean;
}

const PAIRWISE_DISTANCE = ['p', 'eps', 'keepdim'] as const;

/** ‖x₁ − x₂ + eps‖ of order p along the last dimension. @see https://pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html */
export class PairwiseDistance extends Module {
  private readonly options: PairwiseDistanceOptions;

  constructor(...rest: Rest<PairwiseDistanceOptions, typeof PAIRWISE_DISTANCE>) {
    super();
    this.options = keywords<PairwiseDistanceOptions>('PairwiseDistance', PAIRWISE_DISTANCE, rest);
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    const { p = 2, eps = 1e-6, keepdim = false } = this.options;
    return pairwiseDistance(x1, x2, p, { eps, keepdim });
  }
}

interface CosineSimilarityOptions {
  /** Default 1. */
  readonly dim?: number;
  /** The least norm. Default 1e-8. */
  readonly eps?: number;
}

const COSINE_SIMILARITY = ['dim', 'eps'] as const;

/** The cosine between vectors along `dim`. @see https://pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html */
export class CosineSimilarity extends Module {
  private readonly options: CosineSimilarityOptions;

  constructor(...rest: Rest<CosineSimilarityOptions, typeof COSINE_SIMILARITY>) {
    super();
    this.options = keywords<CosineSimilarityOptions>('CosineSimilarity', COSINE_SIMILARITY, rest);
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    const { dim = 1, eps = 1e-8 } = this.options;
    return cosineSimilarity(x1, x2, dim, { eps });
  }
}
