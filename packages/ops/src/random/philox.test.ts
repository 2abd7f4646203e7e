import { evaluate, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { describe, expect, test } from 'vitest';
import { counterAt, philox, type Words2, type Words4 } from './philox.js';

const words = (xs: readonly number[]): Expr[] => xs.map((x) => e.const(x | 0, 'int32'));
const hex = (xs: readonly Expr[]): string[] =>
  xs.map((x) => (Number(evaluate(x, () => 0)) >>> 0).toString(16).padStart(8, '0'));

describe('Philox 4x32-10', () => {
  // Known answers of Random123 (kat_vectors).
  test.each([
    { counter: [0, 0, 0, 0], key: [0, 0], bits: ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'] },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      bits: ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      bits: ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
    },
  ])('counter $counter', ({ counter, key, bits }) => {
    expect(hex(philox(words(counter) as unknown as Words4, words(key) as unknown as Words2))).toEqual(bits);
  });

  test('an element counts on from the 64-bit position of its draw', () => {
    const at = (i: number, low: number, high: number): string[] =>
      hex(counterAt(e.const(i, 'int32'), words([low, high]) as unknown as Words2));
    expect(at(5, 7, 1)).toEqual(['0000000c', '00000001', '00000000', '00000000']);
    expect(at(2, 0xffffffff, 1)).toEqual(['00000001', '00000002', '00000000', '00000000']);
    expect(at(2, 0x7fffffff, 0)).toEqual(['80000001', '00000000', '00000000', '00000000']);
  });
});
