/**
 * Axes as functions of a position: how templates cut iteration spaces anew.
 *
 * Invariant: a position runs through its axes in row-major order.
 */
import { axisRef, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { linearOf, rewriter } from '@sconce/compiler';
import type { Emitter } from '../wgsl/emitter.js';

/** Each axis, by id, as a quotient and remainder of the position among them all. */
export function unflatten(axes: readonly Axis[], position: Expr): Map<number, Expr> {
  const values = new Map<number, Expr>();
  let stride = 1;
  for (let d = axes.length - 1; d >= 0; d--) {
    const above = stride === 1 ? position : e.quot(position, stride);
    values.set(axes[d].id, d === 0 ? above : e.rem(above, axes[d].extent));
    stride *= axes[d].extent;
  }
  return values;
}

/** Puts values in place of axes. */
export const substitution = (values: ReadonlyMap<number, Expr>): ((x: Expr) => Expr) =>
  rewriter((x) => (x.op === 'axis' ? (values.get(x.axis.id) ?? x) : x));

/** An axis where it has several steps; the others are always at 0. */
export const axisOrZero = (axis: Axis): Expr => (axis.extent === 1 ? e.const(0, 'int32') : axisRef(axis));

/** Names the parts of a position, outermost first, and binds the axes to them. */
export function bindParts(emitter: Emitter, position: string, axes: readonly Axis[]): void {
  let stride = 1;
  const rest = axes.filter((a) => a.extent !== 1);
  for (const axis of [...rest].reverse()) {
    const name = emitter.fresh(axis.label);
    const above = stride === 1 ? position : `${position} / ${stride}`;
    emitter.line(`let ${name} = ${axis === rest[0] ? above : `${above} % ${axis.extent}`};`);
    emitter.bindAxis(axis, name);
    stride *= axis.extent;
  }
}

/** How far apart in memory two steps of an axis are, as far as the index tells; kept inside by a minimum or not. */
export function strideAlong(index: Expr, axis: Axis): number {
  for (const [atom, k] of linearOf(index).terms) {
    if (atom.op === 'axis' && atom.axis === axis) return k;
    if (atom.op === 'min' || atom.op === 'max') {
      const inner = strideAlong(atom.args[0], axis);
      if (inner !== 0) return k * inner;
    }
  }
  return 0;
}
