/**
 * Rates of their own for every element: from all gradients so far (Adagrad), from recent ones (RMSprop, Adadelta), from
 * their signs (Rprop).
 *
 * Reference: Duchi et al., Adaptive subgradient methods (JMLR 2011); Hinton, lecture 6e of Neural networks for machine
 * learning (2012); Zeiler, Adadelta (2012); Riedmiller and Braun, Rprop (ICNN 1993).
 */
import { ArgumentError, constantLike, type Tensor } from '@sconce/core';
import { add, clamp, div, gt, lt, mul, neg, sign, sqrt, sub, where } from '@sconce/ops';
import { RuleOptimizer, type ParamGroup, type Params } from './optimizer.js';
import { descentDirection, requireNonNegative, settings, type Settings } from './rules.js';
import { average, count, keep, kept, type ParamState } from './state.js';

export interface AdagradOptions {
  /** Learning rate. Default 1e-2. */
  lr: number;
  /** lr falls as lr / (1 + (t − 1) · lrDecay). */
  lrDecay: number;
  weightDecay: number;
  /** What the sum of squares starts from. */
  initialAccumulatorValue: number;
  /** Added to the denominator. Default 1e-10. */
  eps: number;
  maximize: boolean;
}

const ADAGRAD: AdagradOptions = { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false };

/**
 * s ← s + g², p ← p − lr · g / (√s + ε).
 *
 * @throws ArgumentError for a negative option.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
 */
export class Adagrad extends RuleOptimizer<AdagradOptions> {
  constructor(params: Params<AdagradOptions>, ...rest: Settings<AdagradOptions>) {
    const all = settings('Adagrad', ADAGRAD, rest);
    requireNonNegative('Adagrad', all, ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps']);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<AdagradOptions>): Tensor {
    const { lr, lrDecay, initialAccumulatorValue, eps } = group;
    const g = descentDirection(p, grad, group);
    const step = count(state);
    const sum = keep(state, 'sum', add(mul(g, g), kept(state, 'sum') ?? initialAccumulatorValue));
    return sub(p, mul(div(g, add(sqrt(sum), eps)), lr / (1 + (step - 1) * lrDecay)));
  }
}

export interface RMSpropOptions {
  /** Learning rate. Default 1e-2. */
  lr: number;
  /** Decay of the running average. Default 0.99. */
  alpha: number;
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  weightDecay: number;
  momentum: number;
  /** Scale by an estimate of the variance instead of the second moment. */
  centered: boolean;
  maximize: boolean;
}

const RMSPROP: RMSpropOptions = { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false, maximize: false };

/**
 * v ← αv + (1 − α)g², p ← p − lr · g / (√v + ε).
 *
 * @throws ArgumentError for a negative option.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 */
export class RMSprop extends RuleOptimizer<RMSpropOptions> {
  constructor(params: Params<RMSpropOptions>, ...rest: Settings<RMSpropOptions>) {
    const all = settings('RMSprop', RMSPROP, rest);
    requireNonNegative('RMSprop', all, ['lr', 'eps', 'momentum', 'weightDecay', 'alpha']);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<RMSpropOptions>): Tensor {
    const { lr, alpha, eps, momentum, centered } = group;
    count(state);
    const g = descentDirection(p, grad, group);
    const v = average(state, 'squareAvg', mul(g, g), alpha);
    const mean = centered ? average(state, 'gradAvg', g, alpha) : undefined;
    const scaled = div(g, add(sqrt(mean === undefined ? v : sub(v, mul(mean, mean))), eps));
    if (momentum === 0) return sub(p, mul(scaled, lr));
    const before = kept(state, 'momentumBuffer');
    const buffer = keep(state, 'momentumBuffer', before === undefined ? scaled : add(mul(before, momentum), scaled));
    return sub(p, mul(buffer, lr));
  }
}

export interface AdadeltaOptions {
  /** Factor of the step. Default 1. */
  lr: number;
  /** Decay of both running averages. Default 0.9. */
  rho: number;
  /** Added under the roots. Default 1e-6. */
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

const ADADELTA: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

/**
 * v ← ρv + (1 − ρ)g², δ = √(u + ε) / √(v + ε) · g, u ← ρu + (1 − ρ)δ², p ← p − lr · δ.
 *
 * @throws ArgumentError for a negative option, or rho outside [0, 1].
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
 */
export class Adadelta extends RuleOptimizer<AdadeltaOptions> {
  constructor(params: Params<AdadeltaOptions>, ...rest: Settings<AdadeltaOptions>) {
    const all = settings('Adadelta', ADADELTA, rest);
    requireNonNegative('Adadelta', all, ['lr', 'rho', 'eps', 'weightDecay']);
    if (all.rho > 1) throw new ArgumentError(`Adadelta: rho must be in [0, 1], got ${all.rho}.`);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<AdadeltaOptions>): Tensor {
    const { lr, rho, eps } = group;
    count(state);
    const g = descentDirection(p, grad, group);
    const v = average(state, 'squareAvg', mul(g, g), rho);
    const u = kept(state, 'accDelta') ?? constantLike(g, 0);
    const delta = mul(div(sqrt(add(u, eps)), sqrt(add(v, eps))), g);
    average(state, 'accDelta', mul(delta, delta), rho);
    return sub(p, mul(delta, lr));
  }
}

export interface RpropOptions {
  /** First step of every element. Default 1e-2. */
  lr: number;
  /** Factors of the step when the gradient's sign changed, and when it did not. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** Smallest and largest step. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  maximize: boolean;
}

const RPROP: RpropOptions = { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };

/**
 * p ← p − η · sign(g), where η grows while the sign of g stays and shrinks, leaving out the step, when it changes.
 *
 * @throws ArgumentError for a negative rate, or etas that do not lie on either side of 1.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html
 */
export class Rprop extends RuleOptimizer<RpropOptions> {
  constructor(params: Params<RpropOptions>, ...rest: Settings<RpropOptions>) {
    const all = settings('Rprop', RPROP, rest);
    requireNonNegative('Rprop', all, ['lr']);
    const [less, more] = all.etas;
    if (!(less > 0 && less < 1 && more > 1)) throw new ArgumentError(`Rprop: etas must be in (0, 1) and above 1, got [${all.etas.join(', ')}].`);
    super(params, all);
  }

  protected override update(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup<RpropOptions>): Tensor {
    const { lr, etas: [less, more], stepSizes: [least, most], maximize } = group;
    count(state);
    const g = maximize ? neg(grad) : grad;
    const previous = kept(state, 'prev') ?? constantLike(g, 0);
    const size = kept(state, 'stepSize') ?? add(constantLike(g, 0), lr);
    const agreement = mul(g, previous);
    const turned = lt(agreement, 0);
    const grown = where(gt(agreement, 0), mul(size, more), size);
    const next = keep(state, 'stepSize', clamp(where(turned, mul(size, less), grown), least, most));
    const moved = keep(state, 'prev', where(turned, 0, g));
    return sub(p, mul(sign(moved), next));
  }
}
