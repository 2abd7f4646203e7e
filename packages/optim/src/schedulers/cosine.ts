/**
 * Schedules along a cosine, once or with restarts.
 *
 * Reference: Loshchilov and Hutter, SGDR: Stochastic gradient descent with warm restarts (ICLR 2017).
 */
import { ArgumentError } from '@sconce/core';
import { keywords, type Rest } from '@sconce/ops/families';
import { complete } from '../rules.js';
import { named, requireCount, requireNumber, Scheduler, SCHEDULER, type Moment, type Named, type Scheduled, type SchedulerOptions } from './scheduler.js';

const cosine = (from: number, to: number, part: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;

export interface CosineOptions extends SchedulerOptions {
  /** The least rate. Default 0. */
  readonly etaMin?: number;
}

export interface RestartOptions extends CosineOptions {
  /** How many times as long each run is as the one before. Default 1. */
  readonly tMult?: number;
}

const COSINE = ['etaMin', 'lastEpoch', 'verbose'] as const;
const RESTARTS = ['tMult', ...COSINE] as const;

/**
 * From the first rate to `etaMin` and back along a cosine, in `tMax` epochs each way.
 *
 * @param half tMax; or it and the options in one object
 * @throws ArgumentError when tMax is 0.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 */
export class CosineAnnealingLR extends Scheduler {
  constructor(optimizer: Scheduled, half: Named<'tMax', number, CosineOptions>, ...rest: Rest<CosineOptions, typeof COSINE>) {
    const [tMax, options] = named('CosineAnnealingLR', 'tMax', half, keywords<CosineOptions>('CosineAnnealingLR', COSINE, rest));
    const { etaMin, lastEpoch } = complete('CosineAnnealingLR', { etaMin: 0, ...SCHEDULER }, options);
    requireNumber('CosineAnnealingLR', 'tMax', tMax);
    if (tMax === 0) throw new ArgumentError('CosineAnnealingLR: tMax must be a number other than 0, got 0.');
    const at = ({ base, epoch }: Omit<Moment, 'lr'>): number => cosine(base, etaMin, epoch / tMax);
    const height = (epoch: number): number => 1 + Math.cos((Math.PI * epoch) / tMax);
    const next = ({ lr, base, epoch, group }: Moment): number => {
      if (epoch === 0) return lr;
      if (epoch === lastEpoch + 1) return at({ base, epoch, group });
      if ((epoch - 1 - tMax) % (2 * tMax) === 0) return lr + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
      return (height(epoch) / height(epoch - 1)) * (lr - etaMin) + etaMin;
    };
    super(optimizer, { next, at }, options);
  }
}

/**
 * From the first rate to `etaMin` along a cosine and at once back, in t0 epochs and `tMult` times as many after each.
 *
 * @param first t0; or it and the options in one object
 * @throws ArgumentError when t0 or tMult is no positive integer.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html
 */
export class CosineAnnealingWarmRestarts extends Scheduler {
  constructor(optimizer: Scheduled, first: Named<'t0', number, RestartOptions>, ...rest: Rest<RestartOptions, typeof RESTARTS>) {
    const [t0, options] = named('CosineAnnealingWarmRestarts', 't0', first, keywords<RestartOptions>('CosineAnnealingWarmRestarts', RESTARTS, rest));
    const { tMult, etaMin } = complete('CosineAnnealingWarmRestarts', { tMult: 1, etaMin: 0, ...SCHEDULER }, options);
    requireCount('CosineAnnealingWarmRestarts', 't0', t0);
    requireCount('CosineAnnealingWarmRestarts', 'tMult', tMult);
    const at = ({ base, epoch }: Omit<Moment, 'lr'>): number => {
      let since = tMult === 1 ? epoch % t0 : epoch;
      let length = t0;
      for (; since >= length; length *= tMult) since -= length;
      return cosine(base, etaMin, since / length);
    };
    super(optimizer, { next: at, at }, options);
  }
}
