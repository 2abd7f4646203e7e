/** Rounding to compute types, conversions, and expressions as a whole. */
import { describe, expect, it } from 'vitest';
import * as e from '../build.js';
import type { ComputeType } from '../../tensor/dtype.js';
import { scalarRef } from '../expr.js';
import { BASIC, type Value } from '../instructions.js';
import { bitcastValue, castValue } from './convert.js';
import { applyInstruction, evaluate } from './eval.js';
import { evaluateMany, expanded, sampleFloats } from './measure.js';

describe('an instruction', () => {
  it('rounds to its type', () => {
    expect(applyInstruction(BASIC.add, [1, 2 ** -30], 'float32', 'float32')).toBe(1);
    expect(applyInstruction(BASIC.add, [1, 2 ** -30], 'float64', 'float64')).toBe(1 + 2 ** -30);
    expect(applyInstruction(BASIC.add, [0x7fffffff, 1], 'int32', 'int32')).toBe(-0x80000000);
    expect(applyInstruction(BASIC.mul, [0x12345679, 0x12345679], 'int32', 'int32')).toBe(Math.imul(0x12345679, 0x12345679));
    expect(applyInstruction(BASIC.mul, [2n ** 62n, 2n], 'int64', 'int64')).toBe(-(2n ** 63n));
    expect(applyInstruction(BASIC.lt, [1, 2], 'float32', 'bool')).toBe(1);
    expect(applyInstruction(BASIC.not, [1], 'bool', 'bool')).toBe(0);
    expect(applyInstruction(BASIC.not, [1n], 'int64', 'int64')).toBe(-2n);
    expect(applyInstruction(BASIC.ushr, [-1, 1], 'int32', 'int32')).toBe(0x7fffffff);
    expect(applyInstruction(BASIC.max, [NaN, 1], 'float32', 'float32')).toBeNaN();
  });

  it.each<[Value[], ComputeType, Value, Value]>([
    [[-7, 2], 'int32', -3, -1],
    [[1, 0], 'int32', 0, 0],
    [[-(2 ** 31), -1], 'int32', -(2 ** 31), 0],
    [[-7n, 2n], 'int64', -3n, -1n],
    [[1n, 0n], 'int64', 0n, 0n],
  ])('divides the integers %s of %s towards 0, and by 0 to 0', (operands, dtype, quotient, rest) => {
    expect(applyInstruction(BASIC.quot, operands, dtype, dtype)).toBe(quotient);
    expect(applyInstruction(BASIC.rem, operands, dtype, dtype)).toBe(rest);
  });

  it('selects and converts', () => {
    expect(applyInstruction(BASIC.select, [0, 1, 2], 'int32', 'int32')).toBe(2);
    expect(applyInstruction(BASIC.cast, [-1.9], 'float32', 'int32')).toBe(-1);
    expect(applyInstruction(BASIC.bitcast, [1], 'float32', 'int32')).toBe(0x3f800000);
  });
});

describe('casts', () => {
  it.each<[Value, Parameters<typeof castValue>[1], Value]>([
    [3e9, 'int32', 0x7fffffff],
    [-3e9, 'int32', -0x80000000],
    [NaN, 'int32', 0],
    [NaN, 'int64', 0n],
    [1e30, 'int64', 2n ** 63n - 1n],
    [-1e30, 'int64', -(2n ** 63n)],
    [0.3, 'bool', 1],
    [NaN, 'bool', 1],
    [0, 'bool', 0],
    [2n ** 40n, 'bool', 1],
    [-1, 'int64', -1n],
    [2n ** 32n + 5n, 'int32', 5],
    [16777217, 'float32', 16777216],
    [2n ** 62n + 1n, 'float64', 2 ** 62],
    // Half-way in float64, but above in the integer: rounding twice would go down.
    [2n ** 60n + 2n ** 36n + 1n, 'float32', 2 ** 60 + 2 ** 37],
    [-(2n ** 60n + 2n ** 36n + 1n), 'float32', -(2 ** 60 + 2 ** 37)],
    [2n ** 60n + 2n ** 36n, 'float32', 2 ** 60],
  ])('%s to %s is %s', (value, to, want) => {
    expect(castValue(value, to)).toBe(want);
  });

  it('reads bits', () => {
    expect(bitcastValue(-0, 'float64', 'int64')).toBe(-(2n ** 63n));
    expect(bitcastValue(0x7f800000, 'int32', 'float32')).toBe(Infinity);
  });

  it('are of constants what they are of values', () => {
    expect(e.cast(e.const(3e9, 'float64'), 'int32')).toMatchObject({ op: 'const', value: 2 ** 31 - 1 });
    expect(e.cast(e.const(1.5, 'float32'), 'int64')).toMatchObject({ op: 'const', value: 1n });
  });
});

describe('an expression', () => {
  it('takes its leaves from the caller', () => {
    const x = scalarRef(0, 'float32');
    const value = evaluate(e.add(e.mul(x, x), 0.5), (leaf) => (leaf === x ? 3 : NaN));
    expect(value).toBe(9.5);
  });

  it('has the value that columns give', () => {
    const root = expanded('erf');
    const samples = sampleFloats(300);
    const one = [...samples].map((x) => evaluate(root, () => x));
    expect(one).toEqual([...evaluateMany(root, [samples])]);
  });
});
