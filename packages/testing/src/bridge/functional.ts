/**
 * The bridge to `nn.functional`: convolution, pooling, normalisation, embedding, resizing, attention.
 */
import { functional as F } from '@sconce/nn';
import { call, type OpBridge } from './call.js';

const AVG_POOL = ['input', 'kernel_size', 'stride', 'padding', 'ceil_mode', 'count_include_pad', 'divisor_override'];
const LP_POOL = ['input', 'norm_type', 'kernel_size', 'stride', 'ceil_mode'];
const MAX_POOL = ['input', 'kernel_size', 'stride', 'padding', 'dilation', 'ceil_mode', 'return_indices'];
const UNPOOL = ['input', 'indices', 'kernel_size', 'stride', 'padding', 'output_size'];
const CONV = ['input', 'weight', 'bias', 'stride', 'padding', 'dilation', 'groups'];
const CONV_TRANSPOSE = ['input', 'weight', 'bias', 'stride', 'padding', 'output_padding', 'groups', 'dilation'];

const interpolate = call(F.interpolate, ['input', 'size', 'scale_factor', 'mode', 'align_corners', 'recompute_scale_factor'], ['antialias']);
const lookUp = call(F.embedding, ['input', 'weight', 'padding_idx', 'max_norm', 'norm_type', 'scale_grad_by_freq', 'sparse']);
const lookUpBags = call(F.embeddingBag, ['input', 'weight', 'offsets', 'max_norm', 'norm_type', 'scale_grad_by_freq', 'mode', 'sparse', 'per_sample_weights', 'include_last_offset', 'padding_idx']);
const batchNorm = call(F.batchNorm, ['input', 'running_mean', 'running_var', 'weight', 'bias', 'training', 'momentum', 'eps']);

export const functional: OpBridge = {
  // convolution
  'nn.functional.conv1d': call(F.conv1d, CONV),
  'nn.functional.conv2d': call(F.conv2d, CONV),
  'nn.functional.conv3d': call(F.conv3d, CONV),
  'nn.functional.conv_transpose1d': call(F.convTranspose1d, CONV_TRANSPOSE),
  'nn.functional.conv_transpose2d': call(F.convTranspose2d, CONV_TRANSPOSE),
  'nn.functional.conv_transpose3d': call(F.convTranspose3d, CONV_TRANSPOSE),

  // pooling
  'nn.functional.avg_pool1d': call(F.avgPool1d, AVG_POOL.slice(0, 6)),
  'nn.functional.avg_pool2d': call(F.avgPool2d, AVG_POOL),
  'nn.functional.avg_pool3d': call(F.avgPool3d, AVG_POOL),
  'nn.functional.lp_pool1d': call(F.lpPool1d, LP_POOL),
  'nn.functional.lp_pool2d': call(F.lpPool2d, LP_POOL),
  'nn.functional.max_pool1d': call(F.maxPool1d, MAX_POOL),
  'nn.functional.max_pool2d': call(F.maxPool2d, MAX_POOL),
  'nn.functional.max_pool3d': call(F.maxPool3d, MAX_POOL),
  'nn.functional.max_unpool1d': call(F.maxUnpool1d, UNPOOL),
  'nn.functional.max_unpool1d.grad': call(F.maxUnpool1d, UNPOOL),
  'nn.functional.max_unpool2d': call(F.maxUnpool2d, UNPOOL),
  'nn.functional.max_unpool2d.grad': call(F.maxUnpool2d, UNPOOL),
  'nn.functional.max_unpool3d': call(F.maxUnpool3d, UNPOOL),
  'nn.functional.max_unpool3d.grad': call(F.maxUnpool3d, UNPOOL),
  'nn.functional.adaptive_avg_pool1d': call(F.adaptiveAvgPool1d, ['input', 'output_size']),
  'nn.functional.adaptive_avg_pool2d': call(F.adaptiveAvgPool2d, ['input', 'output_size']),
  'nn.functional.adaptive_avg_pool3d': call(F.adaptiveAvgPool3d, ['input', 'output_size']),
  'nn.functional.adaptive_max_pool1d': call(F.adaptiveMaxPool1d, ['input', 'output_size', 'return_indices']),
  'nn.functional.adaptive_max_pool2d': call(F.adaptiveMaxPool2d, ['input', 'output_size', 'return_indices']),
  'nn.functional.adaptive_max_pool3d': call(F.adaptiveMaxPool3d, ['input', 'output_size', 'return_indices']),

  // resizing
  ...Object.fromEntries(
    ['area', 'bicubic', 'bilinear', 'linear', 'nearest', 'trilinear'].map((mode) => [`nn.functional.interpolate.${mode}`, interpolate]),
  ),
  'nn.functional.upsample_bilinear': call(F.upsampleBilinear, ['input', 'size', 'scale_factor']),
  'nn.functional.upsample_nearest': call(F.upsampleNearest, ['input', 'size', 'scale_factor']),
  'nn.functional.pixel_shuffle': call(F.pixelShuffle, ['input', 'upscale_factor']),
  'nn.functional.pixel_unshuffle': call(F.pixelUnshuffle, ['input', 'downscale_factor']),

  // normalisation
  'nn.functional.layer_norm': call(F.layerNorm, ['input', 'normalized_shape', 'weight', 'bias', 'eps']),
  'nn.functional.group_norm': call(F.groupNorm, ['input', 'num_groups', 'weight', 'bias', 'eps']),
  'nn.functional.instance_norm': call(F.instanceNorm, ['input', 'running_mean', 'running_var', 'weight', 'bias', 'use_input_stats', 'momentum', 'eps']),
  'nn.functional.batch_norm': batchNorm,
  'nn.functional.batch_norm.without_cudnn': batchNorm,
  'nn.functional.local_response_norm': call(F.localResponseNorm, ['input', 'size', 'alpha', 'beta', 'k']),
  native_layer_norm: call(F.nativeLayerNorm, ['input', 'normalized_shape', 'weight', 'bias', 'eps']),
  native_batch_norm: call(F.nativeBatchNorm, ['input', 'weight', 'bias', 'running_mean', 'running_var', 'training', 'momentum', 'eps']),

  // embedding; the recorded calls have the table first
  'nn.functional.embedding': ({ args: [weight, idx, ...rest], named }) => lookUp({ args: [idx, weight, ...rest], named }),
  'nn.functional.embedding_bag': ({ args: [weight, idx, ...rest], named }) => lookUpBags({ args: [idx, weight, ...rest], named }),

  // blocks
  'nn.functional.unfold': call(F.unfold, ['input', 'kernel_size', 'dilation', 'padding', 'stride']),
  'nn.functional.fold': call(F.fold, ['input', 'output_size', 'kernel_size', 'dilation', 'padding', 'stride']),

  // spatial transformers
  'nn.functional.grid_sample': call(F.gridSample, ['input', 'grid', 'mode', 'padding_mode', 'align_corners']),
  'nn.functional.affine_grid': call(F.affineGrid, ['theta', 'size', 'align_corners']),

  // attention
  'nn.functional.scaled_dot_product_attention': call(F.scaledDotProductAttention, ['query', 'key', 'value', 'attn_mask', 'dropout_p', 'is_causal']),
  'nn.functional._scaled_dot_product_attention': call(F.scaledDotProductAttentionWithWeights, ['query', 'key', 'value', 'attn_mask'], ['dropout_p', 'is_causal']),

  // dropout, of which only what is certain can be compared
  'nn.functional.dropout': call(F.dropout, ['input', 'p', 'training', 'inplace']),
  'nn.functional.dropout2d': call(F.dropout2d, ['input', 'p', 'training', 'inplace']),
  'nn.functional.dropout3d': call(F.dropout3d, ['input', 'p', 'training', 'inplace']),
  'nn.functional.feature_alpha_dropout.with_train': call(F.featureAlphaDropout, ['input', 'p', 'training', 'inplace']),
  'nn.functional.feature_alpha_dropout.without_train': call(F.featureAlphaDropout, ['input', 'p', 'training', 'inplace']),
};
