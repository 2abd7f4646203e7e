/** Integer expansions against exact arithmetic on big integers. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../instructions.js';
import { evaluate } from './eval.js';
import { evaluateMany, expanded, randomBits } from './measure.js';
import { power, upperProduct } from './scalar.js';

const EDGES = [0, 1, -1, 2, -2, 0xffff, 0x10000, -0x10000, 0x7fffffff, -0x80000000, 0x12345678, -0x789abcdf];
const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b]));

const columns = (rows: readonly number[][]): Int32Array[] => [0, 1].map((k) => Int32Array.from(rows, (row) => row[k]));

describe('umulhi', () => {
  it('is the upper half of the product of unsigned integers', () => {
    const random = randomBits(11);
    const rows = [...pairs, ...Array.from({ length: 5000 }, () => [random(), random()])];
    const want = rows.map(([a, b]) => Number(BigInt.asIntN(32, (BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n)));
    expect([...evaluateMany(expanded('umulhi', 'int32'), columns(rows))]).toEqual(want);
    expect(rows.map(([a, b]) => upperProduct(a, b))).toEqual(want);
  });
});

describe('pow of integers', () => {
  const exponents = [0, 1, 2, 3, 5, 31, 32, 1000001, 0x7fffffff, -1, -2, -3];
  const rows = EDGES.flatMap((a) => exponents.map((b) => [a, b]));

  it('wraps around in int32', () => {
    const want = rows.map(([a, b]) => power(a, b, 'int32'));
    expect([...evaluateMany(expanded('pow', 'int32'), columns(rows))]).toEqual(want);
    expect(power(3, 21, 'int32')).toBe(Number(BigInt.asIntN(32, 3n ** 21n)));
    expect([power(2, -1, 'int32'), power(-1, -3, 'int32'), power(1, -5, 'int32')]).toEqual([0, -1, 1]);
  });

  it('wraps around in int64', () => {
    const root = expanded('pow', 'int64');
    for (const [a, b] of rows) {
      const operands: Value[] = [BigInt(a) * 0x100000001n, BigInt(b)];
      const got = evaluate(root, (x) => (x.op === 'scalar' ? operands[x.slot] : 0n));
      expect(got).toBe(power(operands[0], operands[1], 'int64'));
    }
    expect(power(7n, 30n)).toBe(BigInt.asIntN(64, 7n ** 30n));
  });
});
