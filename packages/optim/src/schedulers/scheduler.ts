/**
 * Scheduler: a rule for the learning rate of every group of an optimiser, from epoch to epoch.
 *
 * A rule gives the next rate from the present one, so that several schedulers may act on one optimiser; where the rate
 * follows from the epoch alone, it says that as well.
 *
 * Invariant: a rate is a plain number in the group, which the optimiser reads at its next step; nothing is compiled.
 *
 * Reference: https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
import { ArgumentError, describe, StateError } from '@sconce/core';

/** What schedulers set in a group. */
export interface ScheduledGroup {
  lr: number;
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** An optimiser, as schedulers see it. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** Where a scheduler stands. `lr` is the present rate, `base` the rate before the first epoch. */
export interface Moment {
  readonly epoch: number;
  readonly lr: number;
  readonly base: number;
  /** Position of the group. */
  readonly group: number;
}

export interface Rule {
  /** The rate at an epoch, from the rate at the one before. */
  readonly next: (moment: Moment) => number;
  /** The same from the epoch alone. */
  readonly at?: (moment: Omit<Moment, 'lr'>) => number;
}

export interface SchedulerOptions {
  /** The last epoch of a run that goes on; its optimiser's groups have their `initialLr`. Default −1: from the start. */
  readonly lastEpoch?: number;
  /** Whether every step prints the rates that it sets. Default false. */
  readonly verbose?: boolean;
}

/** The defaults of what all schedulers take. */
export const SCHEDULER: Required<SchedulerOptions> = { lastEpoch: -1, verbose: false };

export interface SchedulerState {
  readonly lastEpoch: number;
  readonly baseLrs: readonly number[];
  readonly [name: string]: unknown;
}

/** Follows a rule. Made, it sets the rates of epoch 0; each `step` sets those of the next. */
export class Scheduler {
  lastEpoch: number;
  protected baseLrs: number[];
  private readonly verbose: boolean;

  constructor(
    readonly optimizer: Scheduled,
    private readonly rule: Rule,
    options: SchedulerOptions = {},
  ) {
    if (!Array.isArray((optimizer as Partial<Scheduled> | null | undefined)?.paramGroups)) {
      throw new ArgumentError(`${this.constructor.name}: the first argument must be an optimiser.`);
    }
    this.lastEpoch = options.lastEpoch ?? -1;
    this.verbose = options.verbose ?? false;
    this.baseLrs = optimizer.paramGroups.map((group) => {
      if (this.lastEpoch === -1) group.initialLr ??= group.lr;
      if (group.initialLr === undefined) {
        throw new ArgumentError(`${this.constructor.name}: to go on after epoch ${this.lastEpoch}, groups need their initialLr. Load the optimiser's state first.`);
      }
      return group.initialLr;
    });
    this.step();
  }

  /** Sets the rates of the next epoch. */
  step(): void {
    this.lastEpoch += 1;
    this.setRates(this.rule.next);
  }

  /** Sets the rates of an epoch: what follows from it alone, where the rule says so. */
  stepTo(epoch: number): void {
    this.lastEpoch = epoch;
    this.setRates(this.rule.at ?? this.rule.next);
  }

  private setRates(rate: (moment: Moment) => number): void {
    const rates = this.optimizer.paramGroups.map(({ lr }, group) => rate({ epoch: this.lastEpoch, lr, base: this.baseLrs[group], group }));
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = rates[i];
      if (this.verbose) console.log(`Adjusting learning rate of group ${i} to ${scientific(group.lr)}.`);
    });
  }

  /** The rates that were set last, one for each group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, baseLrs: [...this.baseLrs] };
  }

  /** Goes on where another scheduler of the same kind was; the rates themselves are in the optimiser's state. */
  loadStateDict({ lastEpoch, baseLrs }: SchedulerState): void {
    if (baseLrs.length !== this.baseLrs.length) {
      throw new StateError(`loadStateDict: got rates of ${baseLrs.length} groups, expected ${this.baseLrs.length}.`);
    }
    this.lastEpoch = lastEpoch;
    this.baseLrs = [...baseLrs];
  }
}

/** A number as Python's `.4e` writes it: 1.0000e-01. */
export const scientific = (x: number): string => x.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');

/** What a scheduler needs, by position, or with the options by name: `new StepLR(optimizer, { stepSize: 30 })`. */
export type Named<Name extends string, T, O extends object> = T | (O & { readonly [K in Name]: T });

/** What is needed, and the options without it. */
export function named<Name extends string, T, O extends object>(scheduler: string, name: Name, given: Named<Name, T, O>, options: O): readonly [T, O] {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || !(name in given)) return [given as T, options];
  if (Object.keys(options).length > 0) throw new ArgumentError(`${scheduler}: got two objects of options, expected ${name} and one, or all in one.`);
  const { [name]: value, ...rest } = given as O & Record<Name, T>;
  return [value, rest as unknown as O];
}

/** A value for each group: a list of them, or one for all. */
export function perGroup<T>(name: string, optimizer: Scheduled, value: T | readonly T[]): readonly T[] {
  const count = optimizer.paramGroups.length;
  if (!Array.isArray(value)) return new Array<T>(count).fill(value as T);
  if (value.length !== count) throw new ArgumentError(`${name}: got ${value.length} values, expected one for each of ${count} groups.`);
  return value as readonly T[];
}

/** A rate or a momentum for each group. */
export function numberPerGroup(name: string, key: string, optimizer: Scheduled, value: number | readonly number[]): readonly number[] {
  const values = perGroup(name, optimizer, value);
  const wrong = values.find((x) => typeof x !== 'number');
  if (wrong !== undefined) throw new ArgumentError(`${name}: ${key} must be a number, or one for each group, got ${describe(wrong)}.`);
  return values;
}

/** A number, above `above` where that is given. */
export function requireNumber(scheduler: string, name: string, value: number, above = -Infinity): number {
  if (typeof value !== 'number') throw new ArgumentError(`${scheduler}: ${name} must be a number, got ${describe(value)}.`);
  if (above !== -Infinity && !(value > above)) throw new ArgumentError(`${scheduler}: ${name} must be above ${above}, got ${value}.`);
  return value;
}

/** A whole number of at least 1. */
export function requireCount(scheduler: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new ArgumentError(`${scheduler}: ${name} must be a positive integer, got ${describe(value)}.`);
  return value;
}

/** A factor in [0, 1]. */
export function requireFactor(scheduler: string, name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new ArgumentError(`${scheduler}: ${name} must be in [0, 1], got ${String(value)}.`);
  return value;
}
