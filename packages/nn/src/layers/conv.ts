/**
 * Convolution layers.
 *
 * Invariant: weights are [outputs, inputs / groups, …kernel], uniform within 1 / √fan to begin with.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#convolution-layers
 */
import { ArgumentError, describe, ShapeError, type Tensor } from '@sconce/core';
import { pad } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { conv1d, conv2d, conv3d } from '../functional/conv.js';
import { fansOf, kaimingUniform_, uniform_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { joined, listed, shown } from '../repr.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';

export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export interface ConvLayerOptions extends FactoryOptions {
  /** Default 1. */
  readonly stride?: Size;
  /** On both sides; 'same' keeps the sizes, 'valid' is 0. Default 0. */
  readonly padding?: Size | 'same' | 'valid';
  /** Default 1. */
  readonly dilation?: Size;
  /** Default 1. */
  readonly groups?: number;
  /** Whether to add a learnt bias. Default true. */
  readonly bias?: boolean;
  /** What padding consists of. Default 'zeros'. */
  readonly paddingMode?: PaddingMode;
}

export const CONV_LAYER = ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', ...FACTORY] as const;

const MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** What convolutions and their transposes have in common: the arguments, the parameters and the printed form. */
export abstract class ConvNd extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Size,
    options: ConvLayerOptions & { readonly rank: number; readonly transposed: boolean },
  ) {
    super();
    const op = this.constructor.name;
    const { rank, transposed, padding = 0, groups = 1, bias = true, paddingMode = 'zeros' } = options;
    requireInteger(op, 'inChannels', inChannels, 1);
    requireInteger(op, 'outChannels', outChannels, 1);
    this.kernelSize = sizes(op, 'kernelSize', kernelSize, rank);
    this.stride = sizes(op, 'stride', options.stride ?? 1, rank);
    this.padding = padding === 'same' || padding === 'valid' ? padding : sizes(op, 'padding', padding, rank, 0);
    this.dilation = sizes(op, 'dilation', options.dilation ?? 1, rank);
    this.groups = requireInteger(op, 'groups', groups, 1);
    this.paddingMode = paddingMode;
    if (!MODES.includes(paddingMode)) throw new ArgumentError(`${op}: paddingMode must be one of ${MODES.join(', ')}, got ${describe(paddingMode)}.`);
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(`${op}: ${inChannels} input and ${outChannels} output channels do not both fall into ${groups} groups.`);
    }
    if (padding === 'same' && this.stride.some((s) => s !== 1)) {
      throw new ArgumentError(`${op}: padding 'same' needs a stride of 1, got ${shown(this.stride)}.`);
    }
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    this.weight = parameter([first, second / groups, ...this.kernelSize], options);
    this.bias = bias ? parameter([outChannels], options) : null;
    this.resetParameters();
  }
  /** Draws weight and bias anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const [fanIn] = fansOf(this.constructor.name, this.weight.shape);
    if (this.bias !== null && fanIn > 0) uniform_(this.bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
  }
  abstract override forward(x: Tensor, outputSize?: readonly number[]): Tensor;

  /** What the transposes print besides. */
  protected get outputPaddingShown(): readonly number[] {
    return [];
  }
  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, groups, paddingMode } = this;
    const outputPadding = this.outputPaddingShown;
    const unless = <T>(isDefault: boolean, value: T): T | undefined => (isDefault ? undefined : value);
    return joined(
      `${this.inChannels}, ${this.outChannels}`,
      listed({
        kernel_size: kernelSize,
        stride,
        padding: unless(typeof padding !== 'string' && padding.every((p) => p === 0), padding),
        dilation: unless(dilation.every((d) => d === 1), dilation),
        output_padding: unless(outputPadding.every((p) => p === 0), outputPadding),
        groups: unless(groups === 1, groups),
        bias: unless(this.bias !== null, false),
        padding_mode: unless(paddingMode === 'zeros', paddingMode as string),
      }),
    );
  }
}

const FUNCTIONS = [conv1d, conv2d, conv3d];

abstract class Conv extends ConvNd {
  private readonly rank: number;

  constructor(rank: number, inChannels: number, outChannels: number, kernelSize: Size, options: ConvLayerOptions) {
    super(inChannels, outChannels, kernelSize, { ...options, rank, transposed: false });
    this.rank = rank;
  }
  override forward(x: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups, padding } = this;
    const convolve = FUNCTIONS[this.rank - 1];
    if (this.paddingMode === 'zeros') return convolve(x, weight, bias, stride, padding, dilation, groups);
    return convolve(pad(x, this.amounts(), this.paddingMode), weight, bias, stride, 0, dilation, groups);
  }
  /** Padding as `pad` takes it: the last dimension first, before and after. */
  private amounts(): number[] {
    const { padding, kernelSize, dilation } = this;
    const ends = kernelSize.map((k, d): [number, number] => {
      if (padding === 'valid') return [0, 0];
      const total = dilation[d] * (k - 1);
      return padding === 'same' ? [Math.floor(total / 2), Math.ceil(total / 2)] : [padding[d], padding[d]];
    });
    return ends.reverse().flat();
  }
}

/**
 * Convolution of signals, [N, C, L] → [N, M, Lout].
 *
 * @example new Conv1d(16, 33, 3, { stride: 2 })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvLayerOptions, typeof CONV_LAYER>) {
    super(1, inChannels, outChannels, kernelSize, keywords('Conv1d', CONV_LAYER, rest));
  }
}

/**
 * Convolution of images, [N, C, H, W] → [N, M, Hout, Wout].
 *
 * @example new Conv2d(3, 8, 3, { padding: 1 })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvLayerOptions, typeof CONV_LAYER>) {
    super(2, inChannels, outChannels, kernelSize, keywords('Conv2d', CONV_LAYER, rest));
  }
}

/**
 * Convolution of volumes, [N, C, D, H, W] → [N, M, Dout, Hout, Wout].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
 */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Size, ...rest: Rest<ConvLayerOptions, typeof CONV_LAYER>) {
    super(3, inChannels, outChannels, kernelSize, keywords('Conv3d', CONV_LAYER, rest));
  }
}
