/**
 * Matching index expressions of two kernels: does one read exactly the element that the other writes?
 *
 * Invariant: only indices that are sums of axes with distinct coefficients match, each axis with one of equal extent.
 */
import { axisRef, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { linearOf } from '../expr/linear.js';

/** The axes of an index by coefficient; null when it is anything but a plain sum of axes. */
export function axisTerms(index: Expr): Map<number, Axis> | null {
  const { constant, terms } = linearOf(index);
  if (constant !== 0) return null;
  const axes = new Map<number, Axis>();
  const all: [number, Axis][] = [];
  for (const [atom, k] of terms) {
    if (atom.op !== 'axis') return null;
    all.push([k, atom.axis]);
  }
  for (const [k, axis] of all) {
    if (axes.has(k)) return null;
    axes.set(k, axis);
  }
  return axes;
}

/** For each axis of `written`, by id, the axis of `read` in its place; null when the elements may differ. */
export function matchAxes(written: Expr, read: Expr): Map<number, Axis> | null {
  const from = axisTerms(written);
  const to = axisTerms(read);
  if (from === null || to === null || from.size !== to.size) return null;
  const match = new Map<number, Axis>();
  for (const [k, axis] of from) {
    const other = to.get(k);
    if (other === undefined || other.extent !== axis.extent) return null;
    match.set(axis.id, other);
  }
  return match;
}

/** The row-major position among these axes. */
export function positionOf(axes: readonly Axis[]): Expr {
  let index: Expr | null = null;
  let stride = 1;
  for (const axis of [...axes].reverse()) {
    const term = stride === 1 ? axisRef(axis) : e.mul(axisRef(axis), stride);
    index = index === null ? term : e.add(term, index);
    stride *= axis.extent;
  }
  return index ?? e.const(0, 'int32');
}
