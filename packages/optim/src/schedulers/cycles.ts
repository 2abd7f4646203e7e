/**
 * Schedules that raise the rate and lower it again, and let momentum do the opposite.
 *
 * Reference: Smith, Cyclical learning rates for training neural networks (WACV 2017); Smith and Topin, Super-convergence
 * (2018).
 */
import { ArgumentError } from '@sconce/core';
import { checkOptions, keywords, type Rest } from '@sconce/ops/families';
import { complete } from '../rules.js';
import { named, numberPerGroup, requireCount, requireNumber, Scheduler, SCHEDULER, type Moment, type Named, type Scheduled, type ScheduledGroup, type SchedulerOptions } from './scheduler.js';

/** Sets momentum, or the first of Adam's betas, which is one. */
function setMomentum(group: ScheduledGroup, value: number): void {
  if (group.betas !== undefined) group.betas = [value, group.betas[1]];
  else group.momentum = value;
}

export interface OneCycleOptions extends SchedulerOptions {
  /** Steps of the whole cycle; or `epochs` times `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Part of the steps in which the rate rises. Default 0.3. */
  readonly pctStart?: number;
  readonly annealStrategy?: 'cos' | 'linear';
  /** Lower momentum from `maxMomentum` while the rate rises. Default true. */
  readonly cycleMomentum?: boolean;
  readonly baseMomentum?: number | readonly number[];
  readonly maxMomentum?: number | readonly number[];
  /** The first rate is maxLr / divFactor. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Fall as long as the rise was, and then to the last rate. */
  readonly threePhase?: boolean;
}

/** One rate, or one for each group. */
type Rates = number | readonly number[];

/** What is checked by its own rules. */
type Unchecked = 'totalSteps' | 'epochs' | 'stepsPerEpoch' | 'annealStrategy' | 'baseMomentum' | 'maxMomentum';

const ONE_CYCLE = {
  ...SCHEDULER, totalSteps: undefined, epochs: undefined, stepsPerEpoch: undefined, annealStrategy: undefined, baseMomentum: undefined, maxMomentum: undefined,
  pctStart: 0.3, cycleMomentum: true, divFactor: 25, finalDivFactor: 1e4, threePhase: false,
};

/** The order in which options may stand. */
const CYCLE = [
  'totalSteps', 'epochs', 'stepsPerEpoch', 'pctStart', 'annealStrategy', 'cycleMomentum', 'baseMomentum', 'maxMomentum', 'divFactor', 'finalDivFactor', 'threePhase', 'lastEpoch', 'verbose',
] as const;

const ANNEAL = {
  cos: (from: number, to: number, part: number): number => to + ((from - to) / 2) * (Math.cos(Math.PI * part) + 1),
  linear: (from: number, to: number, part: number): number => (to - from) * part + from,
};

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleOptions): number {
  if (totalSteps !== undefined) return requireCount('OneCycleLR', 'totalSteps', totalSteps);
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new ArgumentError('OneCycleLR: got neither totalSteps nor both epochs and stepsPerEpoch.');
  }
  return requireCount('OneCycleLR', 'epochs', epochs) * requireCount('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch);
}

/**
 * One rise to `maxLr` and one fall far below the first rate. A step of it is one of the optimiser's.
 *
 * @param highestRate maxLr: one rate, or one for each group; or it and the options in one object
 * @throws ArgumentError without a number of steps, for an optimiser without momentum, or beyond the last step.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
 */
export class OneCycleLR extends Scheduler {
  constructor(optimizer: Scheduled, highestRate: Named<'maxLr', Rates, OneCycleOptions>, ...rest: Rest<OneCycleOptions, typeof CYCLE>) {
    const [maxLr, options] = named('OneCycleLR', 'maxLr', highestRate, keywords<OneCycleOptions>('OneCycleLR', CYCLE, rest));
    const all = complete<Required<Omit<OneCycleOptions, Unchecked>> & Pick<OneCycleOptions, Unchecked>>('OneCycleLR', ONE_CYCLE, options);
    const { pctStart, annealStrategy = 'cos', cycleMomentum, divFactor, finalDivFactor, threePhase, baseMomentum = 0.85, maxMomentum = 0.95, lastEpoch } = all;
    requireNumber('OneCycleLR', 'divFactor', divFactor, 0);
    requireNumber('OneCycleLR', 'finalDivFactor', finalDivFactor, 0);
    const total = stepsOf(options);
    if (!(pctStart >= 0 && pctStart <= 1)) throw new ArgumentError(`OneCycleLR: pctStart must be in [0, 1], got ${pctStart}.`);
    if (!(annealStrategy in ANNEAL)) throw new ArgumentError(`OneCycleLR: annealStrategy must be 'cos' or 'linear', got '${annealStrategy}'.`);
    requireMomentum('OneCycleLR', optimizer, cycleMomentum);
    const groups = optimizer.paramGroups;
    const highest = numberPerGroup('OneCycleLR', 'maxLr', optimizer, maxLr);
    const [lowMomentum, highMomentum] = [numberPerGroup('OneCycleLR', 'baseMomentum', optimizer, baseMomentum), numberPerGroup('OneCycleLR', 'maxMomentum', optimizer, maxMomentum)];
    if (lastEpoch === -1) groups.forEach((group, i) => (group.initialLr = highest[i] / divFactor));

    type Level = 'first' | 'high' | 'last';
    const phases: readonly { readonly end: number; readonly from: Level; readonly to: Level }[] = [
      { end: pctStart * total - 1, from: 'first', to: 'high' },
      ...(threePhase ? ([{ end: 2 * pctStart * total - 2, from: 'high', to: 'first' }, { end: total - 1, from: 'first', to: 'last' }] as const) : ([{ end: total - 1, from: 'high', to: 'last' }] as const)),
    ];
    const at = ({ epoch, base, group }: Omit<Moment, 'lr'>): number => {
      if (epoch > total) throw new ArgumentError(`OneCycleLR: step ${epoch + 1} is beyond the ${total} steps of the cycle.`);
      const i = phases.findIndex(({ end }, n) => epoch <= end || n === phases.length - 1);
      const { end, from, to } = phases[i];
      const start = i === 0 ? 0 : phases[i - 1].end;
      const part = (epoch - start) / (end - start);
      const rates = { first: base, high: highest[group], last: base / finalDivFactor };
      const momenta = { first: highMomentum[group], high: lowMomentum[group], last: highMomentum[group] };
      if (cycleMomentum) setMomentum(groups[group], ANNEAL[annealStrategy](momenta[from], momenta[to], part));
      return ANNEAL[annealStrategy](rates[from], rates[to], part);
    };
    super(optimizer, { next: at, at }, options);
  }
}

function requireMomentum(scheduler: string, { paramGroups }: Scheduled, wanted: boolean): void {
  if (wanted && !paramGroups.every((group) => 'momentum' in group || 'betas' in group)) {
    throw new ArgumentError(`${scheduler}: the optimiser has no momentum. Pass { cycleMomentum: false }.`);
  }
}

export interface CyclicOptions extends SchedulerOptions {
  /** Steps of the rise. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps of the fall. Default: as many. */
  readonly stepSizeDown?: number | null;
  /** Whether the height stays, halves every cycle, or is times `gamma` every step. */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range';
  readonly gamma?: number;
  /** The height by cycle or by step, instead of `mode`. */
  readonly scaleFn?: ((x: number) => number) | null;
  readonly scaleMode?: 'cycle' | 'iterations';
  readonly cycleMomentum?: boolean;
  readonly baseMomentum?: number | readonly number[];
  readonly maxMomentum?: number | readonly number[];
}

const CYCLIC = ['stepSizeUp', 'stepSizeDown', 'mode', 'gamma', 'scaleFn', 'scaleMode', 'cycleMomentum', 'baseMomentum', 'maxMomentum', 'lastEpoch', 'verbose'] as const;

const HEIGHTS = {
  triangular: { by: 'cycle', of: () => 1 },
  triangular2: { by: 'cycle', of: (x: number) => 1 / 2 ** (x - 1) },
  exp_range: { by: 'iterations', of: (x: number, gamma: number) => gamma ** x },
} as const;

/**
 * From `baseLr` up to `maxLr` and down again, over and over. A step of it is one of the optimiser's.
 *
 * @param lowestRate, highestRate baseLr and maxLr: one rate, or one for each group; or they and the options in one object
 * @throws ArgumentError for an unknown mode, or for an optimiser without momentum unless cycleMomentum is false.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html
 */
export class CyclicLR extends Scheduler {
  constructor(optimizer: Scheduled, lowestRate: Named<'baseLr', Rates, CyclicOptions & { readonly maxLr?: Rates }>, highestRate?: Rates, ...rest: Rest<CyclicOptions, typeof CYCLIC>) {
    const [baseLr, { maxLr = highestRate as Rates, ...options }] = named('CyclicLR', 'baseLr', lowestRate, keywords<CyclicOptions>('CyclicLR', CYCLIC, rest) as CyclicOptions & { readonly maxLr?: Rates });
    checkOptions('CyclicLR', options, CYCLIC);
    const { stepSizeUp = 2000, mode = 'triangular', gamma = 1, scaleFn = null, scaleMode = 'cycle', cycleMomentum = true } = options;
    const { baseMomentum = 0.8, maxMomentum = 0.9, lastEpoch = -1 } = options;
    const stepSizeDown = options.stepSizeDown ?? stepSizeUp;
    requireNumber('CyclicLR', 'stepSizeUp', stepSizeUp, 0);
    if (stepSizeDown !== 0) requireNumber('CyclicLR', 'stepSizeDown', stepSizeDown, 0);
    requireNumber('CyclicLR', 'gamma', gamma);
    if (scaleFn === null && !(mode in HEIGHTS)) throw new ArgumentError(`CyclicLR: mode must be one of ${Object.keys(HEIGHTS).join(', ')}, got '${mode}'.`);
    requireMomentum('CyclicLR', optimizer, cycleMomentum);
    const [lowest, highest] = [numberPerGroup('CyclicLR', 'baseLr', optimizer, baseLr), numberPerGroup('CyclicLR', 'maxLr', optimizer, maxLr)];
    const [lowMomentum, highMomentum] = [numberPerGroup('CyclicLR', 'baseMomentum', optimizer, baseMomentum), numberPerGroup('CyclicLR', 'maxMomentum', optimizer, maxMomentum)];
    const { by, of } = scaleFn === null ? HEIGHTS[mode] : { by: scaleMode, of: scaleFn };
    const length = stepSizeUp + stepSizeDown;
    const rise = stepSizeUp / length;
    const at = ({ epoch, group }: Omit<Moment, 'lr'>): number => {
      const cycle = Math.floor(1 + epoch / length);
      const x = 1 + epoch / length - cycle;
      const height = (x <= rise ? x / rise : (x - 1) / (rise - 1)) * of(by === 'cycle' ? cycle : epoch, gamma);
      if (cycleMomentum) setMomentum(optimizer.paramGroups[group], highMomentum[group] - (highMomentum[group] - lowMomentum[group]) * height);
      return lowest[group] + (highest[group] - lowest[group]) * height;
    };
    if (lastEpoch === -1) optimizer.paramGroups.forEach((group, i) => (group.lr = lowest[i]));
    super(optimizer, { next: at, at }, options);
  }
}
