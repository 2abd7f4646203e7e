/**
 * Special functions against the equations that define them, in float32 and float64, where records do not reach.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, AutogradError, fromHost, numbersOf, tensor, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import * as special from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const wide = (...list: number[]): Tensor => fromHost(Float64Array.from(list), [list.length], 'float64');
const values = (t: Tensor): number[] => Array.from(numbersOf(t.dataSync(), t.dtype));

describe('Bessel functions', () => {
  const points = [0.1, 1, 2, 3.5, 5.5, 7.9, 8, 8.1, 12, 40, 300];

  test('J₁Y₀ − J₀Y₁ is 2/πx', () => {
    const [j0, j1, y0, y1] = [special.besselJ0, special.besselJ1, special.besselY0, special.besselY1].map((f) => values(f(wide(...points))));
    points.forEach((x, i) => expect((j1[i] * y0[i] - j0[i] * y1[i]) * Math.PI * x).toBeCloseTo(2, 12));
  });

  test('I₀K₁ + I₁K₀ is 1/x', () => {
    const [i0, i1] = [special.i0e, special.i1e].map((f) => values(f(wide(...points))));
    const [k0, k1] = [special.scaledModifiedBesselK0, special.scaledModifiedBesselK1].map((f) => values(f(wide(...points))));
    points.forEach((x, i) => expect((i0[i] * k1[i] + i1[i] * k0[i]) * x).toBeCloseTo(1, 12));
  });

  test('overflow only where they are too large', () => {
    expect(values(special.i0(tensor([90.5])))[0]).toBeLessThan(Infinity);
    expect(values(special.i0(tensor([100, 1e20])))).toEqual([Infinity, Infinity]);
  });
});

test('Airy waves keep their phase in float32', () => {
  const x = [-87, -500.25, -40.5];
  const [narrow, exact] = [tensor(x, { dtype: 'float32' }), wide(...x)].map((t) => values(special.airyAi(t)));
  narrow.forEach((v, i) => expect(Math.abs(v - exact[i])).toBeLessThan(2e-7));
});

test('the normal distribution and its inverse meet, far out too', () => {
  const p = [1e-300, 1e-20, 1e-5, 0.1353, 0.1354, 0.5, 0.9, 0.99999];
  values(special.logNdtr(special.ndtri(wide(...p)))).forEach((v, i) => expect(v / Math.log(p[i])).toBeCloseTo(1, 9));
});

describe('incomplete gamma functions', () => {
  test('are Poisson sums for whole numbers, and meet at the border of their forms', () => {
    const poisson = (n: number, x: number): number => Array.from({ length: n }, (_, k) => k).reduce(({ term, sum }, k) => ({ term: (term * x) / (k + 1), sum: sum + term }), { term: Math.exp(-x), sum: 0 }).sum;
    for (const [a, x] of [[1, 0.5], [3, 2], [3, 7], [20, 30], [40, 5]]) {
      expect(values(special.gammaincc(wide(a), wide(x)))[0]).toBeCloseTo(poisson(a, x), 13);
    }
    const large = [9.99e6, 1.001e7];
    values(special.gammainc(wide(...large), wide(...large))).forEach((p, i) => expect(p).toBeCloseTo(0.5 + 1 / (3 * Math.sqrt(2 * Math.PI * large[i])), 9));
    expect(values(special.gammaincc(wide(1e-6), wide(1)))[0] / 2.193837e-7).toBeCloseTo(1, 5);
  });

  test('have no gradient of their first argument, and say so', () => {
    const a = tensor([2.5], { requiresGrad: true });
    expect(() => special.gammainc(a, tensor([1.5])).backward()).toThrow(AutogradError);
    expect(() => special.gammainc(a, 2)).toThrow(ArgumentError);
  });
});

test('polynomials of a number and of a tensor agree', () => {
  const x = wide(-1.5, -0.3, 0.2, 1, 2);
  const families = Object.entries(special).filter(([name]) => name.includes('olynomial')) as [string, special.Polynomial][];
  expect(families).toHaveLength(12);
  for (const [, polynomial] of families) {
    for (const n of [0, 1, 2, 7, 20, 40]) {
      const [one, each] = [values(polynomial(x, n)), values(polynomial(x, fromHost(Float64Array.of(n), [1], 'float64')))];
      one.forEach((v, i) => expect(Math.abs(v - each[i])).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(v))));
    }
  }
  expect(values(special.zeta(2, tensor([1, -0.5])))[0]).toBeCloseTo(Math.PI ** 2 / 6, 6);
});
