/**
 * Batch normalisation folded into the layer before it, for evaluation: y = γ (Wx + b − μ) / √(σ² + ε) + β is one layer.
 *
 * Invariant: what is given stays as it is; the fused layer has parameters of its own.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_conv_bn_eval.html
 */
import { ArgumentError, noGrad, type Tensor } from '@sconce/core';
import { add, mul, onesLike, reshape, rsqrt, sub, zerosLike } from '@sconce/ops';
import { cloneModule, Parameter, type BatchNorm1d, type BatchNorm2d, type BatchNorm3d, type Conv1d, type Conv2d, type Conv3d, type ConvTranspose1d, type ConvTranspose2d, type ConvTranspose3d, type Linear } from '../index.js';

/** A weight and a bias with batch normalisation folded in. */
export type FusedWeights = readonly [weight: Parameter, bias: Parameter];

/**
 * The weight and bias of a convolution followed by batch normalisation.
 *
 * @param transpose whether the weight is a transposed convolution's, [inputs, outputs, …]. Default false.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_conv_bn_weights.html
 */
export function fuseConvBnWeights(
  weight: Tensor,
  bias: Tensor | null,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  scale: Tensor | null,
  shift: Tensor | null,
  transpose = false,
): FusedWeights {
  const [fusedWeight, fusedBias] = noGrad(() => {
    const factor = mul(scale ?? onesLike(mean), rsqrt(add(variance, eps)));
    const along = reshape(factor, weight.shape.map((_, d) => (d === (transpose ? 1 : 0) ? -1 : 1)));
    return [mul(weight, along), add(mul(sub(bias ?? zerosLike(mean), mean), factor), shift ?? zerosLike(mean))];
  });
  return [new Parameter(fusedWeight, weight.requiresGrad), new Parameter(fusedBias, bias?.requiresGrad ?? true)];
}

/** As `fuseConvBnWeights`, of a linear layer. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_linear_bn_weights.html */
export const fuseLinearBnWeights = (weight: Tensor, bias: Tensor | null, mean: Tensor, variance: Tensor, eps: number, scale: Tensor | null, shift: Tensor | null): FusedWeights =>
  fuseConvBnWeights(weight, bias, mean, variance, eps, scale, shift);

type Convolution = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;
type Normalization = BatchNorm1d | BatchNorm2d | BatchNorm3d;

function fuse<L extends Convolution | Linear>(op: string, layer: L, bn: Normalization, transpose: boolean): L {
  if (layer.training || bn.training) throw new ArgumentError(`${op}: fusing is for evaluation. Call eval() on both first.`);
  const { runningMean, runningVar } = bn;
  if (runningMean === null || runningVar === null) throw new ArgumentError(`${op}: the normalisation has no running statistics, which are what is folded in.`);
  const fused: Convolution | Linear = cloneModule<Convolution | Linear>(layer);
  [fused.weight, fused.bias] = fuseConvBnWeights(layer.weight, layer.bias, runningMean, runningVar, bn.eps, bn.weight, bn.bias, transpose);
  return fused as L;
}

/**
 * A convolution and the batch normalisation after it as one convolution.
 *
 * @param transpose whether it is a transposed one. Default false.
 * @throws ArgumentError when one is in training mode, or the normalisation keeps no statistics.
 * @example
 * const fused = fuseConvBnEval(new Conv2d(3, 8, 3).eval(), new BatchNorm2d(8).eval());
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_conv_bn_eval.html
 */
export const fuseConvBnEval = <C extends Convolution>(conv: C, bn: Normalization, transpose = false): C => fuse('fuseConvBnEval', conv, bn, transpose);

/** A linear layer and the batch normalisation after it as one layer. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.fuse_linear_bn_eval.html */
export const fuseLinearBnEval = <L extends Linear>(linear: L, bn: Normalization): L => fuse('fuseLinearBnEval', linear, bn, false);
