/**
 * SWALR: from the rates at hand to a rate that stays, for the averaging of weights.
 *
 * Reference: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization (UAI 2018)
 */
import { ArgumentError, describe } from '@sconce/core';
import { keywords, type Rest } from '@sconce/ops/families';
import { complete } from '../rules.js';
import { named, numberPerGroup, Scheduler, SCHEDULER, type Moment, type Named, type Scheduled, type SchedulerOptions } from './scheduler.js';

export interface SWALROptions extends SchedulerOptions {
  /** In how many epochs the rate is reached. Default 10. */
  readonly annealEpochs?: number;
  /** Along which line. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
}

const SWA = ['annealEpochs', 'annealStrategy', 'lastEpoch', 'verbose'] as const;

const STRATEGIES: Readonly<Record<string, (t: number) => number>> = { cos: (t) => (1 - Math.cos(Math.PI * t)) / 2, linear: (t) => t };

/**
 * From the present rates to `swaLr` in `annealEpochs` steps, where it stays: the part that is left after n of N steps is
 * 1 − a(n / N), with a along a cosine or a line.
 *
 * @param rate swaLr: for all groups, or one for each; or it and the options in one object
 * @throws ArgumentError for an unknown strategy or a negative number of epochs.
 * @example
 * const scheduler = new SWALR(optimizer, 0.05, { annealEpochs: 5 });
 * @see https://pytorch.org/docs/stable/optim.html#swa-learning-rate-schedules
 */
export class SWALR extends Scheduler {
  constructor(optimizer: Scheduled, rate: Named<'swaLr', number | readonly number[], SWALROptions>, ...rest: Rest<SWALROptions, typeof SWA>) {
    const [swaLr, options] = named('SWALR', 'swaLr', rate, keywords<SWALROptions>('SWALR', SWA, rest));
    const { annealEpochs, annealStrategy, lastEpoch } = complete('SWALR', { annealEpochs: 10, annealStrategy: 'cos', ...SCHEDULER }, options);
    if (!Number.isInteger(annealEpochs) || annealEpochs < 0) throw new ArgumentError(`SWALR: annealEpochs must be an integer from 0, got ${describe(annealEpochs)}.`);
    const anneal = STRATEGIES[annealStrategy] as ((t: number) => number) | undefined;
    if (anneal === undefined) throw new ArgumentError(`SWALR: annealStrategy must be 'cos' or 'linear', got ${describe(annealStrategy)}.`);
    const rates = numberPerGroup('SWALR', 'swaLr', optimizer, swaLr);
    const part = (step: number): number => anneal(Math.min(1, Math.max(0, step / Math.max(1, annealEpochs))));
    const next = ({ lr, epoch, group }: Moment): number => {
      const steps = epoch - lastEpoch - 1;
      const step = annealEpochs === 0 ? Math.max(1, steps) : steps;
      const [before, now] = [part(step - 1), part(step)];
      const from = before === 1 ? rates[group] : (lr - before * rates[group]) / (1 - before);
      return rates[group] * now + from * (1 - now);
    };
    super(optimizer, { next }, options);
  }
}
