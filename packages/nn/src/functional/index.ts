/**
 * `functional`: the functions under the layers, PyTorch's `torch.nn.functional`.
 */
export { celu, hardshrink, prelu, relu, selu, sigmoid, tanh, threshold } from '@sconce/ops';
export { cosineSimilarity, logSoftmax, normalize, pairwiseDistance, pdist, softmax, softmin } from '@sconce/ops';
export * from './activation.js';
export * from './gelu.js';
export * from './smooth-activation.js';
export * from './random-activation.js';
export * from './in-place.js';
export { bilinear, linear } from './linear.js';
export { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d, adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d } from './adaptive-pool.js';
export { avgPool1d, avgPool2d, avgPool3d, lpPool1d, lpPool2d, lpPool3d } from './average-pool.js';
export { conv1d, conv2d, conv3d, convTbc, convTranspose1d, convTranspose2d, convTranspose3d } from './conv.js';
export { fractionalMaxPool2d, fractionalMaxPool3d, type FractionalPoolOptions } from './fractional-pool.js';
export { maxPool1d, maxPool2d, maxPool3d, maxUnpool1d, maxUnpool2d, maxUnpool3d } from './max-pool.js';
export { interpolate, upsample, upsampleBilinear, upsampleNearest, type InterpolateOptions, type InterpolationMode } from './interpolate.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './shuffle.js';
export { groupNorm, layerNorm, localResponseNorm, nativeLayerNorm } from './layer-norm.js';
export { rmsNorm, type RmsNormOptions } from './rms-norm.js';
export { batchNorm, instanceNorm, nativeBatchNorm } from './batch-norm.js';
export { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout } from './dropout.js';
export { embedding } from './embedding.js';
export { embeddingBag, type BagMode } from './embedding-bag.js';
export { fold, unfold } from './fold.js';
export { oneHot, pad, type PadMode } from '@sconce/ops';
export { affineGrid, gridSample } from './grid-sample.js';
export { multiHeadAttentionForward, scaledDotProductAttention, scaledDotProductAttentionWithWeights, type MultiHeadOptions, type MultiHeadWeights } from './attention.js';
