/**
 * Relatives of Adam: Adamax scales by the largest gradient, NAdam looks ahead along its momentum, RAdam waits with scaling
 * until the second moment has settled.
 *
 * Reference: Kingma and Ba, Adam (ICLR 2015), section 7; Dozat, Incorporating Nesterov momentum into Adam (ICLR workshop
 * 2016); Liu et al., On the variance of the adaptive learning rate (ICLR 2020).
 */
import { type Tensor } from '@sconce/core';
import { abs, add, div, maximum, mul, sqrt, sub } from '@sconce/ops';
import { RuleOptimizer, type ParamGroup, type Params } from './optimizer.js';
import { decoupled, descentDirection, requireBetas, requireNonNegative, settings, type Settings } from './rules.js';
import { average, count, keep, kept, type ParamState } from './state.js';

export interface AdamaxOptions {
  /** Learning rate. Default 2e-3. */
  lr: number;
  /** Decay of the average and of the largest gradient. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the gradient's magnitude. Default 1e-8. */
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

const ADAMAX: AdamaxOptions = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };

/**
 * m ← β₁m + (1 − β₁)g, u ← max(β₂u, |g| + ε), p ← p − lr / (1 − β₁ᵗ) · m / u.
 *
 * @throws ArgumentError for a negative option or betas outside [0, 1).
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html
 */
export class Adamax extends RuleOptimizer<AdamaxOptions> {
  constructor(params: Params<AdamaxOptions>, ...rest: Settings<AdamaxOptions>) {
    const all = settings('Adamax', ADAMAX, rest);
    requireNonNegative('Adamax', all, ['lr', 'eps', 'weightDecay']);
    requireBetas('Adamax', all.betas);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<AdamaxOptions>): Tensor {
    const { lr, betas: [beta1, beta2], eps } = group;
    const g = descentDirection(p, grad, group);
    const step = count(state);
    const m = average(state, 'expAvg', g, beta1);
    const before = kept(state, 'expInf');
    const size = add(abs(g), eps);
    const u = keep(state, 'expInf', before === undefined ? size : maximum(mul(before, beta2), size));
    return sub(p, mul(div(m, u), lr / (1 - beta1 ** step)));
  }
}

export interface NAdamOptions {
  /** Learning rate. Default 2e-3. */
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  /** How fast the momentum grows. Default 4e-3. */
  momentumDecay: number;
  /** Whether the penalty shrinks the parameter itself. Default false. */
  decoupledWeightDecay: boolean;
  maximize: boolean;
}

const NADAM: NAdamOptions = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3, decoupledWeightDecay: false, maximize: false };

/**
 * Adam with Nesterov momentum, μₜ = β₁(1 − 0.96^(tψ) / 2):
 * p ← p − lr · ((1 − μₜ) / (1 − Πμ) · g + μₜ₊₁ / (1 − Πμ · μₜ · μₜ₊₁) · m) / (√v̂ + ε), with the product of PyTorch 1.13.
 *
 * @throws ArgumentError for a negative option or betas outside [0, 1).
 * @see https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html
 */
export class NAdam extends RuleOptimizer<NAdamOptions> {
  constructor(params: Params<NAdamOptions>, ...rest: Settings<NAdamOptions>) {
    const all = settings('NAdam', NADAM, rest);
    requireNonNegative('NAdam', all, ['lr', 'eps', 'weightDecay', 'momentumDecay']);
    requireBetas('NAdam', all.betas);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<NAdamOptions>): Tensor {
    const { lr, betas: [beta1, beta2], eps, momentumDecay } = group;
    const [from, g] = decoupled(p, grad, group);
    const step = count(state);
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const mu = momentum(step);
    const next = momentum(step + 1);
    const product = ((state.muProduct as number | undefined) ?? 1) * mu;
    state.muProduct = product;
    const m = average(state, 'expAvg', g, beta1);
    const v = average(state, 'expAvgSq', mul(g, g), beta2);
    const denominator = add(sqrt(div(v, 1 - beta2 ** step)), eps);
    const ahead = add(mul(g, (lr * (1 - mu)) / (1 - product)), mul(m, (lr * next) / (1 - product * mu * next)));
    return sub(from, div(ahead, denominator));
  }
}

export interface RAdamOptions {
  /** Learning rate. Default 1e-3. */
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  /** Whether the penalty shrinks the parameter itself. Default false. */
  decoupledWeightDecay: boolean;
  maximize: boolean;
}

const RADAM: RAdamOptions = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, decoupledWeightDecay: false, maximize: false };

/**
 * Adam whose scaling is rectified by r = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ)), and left out while ρ ≤ 5.
 *
 * @throws ArgumentError for a negative option or betas outside [0, 1).
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html
 */
export class RAdam extends RuleOptimizer<RAdamOptions> {
  constructor(params: Params<RAdamOptions>, ...rest: Settings<RAdamOptions>) {
    const all = settings('RAdam', RADAM, rest);
    requireNonNegative('RAdam', all, ['lr', 'eps', 'weightDecay']);
    requireBetas('RAdam', all.betas);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<RAdamOptions>): Tensor {
    const { lr, betas: [beta1, beta2], eps } = group;
    const [from, g] = decoupled(p, grad, group);
    const step = count(state);
    const m = average(state, 'expAvg', g, beta1);
    const v = average(state, 'expAvgSq', mul(g, g), beta2);
    const { plain, scaled } = rectification(step, beta2);
    const rate = add(div(scaled, add(sqrt(v), eps)), plain);
    return sub(from, mul(mul(m, lr / (1 - beta1 ** step)), rate));
  }
}

/** Factors of the plain and of the scaled step, one of them 0: numbers, so that the change at ρ > 5 compiles nothing. */
function rectification(step: number, beta2: number): { plain: number; scaled: number } {
  const decayed = 1 - beta2 ** step;
  const most = 2 / (1 - beta2) - 1;
  const length = most - (2 * step * beta2 ** step) / decayed;
  if (length <= 5) return { plain: 1, scaled: 0 };
  const r = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
  return { plain: 0, scaled: r * Math.sqrt(decayed) };
}
