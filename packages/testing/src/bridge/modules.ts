/**
 * The bridge to modules: each class with the names of its arguments in PyTorch's order, which is ours.
 *
 * Invariant: renames and reorders, computes nothing.
 */
import * as nn from '@sconce/nn';
import type { Call } from './call.js';

export type ModuleBridge = Readonly<Record<string, (call: Call) => nn.Module>>;

type ModuleClass = object & { readonly prototype: nn.Module };

/** A module of these arguments, by position or by name. Python's None is null: some options mean it. */
const module =
  (Made: ModuleClass, ...names: readonly string[]) =>
  ({ args, named }: Call): nn.Module => {
    const values = names.map((name, i) => (i < args.length ? args[i] : named[name]));
    while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
    return new (Made as new (...args: unknown[]) => nn.Module)(...values);
  };

const CONV = ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding', 'dilation', 'groups', 'bias', 'padding_mode'];
const CONV_TRANSPOSE = ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding', 'output_padding', 'groups', 'bias', 'dilation', 'padding_mode'];
const MAX_POOL = ['kernel_size', 'stride', 'padding', 'dilation', 'return_indices', 'ceil_mode'];
const MAX_UNPOOL = ['kernel_size', 'stride', 'padding'];
const AVG_POOL = ['kernel_size', 'stride', 'padding', 'ceil_mode', 'count_include_pad', 'divisor_override'];
const LP_POOL = ['norm_type', 'kernel_size', 'stride', 'ceil_mode'];
const ADAPTIVE_MAX_POOL = ['output_size', 'return_indices'];
const NORM = ['num_features', 'eps', 'momentum', 'affine', 'track_running_stats'];
const DROPOUT = ['p', 'inplace'];
const FOLD = ['kernel_size', 'dilation', 'padding', 'stride'];
const TRANSFORMER = ['dim_feedforward', 'dropout', 'activation', 'layer_norm_eps', 'batch_first', 'norm_first'];

export const layerModules: ModuleBridge = {
  // linear
  Identity: module(nn.Identity),
  Linear: module(nn.Linear, 'in_features', 'out_features', 'bias'),
  Bilinear: module(nn.Bilinear, 'in1_features', 'in2_features', 'out_features', 'bias'),

  // convolution
  Conv1d: module(nn.Conv1d, ...CONV),
  Conv2d: module(nn.Conv2d, ...CONV),
  Conv3d: module(nn.Conv3d, ...CONV),
  ConvTranspose1d: module(nn.ConvTranspose1d, ...CONV_TRANSPOSE),
  ConvTranspose2d: module(nn.ConvTranspose2d, ...CONV_TRANSPOSE),
  ConvTranspose3d: module(nn.ConvTranspose3d, ...CONV_TRANSPOSE),

  // pooling
  MaxPool1d: module(nn.MaxPool1d, ...MAX_POOL),
  MaxPool2d: module(nn.MaxPool2d, ...MAX_POOL),
  MaxPool3d: module(nn.MaxPool3d, ...MAX_POOL),
  MaxUnpool1d: module(nn.MaxUnpool1d, ...MAX_UNPOOL),
  MaxUnpool2d: module(nn.MaxUnpool2d, ...MAX_UNPOOL),
  MaxUnpool3d: module(nn.MaxUnpool3d, ...MAX_UNPOOL),
  AvgPool1d: module(nn.AvgPool1d, ...AVG_POOL.slice(0, -1)),
  AvgPool2d: module(nn.AvgPool2d, ...AVG_POOL),
  AvgPool3d: module(nn.AvgPool3d, ...AVG_POOL),
  LPPool1d: module(nn.LPPool1d, ...LP_POOL),
  LPPool2d: module(nn.LPPool2d, ...LP_POOL),
  AdaptiveAvgPool1d: module(nn.AdaptiveAvgPool1d, 'output_size'),
  AdaptiveAvgPool2d: module(nn.AdaptiveAvgPool2d, 'output_size'),
  AdaptiveAvgPool3d: module(nn.AdaptiveAvgPool3d, 'output_size'),
  AdaptiveMaxPool1d: module(nn.AdaptiveMaxPool1d, ...ADAPTIVE_MAX_POOL),
  AdaptiveMaxPool2d: module(nn.AdaptiveMaxPool2d, ...ADAPTIVE_MAX_POOL),
  AdaptiveMaxPool3d: module(nn.AdaptiveMaxPool3d, ...ADAPTIVE_MAX_POOL),

  // padding
  ConstantPad1d: module(nn.ConstantPad1d, 'padding', 'value'),
  ConstantPad2d: module(nn.ConstantPad2d, 'padding', 'value'),
  ConstantPad3d: module(nn.ConstantPad3d, 'padding', 'value'),
  ZeroPad1d: module(nn.ZeroPad1d, 'padding'),
  ZeroPad2d: module(nn.ZeroPad2d, 'padding'),
  ZeroPad3d: module(nn.ZeroPad3d, 'padding'),
  ReflectionPad1d: module(nn.ReflectionPad1d, 'padding'),
  ReflectionPad2d: module(nn.ReflectionPad2d, 'padding'),
  ReflectionPad3d: module(nn.ReflectionPad3d, 'padding'),
  ReplicationPad1d: module(nn.ReplicationPad1d, 'padding'),
  ReplicationPad2d: module(nn.ReplicationPad2d, 'padding'),
  ReplicationPad3d: module(nn.ReplicationPad3d, 'padding'),
  CircularPad1d: module(nn.CircularPad1d, 'padding'),
  CircularPad2d: module(nn.CircularPad2d, 'padding'),
  CircularPad3d: module(nn.CircularPad3d, 'padding'),

  // activations
  CELU: module(nn.CELU, 'alpha', 'inplace'),
  ELU: module(nn.ELU, 'alpha', 'inplace'),
  GELU: module(nn.GELU, 'approximate'),
  GLU: module(nn.GLU, 'dim'),
  Hardshrink: module(nn.Hardshrink, 'lambd'),
  Hardsigmoid: module(nn.Hardsigmoid, 'inplace'),
  Hardswish: module(nn.Hardswish, 'inplace'),
  Hardtanh: module(nn.Hardtanh, 'min_val', 'max_val', 'inplace'),
  LeakyReLU: module(nn.LeakyReLU, 'negative_slope', 'inplace'),
  LogSigmoid: module(nn.LogSigmoid),
  LogSoftmax: module(nn.LogSoftmax, 'dim'),
  Mish: module(nn.Mish, 'inplace'),
  PReLU: module(nn.PReLU, 'num_parameters', 'init'),
  ReLU: module(nn.ReLU, 'inplace'),
  ReLU6: module(nn.ReLU6, 'inplace'),
  RReLU: module(nn.RReLU, 'lower', 'upper', 'inplace'),
  SELU: module(nn.SELU, 'inplace'),
  Sigmoid: module(nn.Sigmoid),
  SiLU: module(nn.SiLU, 'inplace'),
  Softmax: module(nn.Softmax, 'dim'),
  Softmax2d: module(nn.Softmax2d),
  Softmin: module(nn.Softmin, 'dim'),
  Softplus: module(nn.Softplus, 'beta', 'threshold'),
  Softshrink: module(nn.Softshrink, 'lambd'),
  Softsign: module(nn.Softsign),
  Tanh: module(nn.Tanh),
  Tanhshrink: module(nn.Tanhshrink),
  Threshold: module(nn.Threshold, 'threshold', 'value', 'inplace'),

  // normalisation and dropout
  BatchNorm1d: module(nn.BatchNorm1d, ...NORM),
  BatchNorm2d: module(nn.BatchNorm2d, ...NORM),
  BatchNorm3d: module(nn.BatchNorm3d, ...NORM),
  InstanceNorm1d: module(nn.InstanceNorm1d, ...NORM),
  InstanceNorm2d: module(nn.InstanceNorm2d, ...NORM),
  InstanceNorm3d: module(nn.InstanceNorm3d, ...NORM),
  LayerNorm: module(nn.LayerNorm, 'normalized_shape', 'eps', 'elementwise_affine'),
  GroupNorm: module(nn.GroupNorm, 'num_groups', 'num_channels', 'eps', 'affine'),
  LocalResponseNorm: module(nn.LocalResponseNorm, 'size', 'alpha', 'beta', 'k'),
  Dropout: module(nn.Dropout, ...DROPOUT),
  Dropout1d: module(nn.Dropout1d, ...DROPOUT),
  Dropout2d: module(nn.Dropout2d, ...DROPOUT),
  Dropout3d: module(nn.Dropout3d, ...DROPOUT),
  AlphaDropout: module(nn.AlphaDropout, ...DROPOUT),
  FeatureAlphaDropout: module(nn.FeatureAlphaDropout, ...DROPOUT),

  // shapes and resizing
  Flatten: module(nn.Flatten, 'start_dim', 'end_dim'),
  Unflatten: module(nn.Unflatten, 'dim', 'unflattened_size'),
  Fold: module(nn.Fold, 'output_size', ...FOLD),
  Unfold: module(nn.Unfold, ...FOLD),
  PixelShuffle: module(nn.PixelShuffle, 'upscale_factor'),
  PixelUnshuffle: module(nn.PixelUnshuffle, 'downscale_factor'),
  ChannelShuffle: module(nn.ChannelShuffle, 'groups'),
  Upsample: module(nn.Upsample, 'size', 'scale_factor', 'mode', 'align_corners', 'recompute_scale_factor'),
  UpsamplingNearest2d: module(nn.UpsamplingNearest2d, 'size', 'scale_factor'),
  UpsamplingBilinear2d: module(nn.UpsamplingBilinear2d, 'size', 'scale_factor'),

  // tables and distances
  Embedding: module(nn.Embedding, 'num_embeddings', 'embedding_dim', 'padding_idx', 'max_norm', 'norm_type', 'scale_grad_by_freq', 'sparse'),
  EmbeddingBag: module(
    nn.EmbeddingBag,
    ...['num_embeddings', 'embedding_dim', 'max_norm', 'norm_type', 'scale_grad_by_freq', 'mode', 'sparse', 'include_last_offset', 'padding_idx'],
  ),
  CosineSimilarity: module(nn.CosineSimilarity, 'dim', 'eps'),
  PairwiseDistance: module(nn.PairwiseDistance, 'p', 'eps', 'keepdim'),

  // sequences
  RNN: module(nn.RNN, 'input_size', 'hidden_size', 'num_layers', 'nonlinearity', 'bias', 'batch_first', 'dropout', 'bidirectional'),
  LSTM: module(nn.LSTM, 'input_size', 'hidden_size', 'num_layers', 'bias', 'batch_first', 'dropout', 'bidirectional', 'proj_size'),
  GRU: module(nn.GRU, 'input_size', 'hidden_size', 'num_layers', 'bias', 'batch_first', 'dropout', 'bidirectional'),
  RNNCell: module(nn.RNNCell, 'input_size', 'hidden_size', 'bias', 'nonlinearity'),
  LSTMCell: module(nn.LSTMCell, 'input_size', 'hidden_size', 'bias'),
  GRUCell: module(nn.GRUCell, 'input_size', 'hidden_size', 'bias'),
  MultiheadAttention: module(nn.MultiheadAttention, 'embed_dim', 'num_heads', 'dropout', 'bias', 'add_bias_kv', 'add_zero_attn', 'kdim', 'vdim', 'batch_first'),
  TransformerEncoderLayer: module(nn.TransformerEncoderLayer, 'd_model', 'nhead', ...TRANSFORMER),
  TransformerDecoderLayer: module(nn.TransformerDecoderLayer, 'd_model', 'nhead', ...TRANSFORMER),
  Transformer: module(
    nn.Transformer,
    ...['d_model', 'nhead', 'num_encoder_layers', 'num_decoder_layers', 'dim_feedforward', 'dropout', 'activation'],
    ...['custom_encoder', 'custom_decoder', 'layer_norm_eps', 'batch_first', 'norm_first'],
  ),
};
