/** Zeros with their signs, infinities, NaN and the ends of domains, as in C99 and PyTorch. */
import { describe, expect, it } from 'vitest';
import { scalarRef } from '../expr.js';
import * as e from '../e.js';
import { evaluate } from './eval.js';
import { expanded, parts, type DerivedName } from './measure.js';

const INF = Infinity;
const TINY = 2 ** -149;

/** The expansion's value for scalars. */
function valueOf(name: DerivedName, ...scalars: number[]): number {
  return Number(evaluate(expanded(name), (x) => (x.op === 'scalar' ? scalars[x.slot] : NaN)));
}

describe('of one argument', () => {
  it.each<[DerivedName, [number, number][]]>([
    ['exp', [[0, 1], [-0, 1], [INF, INF], [-INF, 0], [88.8, INF], [-104, 0]]],
    ['exp2', [[0, 1], [-3, 0.125], [INF, INF], [-INF, 0], [128, INF], [-149, TINY], [-150, 0]]],
    ['expm1', [[0, 0], [-0, -0], [INF, INF], [-INF, -1], [TINY, TINY], [89, INF], [-100, -1]]],
    ['log', [[0, -INF], [-0, -INF], [1, 0], [INF, INF], [-1, NaN], [-INF, NaN], [-TINY, NaN]]],
    ['log2', [[0, -INF], [1, 0], [8, 3], [TINY, -149], [INF, INF], [-1, NaN]]],
    ['log10', [[0, -INF], [1, 0], [1000, 3], [INF, INF], [-1, NaN]]],
    ['log1p', [[0, 0], [-0, -0], [-1, -INF], [TINY, TINY], [INF, INF], [-1.5, NaN], [-INF, NaN]]],
    ['sigmoid', [[0, 0.5], [INF, 1], [-INF, 0], [100, 1]]],
    ['sin', [[0, 0], [-0, -0], [TINY, TINY], [-TINY, -TINY], [INF, NaN], [-INF, NaN]]],
    ['cos', [[0, 1], [-0, 1], [TINY, 1], [INF, NaN], [-INF, NaN]]],
    ['tan', [[0, 0], [-0, -0], [TINY, TINY], [INF, NaN], [-INF, NaN]]],
    ['asin', [[0, 0], [-0, -0], [TINY, TINY], [1.0001, NaN], [-1.0001, NaN], [INF, NaN]]],
    ['acos', [[1, 0], [1.0001, NaN], [-1.0001, NaN], [-INF, NaN]]],
    ['atan', [[0, 0], [-0, -0], [TINY, TINY], [INF, Math.fround(Math.PI / 2)], [-INF, -Math.fround(Math.PI / 2)]]],
    ['sinh', [[0, 0], [-0, -0], [TINY, TINY], [INF, INF], [-INF, -INF], [90, INF], [-90, -INF]]],
    ['cosh', [[0, 1], [-0, 1], [INF, INF], [-INF, INF], [-90, INF]]],
    ['tanh', [[0, 0], [-0, -0], [TINY, TINY], [INF, 1], [-INF, -1], [20, 1]]],
    ['asinh', [[0, 0], [-0, -0], [TINY, TINY], [INF, INF], [-INF, -INF]]],
    ['acosh', [[1, 0], [0.999, NaN], [0, NaN], [-1e8, NaN], [INF, INF], [-INF, NaN]]],
    ['atanh', [[0, 0], [-0, -0], [TINY, TINY], [1, INF], [-1, -INF], [1.0001, NaN], [INF, NaN], [-1e30, NaN]]],
    ['erf', [[0, 0], [-0, -0], [TINY, TINY], [INF, 1], [-INF, -1], [4, 1]]],
    ['erfc', [[0, 1], [INF, 0], [-INF, 2], [10.2, 0], [-5, 2]]],
    ['erfinv', [[0, 0], [-0, -0], [1, INF], [-1, -INF], [1.0001, NaN], [-INF, NaN]]],
    ['lgamma', [[1, 0], [2, 0], [0, INF], [-0, INF], [-3, INF], [-1e10, INF], [INF, INF], [-INF, INF]]],
    ['digamma', [[0, -INF], [-0, INF], [-1, NaN], [-1e10, NaN], [INF, INF], [-INF, NaN]]],
  ])('%s', (name, rows) => {
    const got = [...rows, [NaN, NaN]].map(([x]) => [x, valueOf(name, Math.fround(x))]);
    expect(got).toEqual([...rows, [NaN, NaN]]);
  });

  it.each<DerivedName>(['exp', 'log', 'sin', 'cos', 'tanh', 'erf', 'sigmoid', 'expm1', 'log1p', 'lgamma', 'digamma'])(
    '%s keeps a NaN of either sign',
    (name) => {
      for (const bits of [0x7fc00000, 0x7f800001, -0x00400000, -0x00000001]) {
        const root = expanded(name);
        const [x] = parts(root).filter((part) => part.op === 'scalar');
        const value = evaluate(root, () => new Float32Array(Int32Array.of(bits).buffer)[0]);
        expect(x).toEqual(scalarRef(0, 'float32'));
        expect(value).toBeNaN();
      }
    },
  );
});

const INTERESTING = [0, 1, 2, 3, 0.5, 2.5, 1e-40, 1e30, 16777216, 16777215, INF].flatMap((x) => [x, -x]).concat(NaN).map(Math.fround);

describe('of two arguments', () => {
  it.each<DerivedName>(['pow', 'atan2'])('%s at every pair of special values', (name) => {
    const meaning = e[name].row.js as (a: number, b: number, dtype: string) => number;
    const rows = INTERESTING.flatMap((a) => INTERESTING.map((b) => [a, b]));
    const exact = (x: number): boolean => x === 0 || !Number.isFinite(x) || Math.abs(x) === 1;
    for (const [a, b] of rows) {
      const want = Math.fround(meaning(a, b, 'float32'));
      const got = valueOf(name, a, b);
      if (exact(want)) expect([name, a, b, got]).toEqual([name, a, b, want]);
      else expect(Math.abs(got / want - 1), `${name}(${a}, ${b}) = ${got}, not ${want}`).toBeLessThan(1e-6);
    }
  });
});
