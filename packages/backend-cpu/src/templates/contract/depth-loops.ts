/**
 * Loops over a block of the sum, as packing walks through it.
 *
 * Conditions are computed seldom: of the axes that they depend on, short ones are unrolled innermost, so that their
 * conditions leave the other loops, and long ones go outermost.
 *
 * Invariant: every step is visited once; in its order, where the sum has one axis or four steps are taken at a time.
 */
import type { Axis, Expr } from '@sconce/core';
import { pointsOf } from '@sconce/compiler';
import type { AxisValue, AxisValues } from '../../code/place.js';
import { loop, type Statement } from '../../code/statement.js';
import type { Term, Terms } from '../../code/term.js';
import { LANES } from '../../code/vector.js';
import { strideOf } from '../../passes/vector-axis.js';
import { digits, withAxis } from '../axes.js';
import type { ContractPlan, Operand } from './plan.js';

/** The steps of a block. */
interface Steps {
  readonly first: Term;
  readonly last: Term;
}

/** The axes that a block runs along, where it starts on the first of them and ends, and the axes that it fixes. */
export function depthRange(t: Terms, plan: ContractPlan, { k }: Operand, { first, last }: Steps): { axes: readonly Axis[]; from: Term; end: Term; fixed: AxisValues } {
  if (k.length === 1) return { axes: k, from: first, end: last, fixed: new Map() };
  const axes = plan.k.slice(plan.depth.axis);
  const whole = { axes, from: t.i32(0), end: t.i32(axes[0].extent), fixed: new Map<number, AxisValue>() };
  if (plan.depth.count === 1) return whole;
  const inner = pointsOf(axes.slice(1));
  const position = t.div(first, inner);
  const from = plan.depth.axis === 0 ? position : t.rem(position, axes[0].extent);
  const length = t.div(t.sub(last, first), inner);
  const outer = t.div(position, axes[0].extent);
  return { axes, from, end: t.add(from, length), fixed: digits(t, plan.k.slice(0, plan.depth.axis), outer) };
}

/** What is done at a step, or at four of the last axis: `at` is where the first of them lies in the panel. */
export type LoopBody = (values: AxisValues, at: Term) => Statement[];

/**
 * Loops over a block whose panel lies at `to` and has `pitch` bytes for a step. `turned`, where it is given, takes four
 * steps of the last axis at a time.
 */
export function depthLoops(t: Terms, plan: ContractPlan, operand: Operand, steps: Steps, pitch: number, to: Term, body: LoopBody, turned?: LoopBody): Statement[] {
  const { axes, from, end } = depthRange(t, plan, operand, steps);
  const bounds = axes.map((a, i) => (i === 0 ? { from, end } : { from: t.i32(0), end: t.i32(a.extent) }));
  const strides = axes.map((_, i) => pointsOf(axes.slice(i + 1)) * pitch);
  const { order, unrolled } = turned === undefined ? orderOf(operand.expr, axes) : { order: [...axes.keys()], unrolled: 0 };
  const looped = order.length - unrolled;
  const go = (depth: number, values: AxisValues, at: Term): Statement[] => {
    if (depth === order.length) return body(values, at);
    const i = order[depth];
    const { extent, label } = axes[i];
    if (depth >= looped) {
      return Array.from({ length: extent }, (_, n) => go(depth + 1, withAxis(values, axes[i], t.i32(0), n), t.add(at, n * strides[i]))).flat();
    }
    const run = (first: Term, last: Term, width: number): Statement => {
      const v = t.variable(label, 'i32');
      const here = withAxis(values, axes[i], v);
      const step = t.add(at, t.scale(t.sub(v, bounds[i].from), strides[i]));
      return loop(v, first, last, width, width > 1 ? turned!(here, step) : go(depth + 1, here, step));
    };
    const { from: first, end: last } = bounds[i];
    if (depth < order.length - 1 || turned === undefined) return [run(first, last, 1)];
    const whole = t.whole(first, last, LANES);
    return [run(first, whole, LANES), run(whole, last, 1)];
  };
  return go(0, new Map(), to);
}

/** Steps that are unrolled at most. */
const UNROLLED = 9;

/** The order of the loops over these axes, outermost first, and how many of the last are unrolled. The first axis may be cut. */
function orderOf(expr: Expr, axes: readonly Axis[]): { order: number[]; unrolled: number } {
  const conditional = axes.map((a) => isInCondition(expr, a));
  let first = axes.length;
  while (first > 1 && conditional[first - 1] && pointsOf(axes.slice(first - 1)) <= UNROLLED) first -= 1;
  const looped = [...axes.keys()].slice(0, first);
  const order = [...looped.filter((i) => conditional[i]), ...looped.filter((i) => !conditional[i])];
  return { order: [...order, ...[...axes.keys()].slice(first)], unrolled: axes.length - first };
}

/** Whether an axis occurs elsewhere than in addresses. */
function isInCondition(x: Expr, axis: Axis): boolean {
  if (x.op === 'load') return strideOf(x.args[0], axis) === null;
  return (x.op === 'axis' && x.axis === axis) || x.args.some((a) => isInCondition(a, axis));
}
