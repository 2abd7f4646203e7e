/**
 * Adam and AdamW: steps scaled by running averages of the gradient and of its square.
 *
 * Reference: Kingma and Ba, Adam (ICLR 2015); Loshchilov and Hutter, Decoupled weight decay regularization (ICLR 2019).
 */
import { type Tensor } from '@sconce/core';
import { add, div, maximum, mul, neg, sqrt, sub } from '@sconce/ops';
import { RuleOptimizer, type ParamGroup, type Params } from './optimizer.js';
import { descentDirection, requireBetas, requireNonNegative, settings, type Settings } from './rules.js';
import { average, count, keep, kept, type ParamState } from './state.js';

export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  lr: number;
  /** Decay of the two running averages. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  weightDecay: number;
  /** Use the largest second moment so far (Reddi et al., 2018). */
  amsgrad: boolean;
  maximize: boolean;
}

const DEFAULTS: AdamOptions = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false };

type AdamSettings = Settings<AdamOptions, readonly ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad']>;

function checked(name: string, defaults: AdamOptions, rest: AdamSettings): AdamOptions {
  const all = settings(name, defaults, rest);
  requireNonNegative(name, all, ['lr', 'eps', 'weightDecay']);
  requireBetas(name, all.betas);
  return all;
}

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − lr · m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). */
function adamStep(p: Tensor, g: Tensor, state: ParamState, { lr, betas: [beta1, beta2], eps, amsgrad }: AdamOptions): Tensor {
  const step = count(state);
  const m = average(state, 'expAvg', g, beta1);
  const v = average(state, 'expAvgSq', mul(g, g), beta2);
  const before = kept(state, 'maxExpAvgSq');
  const second = amsgrad ? keep(state, 'maxExpAvgSq', before === undefined ? v : maximum(before, v)) : v;
  const denominator = add(div(sqrt(second), Math.sqrt(1 - beta2 ** step)), eps);
  return sub(p, mul(div(m, denominator), lr / (1 - beta1 ** step)));
}

/**
 * Adam; the penalty is added to the gradient.
 *
 * @throws ArgumentError for a negative option or betas outside [0, 1).
 * @example
 * const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export class Adam extends RuleOptimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, ...rest: AdamSettings) {
    super(params, checked('Adam', DEFAULTS, rest));
  }
  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<AdamOptions>): Tensor {
    return adamStep(p, descentDirection(p, grad, group), state, group);
  }
}

/**
 * AdamW: the penalty shrinks the parameter itself, p ← p − lr · λ · p. Default weight decay 0.01.
 *
 * @throws ArgumentError for a negative option or betas outside [0, 1).
 * @see https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
export class AdamW extends RuleOptimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, ...rest: AdamSettings) {
    super(params, checked('AdamW', { ...DEFAULTS, weightDecay: 0.01 }, rest));
  }
  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<AdamOptions>): Tensor {
    const shrunk = mul(p, 1 - group.lr * group.weightDecay);
    return adamStep(shrunk, group.maximize ? neg(grad) : grad, state, group);
  }
}
