/**
 * Passes of Fourier transforms over float64, those of `ops/fft/passes.ts`: radices 2, 3, 4 and 5, two points side by side.
 *
 * Arguments are addresses: real and imaginary parts of x, of y and of the factors w; then the numbers m and s. A unit is one
 * p of a pass.
 *
 * Invariant: each point is computed by the same roundings in the same order as in JavaScript.
 *
 * Reference: Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), 1.7.
 */
import { at, laneOp, op, type Operand } from '../wasm/builder.js';
import type { Local, Value } from '../wasm/index.js';
import { PAIR, SINGLE, type Complex, type Lanes } from './lanes.js';
import { named, type Loop, type LoopPhase } from './loop.js';

/** What is done with the r points of one transform: their transform, before it meets the factors. */
type Butterfly = (points: readonly Complex[], arithmetic: Arithmetic) => readonly Complex[];

/** Arithmetic that binds each result to a variable. */
interface Arithmetic {
  readonly add: (a: Local, b: Local) => Local;
  readonly sub: (a: Local, b: Local) => Local;
  readonly scale: (a: Local, factor: number) => Local;
}

const both = (f: (part: 're' | 'im') => Local): Complex => ({ re: f('re'), im: f('im') });

const butterfly2: Butterfly = ([a, b], { add, sub }) => [both((p) => add(a[p], b[p])), both((p) => sub(a[p], b[p]))];

const butterfly3: Butterfly = ([a, b, c], { add, sub, scale }) => {
  const sum = both((p) => add(b[p], c[p]));
  const difference = both((p) => scale(sub(b[p], c[p]), 0.8660254037844386));
  const middle = both((p) => sub(a[p], scale(sum[p], 0.5)));
  return [
    both((p) => add(a[p], sum[p])),
    { re: add(middle.re, difference.im), im: sub(middle.im, difference.re) },
    { re: sub(middle.re, difference.im), im: add(middle.im, difference.re) },
  ];
};

const butterfly4: Butterfly = ([a, b, c, d], { add, sub }) => {
  const sum = both((p) => add(a[p], c[p]));
  const difference = both((p) => sub(a[p], c[p]));
  const odd = both((p) => add(b[p], d[p]));
  const turn: Complex = { re: sub(b.im, d.im), im: sub(d.re, b.re) };
  return [
    both((p) => add(sum[p], odd[p])),
    both((p) => add(difference[p], turn[p])),
    both((p) => sub(sum[p], odd[p])),
    both((p) => sub(difference[p], turn[p])),
  ];
};

const [COS5, COS5_TWICE, SIN5, SIN5_TWICE] = [0.3090169943749474, -0.8090169943749475, 0.9510565162951535, 0.5877852522924731];

const butterfly5: Butterfly = ([a, b, c, d, e], { add, sub, scale }) => {
  const [sum1, sum2] = [both((p) => add(b[p], e[p])), both((p) => add(c[p], d[p]))];
  const [dif1, dif2] = [both((p) => sub(b[p], e[p])), both((p) => sub(c[p], d[p]))];
  const even = (x: number, y: number): Complex => both((p) => add(add(a[p], scale(sum1[p], x)), scale(sum2[p], y)));
  const [even1, even2] = [even(COS5, COS5_TWICE), even(COS5_TWICE, COS5)];
  const odd1 = both((p) => add(scale(dif1[p], SIN5), scale(dif2[p], SIN5_TWICE)));
  const odd2 = both((p) => sub(scale(dif1[p], SIN5_TWICE), scale(dif2[p], SIN5)));
  return [
    both((p) => add(add(a[p], sum1[p]), sum2[p])),
    { re: add(even1.re, odd1.im), im: sub(even1.im, odd1.re) },
    { re: add(even2.re, odd2.im), im: sub(even2.im, odd2.re) },
    { re: sub(even2.re, odd2.im), im: add(even2.im, odd2.re) },
    { re: sub(even1.re, odd1.im), im: add(even1.im, odd1.re) },
  ];
};

const BUTTERFLIES: readonly (readonly [number, Butterfly])[] = [[2, butterfly2], [3, butterfly3], [4, butterfly4], [5, butterfly5]];

const arithmeticOf = (fn: LoopPhase, lanes: Lanes): Arithmetic => ({
  add: (a, b) => fn.let('sum', lanes.op('add', a, b)),
  sub: (a, b) => fn.let('difference', lanes.op('sub', a, b)),
  scale: (a, factor) => fn.let('scaled', lanes.op('mul', a, factor)),
});

function radix(fn: LoopPhase, r: number, butterfly: Butterfly): void {
  const { xr, xi, yr, yi, wr, wi, m, s } = named(fn, ['xr', 'xi', 'yr', 'yi', 'wr', 'wi', 'm', 's']);
  const add = (a: Operand, b: Operand): Value => op('i32.add', a, b);
  // Imaginary parts are as far from the real ones for all points.
  const [betweenX, betweenY, betweenW] = [[xi, xr], [yi, yr], [wi, wr]].map(([im, re], i) => fn.let(`between${i}`, op('i32.sub', im, re)));
  const width = fn.let('width', op('i32.shl', s, 3));
  const step = fn.let('step', op('i32.mul', m, width));
  const pairs = fn.let('pairs', op('i32.shl', op('i32.and', s, -2), 3));

  const points = (lanes: Lanes, factors: readonly Complex[], from: Local, to: Local): void => {
    const load = (address: Local, between: Local): Complex => ({ re: fn.let('re', lanes.load(address)), im: fn.let('im', lanes.load(add(address, between))) });
    let address = from;
    const x = Array.from({ length: r }, (_, j) => {
      if (j > 0) address = fn.let('from', add(address, step));
      return load(address, betweenX);
    });
    const y = butterfly(x, arithmeticOf(fn, lanes));
    let place = to;
    y.forEach(({ re, im }, k) => {
      if (k > 0) place = fn.let('to', add(place, width));
      const w = factors[k - 1];
      const product = (a: 're' | 'im', b: 're' | 'im', join: 'add' | 'sub'): Value => lanes.op(join, lanes.op('mul', re, w[a]), lanes.op('mul', im, w[b]));
      fn.do(lanes.store(place, k === 0 ? re : product('re', 'im', 'sub')));
      fn.do(lanes.store(add(place, betweenY), k === 0 ? im : product('im', 're', 'add')));
    });
  };

  fn.for('p', fn.params.start, fn.params.end, 1, (p) => {
    const factorsAt = fn.let('factorsAt', add(wr, op('i32.mul', p, 8 * (r - 1))));
    const factors = Array.from({ length: r - 1 }, (_, k): Complex => ({
      re: fn.let(`w${k}r`, op('v128.load64_splat', at(factorsAt, 8 * k))),
      im: fn.let(`w${k}i`, op('v128.load64_splat', at(add(factorsAt, betweenW), 8 * k))),
    }));
    const from = fn.let('from', add(xr, op('i32.mul', p, width)));
    const to = fn.let('to', add(yr, op('i32.mul', p, op('i32.mul', width, r))));
    const pairsEnd = fn.let('pairsEnd', add(from, pairs));
    fn.for('q', from, pairsEnd, PAIR.bytes, (q) => {
      points(PAIR, factors, q, to);
      fn.set(to, add(to, PAIR.bytes));
    });
    fn.if(op('i32.and', s, 1), () => {
      const singles = factors.map(({ re, im }): Complex => ({ re: fn.let('wr', laneOp('f64x2.extract_lane', 0, re)), im: fn.let('wi', laneOp('f64x2.extract_lane', 0, im)) }));
      points(SINGLE, singles, pairsEnd, to);
    });
  });
}

/** Points a nanosecond, for each of the radix's. */
const RATE = 2;

export const RADICES: readonly (readonly [string, Loop])[] = BUTTERFLIES.map(([r, butterfly]) => [
  `radix${r}`,
  { units: (a) => a[6], work: (a) => (a[6] * a[7] * r) / RATE, write: (fn) => radix(fn, r, butterfly) },
]);
