/**
 * Accuracy of float32 functions: how far results are from the true value, in units of the last place, over samples of
 * all float32 numbers.
 */
import { beforeAll, expect, it, vi } from 'vitest';
import { fromHost } from '@sconce/core';
import * as e from '@sconce/core/e';
import { made, useBoth } from './oracle.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

/** Every 4099th float32 by its bits: NaN, infinities and subnormals are among them. */
const STEP = 4099;
const COUNT = Math.floor(2 ** 32 / STEP);

const samples = new Float32Array(COUNT);
const bits = new Uint32Array(samples.buffer);
for (let i = 0; i < COUNT; i++) bits[i] = i * STEP;

/** The distance between neighbours at a float32. */
function ulpAt(x: number): number {
  const magnitude = Math.max(Math.abs(x), 2 ** -126);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}

function errorIn(name: Name): { ulp: number; at: number } {
  const x = fromHost(samples.slice(), [COUNT], 'float32', { device: 'cpu' });
  const y = made(`accuracy of ${name}`, [x], [COUNT], (ix, [a]) => e[name](a(ix))).dataSync();
  const meaning = e[name].row.js as (x: number) => number;
  let worst = { ulp: 0, at: 0 };
  for (let i = 0; i < COUNT; i++) {
    if (Math.abs(samples[i]) >= (MAGNITUDES[name] ?? Infinity)) continue;
    const want = meaning(samples[i]);
    const got = Number(y[i]);
    if (Object.is(Math.fround(want), got) || (want !== want && got !== got)) continue;
    const ulp = Math.abs(Math.fround(want)) === Infinity || !Number.isFinite(got) ? Infinity : Math.abs(got - want) / ulpAt(want);
    if (!(ulp <= worst.ulp)) worst = { ulp, at: samples[i] };
  }
  return worst;
}

const LIMITS = {
  exp: 2, exp2: 2, expm1: 2, log: 2, log2: 2, log10: 2, log1p: 2, sigmoid: 2, sin: 2, cos: 2, cosPi: 2, tanh: 2, erf: 2, erfinv: 2,
  tan: 2, asin: 2, acos: 2, atan: 2, sinh: 4, cosh: 4, asinh: 4, acosh: 4, atanh: 4, erfc: 5,
};
type Name = keyof typeof LIMITS;

/** The magnitudes below which a function is defined, where that is not everywhere. */
const MAGNITUDES: Partial<Record<Name, number>> = { cosPi: 2 ** 20 };

for (const [name, limit] of Object.entries(LIMITS) as [Name, number][]) {
  it(`${name} is within ${limit} ulp`, () => {
    const { ulp, at } = errorIn(name);
    expect(ulp, `at ${at}`).toBeLessThanOrEqual(limit);
  });
}
