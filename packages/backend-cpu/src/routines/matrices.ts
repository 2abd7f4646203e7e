/**
 * Loops of decompositions over float64: those of `ops/linalg/loops.ts`, two elements side by side.
 *
 *   product       C ± AB                        a unit is four columns of C
 *   dots          Ax                            a unit is four rows of A
 *   addRows       y ± xA                        one unit
 *   rotateAlong   a chain of rotations of rows  a unit is sixteen columns
 *
 * Arguments are 8 bytes each: addresses of arrays, and integers, in the order in which a routine gives them.
 *
 * Invariant: each element is computed by the same roundings in the same order as in JavaScript; lanes are elements of the
 * result, or the four partial sums that a scalar product has.
 *
 * Reference: Goto & van de Geijn, Anatomy of high-performance matrix multiplication (2008).
 */
import { at, constant, laneOp, op, type Operand } from '../wasm/builder.js';
import type { Local, Value } from '../wasm/index.js';
import { named, type Loop, type LoopPhase } from './loop.js';

/** Multiplications a nanosecond, and elements of a row. */
const RATE = 6;

/** Terms that `product` has at most at a time: four columns of B are packed into scratch. */
const DEPTH = 256;
export const LOOP_SCRATCH = DEPTH * 32;

/** Columns that are rotated together. */
const STRIP = 16;

export const MATRICES: readonly (readonly [string, Loop])[] = [
  ['product', { units: (a) => Math.ceil(a[10] / 4), work: (a) => (a[9] * a[10] * a[11]) / RATE, write: product }],
  ['dots', { units: (a) => Math.ceil(a[7] / 4), work: (a) => (a[7] * a[8]) / RATE, write: dots }],
  ['addRows', { units: () => 1, work: (a) => (a[7] * a[8]) / RATE, write: addRows }],
  ['rotateAlong', { units: (a) => Math.ceil(a[1] / STRIP), work: (a) => (a[1] * a[4] * 4) / RATE, write: rotateAlong }],
];

const add = (a: Operand, b: Operand): Value => op('i32.add', a, b);
const sub = (a: Operand, b: Operand): Value => op('i32.sub', a, b);
const times = (a: Operand, b: Operand): Value => op('i32.mul', a, b);
/** The address of an element, from that of its array. */
const element = (array: Operand, index: Operand): Value => add(array, op('i32.shl', index, 3));
const zeros = (fn: LoopPhase, name: string, count: number): Local[] => Array.from({ length: count }, (_, i) => fn.let(`${name}${i}`, op('f64x2.splat', 0)));
const accumulate = (fn: LoopPhase, sum: Local, a: Operand, b: Operand): void => fn.set(sum, op('f64x2.add', sum, op('f64x2.mul', a, b)));

/** 1 or −1 as a vector. */
const signOf = (fn: LoopPhase, sign: Local): Local => fn.let('factor', op('f64x2.splat', op('f64.convert_i32_s', sign)));

// ── products of blocks ───────────────────────────────────────────────────────────────────────────────────────────────

function product(fn: LoopPhase): void {
  const { c, cAt, ldc, a, aAt, lda, b, bAt, ldb, m, n, k, sign } = named(fn, ['c', 'cAt', 'ldc', 'a', 'aAt', 'lda', 'b', 'bAt', 'ldb', 'm', 'n', 'k', 'sign']);
  const { start, end, scratch } = fn.params;
  const factor = signOf(fn, sign);
  const [stepA, stepC] = [lda, ldc].map((stride, i) => fn.let(i === 0 ? 'stepA' : 'stepC', op('i32.shl', stride, 3)));
  const packedEnd = fn.let('packedEnd', add(scratch, op('i32.shl', k, 5)));
  const fours = fn.let('fours', op('i32.and', m, -4));

  /** Rows from the one at `row` on times the packed columns, into C at `to`. */
  const tile = (rows: number, row: Local, to: Local, width: Local): void => {
    const sums = Array.from({ length: rows }, (_, r) => zeros(fn, `s${r}`, 2));
    const pointers = Array.from({ length: rows }, (_, r) => fn.let(`a${r}`, r === 0 ? add(row, 0) : add(row, times(stepA, r))));
    fn.for('p', scratch, packedEnd, 32, (p) => {
      const b0 = fn.let('b0', op('v128.load', p));
      const b1 = fn.let('b1', op('v128.load', at(p, 16)));
      pointers.forEach((pointer, r) => {
        const x = fn.let('x', op('v128.load64_splat', pointer));
        accumulate(fn, sums[r][0], x, b0);
        accumulate(fn, sums[r][1], x, b1);
        fn.set(pointer, add(pointer, 8));
      });
    });
    const line = fn.let('line', add(to, 0));
    sums.forEach((pair, r) => {
      if (r > 0) fn.set(line, add(line, stepC));
      const whole = (): void => pair.forEach((sum, h) => fn.do(op('v128.store', at(line, 16 * h), op('f64x2.add', op('v128.load', at(line, 16 * h)), op('f64x2.mul', factor, sum)))));
      fn.if(op('i32.eq', width, 4), whole, () => {
        for (let lane = 0; lane < 3; lane++) {
          fn.if(op('i32.gt_u', width, lane), () => {
            const sum = laneOp('f64x2.extract_lane', lane % 2, op('f64x2.mul', factor, pair[lane >> 1]));
            fn.do(op('f64.store', at(line, 8 * lane), op('f64.add', op('f64.load', at(line, 8 * lane)), sum)));
          });
        }
      });
    });
  };

  fn.for('unit', start, end, 1, (unit) => {
    const column = fn.let('column', op('i32.shl', unit, 2));
    const width = fn.let('width', sub(n, column));
    fn.if(op('i32.gt_u', width, 4), () => fn.set(width, constant('i32', 4)));
    const from = fn.let('from', element(b, add(bAt, column)));
    fn.for('pack', scratch, packedEnd, 32, (to) => {
      fn.if(
        op('i32.eq', width, 4),
        () => [0, 16].forEach((offset) => fn.do(op('v128.store', at(to, offset), op('v128.load', at(from, offset))))),
        () => {
          for (let lane = 0; lane < 4; lane++) fn.do(op('f64.store', at(to, 8 * lane), 0));
          for (let lane = 0; lane < 3; lane++) {
            fn.if(op('i32.gt_u', width, lane), () => fn.do(op('f64.store', at(to, 8 * lane), op('f64.load', at(from, 8 * lane)))));
          }
        },
      );
      fn.set(from, add(from, op('i32.shl', ldb, 3)));
    });
    const row = fn.let('row', element(a, aAt));
    const to = fn.let('to', element(c, add(cAt, column)));
    fn.for('i', 0, fours, 4, () => {
      tile(4, row, to, width);
      fn.set(row, add(row, op('i32.shl', stepA, 2)));
      fn.set(to, add(to, op('i32.shl', stepC, 2)));
    });
    fn.for('rest', fours, m, 1, () => {
      tile(1, row, to, width);
      fn.set(row, add(row, stepA));
      fn.set(to, add(to, stepC));
    });
  });
}

// ── products with a vector ───────────────────────────────────────────────────────────────────────────────────────────

function dots(fn: LoopPhase): void {
  const { y, to, a, aAt, stride, x, from, m, n } = named(fn, ['y', 'to', 'a', 'aAt', 'stride', 'x', 'from', 'm', 'n']);
  const { start, end } = fn.params;
  const step = fn.let('step', op('i32.shl', stride, 3));
  const [first, whole] = [fn.let('first', element(x, from)), fn.let('whole', op('i32.and', n, -4))];
  const wholeEnd = fn.let('wholeEnd', element(first, whole));
  const last = fn.let('last', element(first, n));

  const rows = (count: number, row: Local, i: Local): void => {
    const sums = Array.from({ length: count }, (_, r) => zeros(fn, `s${r}`, 2));
    const pointers = Array.from({ length: count }, (_, r) => fn.let(`a${r}`, r === 0 ? add(row, 0) : add(row, times(step, r))));
    fn.for('p', first, wholeEnd, 32, (p) => {
      const halves = [0, 16].map((offset) => fn.let(`x${offset}`, op('v128.load', at(p, offset))));
      pointers.forEach((pointer, r) => {
        halves.forEach((half, h) => accumulate(fn, sums[r][h], op('v128.load', at(pointer, 16 * h)), half));
        fn.set(pointer, add(pointer, 32));
      });
    });
    sums.forEach(([low, high], r) => {
      const both = fn.let('both', op('f64x2.add', low, high));
      const sum = fn.let('sum', op('f64.add', laneOp('f64x2.extract_lane', 0, both), laneOp('f64x2.extract_lane', 1, both)));
      fn.for('p', wholeEnd, last, 8, (p) => {
        fn.set(sum, op('f64.add', sum, op('f64.mul', op('f64.load', pointers[r]), op('f64.load', p))));
        fn.set(pointers[r], add(pointers[r], 8));
      });
      fn.do(op('f64.store', at(element(y, add(to, i)), 8 * r), sum));
    });
  };

  fn.for('unit', start, end, 1, (unit) => {
    const i = fn.let('i', op('i32.shl', unit, 2));
    const row = fn.let('row', add(element(a, aAt), times(step, i)));
    fn.if(
      op('i32.le_u', add(i, 4), m),
      () => rows(4, row, i),
      () => fn.for('j', i, m, 1, (j) => {
        rows(1, row, j);
        fn.set(row, add(row, step));
      }),
    );
  });
}

function addRows(fn: LoopPhase): void {
  const { y, to, a, aAt, stride, x, from, m, n, sign } = named(fn, ['y', 'to', 'a', 'aAt', 'stride', 'x', 'from', 'm', 'n', 'sign']);
  const factor = signOf(fn, sign);
  const step = fn.let('step', op('i32.shl', stride, 3));
  const [line, whole] = [fn.let('line', element(y, to)), fn.let('whole', op('i32.and', n, -2))];
  const wholeEnd = fn.let('wholeEnd', element(line, whole));
  const row = fn.let('row', element(a, aAt));
  const weight = fn.let('weight', element(x, from));
  const fours = fn.let('fours', op('i32.and', m, -4));

  const rows = (count: number): void => {
    const weights = Array.from({ length: count }, (_, r) => fn.let(`x${r}`, op('f64x2.mul', factor, op('v128.load64_splat', at(weight, 8 * r)))));
    const pointers = Array.from({ length: count }, (_, r) => fn.let(`a${r}`, r === 0 ? add(row, 0) : add(row, times(step, r))));
    fn.for('p', line, wholeEnd, 16, (p) => {
      const sum = fn.let('sum', op('v128.load', p));
      pointers.forEach((pointer, r) => {
        accumulate(fn, sum, weights[r], op('v128.load', pointer));
        fn.set(pointer, add(pointer, 16));
      });
      fn.do(op('v128.store', p, sum));
    });
    fn.if(op('i32.ne', whole, n), () => {
      const sum = fn.let('sum', op('f64.load', wholeEnd));
      pointers.forEach((pointer, r) => fn.set(sum, op('f64.add', sum, op('f64.mul', laneOp('f64x2.extract_lane', 0, weights[r]), op('f64.load', pointer)))));
      fn.do(op('f64.store', wholeEnd, sum));
    });
    fn.set(row, add(row, times(step, count)));
    fn.set(weight, add(weight, 8 * count));
  };
  fn.for('i', 0, fours, 4, () => rows(4));
  fn.for('rest', fours, m, 1, () => rows(1));
}

// ── rotations ────────────────────────────────────────────────────────────────────────────────────────────────────────

function rotateAlong(fn: LoopPhase): void {
  const { a, width, first, step, count, cs, sn } = named(fn, ['a', 'width', 'first', 'step', 'count', 'cs', 'sn']);
  const { start, end } = fn.params;
  const stride = fn.let('stride', op('i32.shl', times(step, width), 3));
  const csEnd = fn.let('csEnd', element(cs, count));
  const across = fn.let('across', sub(sn, cs));

  /** The chain over `vectors` pairs of columns from the address of the first row's on. */
  const chain = (vectors: number, here: Local): void => {
    const carried = Array.from({ length: vectors }, (_, v) => fn.let(`x${v}`, op('v128.load', at(here, 16 * v))));
    fn.for('t', cs, csEnd, 8, (t) => {
      const c = fn.let('c', op('v128.load64_splat', t));
      const s = fn.let('s', op('v128.load64_splat', add(t, across)));
      const next = fn.let('next', add(here, stride));
      carried.forEach((x, v) => {
        const y = fn.let('y', op('v128.load', at(next, 16 * v)));
        fn.do(op('v128.store', at(here, 16 * v), op('f64x2.add', op('f64x2.mul', c, x), op('f64x2.mul', s, y))));
        fn.set(x, op('f64x2.sub', op('f64x2.mul', c, y), op('f64x2.mul', s, x)));
      });
      fn.set(here, next);
    });
    carried.forEach((x, v) => fn.do(op('v128.store', at(here, 16 * v), x)));
  };
  const chainOfOne = (here: Local): void => {
    const x = fn.let('x', op('f64.load', here));
    fn.for('t', cs, csEnd, 8, (t) => {
      const c = fn.let('c', op('f64.load', t));
      const s = fn.let('s', op('f64.load', add(t, across)));
      const next = fn.let('next', add(here, stride));
      const y = fn.let('y', op('f64.load', next));
      fn.do(op('f64.store', here, op('f64.add', op('f64.mul', c, x), op('f64.mul', s, y))));
      fn.set(x, op('f64.sub', op('f64.mul', c, y), op('f64.mul', s, x)));
      fn.set(here, next);
    });
    fn.do(op('f64.store', here, x));
  };

  fn.for('unit', start, end, 1, (unit) => {
    const column = fn.let('column', times(unit, STRIP));
    const columnsEnd = fn.let('columnsEnd', add(column, STRIP));
    fn.if(op('i32.gt_u', columnsEnd, width), () => fn.set(columnsEnd, width));
    const origin = fn.let('origin', element(a, times(first, width)));
    fn.if(
      op('i32.eq', sub(columnsEnd, column), STRIP),
      () => chain(STRIP / 2, fn.let('here', element(origin, column))),
      () => {
        fn.loop('narrow', (again) => {
          fn.if(op('i32.ge_u', sub(columnsEnd, column), 2), () => {
            chain(1, fn.let('here', element(origin, column)));
            fn.set(column, add(column, 2));
            fn.branch(again);
          });
        });
        fn.if(op('i32.lt_u', column, columnsEnd), () => chainOfOne(fn.let('here', element(origin, column))));
      },
    );
  });
}
