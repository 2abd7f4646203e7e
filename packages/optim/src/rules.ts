/**
 * What the rules of optimisers share: their direction, and the checks of their options.
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';
import { add, mul, neg } from '@sconce/ops';
import { checkOptions, keywords, type Rest } from '@sconce/ops/families';

/** The gradient to descend along: negated to ascend, plus the L2 penalty. */
export function descentDirection(p: Tensor, grad: Tensor, { maximize = false, weightDecay }: { maximize?: boolean; weightDecay: number }): Tensor {
  const g = maximize ? neg(grad) : grad;
  return weightDecay === 0 ? g : add(g, mul(p, weightDecay));
}

/** The parameter and the direction of Adam's relatives, whose penalty may shrink the parameter itself: p ← p − lr · λ · p. */
export function decoupled(p: Tensor, grad: Tensor, group: { lr: number; weightDecay: number; maximize: boolean; decoupledWeightDecay: boolean }): readonly [Tensor, Tensor] {
  if (!group.decoupledWeightDecay) return [p, descentDirection(p, grad, group)];
  return [mul(p, 1 - group.lr * group.weightDecay), group.maximize ? neg(grad) : grad];
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a value must be to stand for a default, in words; null where it may be anything. */
function kindOf(fallback: unknown): { readonly words: string; readonly fits: (x: unknown) => boolean } | null {
  if (typeof fallback === 'number') return { words: 'a number', fits: (x) => typeof x === 'number' };
  if (typeof fallback === 'boolean') return { words: 'true or false', fits: (x) => typeof x === 'boolean' };
  if (!Array.isArray(fallback)) return null;
  return { words: `a list of ${fallback.length} numbers`, fits: (x) => Array.isArray(x) && x.length === fallback.length && x.every((n) => typeof n === 'number') };
}

/** Options over defaults; ArgumentError for a value that is not of its default's kind. An undefined one was not given. */
export function fill<O extends object>(name: string, defaults: Readonly<O>, options: object): O {
  const all: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined) continue;
    const kind = kindOf(defaults[key as keyof O]);
    if (kind !== null && !kind.fits(value)) throw new ArgumentError(`${name}: ${key} must be ${kind.words}, got ${describe(value)}.`);
    all[key] = value;
  }
  return all as O;
}

/** As `fill`; ArgumentError for a name that is not among the defaults, too. */
export function complete<O extends object>(name: string, defaults: O, options: Partial<O>): O {
  checkOptions(name, options, Object.keys(defaults));
  return fill(name, defaults, options);
}

/** How PyTorch computes rather than what: taken, so that its programs can be copied, and without an effect here. */
export interface Manners {
  /** Update all parameters at once: every step here does. */
  readonly foreach?: boolean | null;
  /** Update in one kernel: the compiler fuses what it can. */
  readonly fused?: boolean | null;
  /** Keep steps on the device: they are numbers that compile nothing. */
  readonly capturable?: boolean;
  /** Must be false: a step is no part of the graph. */
  readonly differentiable?: boolean;
}

const MANNERS = ['foreach', 'fused', 'capturable', 'differentiable'] as const;

/** What an optimiser takes after its parameters: `Names` by position, the rest in one object. */
export type Settings<O extends object, Names extends readonly (keyof O)[] = readonly ['lr' & keyof O]> = Rest<Partial<O> & Manners, Names>;

/** The options of an optimiser: its defaults' names are the order in which they may stand. */
export function settings<O extends object>(name: string, defaults: O, rest: readonly unknown[]): O {
  const given = keywords<Record<string, unknown>>(name, [...Object.keys(defaults), ...MANNERS], rest);
  if (given.differentiable === true) {
    throw new ArgumentError(`${name}: differentiable must be false: a step is no part of the graph. Write the update with ops, and run the model with functionalCall.`);
  }
  for (const manner of MANNERS) delete given[manner];
  return fill(name, defaults, given);
}

/** Throws an ArgumentError when one of these options is negative or no number. */
export function requireNonNegative<O extends object>(name: string, options: O, keys: readonly (keyof O & string)[]): void {
  for (const key of keys) {
    const value = options[key];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= 0)) {
      throw new ArgumentError(`${name}: ${key} must be a non-negative number, got ${String(value)}.`);
    }
  }
}

/** Throws an ArgumentError unless both averaging coefficients are in [0, 1). */
export function requireBetas(name: string, betas: readonly number[] | undefined): void {
  for (const beta of betas ?? []) {
    if (!(beta >= 0 && beta < 1)) throw new ArgumentError(`${name}: betas must be in [0, 1), got [${(betas ?? []).join(', ')}].`);
  }
}
