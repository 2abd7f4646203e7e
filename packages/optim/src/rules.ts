/**
 * What the rules of optimisers share: their direction, and the checks of their options.
 */
import { ArgumentError, describe, type Tensor } from '@sconce/core';
import { add, mul, neg } from '@sconce/ops';
import { checkOptions } from '@sconce/ops/families';

/** The gradient to descend along: negated to ascend, plus the L2 penalty. */
export function descentDirection(p: Tensor, grad: Tensor, { maximize = false, weightDecay }: { maximize?: boolean; weightDecay: number }): Tensor {
  const g = maximize ? neg(grad) : grad;
  return weightDecay === 0 ? g : add(g, mul(p, weightDecay));
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a value must be to stand for a default, in words; null where it may be anything. */
function kindOf(fallback: unknown): { readonly words: string; readonly fits: (x: unknown) => boolean } | null {
  if (typeof fallback === 'number') return { words: 'a number', fits: (x) => typeof x === 'number' };
  if (typeof fallback === 'boolean') return { words: 'true or false', fits: (x) => typeof x === 'boolean' };
  if (!Array.isArray(fallback)) return null;
  return { words: `a list of ${fallback.length} numbers`, fits: (x) => Array.isArray(x) && x.length === fallback.length && x.every((n) => typeof n === 'number') };
}

/** Options completed by defaults; ArgumentError for a name that is not among them, or a value that is not of the default's kind. */
export function complete<O extends object>(name: string, defaults: O, options: Partial<O>): O {
  checkOptions(name, options, Object.keys(defaults));
  const all: O = { ...defaults };
  for (const key of Object.keys(options) as (keyof O & string)[]) {
    const value = options[key];
    if (value === undefined) continue;
    const kind = kindOf(defaults[key]);
    if (kind !== null && !kind.fits(value)) throw new ArgumentError(`${name}: ${key} must be ${kind.words}, got ${describe(value)}.`);
    all[key] = value;
  }
  return all;
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
