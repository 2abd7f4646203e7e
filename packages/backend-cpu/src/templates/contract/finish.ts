/**
 * The epilogue of a contraction: the stages after the sum, over rows of sums in scratch. Bias, activation, conversions
 * and however many stores there are.
 *
 * The columns are one axis here, of which the kernel's own axes are quotients and remainders; where memory is contiguous
 * these vanish.
 *
 * Invariant: every element of the block is stored once.
 */
import { axisRef, e, freshAxis, type Axis, type Expr } from '@sconce/core';
import { Interner, mapStage, pointsOf, rewriter, simplifier, type Stage } from '@sconce/compiler';
import type { KernelFrame, KernelModule } from '../../code/kernel-module.js';
import { loadElement, loadFour } from '../../code/memory.js';
import { scalarOp } from '../../code/scalar.js';
import { loop, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { Translator, type AxisValue, type Place } from '../../code/translate.js';
import { LANES, vectorOp, type Parts } from '../../code/vector.js';
import type { Callable } from '../../wasm/index.js';
import { digits } from '../digits.js';
import type { ContractPlan } from './plan.js';
import { SUMS } from './tile.js';

/** Stages with the axes in one axis, row-major. */
function flattened(stages: readonly Stage[], axes: readonly Axis[]): { stages: readonly Stage[]; axis: Axis } {
  if (axes.length === 1) return { stages, axis: axes[0] };
  const axis = freshAxis(pointsOf(axes), 'n');
  const simplify = simplifier(new Interner());
  const values = new Map<number, Expr>();
  let inner = 1;
  for (const a of [...axes].reverse()) {
    values.set(a.id, e.rem(e.quot(axisRef(axis), inner), a.extent));
    inner *= a.extent;
  }
  const substitute = rewriter((x) => (x.op === 'axis' ? (values.get(x.axis.id) ?? x) : x));
  return { stages: stages.map((s) => mapStage(s, (x) => simplify(substitute(x)))), axis };
}

/** Adds the function `finish(sums, row, rowEnd, column, columnEnd, batch)`; `pitch` is the bytes of a row of sums. */
export function addFinish(module: KernelModule, plan: ContractPlan, pitch: number): Callable {
  const { stages, axis } = flattened(plan.epilogue, plan.n);
  return module.helper('finish', ['sums', 'row', 'rowEnd', 'column', 'columnEnd', 'batch'], (frame, given) => {
    const { terms: t } = frame;
    const { row, rowEnd, column, columnEnd } = given;
    const m = t.variable('m', 'i32');
    const sums = t.add(given.sums, t.scale(t.op('i32.sub', m, row), pitch));
    const fixed = new Map([...digits(t, plan.batch, given.batch), ...digits(t, plan.m, m)]);
    const columns = (from: Term, to: Term, lanes: number): Statement => {
      const n = t.variable('n', 'i32');
      const address = { base: t.add(sums, t.scale(t.op('i32.sub', n, column), plan.bytes)), offset: 0 };
      const sum =
        lanes === 1
          ? scalarOp(t, 'cast', plan.dtype, plan.result, [loadElement(t, plan.dtype, address, SUMS)])
          : vectorOp(t, 'cast', plan.dtype, plan.result, [loadFour(t, plan.dtype, address, SUMS)])!;
      return loop(n, from, to, lanes, stagesAt(frame, stages, new Map([...fixed, [axis.id, { term: n, plus: 0 }]]), lanes === 1 ? null : axis.id, plan.reduceId, sum));
    };
    const whole = t.add(column, t.op('i32.and', t.op('i32.sub', columnEnd, column), -LANES));
    const tail = axis.extent % LANES === 0 ? [] : [columns(whole, columnEnd, 1)];
    return [loop(m, row, rowEnd, 1, [columns(column, whole, LANES), ...tail])];
  });
}

function stagesAt(frame: KernelFrame, stages: readonly Stage[], axes: ReadonlyMap<number, AxisValue>, vector: number | null, id: number, sum: Term | Parts): Statement[] {
  const place: Place = { axes, vector, stages: new Map([[id, sum]]), rowLanes: 1 };
  const translator = new Translator(frame, place);
  return stages.flatMap((s) => (s.kind === 'store' ? translator.store(s.slot, s.index, s.value) : []));
}
