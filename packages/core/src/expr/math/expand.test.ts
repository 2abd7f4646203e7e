/** float32 expansions against float64: the largest error in ulps, with and without fused multiply-add. */
import { describe, expect, it } from 'vitest';
import * as e from '../e.js';
import { DERIVED_NAMES, expanded, evaluateMany, parts, sampleFloats, ulpError, type DerivedName } from './measure.js';

const COUNT = 60_000;

/** The largest error that is allowed, in ulps. */
const BOUNDS: Partial<Record<DerivedName, number>> = {
  exp: 1.1, exp2: 1.2, expm1: 1.8, log: 0.9, log2: 1.4, log10: 1.8, log1p: 1.3, sigmoid: 1.9,
  sin: 1.8, cos: 1.8, tan: 1.8, asin: 1.4, acos: 1.3, atan: 1.4,
  sinh: 1.7, cosh: 1.6, tanh: 1.8, asinh: 2, acosh: 2, atanh: 2.2,
  erf: 1.7, erfc: 4.4, erfinv: 1.8,
};

/** These must stay within 4 ulps when a compiler contracts products and sums. */
const HOT: readonly DerivedName[] = ['exp', 'log', 'sin', 'cos', 'tanh', 'erf', 'sigmoid'];

type Meaning = (...args: unknown[]) => number;

interface Worst {
  readonly ulps: number;
  readonly at: readonly number[];
}

function worstOf(name: DerivedName, columns: readonly Float32Array[], contract = false): Worst {
  const got = evaluateMany(expanded(name), columns, contract);
  const meaning = e[name].row.js as Meaning;
  let worst: Worst = { ulps: 0, at: [] };
  for (let i = 0; i < got.length; i++) {
    const at = columns.map((column) => column[i]);
    const want = meaning(...at, 'float32');
    const ulps = ulpError(got[i], want);
    if (ulps > worst.ulps) worst = { ulps, at };
  }
  return worst;
}

const report = (name: string, { ulps, at }: Worst): string => `${name.padEnd(10)} ${ulps.toFixed(3)} ulp at ${at.join(', ')}`;

describe('the error of an expansion', () => {
  const samples = sampleFloats(COUNT);
  const lines: string[] = [];

  it.each(Object.entries(BOUNDS) as [DerivedName, number][])('of %s is at most %d ulp', (name, bound) => {
    const worst = worstOf(name, [samples]);
    lines.push(report(name, worst));
    expect(worst.ulps, report(name, worst)).toBeLessThanOrEqual(bound);
  });

  it('is shown', () => {
    console.log(lines.join('\n'));
    expect(lines).toHaveLength(Object.keys(BOUNDS).length);
  });

  it.each(HOT)('of %s is at most 2 ulp with fused multiply-add', (name) => {
    const worst = worstOf(name, [samples], true);
    expect(worst.ulps, report(name, worst)).toBeLessThanOrEqual(2);
  });

  it('of sin, cos and tan holds next to multiples of π/2 and for the largest angles', () => {
    const near = Float32Array.from({ length: 20_000 }, (_, i) => (i - 10_000) * (Math.PI / 2));
    const far = sampleFloats(20_000, 7).map((x) => (Math.abs(x) > 4096 ? x : x * 2 ** 100));
    for (const name of ['sin', 'cos', 'tan'] as const) {
      expect(worstOf(name, [near]).ulps).toBeLessThanOrEqual(BOUNDS[name]!);
      expect(worstOf(name, [far]).ulps).toBeLessThanOrEqual(BOUNDS[name]!);
    }
  });

  it('of pow is at most 1.5 ulp, whatever the size of the result', () => {
    const base = sampleFloats(COUNT, 3);
    const other = sampleFloats(COUNT, 5);
    // Half of the exponents aim at a result that is neither 0 nor infinite.
    const exponent = other.map((y, i) => (i % 2 ? y : ((i / COUNT) * 300 - 150) / Math.log2(Math.abs(base[i]))));
    const worst = worstOf('pow', [base, exponent]);
    expect(worst.ulps, report('pow', worst)).toBeLessThanOrEqual(1.5);
  });

  it('of atan2 is at most 1.5 ulp', () => {
    const y = sampleFloats(COUNT, 3);
    const x = sampleFloats(COUNT, 5).map((other, i) => (i % 2 ? other : y[i] * Math.exp((i / COUNT) * 6 - 3)));
    const worst = worstOf('atan2', [y, x]);
    expect(worst.ulps, report('atan2', worst)).toBeLessThanOrEqual(1.5);
  });
});

describe('the error of the gamma functions', () => {
  const samples = sampleFloats(COUNT);

  it.each<[DerivedName, number]>([['lgamma', 3], ['digamma', 3]])('%s is at most %d ulp above 0', (name, bound) => {
    const worst = worstOf(name, [samples.map(Math.abs)]);
    expect(worst.ulps, report(name, worst)).toBeLessThanOrEqual(bound);
  });

  it.each<DerivedName>(['lgamma', 'digamma'])('%s is absolutely or relatively small below 0', (name) => {
    const below = samples.map((x) => (x > 0 ? -x : x));
    const got = evaluateMany(expanded(name), [below]);
    const meaning = e[name].row.js as Meaning;
    const misses = [...below].filter((x, i) => {
      const want = Math.fround(meaning(x));
      const scale = Math.max(1, Math.abs(want), Math.log(Math.abs(x)));
      return !(Object.is(got[i], want) || Math.abs(got[i] - want) <= 1e-6 * scale);
    });
    expect(misses).toEqual([]);
  });
});

describe('every expansion', () => {
  it.each(DERIVED_NAMES)('of %s ends in basic instructions', (name) => {
    const root = expanded(name, name === 'umulhi' ? 'int32' : 'float32');
    expect(parts(root).filter((x) => x.op === 'derived')).toEqual([]);
  });

  it.each(DERIVED_NAMES)('of %s shifts by constants alone', (name) => {
    const root = expanded(name, name === 'umulhi' ? 'int32' : 'float32');
    const shifts = parts(root).filter((x) => ['shl', 'shr', 'ushr'].includes(x.op));
    expect(shifts.every((x) => x.args[1].op === 'const')).toBe(true);
  });
});
