import { describe, expect, it } from 'vitest';
import { fixed, scientific } from './decimal.js';
import { binaryParts } from './dragon4.js';

describe('fixed', () => {
  it.each([
    [2.5, 0, '2'],
    [3.5, 0, '4'],
    [1.03125, 4, '1.0312'],
    [12345.6777, 2, '12345.68'],
    [1e22, 2, '10000000000000000000000.00'],
    [0.00005, 4, '0.0001'],
    [-0.4, 0, '-0'],
    [-0, 4, '-0.0000'],
    [NaN, 4, 'nan'],
    [-Infinity, 4, '-inf'],
    [9.5, 0, '10'],
    [0.5, 0, '0'],
    [1e21, 0, '1000000000000000000000'],
    [2.0000000000000004, 0, '2'],
    [2.5000000000000004, 0, '3'],
  ])('writes %d with %d digits as Python does', (x, precision, text) => {
    expect(fixed(x, precision)).toBe(text);
  });
});

describe('scientific', () => {
  it.each([
    [1.03125e10, 4, '1.0312e+10'],
    [9.9996e-5, 3, '1.000e-04'],
    [9.99996e99, 4, '1.0000e+100'],
    [5e-324, 1, '4.9e-324'],
    [1000, 0, '1e+03'],
    [2500, 0, '2e+03'],
    [9.5, 0, '1e+01'],
    [0, 4, '0.0000e+00'],
    [Infinity, 4, 'inf'],
  ])('writes %d with %d digits as Python does', (x, precision, text) => {
    expect(scientific(x, precision)).toBe(text);
  });
});

it('takes doubles apart exactly, subnormals and negative zero included', () => {
  for (const x of [1, 0.1, -3.75, 5e-324, Number.MAX_VALUE, -0]) {
    const { negative, mantissa, exponent } = binaryParts(x);
    const back = (negative ? -1 : 1) * Number(mantissa) * 2 ** Math.max(exponent, -1022) * 2 ** Math.min(exponent + 1022, 0);
    expect(back).toBe(x);
  }
});
