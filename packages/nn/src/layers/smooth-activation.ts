/**
 * Smooth activations whose shape a number, a name or a dimension decides.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
 */
import type { Tensor } from '@sconce/core';
import { celu } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { gelu } from '../functional/gelu.js';
import { elu, glu, softplus } from '../functional/smooth-activation.js';
import { Module } from '../module.js';
import { float, listed } from '../repr.js';
import type { InplaceOptions } from './activation.js';

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
