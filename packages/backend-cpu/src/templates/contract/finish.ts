/**
 * The epilogue of a contraction: the stages after the sum, over rows of sums in scratch. Bias, activation, conversions
 * and however many stores there are.
 *
 * Sums that were cut into parts are added here, in their order.
 *
 * The columns are one axis where memory of the epilogue is contiguous. Where it is not (the pixels of several images),
 * columns are taken in groups of four, whose position is found once for all rows; a group that an edge cuts is stored
 * element by element.
 *
 * Invariant: every element of the block is stored once.
 */
import { collapseStages } from '@sconce/compiler';
import { algebraOf } from '../../code/fold.js';
import type { KernelModule } from '../../code/kernel-module.js';
import { loadParts } from '../../code/memory.js';
import { axisAt, placeAt, type AxisValues } from '../../code/place.js';
import { loop, when, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import { LANES } from '../../code/vector.js';
import type { Callable } from '../../wasm/index.js';
import { digits } from '../axes.js';
import type { ContractPlan } from './plan.js';
import { SUMS } from './tile.js';
import { bytesOfBlock } from './units.js';

/** Adds the function `finish(sums, row, rowEnd, column, columnEnd, batch)`; `pitch` is the bytes of a row of sums. */
export function addFinish(module: KernelModule, plan: ContractPlan, pitch: number): Callable {
  const { stages, axes } = collapseStages(plan.n, plan.epilogue);
  const inner = axes[axes.length - 1];
  const columns = plan.sizes.n;
  return module.helper('finish', ['sums', 'row', 'rowEnd', 'column', 'columnEnd', 'batch'], (frame, given) => {
    const { terms: t } = frame;
    const { row, rowEnd, column, columnEnd } = given;
    const m = t.variable('m', 'i32');
    const sums = t.add(given.sums, t.scale(t.sub(m, row), pitch));
    const fixed = new Map([...digits(t, plan.batch, given.batch), ...digits(t, plan.m, m)]);
    const stored = (n: Term, values: AxisValues, lanes: number): Statement[] => {
      const base = t.add(sums, t.scale(t.sub(n, column), plan.bytes));
      const algebra = algebraOf(t, lanes > 1);
      const parts = Array.from({ length: plan.parts }, (_, part) => loadParts(t, plan.dtype, { base, offset: part * bytesOfBlock(plan) }, lanes > 1, SUMS));
      const total = parts.reduce((a, b) => algebra.op('add', plan.dtype, [a, b]));
      const sum = algebra.op('cast', plan.dtype, [total], plan.result);
      const place = placeAt(new Map([...fixed, ...values]), lanes === 1 ? null : inner.id, new Map([[plan.reduceId, sum]]));
      const translator = new Translator(frame, place);
      return stages.flatMap((s) => (s.kind === 'store' ? translator.store(s.slot, s.index, s.value) : []));
    };
    const rows = (body: Statement[]): Statement => loop(m, row, rowEnd, 1, body);
    const singly = (from: Term, to: Term): Statement => {
      const n = t.variable('n', 'i32');
      return loop(n, from, to, 1, [rows(stored(n, digits(t, axes, n), 1))]);
    };
    const whole = t.whole(column, columnEnd, LANES);
    const tail = columns % LANES === 0 ? [] : [singly(whole, columnEnd)];
    const n = t.variable('n', 'i32');
    const values = digits(t, axes, n);
    if (axes.length === 1) return [rows([loop(n, column, whole, LANES, stored(n, values, LANES))]), ...tail];
    const four = rows(stored(n, values, LANES));
    const isWhole = t.less(t.add(axisAt(values, inner.id).term, LANES - 1), inner.extent);
    const group = inner.extent % LANES === 0 ? four : when(isWhole, [four], [singly(n, t.add(n, LANES))]);
    return [loop(n, column, whole, LANES, [group]), ...tail];
  });
}
