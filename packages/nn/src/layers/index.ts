/**
 * The layers: PyTorch's `torch.nn` modules, but for containers and losses.
 */
export { Hardsigmoid, Hardswish, LogSigmoid, Mish, ReLU, ReLU6, SELU, Sigmoid, SiLU, Softsign, Tanh, Tanhshrink } from './activation.js';
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d, AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d } from './adaptive-pool.js';
export { AdaptiveLogSoftmaxWithLoss, type AdaptiveSoftmaxOptions } from './adaptive-softmax.js';
export { MultiheadAttention, type AttentionOptions, type MultiheadAttentionOptions } from './attention.js';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, type NormOptions } from './batch-norm.js';
export { Conv1d, Conv2d, Conv3d, type ConvLayerOptions, type PaddingMode } from './conv.js';
export { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeLayerOptions } from './conv-transpose.js';
export { CosineSimilarity, PairwiseDistance } from './distance.js';
export { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout } from './dropout.js';
export { Embedding, EmbeddingBag } from './embedding.js';
export { FractionalMaxPool2d, FractionalMaxPool3d } from './fractional-pool.js';
export { LazyConv1d, LazyConv2d, LazyConv3d, LazyConvTranspose1d, LazyConvTranspose2d, LazyConvTranspose3d, LazyLinear } from './lazy.js';
export { LazyBatchNorm1d, LazyBatchNorm2d, LazyBatchNorm3d, LazyInstanceNorm1d, LazyInstanceNorm2d, LazyInstanceNorm3d } from './lazy-norm.js';
export { CrossMapLRN2d, GroupNorm, LayerNorm, LocalResponseNorm } from './layer-norm.js';
export { Bilinear, Identity, Linear, type LinearOptions } from './linear.js';
export * from './padding.js';
export * from './piecewise-activation.js';
export * from './pool.js';
export type { RecurrentOptions } from './recurrent.js';
export { GRUCell, LSTMCell, RNNCell, type CellOptions } from './recurrent-cell.js';
export { GRU, LSTM, RNN } from './recurrent-layers.js';
export { RMSNorm, type RMSNormOptions } from './rms-norm.js';
export { ChannelShuffle, Flatten, Fold, PixelShuffle, PixelUnshuffle, Unflatten, Unfold } from './shape.js';
export * from './smooth-activation.js';
export { LogSoftmax, Softmax, Softmax2d, Softmin } from './softmax.js';
export { Transformer, TransformerDecoder, TransformerEncoder } from './transformer.js';
export { TransformerDecoderLayer, TransformerEncoderLayer, type TransformerLayerOptions } from './transformer-layer.js';
export { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from './upsample.js';
