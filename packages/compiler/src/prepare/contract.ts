/**
 * Recognising contractions: a sum of products of two operands that each miss an axis of the other. Matrix products,
 * convolutions through windowed views and their gradients all have this structure, whatever op they came from.
 *
 * Invariant: `m` axes are in the first operand only, `n` axes in the second only, `batch` axes in both; `k` are summed.
 */
import type { Axis, Expr } from '@sconce/core';
import { axesIn, pointsOf, type Kernel, type ReduceStage, type Stage } from '../kernel/ir.js';
import { memoized } from '../expr/memoized.js';

export interface Contraction {
  readonly reduce: ReduceStage;
  readonly a: Expr;
  readonly b: Expr;
  readonly batch: readonly Axis[];
  readonly m: readonly Axis[];
  readonly n: readonly Axis[];
  readonly k: readonly Axis[];
  /** The stages after the sum, all at grid points: bias, activation, stores. */
  readonly epilogue: readonly Stage[];
}

type Shaped = Pick<Kernel, 'grid' | 'stages'>;

/** The contraction that a kernel is, or null. */
export const contractOf: (kernel: Shaped) => Contraction | null = /* @__PURE__ */ memoized(recognise);

function recognise(kernel: Shaped): Contraction | null {
  const [reduce, ...epilogue] = kernel.stages;
  if (reduce?.kind !== 'reduce' || reduce.combine !== 'sum' || reduce.value.op !== 'mul') return null;
  if (epilogue.some((s) => s.kind !== 'store' || s.axes.length > 0)) return null;
  if (reduce.dtype !== 'float32' && reduce.dtype !== 'float64') return null;
  const [a, b] = reduce.value.args;
  const inA = axesIn(a);
  const inB = axesIn(b);
  const k = reduce.axes.filter((x) => x.extent !== 1);
  if (k.some((x) => !inA.has(x.id) || !inB.has(x.id))) return null;
  const m = kernel.grid.filter((x) => inA.has(x.id) && !inB.has(x.id));
  const n = kernel.grid.filter((x) => inB.has(x.id) && !inA.has(x.id));
  const batch = kernel.grid.filter((x) => inA.has(x.id) && inB.has(x.id));
  if (m.length + n.length + batch.length !== kernel.grid.length) return null;
  if (m.length === 0 && n.length === 0) return null;
  if (pointsOf(k) < 2) return null;
  return { reduce, a, b, batch, m, n, k, epilogue };
}
