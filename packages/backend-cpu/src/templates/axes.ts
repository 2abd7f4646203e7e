/**
 * The values of axes: digits of a position, counters of loops, and back to a position.
 *
 * Invariant: positions are row-major; axes stand outermost first.
 */
import type { Axis } from '@sconce/core';
import { loop, type Statement } from '../code/statement.js';
import type { Term, Terms } from '../code/term.js';
import { axisAt, type AxisValue, type AxisValues } from '../code/place.js';

/** These values, and that of one axis more. */
export const withAxis = (values: AxisValues, { id }: Axis, term: Term, plus = 0): AxisValues => new Map([...values, [id, { term, plus }]]);

/** The values of axes at `position`. */
export function digits(t: Terms, axes: readonly Axis[], position: Term): Map<number, AxisValue> {
  const values = new Map<number, AxisValue>();
  let rest = position;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { id, extent } = axes[i];
    values.set(id, { term: i === 0 ? rest : t.rem(rest, extent), plus: 0 });
    if (i > 0) rest = t.div(rest, extent);
  }
  return values;
}

/** The position at which axes have these values. */
export function positionAt(t: Terms, axes: readonly Axis[], values: AxisValues): Term {
  let position: Term = t.i32(0);
  let stride = 1;
  for (const axis of [...axes].reverse()) {
    const { term, plus } = axisAt(values, axis.id);
    position = t.add(t.add(position, t.scale(term, stride)), plus * stride);
    stride *= axis.extent;
  }
  return position;
}

/** Loops over axes, around what `body` makes of the values of all. */
export function loopsOver(t: Terms, [axis, ...others]: readonly Axis[], values: AxisValues, body: (values: AxisValues) => Statement[]): Statement[] {
  if (axis === undefined) return body(values);
  const i = t.variable(axis.label, 'i32');
  return [loop(i, t.i32(0), t.i32(axis.extent), 1, loopsOver(t, others, withAxis(values, axis, i), body))];
}
