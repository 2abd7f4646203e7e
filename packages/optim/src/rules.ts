/**
 * What the rules of optimisers share: their direction, and the checks of their options.
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { add, mul, neg } from '@sconce/ops';

/** The gradient to descend along: negated to ascend, plus the L2 penalty. */
export function descentDirection(p: Tensor, grad: Tensor, { maximize = false, weightDecay }: { maximize?: boolean; weightDecay: number }): Tensor {
  const g = maximize ? neg(grad) : grad;
  return weightDecay === 0 ? g : add(g, mul(p, weightDecay));
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Options completed by defaults; ArgumentError for a name that is not among them. */
export function complete<O extends object>(name: string, defaults: O, options: Partial<O>): O {
  for (const key of Object.keys(options)) {
    if (!(key in defaults)) throw new ArgumentError(`${name}: there is no option '${key}'. It takes ${Object.keys(defaults).map((k) => `'${k}'`).join(', ')}.`);
  }
  return { ...defaults, ...options };
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
