/**
 * What surrounds the passes of Fourier transforms over float64, as `ops/fft` has it in JavaScript.
 *
 *   copyGrid   n × count numbers, from one pair of strides to another     a unit is one of n
 *   twist      rows of a block times e^(−2πi·k(first + c)/n), to a matrix  a unit is one row, k
 *
 * Invariant: products are rounded in the same order as in JavaScript.
 */
import { constant, laneOp, op, type Operand } from '../wasm/builder.js';
import type { Local, Value } from '../wasm/index.js';
import { PAIR, SINGLE, type Complex, type Lanes } from './lanes.js';
import { named, type Loop, type LoopPhase } from './loop.js';

const add = (a: Operand, b: Operand): Value => op('i32.add', a, b);
const times = (a: Operand, b: Operand): Value => op('i32.mul', a, b);
const bytes = (count: Operand): Value => op('i32.shl', count, 3);

function copyGrid(fn: LoopPhase): void {
  const { x, xAt, xOuter, xInner, y, yAt, yOuter, yInner, count } = named(fn, ['x', 'xAt', 'xOuter', 'xInner', 'y', 'yAt', 'yOuter', 'yInner', 'n', 'count']);
  const [xStep, yStep] = [fn.let('xStep', bytes(xInner)), fn.let('yStep', bytes(yInner))];
  const pairs = fn.let('pairs', constant('i32', 0));
  // Runs go two numbers at a time.
  fn.if(op('i32.and', op('i32.eq', xInner, 1), op('i32.eq', yInner, 1)), () => fn.set(pairs, op('i32.and', count, -2)));
  fn.for('j', fn.params.start, fn.params.end, 1, (j) => {
    const from = fn.let('from', add(x, bytes(add(xAt, times(j, xOuter)))));
    const to = fn.let('to', add(y, bytes(add(yAt, times(j, yOuter)))));
    fn.for('pair', 0, pairs, 2, () => {
      fn.do(op('v128.store', to, op('v128.load', from)));
      fn.set(from, add(from, 16));
      fn.set(to, add(to, 16));
    });
    fn.for('c', pairs, count, 1, () => {
      fn.do(op('f64.store', to, op('f64.load', from)));
      fn.set(from, add(from, xStep));
      fn.set(to, add(to, yStep));
    });
  });
}

function twist(fn: LoopPhase): void {
  const { xr, xi, count, yr, yi, first, width, cr, ci, fr, fi, shift } = named(fn, ['xr', 'xi', 'count', 'yr', 'yi', 'first', 'width', 'n', 'cr', 'ci', 'fr', 'fi', 'shift']);
  const [betweenX, betweenY] = [[xi, xr], [yi, yr]].map(([im, re], i) => fn.let(`between${i}`, op('i32.sub', im, re)));
  const mask = fn.let('mask', op('i32.sub', op('i32.shl', 1, shift), 1));
  const pairs = fn.let('pairs', op('i32.and', count, -2));

  /** The roots of one power, or of two that are k apart. */
  const rootOf = (lanes: Lanes, power: Local, k: Local): Complex => {
    const places = (lanes === PAIR ? [power, fn.let('next', add(power, k))] : [power]).map((of) => [
      fn.let('coarse', bytes(op('i32.shr_u', of, shift))), fn.let('fine', bytes(op('i32.and', of, mask))),
    ]);
    const [c, f] = [0, 1].map((which) => (table: Local): Value => {
      const [low, high] = places.map((place) => add(table, place[which]));
      return high === undefined ? op('f64.load', low) : laneOp('f64x2.replace_lane', 1, op('v128.load64_splat', low), op('f64.load', high));
    });
    const [ar, ai, br, bi] = [c(cr), c(ci), f(fr), f(fi)].map((value, i) => fn.let(`part${i}`, value));
    return {
      re: fn.let('wr', lanes.op('sub', lanes.op('mul', ar, br), lanes.op('mul', ai, bi))),
      im: fn.let('wi', lanes.op('add', lanes.op('mul', ar, bi), lanes.op('mul', ai, br))),
    };
  };
  const points = (lanes: Lanes, power: Local, k: Local, from: Local, to: Local): void => {
    const w = rootOf(lanes, power, k);
    const [re, im] = [fn.let('re', lanes.load(from)), fn.let('im', lanes.load(add(from, betweenX)))];
    fn.do(lanes.store(to, lanes.op('sub', lanes.op('mul', re, w.re), lanes.op('mul', im, w.im))));
    fn.do(lanes.store(add(to, betweenY), lanes.op('add', lanes.op('mul', re, w.im), lanes.op('mul', im, w.re))));
  };

  fn.for('k', fn.params.start, fn.params.end, 1, (k) => {
    const from = fn.let('from', add(xr, bytes(times(k, count))));
    const to = fn.let('to', add(yr, bytes(add(times(k, width), first))));
    const power = fn.let('power', times(k, first));
    fn.for('c', 0, pairs, 2, () => {
      points(PAIR, power, k, from, to);
      fn.set(from, add(from, PAIR.bytes));
      fn.set(to, add(to, PAIR.bytes));
      fn.set(power, add(power, op('i32.shl', k, 1)));
    });
    fn.if(op('i32.ne', pairs, count), () => points(SINGLE, power, k, from, to));
  });
}

export const SIGNALS: readonly (readonly [string, Loop])[] = [
  ['copyGrid', { units: (a) => a[8], work: (a) => a[8] * a[9], write: copyGrid }],
  ['twist', { units: (a) => a[7], work: (a) => 3 * a[2] * a[7], write: twist }],
];
