/**
 * Checks of indices that come from data, as functions that kernels call.
 *
 * Invariant: an index out of range counts as 0, and the first one is recorded: the number of its check, what it was, and
 * where it stood.
 */
import type { Callable, FunctionCode } from '../wasm/index.js';
import { printFunction } from './print.js';
import { giveBack, set, store, when } from './statement.js';
import type { Memory, Term } from './term.js';
import { eachLane, extract } from './vector.js';

const RECORD: Memory = { kind: 'memory', name: 'record' };

/** `value` where it is below `size`, otherwise 0. */
export const checkOne = (): FunctionCode =>
  printFunction('check', { value: 'i32', size: 'i32', number: 'i32', position: 'i32', record: 'i32' }, 'i32', (t, given) => {
    const { value, size, number, position, record } = given;
    const isFirst = t.op('i32.eqz', t.load('i32.load', { base: record, offset: 0 }, RECORD));
    return [
      when(t.less(value, size), [giveBack(value)]),
      when(isFirst, [number, value, position].map((x, i) => store('i32.store', { base: record, offset: 4 * i }, x, RECORD))),
      giveBack(t.i32(0)),
    ];
  });

/** The same for four values at four positions. */
export const checkFour = (one: Callable): FunctionCode =>
  printFunction('check_four', { values: 'v128', size: 'i32', number: 'i32', positions: 'v128', record: 'i32' }, 'v128', (t, given) => {
    const { values, size, number, positions, record } = given;
    const of = (x: Term, lane: number): Term => extract(t, [x], 'int32', lane);
    const checked = (lane: number): Term => t.call(one, of(values, lane), size, number, of(positions, lane), record);
    return [
      when(t.op('i32x4.all_true', t.op('i32x4.lt_u', values, t.op('i32x4.splat', size))), [giveBack(values)]),
      ...eachLane((lane) => set(values, t.laneOp('i32x4.replace_lane', [lane], values, checked(lane)))),
      giveBack(values),
    ];
  });
