/** Halves against what their bits mean: all 65536, and the numbers half-way between neighbours. */
import { expect, it } from 'vitest';
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from './half.js';

/** By the definition of binary16. */
function meaning(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >>> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const wrong = (holds: (bits: number) => boolean): number[] => Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => !holds(bits));

it('reads float16', () => {
  expect(wrong((bits) => Object.is(float16Value(bits), meaning(bits)))).toEqual([]);
});

it('writes what it read, float16 and bfloat16', () => {
  expect(wrong((bits) => Number.isNaN(float16Value(bits)) || float16Bits(float16Value(bits)) === bits)).toEqual([]);
  expect(wrong((bits) => Number.isNaN(bfloat16Value(bits)) || bfloat16Bits(bfloat16Value(bits)) === bits)).toEqual([]);
});

it('rounds to the nearest float16, ties to even', () => {
  const finite = (bits: number): boolean => (bits & 0x7fff) < 0x7bff;
  const between = (bits: number, part: number): number => meaning(bits) + (meaning(bits + 1) - meaning(bits)) * part;
  expect(wrong((bits) => !finite(bits) || float16Bits(between(bits, 0.5)) === bits + (bits & 1))).toEqual([]);
  expect(wrong((bits) => !finite(bits) || float16Bits(between(bits, 0.5 - 2 ** -12)) === bits)).toEqual([]);
  expect(wrong((bits) => !finite(bits) || float16Bits(between(bits, 0.5 + 2 ** -12)) === bits + 1)).toEqual([]);
  expect([65519, 65520, Infinity, NaN].map(float16Bits)).toEqual([0x7bff, 0x7c00, 0x7c00, 0x7e00]);
});
