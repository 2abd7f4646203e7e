/**
 * Lazy linear layers and convolutions: they learn from their first input how many features it has. Then they are the layers
 * whose names they have with `Lazy` in front.
 *
 * Invariant: an input that the layer would reject leaves it lazy. A state dict that is loaded gives shapes and values.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.modules.lazy.LazyModuleMixin.html
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { keywords, type Rest, type Size } from '../arguments.js';
import type { Module } from '../module.js';
import { Conv1d, Conv2d, Conv3d, CONV_LAYER, type ConvLayerOptions } from './conv.js';
import { CONV_TRANSPOSE_LAYER, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeLayerOptions } from './conv-transpose.js';
import { channelsOf, defer, settle } from './lazy-module.js';
import { Linear, type LinearOptions } from './linear.js';

// ── linear ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A `Linear` whose first input says how many features go in.
 *
 * @example
 * const layer = new LazyLinear(8);
 * layer.forward(ones(2, 5));
 * layer.weight.shape;      // [8, 5]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
 */
export class LazyLinear extends Linear {
  constructor(outFeatures: number, ...rest: Rest<LinearOptions, readonly ['bias', 'device', 'dtype']>) {
    super(1, outFeatures, ...rest);
    defer(this, 'inFeatures', ['weight', 'bias']);
  }
  override forward(x: Tensor): Tensor {
    requireTensor('LazyLinear', x);
    if (x.ndim === 0) throw new ShapeError('LazyLinear: got an input without dimensions, expected features in the last one.');
    const from = x.shape[x.ndim - 1];
    settle(this, Linear, 'inFeatures', from, { weight: [this.outFeatures, from], bias: [this.outFeatures] }, () => this.resetParameters());
    return super.forward(x);
  }
}

// ── convolutions ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Convolution = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;

/** Stands for the number of input channels until it is known: any that falls into the groups. */
const groupsOf = (op: string, names: readonly string[], rest: readonly unknown[]): number =>
  Math.max(1, Math.floor(keywords<{ groups?: number } & Record<string, unknown>>(op, names, rest).groups ?? 1) || 1);

function settleConvolution(layer: Convolution, become: { readonly prototype: Module }, x: Tensor, transposed: boolean): void {
  const { kernelSize, outChannels, groups } = layer;
  const rank = kernelSize.length;
  const channels = channelsOf(layer.constructor.name, x, [rank + 1, rank + 2], rank);
  if (channels % groups !== 0 || channels === 0) {
    throw new ShapeError(`${layer.constructor.name}: the ${channels} channels of an input of shape ${shapeText(x.shape)} do not fall into ${groups} groups.`);
  }
  const [first, second] = transposed ? [channels, outChannels] : [outChannels, channels];
  const shapes = { weight: [first, second / groups, ...kernelSize], bias: [outChannels] };
  settle(layer, become, 'inChannels', channels, shapes, () => layer.resetParameters());
}

type ConvRest = Rest<ConvLayerOptions, typeof CONV_LAYER>;
type TransposeRest = Rest<ConvTransposeLayerOptions, typeof CONV_TRANSPOSE_LAYER>;

/** A `Conv1d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv1d.html */
export class LazyConv1d extends Conv1d {
  constructor(outChannels: number, kernelSize: Size, ...rest: ConvRest) {
    super(groupsOf('LazyConv1d', CONV_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor): Tensor {
    settleConvolution(this, Conv1d, x, false);
    return super.forward(x);
  }
}

/** A `Conv2d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv2d.html */
export class LazyConv2d extends Conv2d {
  constructor(outChannels: number, kernelSize: Size, ...rest: ConvRest) {
    super(groupsOf('LazyConv2d', CONV_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor): Tensor {
    settleConvolution(this, Conv2d, x, false);
    return super.forward(x);
  }
}

/** A `Conv3d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv3d.html */
export class LazyConv3d extends Conv3d {
  constructor(outChannels: number, kernelSize: Size, ...rest: ConvRest) {
    super(groupsOf('LazyConv3d', CONV_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor): Tensor {
    settleConvolution(this, Conv3d, x, false);
    return super.forward(x);
  }
}

/** A `ConvTranspose1d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose1d.html */
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(outChannels: number, kernelSize: Size, ...rest: TransposeRest) {
    super(groupsOf('LazyConvTranspose1d', CONV_TRANSPOSE_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    settleConvolution(this, ConvTranspose1d, x, true);
    return super.forward(x, outputSize);
  }
}

/** A `ConvTranspose2d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose2d.html */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(outChannels: number, kernelSize: Size, ...rest: TransposeRest) {
    super(groupsOf('LazyConvTranspose2d', CONV_TRANSPOSE_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    settleConvolution(this, ConvTranspose2d, x, true);
    return super.forward(x, outputSize);
  }
}

/** A `ConvTranspose3d` that learns its input channels. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose3d.html */
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(outChannels: number, kernelSize: Size, ...rest: TransposeRest) {
    super(groupsOf('LazyConvTranspose3d', CONV_TRANSPOSE_LAYER, rest), outChannels, kernelSize, ...rest);
    defer(this, 'inChannels', ['weight', 'bias']);
  }
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    settleConvolution(this, ConvTranspose3d, x, true);
    return super.forward(x, outputSize);
  }
}
