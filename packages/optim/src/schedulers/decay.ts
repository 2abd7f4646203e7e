/**
 * Schedules that multiply the rate: in steps, towards a factor, by a power, or by a function of the user's.
 *
 * Reference: https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
import { ArgumentError, describe } from '@sconce/core';
import { keywords, type Rest } from '@sconce/ops/families';
import { complete } from '../rules.js';
import { named, perGroup, requireCount, requireFactor, requireNumber, Scheduler, SCHEDULER, type Named, type Rule, type Scheduled, type SchedulerOptions } from './scheduler.js';

export interface GammaOptions extends SchedulerOptions {
  /** What the rate is multiplied by. Default 0.1. */
  readonly gamma?: number;
}

/** The order in which options may stand. */
const LAST = ['lastEpoch', 'verbose'] as const;
const GAMMA = ['gamma', ...LAST] as const;

/**
 * The rate times `gamma` every `stepSize` epochs.
 *
 * @param every stepSize; or it and the options in one object
 * @throws ArgumentError when stepSize is no positive integer.
 * @example
 * const scheduler = new StepLR(optimizer, 30, { gamma: 0.1 });
 * for (let epoch = 0; epoch < 90; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 */
export class StepLR extends Scheduler {
  constructor(optimizer: Scheduled, every: Named<'stepSize', number, GammaOptions>, ...rest: Rest<GammaOptions, typeof GAMMA>) {
    const [stepSize, options] = named('StepLR', 'stepSize', every, keywords<GammaOptions>('StepLR', GAMMA, rest));
    const { gamma } = complete('StepLR', { gamma: 0.1, ...SCHEDULER }, options);
    requireCount('StepLR', 'stepSize', stepSize);
    super(
      optimizer,
      {
        next: ({ lr, epoch }) => (epoch === 0 || epoch % stepSize !== 0 ? lr : lr * gamma),
        at: ({ base, epoch }) => base * gamma ** Math.floor(epoch / stepSize),
      },
      options,
    );
  }
}

/**
 * The rate times `gamma` at each of the milestones.
 *
 * @param at milestones: epochs, of which one that occurs twice counts twice; or they and the options in one object
 * @throws ArgumentError when milestones is no list of numbers.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
export class MultiStepLR extends Scheduler {
  constructor(optimizer: Scheduled, at: Named<'milestones', readonly number[], GammaOptions>, ...rest: Rest<GammaOptions, typeof GAMMA>) {
    const [milestones, options] = named('MultiStepLR', 'milestones', at, keywords<GammaOptions>('MultiStepLR', GAMMA, rest));
    const { gamma } = complete('MultiStepLR', { gamma: 0.1, ...SCHEDULER }, options);
    if (!Array.isArray(milestones) || milestones.some((m) => typeof m !== 'number')) {
      throw new ArgumentError(`MultiStepLR: milestones must be a list of epochs, got ${describe(milestones)}.`);
    }
    const count = (meets: (milestone: number) => boolean): number => milestones.filter(meets).length;
    super(
      optimizer,
      {
        next: ({ lr, epoch }) => lr * gamma ** count((m) => m === epoch),
        at: ({ base, epoch }) => base * gamma ** count((m) => m <= epoch),
      },
      options,
    );
  }
}

export interface ConstantOptions extends SchedulerOptions {
  /** Default 1/3. */
  readonly factor?: number;
  /** Default 5. */
  readonly totalIters?: number;
}

const CONSTANT = ['factor', 'totalIters', ...LAST] as const;

/**
 * The rate times `factor` until epoch `totalIters`, and the full rate from there.
 *
 * @param options factor: default 1/3; totalIters: default 5.
 * @throws ArgumentError for a factor outside [0, 1]; at epoch totalIters, for a factor of 0.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 */
export class ConstantLR extends Scheduler {
  constructor(optimizer: Scheduled, ...rest: Rest<ConstantOptions, typeof CONSTANT>) {
    const options = keywords<ConstantOptions>('ConstantLR', CONSTANT, rest);
    const { factor, totalIters } = complete('ConstantLR', { factor: 1 / 3, totalIters: 5, ...SCHEDULER }, options);
    requireFactor('ConstantLR', 'factor', factor);
    super(
      optimizer,
      {
        next({ lr, epoch }) {
          if (epoch === 0) return lr * factor;
          if (epoch !== totalIters) return lr;
          if (factor === 0) throw new ArgumentError(`ConstantLR: at epoch ${epoch} the rate is divided by its factor, which is 0. Use one above 0.`);
          return lr / factor;
        },
        at: ({ base, epoch }) => base * (epoch >= totalIters ? 1 : factor),
      },
      options,
    );
  }
}

export interface LinearOptions extends SchedulerOptions {
  /** Default 1/3. */
  readonly startFactor?: number;
  /** Default 1. */
  readonly endFactor?: number;
  /** Default 5. */
  readonly totalIters?: number;
}

const LINEAR = ['startFactor', 'endFactor', 'totalIters', ...LAST] as const;

/**
 * The rate times a factor that goes from `startFactor` to `endFactor` in `totalIters` even steps.
 *
 * @param options startFactor: default 1/3; endFactor: default 1; totalIters: default 5.
 * @throws ArgumentError for a factor outside [0, 1], or a startFactor of 0.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 */
export class LinearLR extends Scheduler {
  constructor(optimizer: Scheduled, ...rest: Rest<LinearOptions, typeof LINEAR>) {
    const options = keywords<LinearOptions>('LinearLR', LINEAR, rest);
    const { startFactor, endFactor, totalIters } = complete('LinearLR', { startFactor: 1 / 3, endFactor: 1, totalIters: 5, ...SCHEDULER }, options);
    requireFactor('LinearLR', 'startFactor', startFactor);
    requireNumber('LinearLR', 'startFactor', startFactor, 0);
    requireFactor('LinearLR', 'endFactor', endFactor);
    const growth = endFactor - startFactor;
    super(
      optimizer,
      {
        next({ lr, epoch }) {
          if (epoch === 0) return lr * startFactor;
          return epoch > totalIters ? lr : lr * (1 + growth / (totalIters * startFactor + (epoch - 1) * growth));
        },
        at: ({ base, epoch }) => base * (startFactor + (growth * Math.min(totalIters, epoch)) / totalIters),
      },
      options,
    );
  }
}

/**
 * The rate times `gamma` every epoch.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
export class ExponentialLR extends Scheduler {
  constructor(optimizer: Scheduled, factor: Named<'gamma', number, SchedulerOptions>, ...rest: Rest<SchedulerOptions, typeof LAST>) {
    const [gamma, options] = named('ExponentialLR', 'gamma', factor, keywords<SchedulerOptions>('ExponentialLR', LAST, rest));
    requireNumber('ExponentialLR', 'gamma', gamma);
    complete('ExponentialLR', SCHEDULER, options);
    super(
      optimizer,
      { next: ({ lr, epoch }) => (epoch === 0 ? lr : lr * gamma), at: ({ base, epoch }) => base * gamma ** epoch },
      options,
    );
  }
}

export interface PolynomialOptions extends SchedulerOptions {
  /** Default 5. */
  readonly totalIters?: number;
  /** Default 1. */
  readonly power?: number;
}

const POLYNOMIAL = ['totalIters', 'power', ...LAST] as const;

/**
 * The rate times (1 − epoch / totalIters)^power, down to 0.
 *
 * @param options totalIters: default 5; power: default 1.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 */
export class PolynomialLR extends Scheduler {
  constructor(optimizer: Scheduled, ...rest: Rest<PolynomialOptions, typeof POLYNOMIAL>) {
    const options = keywords<PolynomialOptions>('PolynomialLR', POLYNOMIAL, rest);
    const { totalIters, power } = complete('PolynomialLR', { totalIters: 5, power: 1, ...SCHEDULER }, options);
    if (power < 0) throw new ArgumentError(`PolynomialLR: power must not be negative, got ${power}: the rate would end infinite.`);
    const left = (epoch: number): number => 1 - epoch / totalIters;
    super(
      optimizer,
      {
        next: ({ lr, epoch }) => (epoch === 0 || epoch > totalIters ? lr : lr * (left(epoch) / left(epoch - 1)) ** power),
        at: ({ base, epoch }) => base * left(Math.min(totalIters, epoch)) ** power,
      },
      options,
    );
  }
}

/** A factor by epoch. */
export type Factor = (epoch: number) => number;

function factorsOf(scheduler: string, optimizer: Scheduled, factor: Factor | readonly Factor[]): readonly Factor[] {
  const factors = perGroup(scheduler, optimizer, factor);
  const wrong = factors.find((f) => typeof f !== 'function');
  if (wrong !== undefined) throw new ArgumentError(`${scheduler}: factor must be a function of the epoch, got ${describe(wrong)}.`);
  return factors;
}

/**
 * The first rate times `lrLambda(epoch)`.
 *
 * @param lambda lrLambda: one function, or one for each group; or it and the options in one object
 * @example const scheduler = new LambdaLR(optimizer, (epoch) => 0.95 ** epoch);
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 */
export class LambdaLR extends Scheduler {
  constructor(optimizer: Scheduled, lambda: Named<'lrLambda', Factor | readonly Factor[], SchedulerOptions>, ...rest: Rest<SchedulerOptions, typeof LAST>) {
    const [factor, options] = named('LambdaLR', 'lrLambda', lambda, keywords<SchedulerOptions>('LambdaLR', LAST, rest));
    complete('LambdaLR', SCHEDULER, options);
    const factors = factorsOf('LambdaLR', optimizer, factor);
    const at: Rule['next'] = ({ base, epoch, group }) => base * factors[group](epoch);
    super(optimizer, { next: at }, options);
  }
}

/**
 * The rate times `lrLambda(epoch)` every epoch.
 *
 * @param lambda lrLambda: one function, or one for each group; or it and the options in one object
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
 */
export class MultiplicativeLR extends Scheduler {
  constructor(optimizer: Scheduled, lambda: Named<'lrLambda', Factor | readonly Factor[], SchedulerOptions>, ...rest: Rest<SchedulerOptions, typeof LAST>) {
    const [factor, options] = named('MultiplicativeLR', 'lrLambda', lambda, keywords<SchedulerOptions>('MultiplicativeLR', LAST, rest));
    complete('MultiplicativeLR', SCHEDULER, options);
    const factors = factorsOf('MultiplicativeLR', optimizer, factor);
    super(optimizer, { next: ({ lr, epoch, group }) => (epoch > 0 ? lr * factors[group](epoch) : lr) }, options);
  }
}
