/**
 * Normalisation of each sample by itself: over its last dimensions, over groups of channels, and among neighbouring
 * channels.
 *
 * Invariant: no sample sees another, in training and evaluation alike.
 *
 * Reference: Ba, Kiros and Hinton, Layer Normalization (2016); Wu and He, Group Normalization (ECCV 2018);
 * Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional neural networks (NIPS 2012)
 */
import { alias, ArgumentError, describe, DTypeError, isFloat, requireTensor, sameShape, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { add, div, mul, pow, reshape } from '@sconce/ops';
import { describeOp, noBool, onlyFloats, requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { resample } from './resample.js';
import { atRest, type Window } from './sampling.js';
import { scaleAndShift, standardize } from './standardize.js';

/** A scale or a shift that must have this shape. */
export function requireAffine(op: string, x: Tensor, t: Tensor | null, name: string, shape: Shape, why: string): void {
  if (t === null) return;
  requireTensor(op, t, name);
  const isWider = t.dtype === 'float32' && (x.dtype === 'float16' || x.dtype === 'bfloat16');
  if (isFloat(t.dtype) && t.dtype !== x.dtype && !isWider) {
    throw new DTypeError(`${op}: got an input of ${x.dtype} and ${name} of ${t.dtype}, expected one dtype. Use x.to('${t.dtype}'), or module.to('${x.dtype}').`);
  }
  if (!sameShape(t.shape, shape)) throw new ShapeError(`${op}: got ${name} of shape ${shapeText(t.shape)}, expected ${shapeText(shape)}, ${why}.`);
}

export interface AffineOptions {
  /** Scales what was normalised. */
  readonly weight?: Tensor | null;
  /** Is added to it. */
  readonly bias?: Tensor | null;
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const LAYER_NORM = ['weight', 'bias', 'eps'] as const;

/** The sizes of the last dimensions, which a tensor of floats must have. */
export function lastSizes(op: string, x: Tensor, normalizedShape: number | readonly number[]): readonly number[] {
  requireTensor(op, x);
  onlyFloats(x.dtype, op);
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (!Array.isArray(shape) || shape.length === 0) {
    throw new ArgumentError(`${op}: normalizedShape must hold at least one size, got ${describe(normalizedShape)}.`);
  }
  const lead = x.ndim - shape.length;
  if (lead < 0 || !sameShape(x.shape.slice(lead), shape)) {
    throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected one that ends with normalizedShape ${shapeText(shape)}.`);
  }
  return shape as readonly number[];
}

function normalizeLast(op: string, x: Tensor, normalizedShape: number | readonly number[], options: AffineOptions) {
  const shape = lastSizes(op, x, normalizedShape);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  requireAffine(op, x, weight, 'weight', shape, 'the normalizedShape');
  requireAffine(op, x, bias, 'bias', shape, 'the normalizedShape');
  const { value, mean, rstd } = standardize(op, x, shape.map((_, d) => x.ndim - shape.length + d), eps);
  return { output: scaleAndShift(value, weight, bias), mean, rstd };
}

/**
 * Each sample's last dimensions standardised: (x − mean) / √(var + eps) · weight + bias.
 *
 * @param x […, normalizedShape]
 * @param normalizedShape the sizes of the last dimensions
 * @throws ShapeError when x does not end with them or weight and bias have another shape; DTypeError for integers.
 * @example layerNorm(tensor([[1.0, 3.5]]), 2)             // [[-1, 1]], nearly
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 */
export const layerNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, normalizedShape: number | readonly number[], ...rest: Rest<AffineOptions, typeof LAYER_NORM>): Tensor =>
    normalizeLast('layerNorm', x, normalizedShape, keywords('layerNorm', LAYER_NORM, rest)).output,
  {
    name: 'layerNorm',
    samples: [{ tensors: [{ shape: [2, 4] }], rest: [4] }, { tensors: [{ shape: [2, 2, 2] }], rest: [[2, 2]] }],
    differentiable: true,
  },
);

/** `layerNorm`, with the means and 1 / √(var + eps) that it used; no gradient passes through those. */
export function nativeLayerNorm(x: Tensor, normalizedShape: readonly number[], ...rest: Rest<AffineOptions, typeof LAYER_NORM>): [Tensor, Tensor, Tensor] {
  const { output, mean, rstd } = normalizeLast('nativeLayerNorm', x, normalizedShape, keywords('nativeLayerNorm', LAYER_NORM, rest));
  return [output, mean, rstd];
}

/**
 * Each sample's channels standardised in groups, over the group and all positions.
 *
 * @param x [N, C, …]
 * @param numGroups divides C
 * @param weight and `bias`: [C]
 * @throws ShapeError when the groups do not divide the channels; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
 */
export const groupNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, numGroups: number, ...rest: Rest<AffineOptions, typeof LAYER_NORM>): Tensor => {
    const op = 'groupNorm';
    requireTensor(op, x);
    onlyFloats(x.dtype, op);
    const { weight = null, bias = null, eps = 1e-5 } = keywords<AffineOptions>(op, LAYER_NORM, rest);
    if (x.ndim < 2) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least two dimensions [N, C, …].`);
    const [n, channels, ...spatial] = x.shape;
    const groups = requireInteger(op, 'numGroups', numGroups, 1);
    if (channels % groups !== 0) throw new ShapeError(`${op}: ${channels} channels do not fall into ${groups} groups.`);
    requireAffine(op, x, weight, 'weight', [channels], 'one for each channel');
    requireAffine(op, x, bias, 'bias', [channels], 'one for each channel');
    if (x.numel() === groups) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)} in ${groups} groups, expected more than one element in a group.`);
    const grouped = reshape(x, [n, groups, channels / groups, ...spatial]);
    const dims = [channels, ...spatial].map((_, d) => d + 2);
    const perChannel = (t: Tensor | null): Tensor | null => t && reshape(t, [1, groups, channels / groups, ...spatial.map(() => 1)]);
    const y = scaleAndShift(standardize(op, grouped, dims, eps).value, perChannel(weight), perChannel(bias));
    return reshape(y, [...x.shape]);
  },
  {
    name: 'groupNorm',
    samples: [{ tensors: [{ shape: [2, 4, 2] }], rest: [2] }],
    differentiable: true,
  },
);

// ── among neighbouring channels ──────────────────────────────────────────────────────────────────────────────────────

export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

export const LOCAL_RESPONSE_NORM = ['alpha', 'beta', 'k'] as const;

/**
 * Each element over (k + alpha · Σ x² / size)^beta, the sum being over `size` neighbouring channels. The mean of integers is
 * rounded towards 0, and the result a float; an empty input comes back as it is.
 *
 * @param x [N, C, …]
 * @throws ShapeError for fewer than three dimensions; ArgumentError for a bad size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
 */
export const localResponseNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, size: number, ...rest: Rest<LocalResponseNormOptions, typeof LOCAL_RESPONSE_NORM>): Tensor => {
    const op = 'localResponseNorm';
    requireTensor(op, x);
    const { alpha = 1e-4, beta = 0.75, k = 1 } = keywords<LocalResponseNormOptions>(op, LOCAL_RESPONSE_NORM, rest);
    if (x.ndim < 3) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least three dimensions [N, C, …].`);
    const kernel = requireInteger(op, 'size', size, 1);
    if (x.numel() === 0) return alias(x);
    noBool(x.dtype, op);
    const [, channels, ...spatial] = x.shape;
    const neighbours: Window = { kind: 'window', from: channels, to: channels, kernel, stride: 1, dilation: 1, low: Math.floor(kernel / 2) };
    const squares = resample(mul(x, x), [neighbours, ...spatial.map(atRest)]);
    const mean = div(squares, kernel, { roundingMode: isFloat(x.dtype) ? null : 'trunc' });
    return div(x, pow(add(mul(mean, alpha), k), beta));
  },
  {
    name: 'localResponseNorm',
    samples: [{ tensors: [{ shape: [1, 4, 2] }], rest: [3, { alpha: 0.5, k: 2 }] }],
    differentiable: true,
  },
);
