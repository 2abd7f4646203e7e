/**
 * Activations without a number of their own.
 *
 * Invariant: `inplace` is taken and printed for PyTorch's sake; a result is always a tensor of its own.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
 */
import type { Tensor } from '@sconce/core';
import { relu, selu, sigmoid, tanh } from '@sconce/ops';
import { keywords, type Rest } from '../arguments.js';
import { hardsigmoid, hardswish, relu6 } from '../functional/activation.js';
import { logsigmoid, mish, silu, softsign, tanhshrink } from '../functional/smooth-activation.js';
import { Module } from '../module.js';
import { listed } from '../repr.js';

export interface InplaceOptions {
  /** Default false. */
  readonly inplace?: boolean;
}

export const INPLACE = ['inplace'] as const;

/** An activation that may be asked to work in place. */
abstract class Inplace extends Module {
  readonly inplace: boolean;

  constructor(...rest: Rest<InplaceOptions, typeof INPLACE>) {
    super();
    this.inplace = keywords<InplaceOptions>(this.constructor.name, INPLACE, rest).inplace ?? false;
  }
  abstract override forward(x: Tensor): Tensor;
  override extraRepr(): string {
    return listed({ inplace: this.inplace || undefined });
  }
}

/** max(x, 0). @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html */
export class ReLU extends Inplace {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** min(max(x, 0), 6). @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html */
export class ReLU6 extends Inplace {
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** Scaled ELU. @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html */
export class SELU extends Inplace {
  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** x · sigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html */
export class SiLU extends Inplace {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x · tanh(softplus(x)). @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html */
export class Mish extends Inplace {
  override forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/** x · min(max(x + 3, 0), 6) / 6. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html */
export class Hardswish extends Inplace {
  override forward(x: Tensor): Tensor {
    return hardswish(x);
  }
  override extraRepr(): string {
    return '';
  }
}

/** min(max(x / 6 + 1/2, 0), 1). @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html */
export class Hardsigmoid extends Inplace {
  override forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
  override extraRepr(): string {
    return '';
  }
}

/** 1 / (1 + e^−x). @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** The hyperbolic tangent. @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** log(sigmoid(x)). @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html */
export class LogSigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

/** x / (1 + |x|). @see https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html */
export class Softsign extends Module {
  override forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** x − tanh(x). @see https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html */
export class Tanhshrink extends Module {
  override forward(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}
