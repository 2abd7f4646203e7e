/**
 * A schedule that waits: the rate falls when a metric has stopped improving.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
import { ArgumentError } from '@sconce/core';
import { keywords, type Rest } from '@sconce/ops/families';
import { complete } from '../rules.js';
import { numberPerGroup, scientific, type Scheduled } from './scheduler.js';

export interface PlateauOptions {
  /** Whether a smaller metric is better, or a larger one. Default 'min'. */
  readonly mode?: 'min' | 'max';
  /** lr ← lr · factor. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are let pass. Default 10. */
  readonly patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is a part of the best metric, or added to it. Default 'rel'. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction in which nothing is counted. Default 0. */
  readonly cooldown?: number;
  readonly minLr?: number | readonly number[];
  /** Smaller changes of the rate are left out. Default 1e-8. */
  readonly eps?: number;
  /** Whether a reduction is printed. Default false. */
  readonly verbose?: boolean;
}

/** The order in which options may stand. */
const PLATEAU = ['mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps', 'verbose'] as const;

const NUMBERS = { factor: 0.1, patience: 10, threshold: 1e-4, cooldown: 0, eps: 1e-8 };
const DEFAULTS = { ...NUMBERS, verbose: false, mode: undefined, thresholdMode: undefined, minLr: undefined };

/** What has been seen so far. */
interface Progress {
  lastEpoch: number;
  best: number;
  badEpochs: number;
  cooldownLeft: number;
}

/**
 * Reduces the rate when `patience` epochs have brought no improvement.
 *
 * @throws ArgumentError for a factor of 1 or more, or an unknown mode.
 * @example
 * const scheduler = new ReduceLROnPlateau(optimizer, 'min', { patience: 5 });
 * scheduler.step(await loss.item());
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export class ReduceLROnPlateau {
  private readonly options: Required<Omit<PlateauOptions, 'minLr'>>;
  private readonly least: readonly number[];
  private readonly progress: Progress;

  constructor(
    readonly optimizer: Scheduled,
    ...rest: Rest<PlateauOptions, typeof PLATEAU>
  ) {
    const options = keywords<PlateauOptions>('ReduceLROnPlateau', PLATEAU, rest);
    const { minLr = 0, mode = 'min', thresholdMode = 'rel', ...numbers } = complete<typeof NUMBERS & { verbose: boolean } & Omit<PlateauOptions, keyof typeof NUMBERS | 'verbose'>>('ReduceLROnPlateau', DEFAULTS, options);
    const { factor } = numbers;
    if (!(factor < 1)) throw new ArgumentError(`ReduceLROnPlateau: factor must be below 1, got ${factor}.`);
    if (mode !== 'min' && mode !== 'max') throw new ArgumentError(`ReduceLROnPlateau: mode must be 'min' or 'max', got '${String(mode)}'.`);
    if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
      throw new ArgumentError(`ReduceLROnPlateau: thresholdMode must be 'rel' or 'abs', got '${String(thresholdMode)}'.`);
    }
    this.options = { mode, thresholdMode, ...numbers };
    this.least = numberPerGroup('ReduceLROnPlateau', 'minLr', optimizer, minLr);
    this.progress = { lastEpoch: 0, best: mode === 'min' ? Infinity : -Infinity, badEpochs: 0, cooldownLeft: 0 };
  }

  get lastEpoch(): number {
    return this.progress.lastEpoch;
  }

  /** Takes the metric of an epoch, a plain number: `await loss.item()`. */
  step(metric: number): void {
    if (typeof metric !== 'number') throw new ArgumentError('ReduceLROnPlateau: step takes a number. Use await loss.item().');
    const { progress, options } = this;
    progress.lastEpoch += 1;
    if (this.improves(metric)) {
      progress.best = metric;
      progress.badEpochs = 0;
    } else progress.badEpochs += 1;
    if (progress.cooldownLeft > 0) {
      progress.cooldownLeft -= 1;
      progress.badEpochs = 0;
    }
    if (progress.badEpochs <= options.patience) return;
    this.optimizer.paramGroups.forEach((group, i) => {
      const lr = Math.max(group.lr * options.factor, this.least[i]);
      if (group.lr - lr <= options.eps) return;
      group.lr = lr;
      if (options.verbose) console.log(`Epoch ${String(progress.lastEpoch).padStart(5, '0')}: reducing learning rate of group ${i} to ${scientific(lr)}.`);
    });
    progress.cooldownLeft = options.cooldown;
    progress.badEpochs = 0;
  }

  private improves(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const { best } = this.progress;
    if (mode === 'min') return metric < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
    return metric > (thresholdMode === 'rel' ? best * (1 + threshold) : best + threshold);
  }

  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }
  stateDict(): Readonly<Progress> {
    return { ...this.progress };
  }
  loadStateDict(state: Readonly<Progress>): void {
    Object.assign(this.progress, state);
  }
}
