/**
 * The epilogue of a contraction: the stages after the sum, over rows of sums in scratch. Bias, activation, conversions
 * and however many stores there are.
 *
 * The columns are one axis where memory of the epilogue is contiguous. Where it is not (the pixels of several images),
 * columns are taken in groups of four, whose position is found once for all rows; a group that an edge cuts is stored
 * element by element.
 *
 * Invariant: every element of the block is stored once.
 */
import { collapseStages, type Stage } from '@sconce/compiler';
import type { KernelFrame, KernelModule } from '../../code/kernel-module.js';
import { loadElement, loadFour } from '../../code/memory.js';
import { scalarOp } from '../../code/scalar.js';
import { loop, when, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { Translator, type AxisValue, type Place } from '../../code/translate.js';
import { LANES, vectorOp, type Parts } from '../../code/vector.js';
import type { Callable } from '../../wasm/index.js';
import { digits } from '../digits.js';
import type { ContractPlan } from './plan.js';
import { SUMS } from './tile.js';

/** Adds the function `finish(sums, row, rowEnd, column, columnEnd, batch)`; `pitch` is the bytes of a row of sums. */
export function addFinish(module: KernelModule, plan: ContractPlan, pitch: number): Callable {
  const { stages, axes } = collapseStages(plan.n, plan.epilogue);
  const inner = axes[axes.length - 1];
  const columns = plan.sizes.n;
  return module.helper('finish', ['sums', 'row', 'rowEnd', 'column', 'columnEnd', 'batch'], (frame, given) => {
    const { terms: t } = frame;
    const { row, rowEnd, column, columnEnd } = given;
    const m = t.variable('m', 'i32');
    const sums = t.add(given.sums, t.scale(t.op('i32.sub', m, row), pitch));
    const fixed = new Map([...digits(t, plan.batch, given.batch), ...digits(t, plan.m, m)]);
    const stored = (n: Term, values: ReadonlyMap<number, AxisValue>, lanes: number): Statement[] => {
      const address = { base: t.add(sums, t.scale(t.op('i32.sub', n, column), plan.bytes)), offset: 0 };
      const sum =
        lanes === 1
          ? scalarOp(t, 'cast', plan.dtype, plan.result, [loadElement(t, plan.dtype, address, SUMS)])
          : vectorOp(t, 'cast', plan.dtype, plan.result, [loadFour(t, plan.dtype, address, SUMS)])!;
      return stagesAt(frame, stages, new Map([...fixed, ...values]), lanes === 1 ? null : inner.id, plan.reduceId, sum);
    };
    const rows = (body: Statement[]): Statement => loop(m, row, rowEnd, 1, body);
    const singly = (from: Term, to: Term): Statement => {
      const n = t.variable('n', 'i32');
      return loop(n, from, to, 1, [rows(stored(n, digits(t, axes, n), 1))]);
    };
    const whole = t.add(column, t.op('i32.and', t.op('i32.sub', columnEnd, column), -LANES));
    const tail = columns % LANES === 0 ? [] : [singly(whole, columnEnd)];
    const n = t.variable('n', 'i32');
    const values = digits(t, axes, n);
    if (axes.length === 1) return [rows([loop(n, column, whole, LANES, stored(n, values, LANES))]), ...tail];
    const four = rows(stored(n, values, LANES));
    const isWhole = t.op('i32.lt_u', t.add(values.get(inner.id)!.term, LANES - 1), inner.extent);
    const group = inner.extent % LANES === 0 ? four : when(isWhole, [four], [singly(n, t.add(n, LANES))]);
    return [loop(n, column, whole, LANES, [group]), ...tail];
  });
}

function stagesAt(frame: KernelFrame, stages: readonly Stage[], axes: ReadonlyMap<number, AxisValue>, vector: number | null, id: number, sum: Term | Parts): Statement[] {
  const place: Place = { axes, vector, stages: new Map([[id, sum]]), rowLanes: 1 };
  const translator = new Translator(frame, place);
  return stages.flatMap((s) => (s.kind === 'store' ? translator.store(s.slot, s.index, s.value) : []));
}
