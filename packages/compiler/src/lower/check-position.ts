/**
 * Where a checked index came from: for the error, its place in the buffer that holds it.
 */
import type { Expr } from '@sconce/core';

/** The index of the first load that a value comes from; null when it comes from none. Conditions are not what it is. */
export function positionOfChecked(x: Expr): Expr | null {
  const seen = new Set<Expr>();
  const find = (y: Expr): Expr | null => {
    if (y.op === 'load') return y.args[0];
    if (seen.has(y)) return null;
    seen.add(y);
    for (const a of y.op === 'select' ? y.args.slice(1) : y.args) {
      const found = find(a);
      if (found !== null) return found;
    }
    return null;
  };
  return find(x);
}
