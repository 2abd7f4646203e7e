/**
 * Positions as digits: the value of each axis at a row-major position.
 */
import type { Axis } from '@sconce/core';
import type { Term, Terms } from '../code/term.js';
import type { AxisValue } from '../code/translate.js';

/** The values of axes, outermost first, at `position`. */
export function digits(t: Terms, axes: readonly Axis[], position: Term): Map<number, AxisValue> {
  const values = new Map<number, AxisValue>();
  let rest = position;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { id, extent } = axes[i];
    values.set(id, { term: i === 0 ? rest : t.op('i32.rem_u', rest, extent), plus: 0 });
    if (i > 0) rest = t.op('i32.div_u', rest, extent);
  }
  return values;
}
