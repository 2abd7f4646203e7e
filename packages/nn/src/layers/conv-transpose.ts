/**
 * Transposed convolution layers: the gradient of a convolution with respect to its input, as a layer.
 *
 * Invariant: weights are [inputs, outputs / groups, …kernel].
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
import { ArgumentError, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { convTranspose1d, convTranspose2d, convTranspose3d } from '../functional/conv.js';
import { ConvNd, type ConvLayerOptions } from './conv.js';
import { FACTORY } from './factory.js';

export interface ConvTransposeLayerOptions extends Omit<ConvLayerOptions, 'padding'> {
  /** What is cut off on both sides. Default 0. */
  readonly padding?: Size;
  /** What is added at the end. Default 0. */
  readonly outputPadding?: Size;
}

export const CONV_TRANSPOSE_LAYER = ['stride', 'padding', 'outputPadding', 'groups', 'bias', 'dilation', 'paddingMode', ...FACTORY] as const;

const FUNCTIONS = [convTranspose1d, convTranspose2d, convTranspose3d];

abstract class ConvTranspose extends ConvNd {
  readonly outputPadding: readonly number[];

  constructor(rank: number, inChannels: number, outChannels: number, kernelSize: Size, { outputPadding = 0, ...options }: ConvTransposeLayerOptions) {
    super(inChannels, outChannels, kernelSize, { ...options, rank, transposed: true });
    if (this.paddingMode !== 'zeros') throw new ArgumentError(`${this.constructor.name}: paddingMode must be 'zeros', got '${this.paddingMode}'.`);
    this.outputPadding = sizes(this.constructor.name, 'outputPadding', outputPadding, rank, 0);
  }
  protected override get outputPaddingShown(): readonly number[] {
    return this.outputPadding;
  }
  /** @param outputSize the spatial sizes of the result, or its shape; decides the output padding. */
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, groups, dilation } = this;
    const padding = this.padding as readonly number[];
    const extra = outputSize === undefined ? this.outputPadding : this.paddingFor(x, outputSize);
    return FUNCTIONS[this.kernelSize.length - 1](x, weight, bias, stride, padding, extra, groups, dilation);
  }
  private paddingFor(x: Tensor, outputSize: readonly number[]): number[] {
    const { kernelSize, stride, dilation } = this;
    const padding = this.padding as readonly number[];
    const rank = kernelSize.length;
    const asked = outputSize.length === rank ? outputSize : outputSize.slice(-rank);
    const from = x.shape.slice(-rank);
    const least = from.map((n, d) => (n - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernelSize[d] - 1) + 1);
    if (asked.length !== rank || asked.some((n, d) => n < least[d] || n > least[d] + stride[d] - 1)) {
      const most = least.map((n, d) => n + stride[d] - 1);
      throw new ShapeError(`${this.constructor.name}: got outputSize ${shapeText(outputSize)}, expected spatial sizes from ${shapeText(least)} to ${shapeText(most)}.`);
    }
    return asked.map((n, d) => n - least[d]);
  }
}

/** Transposed convolution of signals. @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html */
export class ConvTranspose1d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvTransposeLayerOptions, typeof CONV_TRANSPOSE_LAYER>) {
    super(1, inChannels, outChannels, kernelSize, keywords('ConvTranspose1d', CONV_TRANSPOSE_LAYER, rest));
  }
}

/** Transposed convolution of images. @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html */
export class ConvTranspose2d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvTransposeLayerOptions, typeof CONV_TRANSPOSE_LAYER>) {
    super(2, inChannels, outChannels, kernelSize, keywords('ConvTranspose2d', CONV_TRANSPOSE_LAYER, rest));
  }
}

/** Transposed convolution of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html */
export class ConvTranspose3d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvTransposeLayerOptions, typeof CONV_TRANSPOSE_LAYER>) {
    super(3, inChannels, outChannels, kernelSize, keywords('ConvTranspose3d', CONV_TRANSPOSE_LAYER, rest));
  }
}
