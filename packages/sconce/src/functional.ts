/**
 * `torch.nn.functional`: the functions under the layers and under the losses, which come from two packages.
 */
import * as l from '@sconce/losses';
import { functional as layers } from '@sconce/nn';

const losses = {
  binaryCrossEntropy: l.binaryCrossEntropy,
  binaryCrossEntropyWithLogits: l.binaryCrossEntropyWithLogits,
  cosineEmbeddingLoss: l.cosineEmbeddingLoss,
  crossEntropy: l.crossEntropy,
  ctcLoss: l.ctcLoss,
  gaussianNllLoss: l.gaussianNllLoss,
  hingeEmbeddingLoss: l.hingeEmbeddingLoss,
  huberLoss: l.huberLoss,
  klDiv: l.klDiv,
  l1Loss: l.l1Loss,
  marginRankingLoss: l.marginRankingLoss,
  mseLoss: l.mseLoss,
  multiMarginLoss: l.multiMarginLoss,
  multilabelMarginLoss: l.multilabelMarginLoss,
  multilabelSoftMarginLoss: l.multilabelSoftMarginLoss,
  nllLoss: l.nllLoss,
  poissonNllLoss: l.poissonNllLoss,
  smoothL1Loss: l.smoothL1Loss,
  softMarginLoss: l.softMarginLoss,
  tripletMarginLoss: l.tripletMarginLoss,
  tripletMarginWithDistanceLoss: l.tripletMarginWithDistanceLoss,
};

/** All functions of `torch.nn.functional`. */
export const functional: typeof layers & typeof losses = /* @__PURE__ */ Object.assign({}, layers, losses);
