/**
 * L-BFGS: steps along −H·g, where H, an estimate of the inverse Hessian, is known through the last few changes of the
 * gradient.
 *
 * The closure runs several times a step, and each run's loss decides what comes next, so `step` is asynchronous. The
 * recursion over the history runs one change at a time: every pass has the same structure, so a longer history compiles
 * nothing.
 *
 * Invariant: vectors that live across evaluations are bound, because each evaluation ends a generation.
 *
 * Reference: Nocedal and Wright, Numerical Optimization, algorithm 7.4;
 * https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 */
import { ArgumentError, assign, commit, constantLike, detach, enableGrad, noGrad, realize, type Tensor } from '@sconce/core';
import { abs, add, amax, cat, mul, narrow, neg, reshape, sub, sum } from '@sconce/ops';
import { strongWolfe, type Point } from './line-search.js';
import { Optimizer, type Params } from './optimizer.js';
import { requireNonNegative, settings, type Settings } from './rules.js';
import { bound, type ParamState } from './state.js';

export interface LBFGSOptions {
  /** Length of a step, or of the first that the line search tries. Default 1. */
  lr: number;
  /** Most iterations in one call of `step`. Default 20. */
  maxIter: number;
  /** Most runs of the closure in one call of `step`. Default 1.25 · maxIter. */
  maxEval: number | null;
  /** Largest component of the gradient at which to stop. Default 1e-7. */
  toleranceGrad: number;
  /** Change of loss or parameters at which to stop. Default 1e-9. */
  toleranceChange: number;
  /** How many changes of the gradient are remembered. Default 100. */
  historySize: number;
  lineSearchFn: 'strong_wolfe' | null;
}

const DEFAULTS: LBFGSOptions = { lr: 1, maxIter: 20, maxEval: null, toleranceGrad: 1e-7, toleranceChange: 1e-9, historySize: 100, lineSearchFn: null };

/** What is remembered between iterations. */
interface Memory extends ParamState {
  iterations: number;
  d: Tensor;
  t: number;
  gradient: Tensor;
  /** Changes of the gradient, and the steps that made them. */
  changes: Tensor[];
  steps: Tensor[];
  /** 1 / (change · step). */
  rhos: number[];
  scale: number;
}

const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b));
const largest = (x: Tensor): Promise<number> => amax(abs(x)).item();

/**
 * L-BFGS with or without a line search. One group of parameters, all on one device.
 *
 * @throws ArgumentError for a negative option, an unknown line search, or several groups.
 * @example
 * const optimizer = new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
 * await optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = crossEntropy(model.forward(x), y);
 *   loss.backward();
 *   return loss;
 * });
 * @see https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  constructor(params: Params<LBFGSOptions>, ...rest: Settings<LBFGSOptions>) {
    const given = settings('LBFGS', DEFAULTS, rest);
    const all = { ...given, maxEval: given.maxEval ?? Math.floor((given.maxIter * 5) / 4) };
    requireNonNegative('LBFGS', all, ['lr', 'maxIter', 'toleranceGrad', 'toleranceChange', 'historySize']);
    if (!Number.isInteger(all.historySize) || all.historySize < 1) {
      throw new ArgumentError(`LBFGS: historySize must be a positive integer, got ${all.historySize}.`);
    }
    if (all.lineSearchFn !== null && all.lineSearchFn !== 'strong_wolfe') {
      throw new ArgumentError(`LBFGS: lineSearchFn must be 'strong_wolfe' or null, got ${String(all.lineSearchFn)}.`);
    }
    super(params, all);
    if (this.paramGroups.length !== 1) throw new ArgumentError(`LBFGS: takes one group of parameters, got ${this.paramGroups.length}.`);
  }

  /**
   * Iterates, and gives the loss that the closure found first.
   *
   * @param closure computes the loss after `zeroGrad`, and calls `backward`; it may be asynchronous.
   */
  override async step(closure?: () => Tensor | Promise<Tensor>): Promise<Tensor> {
    if (closure === undefined) throw new ArgumentError('LBFGS: step needs a closure that computes the loss and calls backward.');
    const held: Tensor[] = [];
    const hold = (x: Tensor): Tensor => {
      const handle = bound(x);
      held.push(handle);
      return handle;
    };
    const { params } = this.paramGroups[0];
    const memory = this.stateOf(params[0]) as Partial<Memory>;
    try {
      return await this.iterate(closure, memory, hold);
    } finally {
      const stays = new Set(Object.values(memory).flat());
      for (const x of held) if (!stays.has(x)) x.dispose();
    }
  }

  private async iterate(closure: () => Tensor | Promise<Tensor>, memory: Partial<Memory>, hold: (x: Tensor) => Tensor): Promise<Tensor> {
    const group = this.paramGroups[0];
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, lineSearchFn } = group;
    let evaluations = 0;
    const evaluate = async (): Promise<{ tensor: Tensor; loss: number; gradient: Tensor }> => {
      evaluations += 1;
      const tensor = await enableGrad(closure);
      const gradient = hold(this.flatGradient());
      return { tensor, loss: await tensor.item(), gradient };
    };

    const first = await evaluate();
    let { loss, gradient } = first;
    if (maxIter < 1 || (await largest(gradient)) <= toleranceGrad) return first.tensor;

    for (let n = 1; ; n++) {
      const iterations = (memory.iterations ?? 0) + 1;
      const d = hold(iterations === 1 ? startOver(memory, gradient) : await this.direction(memory as Memory, gradient, hold));
      const t = iterations === 1 ? Math.min(1, 1 / (await sum(abs(gradient)).item())) * lr : lr;
      const slope = await dot(gradient, d).item();
      Object.assign(memory, { iterations, d, t, gradient });
      if (slope > -toleranceChange) break;

      const before = loss;
      const origin = group.params.map((p) => hold(p));
      if (lineSearchFn === null) {
        this.moveTo(origin, d, t);
        if (n !== maxIter) ({ loss, gradient } = await evaluate());
      } else {
        const at = async (step: number): Promise<Point<Tensor>> => {
          this.moveTo(origin, d, step);
          const found = await evaluate();
          return { t: step, loss: found.loss, gradient: found.gradient, slope: await dot(found.gradient, d).item() };
        };
        const found = await strongWolfe(at, t, { t: 0, loss, gradient, slope }, await largest(d), 1e-9);
        ({ loss, gradient } = found);
        memory.t = found.t;
        this.moveTo(origin, d, found.t);
      }
      if (n === maxIter || evaluations >= maxEval!) break;
      if ((await largest(gradient)) <= toleranceGrad) break;
      if ((await largest(d)) * memory.t! <= toleranceChange) break;
      if (Math.abs(loss - before) < toleranceChange) break;
    }
    return first.tensor;
  }

  /** −H·g, once the last change of the gradient is remembered. */
  private async direction(memory: Memory, gradient: Tensor, hold: (x: Tensor) => Tensor): Promise<Tensor> {
    const { changes, steps, rhos } = memory;
    const change = hold(sub(gradient, memory.gradient));
    const step = hold(mul(memory.d, memory.t));
    const curvature = await dot(change, step).item();
    if (curvature > 1e-10) {
      if (changes.length === this.paramGroups[0].historySize) {
        for (const list of [changes, steps]) list.shift()?.dispose();
        rhos.shift();
      }
      changes.push(change);
      steps.push(step);
      rhos.push(1 / curvature);
      memory.scale = curvature / (await dot(change, change).item());
    }
    const advance = async (from: Tensor, to: Tensor, ...also: Tensor[]): Promise<Tensor> => {
      await realize([to, ...also]);
      from.dispose();
      return to;
    };
    const alphas: Tensor[] = [];
    let q = neg(gradient);
    for (let i = changes.length - 1; i >= 0; i--) {
      alphas[i] = mul(dot(steps[i], q), rhos[i]);
      q = await advance(q, sub(q, mul(changes[i], alphas[i])), alphas[i]);
    }
    q = await advance(q, mul(q, memory.scale));
    for (let i = 0; i < changes.length; i++) {
      const beta = mul(dot(changes[i], q), rhos[i]);
      q = await advance(q, add(q, mul(steps[i], sub(alphas[i], beta))));
    }
    return q;
  }

  /** The gradients of all parameters as one vector; 0 where there is none. */
  private flatGradient(): Tensor {
    return noGrad(() => cat(this.paramGroups[0].params.map((p) => reshape(p.grad ?? constantLike(detach(p), 0), [-1]))));
  }

  /** Puts the parameters at origin + t·d, and ends the generation. */
  private moveTo(origin: readonly Tensor[], d: Tensor, t: number): void {
    const { params } = this.paramGroups[0];
    noGrad(() => {
      let start = 0;
      params.forEach((p, i) => {
        const part = reshape(narrow(d, 0, start, p.numel()), p.shape);
        start += p.numel();
        assign(p, add(origin[i], mul(part, t)), 'step');
      });
    });
    commit(params[0].device);
  }
}

/** Forgets everything but the direction of steepest descent. */
function startOver(memory: Partial<Memory>, gradient: Tensor): Tensor {
  Object.assign(memory, { changes: [], steps: [], rhos: [], scale: 1 });
  return noGrad(() => neg(gradient));
}
