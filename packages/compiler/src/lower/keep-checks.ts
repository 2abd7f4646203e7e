/**
 * Keeping checks: an index that was checked may name a dimension that no address needs, because it has one place or because
 * a view repeats it. Then the expression of the element has no room for the check, and the element depends on it in
 * another way: it would be another one where a checked index is negative, which none is.
 *
 *   table[check(i < 1), j]   →   select(float(check(i < 1)) < 0, 0, load(j))
 *
 * Invariant: every check in an index is in what is computed there. No range decides a comparison of floats.
 */
import { constant, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { checksIn, hasCheck } from './guard-checks.js';

/** An element that `x` is not, or else the choice between them would be none. */
const other = (x: Expr): Expr => constant(x.op === 'const' && Number(x.value) === 0 ? 1 : 0, x.dtype);

/** `x` with the checks of the index that neither it nor what is computed `beside` it holds. */
export function keepChecks(index: readonly Expr[], x: Expr, beside: readonly Expr[] = []): Expr {
  if (!index.some(hasCheck)) return x;
  const kept = [x, ...beside].flatMap(checksIn);
  return [...new Set(index.flatMap(checksIn))]
    .filter((check) => !kept.includes(check))
    .reduce((y, check) => e.select(e.lt(e.cast(check, 'float32'), 0), other(y), y), x);
}
