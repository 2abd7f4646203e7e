/**
 * Activations of straight pieces whose ends and slopes are numbers, given, drawn or learnt.
 *
 * Invariant: `inplace` is taken and printed for PyTorch's sake; a result is always a tensor of its own.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { hardshrink, prelu, threshold } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { hardtanh, leakyRelu, softshrink } from '../functional/activation.js';
import { rrelu } from '../functional/random-activation.js';
import { constant_ } from '../init.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { float, listed } from '../repr.js';
import { INPLACE, type InplaceOptions } from './activation.js';
import { FACTORY, parameter, type FactoryOptions } from './factory.js';

/** x where it is above a threshold, elsewhere a value. @see https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html */
export class Threshold extends Module {
  readonly inplace: boolean;

  constructor(
    readonly threshold: number,
    readonly value: number,
    ...rest: Rest<InplaceOptions, typeof INPLACE>
  ) {
    super();
    this.inplace = keywords<InplaceOptions>('Threshold', INPLACE, rest).inplace ?? false;
  }
  override forward(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }
  override extraRepr(): string {
    return listed({ threshold: this.threshold, value: this.value, inplace: this.inplace || undefined });
  }
}

interface HardtanhOptions extends InplaceOptions {
  /** Default −1. */
  readonly minVal?: number;
  /** Default 1. */
  readonly maxVal?: number;
}

const HARDTANH = ['minVal', 'maxVal', 'inplace'] as const;

/** min(max(x, minVal), maxVal). @see https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html */
export class Hardtanh extends Module {
  readonly minVal: number | undefined;
  readonly maxVal: number | undefined;
  readonly inplace: boolean;

  constructor(...rest: Rest<HardtanhOptions, typeof HARDTANH>) {
    super();
    const { minVal, maxVal, inplace = false } = keywords<HardtanhOptions>('Hardtanh', HARDTANH, rest);
    if (!((minVal ?? -1) < (maxVal ?? 1))) throw new ArgumentError(`Hardtanh: minVal must be below maxVal, got ${minVal ?? -1} and ${maxVal ?? 1}.`);
    [this.minVal, this.maxVal, this.inplace] = [minVal, maxVal, inplace];
  }
  override forward(x: Tensor): Tensor {
    return hardtanh(x, this.minVal ?? -1, this.maxVal ?? 1);
  }
  override extraRepr(): string {
    return listed({ min_val: this.minVal ?? '-1.0', max_val: this.maxVal ?? '1.0', inplace: this.inplace || undefined });
  }
}

const LAMBD = ['lambd'] as const;

/** An activation that is 0 within lambd of 0. */
abstract class Shrinking extends Module {
  readonly lambd: number;

  constructor(...rest: Rest<{ readonly lambd?: number }, typeof LAMBD>) {
    super();
    this.lambd = keywords<{ lambd?: number }>(this.constructor.name, LAMBD, rest).lambd ?? 0.5;
  }
  abstract override forward(x: Tensor): Tensor;
  override extraRepr(): string {
    return float(this.lambd);
  }
}

/** x outside −lambd … lambd, 0 inside. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html */
export class Hardshrink extends Shrinking {
  override forward(x: Tensor): Tensor {
    return hardshrink(x, this.lambd);
  }
}

/** x moved towards 0 by lambd, 0 inside. @see https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html */
export class Softshrink extends Shrinking {
  override forward(x: Tensor): Tensor {
    return softshrink(x, this.lambd);
  }
}

interface LeakyReLUOptions extends InplaceOptions {
  /** Default 0.01. */
  readonly negativeSlope?: number;
}

const LEAKY_RELU = ['negativeSlope', 'inplace'] as const;

/** x above 0, below negativeSlope · x. @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  readonly inplace: boolean;

  constructor(...rest: Rest<LeakyReLUOptions, typeof LEAKY_RELU>) {
    super();
    const { negativeSlope = 0.01, inplace = false } = keywords<LeakyReLUOptions>('LeakyReLU', LEAKY_RELU, rest);
    [this.negativeSlope, this.inplace] = [negativeSlope, inplace];
  }
  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
  override extraRepr(): string {
    return listed({ negative_slope: float(this.negativeSlope), inplace: this.inplace || undefined });
  }
}

interface RReLUOptions extends InplaceOptions {
  /** Default 1/8. */
  readonly lower?: number;
  /** Default 1/3. */
  readonly upper?: number;
}

const RRELU = ['lower', 'upper', 'inplace'] as const;

/** Leaky ReLU with slopes drawn at random in training. @see https://pytorch.org/docs/stable/generated/torch.nn.RReLU.html */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  readonly inplace: boolean;

  constructor(...rest: Rest<RReLUOptions, typeof RRELU>) {
    super();
    const { lower = 1 / 8, upper = 1 / 3, inplace = false } = keywords<RReLUOptions>('RReLU', RRELU, rest);
    [this.lower, this.upper, this.inplace] = [lower, upper, inplace];
  }
  override forward(x: Tensor): Tensor {
    return rrelu(x, this.lower, this.upper, { training: this.training });
  }
  override extraRepr(): string {
    return listed({ lower: float(this.lower), upper: float(this.upper), inplace: this.inplace || undefined });
  }
}

interface PReLUOptions extends FactoryOptions {
  /** One for all channels, or one for each. Default 1. */
  readonly numParameters?: number;
  /** Default 0.25. */
  readonly init?: number;
}

const PRELU = ['numParameters', 'init', ...FACTORY] as const;

/** x above 0, below a learnt multiple of x. @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html */
export class PReLU extends Module {
  readonly numParameters: number;
  weight: Parameter;

  constructor(...rest: Rest<PReLUOptions, typeof PRELU>) {
    super();
    const { numParameters = 1, init = 0.25, ...factory } = keywords<PReLUOptions>('PReLU', PRELU, rest);
    this.numParameters = numParameters;
    this.weight = parameter([numParameters], factory);
    constant_(this.weight, init);
  }
  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }
  override extraRepr(): string {
    return listed({ num_parameters: this.numParameters });
  }
}
