/**
 * Linear layers, and the one that does nothing.
 *
 * Invariant: weights are [outputs, inputs], uniform within 1 / √inputs to begin with.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#linear-layers
 */
import type { Tensor } from '@sconce/core';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { bilinear, linear } from '../functional/linear.js';
import { kaimingUniform_, uniform_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { listed } from '../repr.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';

/**
 * Gives its input back; takes any arguments.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Identity.html
 */
export class Identity extends Module {
  constructor(..._ignored: readonly unknown[]) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

export interface LinearOptions extends FactoryOptions {
  /** Whether to add a learnt bias. Default true. */
  readonly bias?: boolean;
}

const LINEAR = ['bias', ...FACTORY] as const;

/**
 * x · weightᵀ + bias.
 *
 * @param inFeatures size of the last dimension of the input
 * @param outFeatures size of the last dimension of the result
 * @example const layer = new Linear(784, 128);
 * layer.forward(randn([32, 784])).shape            // [32, 128]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, ...rest: Rest<LinearOptions, typeof LINEAR>) {
    super();
    const { bias = true, ...factory } = keywords<LinearOptions>('Linear', LINEAR, rest);
    this.inFeatures = requireInteger('Linear', 'inFeatures', inFeatures, 0);
    this.outFeatures = requireInteger('Linear', 'outFeatures', outFeatures, 0);
    this.weight = parameter([outFeatures, inFeatures], factory);
    this.bias = bias ? parameter([outFeatures], factory) : null;
    this.resetParameters();
  }
  /** Draws weight and bias anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }
  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
  override extraRepr(): string {
    return listed({ in_features: this.inFeatures, out_features: this.outFeatures, bias: this.bias !== null });
  }
}

/** The output projection of attention, which PyTorch prints under this name. */
export class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * x₁ᵀ · weight · x₂ + bias, for each output feature a matrix.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
 */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, ...rest: Rest<LinearOptions, typeof LINEAR>) {
    super();
    const { bias = true, ...factory } = keywords<LinearOptions>('Bilinear', LINEAR, rest);
    this.in1Features = requireInteger('Bilinear', 'in1Features', in1Features, 1);
    this.in2Features = requireInteger('Bilinear', 'in2Features', in2Features, 1);
    this.outFeatures = requireInteger('Bilinear', 'outFeatures', outFeatures, 1);
    this.weight = parameter([outFeatures, in1Features, in2Features], factory);
    this.bias = bias ? parameter([outFeatures], factory) : null;
    this.resetParameters();
  }
  /** Draws weight and bias anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }
  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    return listed({ in1_features: in1Features, in2_features: in2Features, out_features: outFeatures, bias: bias !== null });
  }
}
