/**
 * The thin tile: few rows of a against many columns of a large b, which lies in memory row by row. A vector times a
 * matrix, above all.
 *
 *     for some steps k at a time: for n: for r: c[r][n] += a[k..][r] · b[k..][n]
 *
 * b is read once, along its rows, which is as fast as memory gives it: a tile in registers takes a few columns of each row,
 * that is a part of a cache line on a page of its own. Sums lie in the first cache instead, and each is loaded and stored
 * once for several steps.
 *
 * Invariant: the sum of a block starts from 0 and is added to the others, as in other tiles; lanes beyond the last column
 * hold rubbish.
 */
import type { KernelModule } from '../../code/kernel-module.js';
import { loop, set, store, when, type Statement } from '../../code/statement.js';
import type { Term, Variable } from '../../code/term.js';
import type { Callable, Op } from '../../wasm/index.js';
import { PANEL } from './panels.js';
import type { ContractPlan } from './plan.js';
import { SUMS, type Pitches } from './tile.js';

/** Values of a that registers hold beside a sum and what is added to it. */
const REGISTERS = 8;
/** Rows of b that are read together: where rows are pages apart, they fall into the same sets of the first cache. */
const STREAMS = 4;

/**
 * Adds the function `thin(a, b, c, steps, more, bytes)`: c = a·b, or c += a·b when `more` is not 0, for rows of so many
 * bytes. Sums of a block are made in scratch at `area` when there are others already.
 */
export function addThin(module: KernelModule, plan: ContractPlan, pitches: Pitches, area: number, fused: boolean): Callable {
  const shape = plan.dtype === 'float32' ? 'f32x4' : 'f64x2';
  const splat = `v128.load${plan.bytes * 8}_splat` as Op;
  const rows = Array.from({ length: plan.mr }, (_, r) => r);
  const together = Math.max(2, Math.min(Math.floor(REGISTERS / plan.mr), STREAMS));
  return module.helper(`thin_${plan.mr}`, ['a', 'b', 'c', 'steps', 'more', 'bytes'], ({ terms: t, scratch }, { a, b, c, steps, more, bytes }) => {
    const to = t.variable('to', 'i32');
    const add = (x: Term, y: Term): Term => t.op(`${shape}.add` as Op, x, y);
    const product = (x: Term, y: Term, sum: Term): Term =>
      fused ? t.op(`${shape}.relaxed_madd` as Op, x, y, sum) : add(sum, t.op(`${shape}.mul` as Op, x, y));
    const at = (from: Term, column: Term, row: number): { base: Term; offset: number } => ({ base: t.add(from, column), offset: row * pitches.cRow });
    const columns = (body: (column: Variable) => Statement[]): Statement => {
      const column = t.variable('column', 'i32');
      return loop(column, t.i32(0), bytes, 16, body(column));
    };
    const pass = (first: Term, last: Term, count: number): Statement => {
      const k = t.variable('k', 'i32');
      const left = t.add(a, t.scale(k, pitches.aStep));
      const right = t.add(b, t.scale(k, pitches.bStep));
      const body = (column: Variable): Statement[] =>
        rows.map((r) => {
          let sum = t.load('v128.load', at(to, column, r), SUMS);
          for (let u = 0; u < count; u++) {
            const x = t.load(splat, { base: left, offset: r * pitches.aRow + u * pitches.aStep }, PANEL);
            sum = product(x, t.load('v128.load', { base: t.add(right, column), offset: u * pitches.bStep }, PANEL), sum);
          }
          return store('v128.store', at(to, column, r), sum, SUMS);
        });
      return loop(k, first, last, count, [columns(body)]);
    };
    const whole = t.sub(steps, t.rem(steps, together));
    return [
      set(to, t.select(t.add(scratch, area), c, more)),
      columns((column) => rows.map((r) => store('v128.store', at(to, column, r), t.splat(shape, 0), SUMS))),
      pass(t.i32(0), whole, together),
      pass(whole, steps, 1),
      when(more, [
        columns((column) =>
          rows.map((r) => store('v128.store', at(c, column, r), add(t.load('v128.load', at(c, column, r), SUMS), t.load('v128.load', at(to, column, r), SUMS)), SUMS)),
        ),
      ]),
    ];
  });
}
