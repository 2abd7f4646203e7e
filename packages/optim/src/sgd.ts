/**
 * Stochastic gradient descent, with momentum after Sutskever et al. as PyTorch has it, and with averaging.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html; Polyak and Juditsky, Acceleration of
 * stochastic approximation by averaging (SIAM J. Control Optim. 1992).
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { add, mul, sub } from '@sconce/ops';
import { RuleOptimizer, type ParamGroup, type Params } from './optimizer.js';
import { descentDirection, requireNonNegative, settings, type Settings } from './rules.js';
import { count, keep, kept, type ParamState } from './state.js';

export interface SGDOptions {
  /** Learning rate. Default 1e-3. */
  lr: number;
  momentum: number;
  /** Part of the gradient that momentum leaves out. */
  dampening: number;
  /** L2 penalty. */
  weightDecay: number;
  nesterov: boolean;
  /** Ascend instead of descend. */
  maximize: boolean;
}

const SGD_DEFAULTS: SGDOptions = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

/**
 * p ← p − lr · (g + λp), with a momentum buffer b ← μb + (1 − τ)g when `momentum` is set.
 *
 * @throws ArgumentError for a negative option, or nesterov without momentum or with dampening.
 * @example
 * const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends RuleOptimizer<SGDOptions> {
  constructor(params: Params<SGDOptions>, ...rest: Settings<SGDOptions, readonly ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov']>) {
    const all = settings('SGD', SGD_DEFAULTS, rest);
    requireNonNegative('SGD', all, ['lr', 'momentum', 'weightDecay']);
    if (all.nesterov && (all.momentum === 0 || all.dampening !== 0)) {
      throw new ArgumentError(`SGD: nesterov needs a momentum above 0 and no dampening, got momentum ${all.momentum} and dampening ${all.dampening}.`);
    }
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<SGDOptions>): Tensor {
    const { lr, momentum, dampening, nesterov } = group;
    const g = descentDirection(p, grad, group);
    if (momentum === 0) return sub(p, mul(g, lr));
    const before = kept(state, 'momentumBuffer');
    const buffer = keep(state, 'momentumBuffer', before === undefined ? g : add(mul(before, momentum), mul(g, 1 - dampening)));
    return sub(p, mul(nesterov ? add(g, mul(buffer, momentum)) : buffer, lr));
  }
}

export interface ASGDOptions {
  /** Learning rate. Default 1e-2. */
  lr: number;
  /** Decay of the parameters and of the rate. Default 1e-4. */
  lambd: number;
  /** Power by which the rate falls. Default 0.75. */
  alpha: number;
  /** Step at which averaging starts. Default 1e6. */
  t0: number;
  weightDecay: number;
  maximize: boolean;
}

const ASGD_DEFAULTS: ASGDOptions = { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false };

/**
 * p ← (1 − λη)p − ηg with η = lr / (1 + λ · lr · t)^α; the state's `ax` averages the parameters from step t0 on.
 *
 * @throws ArgumentError for a negative rate or penalty.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.ASGD.html
 */
export class ASGD extends RuleOptimizer<ASGDOptions> {
  constructor(params: Params<ASGDOptions>, ...rest: Settings<ASGDOptions>) {
    const all = settings('ASGD', ASGD_DEFAULTS, rest);
    requireNonNegative('ASGD', all, ['lr', 'weightDecay']);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<ASGDOptions>): Tensor {
    const { lr, lambd, alpha, t0 } = group;
    const eta = (state.eta as number | undefined) ?? lr;
    const mu = (state.mu as number | undefined) ?? 1;
    const step = count(state);
    state.eta = lr / (1 + lambd * lr * step) ** alpha;
    state.mu = 1 / Math.max(1, step - t0);
    const next = sub(mul(p, 1 - lambd * eta), mul(descentDirection(p, grad, group), eta));
    const before = kept(state, 'ax');
    keep(state, 'ax', before === undefined ? mul(next, mu) : add(mul(before, 1 - mu), mul(next, mu)));
    return next;
  }
}
