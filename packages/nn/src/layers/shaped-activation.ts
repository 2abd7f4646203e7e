/**
 * Activations whose shape a number decides, given or learnt.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { celu, hardshrink, prelu, threshold } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { hardtanh, leakyRelu, softshrink } from '../functional/activation.js';
import { rrelu } from '../functional/random-activation.js';
import { elu, gelu, glu, softplus } from '../functional/smooth-activation.js';
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

interface AlphaOptions extends InplaceOptions {
  /** Default 1. */
  readonly alpha?: number;
}

const ALPHA = ['alpha', 'inplace'] as const;

/** An activation that saturates at −alpha. */
abstract class Saturating extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  constructor(...rest: Rest<AlphaOptions, typeof ALPHA>) {
    super();
    const { alpha = 1, inplace = false } = keywords<AlphaOptions>(this.constructor.name, ALPHA, rest);
    [this.alpha, this.inplace] = [alpha, inplace];
  }
  abstract override forward(x: Tensor): Tensor;
  override extraRepr(): string {
    return listed({ alpha: float(this.alpha), inplace: this.inplace || undefined });
  }
}

/** x above 0, below alpha · (eˣ − 1). @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html */
export class ELU extends Saturating {
  override forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }
}

/** x above 0, below alpha · (e^(x / alpha) − 1). @see https://pytorch.org/docs/stable/generated/torch.nn.CELU.html */
export class CELU extends Saturating {
  override forward(x: Tensor): Tensor {
    return celu(x, this.alpha);
  }
}

/** The first half along `dim` times the sigmoid of the second. @see https://pytorch.org/docs/stable/generated/torch.nn.GLU.html */
export class GLU extends Module {
  readonly dim: number;

  constructor(...rest: Rest<{ readonly dim?: number }, readonly ['dim']>) {
    super();
    this.dim = keywords<{ dim?: number }>('GLU', ['dim'], rest).dim ?? -1;
  }
  override forward(x: Tensor): Tensor {
    return glu(x, this.dim);
  }
  override extraRepr(): string {
    return listed({ dim: this.dim });
  }
}

interface GELUOptions {
  /** Default 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

const GELU_NAMES = ['approximate'] as const;

/** x · Φ(x). @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  constructor(...rest: Rest<GELUOptions, typeof GELU_NAMES>) {
    super();
    this.approximate = keywords<GELUOptions>('GELU', GELU_NAMES, rest).approximate ?? 'none';
  }
  override forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }
  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** x outside −lambd … lambd, 0 inside. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html */
export class Hardshrink extends Module {
  readonly lambd: number;

  constructor(...rest: Rest<{ readonly lambd?: number }, readonly ['lambd']>) {
    super();
    this.lambd = keywords<{ lambd?: number }>('Hardshrink', ['lambd'], rest).lambd ?? 0.5;
  }
  override forward(x: Tensor): Tensor {
    return hardshrink(x, this.lambd);
  }
  override extraRepr(): string {
    return float(this.lambd);
  }
}

/** x moved towards 0 by lambd, 0 inside. @see https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html */
export class Softshrink extends Module {
  readonly lambd: number;

  constructor(...rest: Rest<{ readonly lambd?: number }, readonly ['lambd']>) {
    super();
    this.lambd = keywords<{ lambd?: number }>('Softshrink', ['lambd'], rest).lambd ?? 0.5;
  }
  override forward(x: Tensor): Tensor {
    return softshrink(x, this.lambd);
  }
  override extraRepr(): string {
    return float(this.lambd);
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

interface SoftplusOptions {
  /** Default 1. */
  readonly beta?: number;
  /** Above it, beta · x is its own softplus. Default 20. */
  readonly threshold?: number;
}

const SOFTPLUS = ['beta', 'threshold'] as const;

/** log(1 + e^(beta · x)) / beta. @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(...rest: Rest<SoftplusOptions, typeof SOFTPLUS>) {
    super();
    const { beta = 1, threshold = 20 } = keywords<SoftplusOptions>('Softplus', SOFTPLUS, rest);
    [this.beta, this.threshold] = [beta, threshold];
  }
  override forward(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }
  override extraRepr(): string {
    return listed({ beta: this.beta, threshold: this.threshold });
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
