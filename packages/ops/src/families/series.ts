/**
 * Sums of Chebyshev polynomials and of powers, as expressions: what approximations of functions are made of.
 *
 * Coefficients are those for float64; in float32 the last ones, which it cannot see, are left out.
 *
 * Reference: Clenshaw, A note on the summation of Chebyshev series (1955).
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

/** Beside the largest coefficient, what float32 does not see. */
const UNSEEN = 4e-9;

function seen(coefficients: readonly number[], { dtype }: Expr): readonly number[] {
  if (dtype !== 'float32') return coefficients;
  const least = UNSEEN * coefficients.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  return coefficients.slice(0, coefficients.findLastIndex((c) => Math.abs(c) >= least) + 1);
}

/** c₀T₀(t) + c₁T₁(t) + …, for −1 ≤ t ≤ 1. */
export function chebyshevSeries(t: Expr, coefficients: readonly number[]): Expr {
  const [first, ...rest] = seen(coefficients, t);
  const twice = e.add(t, t);
  let [b1, b2]: [Expr, Expr] = [e.const(0, t.dtype), e.const(0, t.dtype)];
  for (const c of rest.reverse()) [b1, b2] = [e.add(e.sub(e.mul(twice, b1), b2), c), b1];
  return e.add(e.sub(e.mul(t, b1), b2), first);
}

/** c₀ + c₁x + c₂x² + …, for |x| ≤ 1. */
export function powerSeries(x: Expr, coefficients: readonly number[]): Expr {
  const [first, ...rest] = [...seen(coefficients, x)].reverse();
  return rest.reduce((sum, c) => e.add(e.mul(sum, x), c), e.const(first, x.dtype));
}
