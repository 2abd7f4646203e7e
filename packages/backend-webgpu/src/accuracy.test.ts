/**
 * Accuracy of float32 functions on the software adapter: in units of the last place, from the true value, over samples of
 * all exponents. Subnormal numbers count as 0 in WGSL; numbers whose terms may be subnormal are left out, and results
 * among them may be 0.
 */
import { defineOp, fromHost, record } from '@sconce/core';
import * as e from '@sconce/core/e';
import { useBoth } from '@sconce/testing/both';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => void (await useBoth()), 60_000);

const COUNT = 1 << 17;
const SMALLEST = 2 ** -126;

/** Bits at equal distances: every exponent as often. */
const samples = new Float32Array(Uint32Array.from({ length: COUNT }, (_, i) => Math.floor((i * 2 ** 32) / COUNT) + ((i * 7919) % 2 ** 15)).buffer).filter((x) => !(Math.abs(x) > 0 && Math.abs(x) < 256 * SMALLEST));

const ulpAt = (x: number): number => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), SMALLEST))) - 23);

async function errorOf(name: Name): Promise<{ ulp: number; at: number }> {
  const op = defineOp({ name, form: 'element', lower: (ix, [x]) => e[name](x(ix)) });
  const x = fromHost(samples.slice(), [samples.length], 'float32', { device: 'webgpu' });
  const y = await record(op, [x], {}, x.shape, 'float32').data();
  const meaning = e[name].row.js as (x: number) => number;
  let worst = { ulp: 0, at: 0 };
  samples.forEach((at, i) => {
    const [want, got] = [meaning(at), Number(y[i])];
    if (Math.fround(want) === got || (want !== want && got !== got) || (Math.abs(want) < SMALLEST && got === 0)) return;
    const isBounded = Number.isFinite(got) && Number.isFinite(Math.fround(want));
    const ulp = isBounded ? Math.abs(got - want) / ulpAt(want) : Infinity;
    if (!(ulp <= worst.ulp)) worst = { ulp, at };
  });
  return worst;
}

const LIMITS = {
  exp: 2, exp2: 2, expm1: 2, log: 2, log2: 2, log10: 2, log1p: 3, sigmoid: 2, sin: 2, cos: 2, tanh: 2, erf: 2, erfinv: 2, sqrt: 1,
  tan: 4, asin: 4, acos: 4, atan: 4, sinh: 4, cosh: 4, asinh: 4, acosh: 4, atanh: 4, erfc: 4,
};
type Name = keyof typeof LIMITS;

test.each(Object.entries(LIMITS) as [Name, number][])('%s is within %i ulp', async (name, limit) => {
  const { ulp, at } = await errorOf(name);
  expect(ulp, `at ${at}`).toBeLessThanOrEqual(limit);
}, 30_000);
