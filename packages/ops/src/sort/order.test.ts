import { bfloat16Bits, float16Bits, type DType, type TypedArray } from '@sconce/core';
import { uniform } from '@sconce/testing/property';
import { describe, expect, it } from 'vitest';
import { keysOf } from './keys.js';
import { forEachRow, orderer, rowReader, rowsAlong, type Row } from './order.js';
import { nthElement, partitionSort, quickSelect, selector } from './select.js';

const half = (bits: (x: number) => number) => (values: number[]): TypedArray => Uint16Array.from(values, bits);

const ARRAYS: Record<DType, (values: number[]) => TypedArray> = {
  float32: (v) => Float32Array.from(v),
  float64: (v) => Float64Array.from(v),
  float16: half(float16Bits),
  bfloat16: half(bfloat16Bits),
  int32: (v) => Int32Array.from(v),
  int64: (v) => BigInt64Array.from(v, (x) => BigInt(Number.isFinite(x) ? Math.trunc(x) : 0)),
  int8: (v) => Int8Array.from(v),
  uint8: (v) => Uint8Array.from(v),
  bool: (v) => Uint8Array.from(v, (x) => (x > 0 ? 1 : 0)),
};

const SPECIAL = [NaN, 0, -0, Infinity, -Infinity, 1.5, -1.5, NaN, 1, 1, -1, 2 ** -149, -(2 ** -149)];

const valueOf = (data: TypedArray, dtype: DType, values: number[], i: number): number =>
  dtype === 'float16' || dtype === 'bfloat16' ? values[i] : Number(data[i]);

const selectionOf = (data: TypedArray, dtype: DType, descending: boolean, count: number): number[] =>
  Array.from(selector(keysOf(data, dtype, descending), rowsAlong([data.length], 0), count)(0).positions.subarray(0, count));

/** What every order must be: by value, NaN greatest, equal elements in their places. */
function expected(data: TypedArray, dtype: DType, values: number[], descending: boolean): number[] {
  const value = (i: number): number => valueOf(data, dtype, values, i);
  const compare = (i: number, j: number): number => {
    const [a, b] = [value(i), value(j)];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const sign = descending ? -1 : 1;
  return Array.from(values, (_, i) => i).sort((i, j) => sign * compare(i, j) || i - j);
}

const orderOf = (data: TypedArray, dtype: DType, descending: boolean): number[] =>
  Array.from(orderer(keysOf(data, dtype, descending), rowsAlong([data.length], 0))(0).positions);

describe.each(Object.keys(ARRAYS) as DType[])('the order of %s', (dtype) => {
  it.each([7, 48, 49, 300, 5000])('is that of its values, and stable, for %d elements', (size) => {
    const next = uniform(size);
    // Values that halves hold exactly, so that their bits order as these numbers do.
    const values = Array.from({ length: size }, (_, i) => (i % 5 === 0 ? SPECIAL[i % 11] : Math.floor(next() * 64 - 32) / 4));
    const data = ARRAYS[dtype](values);
    for (const descending of [false, true]) {
      expect(orderOf(data, dtype, descending)).toEqual(expected(data, dtype, values, descending));
      const order = expected(data, dtype, values, descending).map((i) => valueOf(data, dtype, values, i));
      for (const count of [1, 3, 40].filter((n) => n <= size)) {
        expect(selectionOf(data, dtype, descending, count).map((i) => valueOf(data, dtype, values, i) + 0)).toEqual(order.slice(0, count).map((x) => x + 0));
      }
    }
  });
});

describe('keys', () => {
  it('tell numbers apart that are close', () => {
    const values = [1, 1 + Number.EPSILON, -1, -1 - 2 ** -52, 5e-324, 0, -5e-324];
    expect(orderOf(Float64Array.from(values), 'float64', false)).toEqual([3, 2, 6, 5, 4, 0, 1]);
    const whole = [2n ** 62n, 2n ** 62n + 1n, -(2n ** 62n), -(2n ** 62n) - 1n, 2n ** 32n, 0n];
    expect(orderOf(BigInt64Array.from(whole), 'int64', true)).toEqual([1, 0, 4, 5, 2, 3]);
  });
});

describe('rows', () => {
  it('along a dimension in the middle', () => {
    const data = Float32Array.from([5, 1, 3, 2, 4, 0, 9, 8, 7, 6, 5, 4]);
    const rows = rowsAlong([2, 3, 2], 1);
    const orders: number[][] = [];
    const order = orderer(keysOf(data, 'float32', false), rows);
    forEachRow(rows, (start, row) => (orders[row] = Array.from(order(start).positions)));
    expect(orders).toEqual([[1, 2, 0], [2, 0, 1], [2, 1, 0], [2, 1, 0]]);
  });
});

describe('selection', () => {
  /** Rows on which medians of three fail. */
  const killers: Record<string, (i: number, n: number) => number> = {
    equal: () => 1,
    ascending: (i) => i,
    descending: (i) => -i,
    'up and down': (i, n) => Math.min(i, n - i),
    'down and up': (i, n) => Math.abs(i - n / 2),
    sawtooth: (i) => i % 1000,
  };

  it.each(Object.keys(killers))('finds every rank of a row that is %s', (name) => {
    const size = 2e4;
    const data = Float32Array.from({ length: size }, (_, i) => killers[name](i, size));
    const sorted = data.slice().sort();
    for (const rank of [0, 1, size / 2, size - 1]) {
      for (const select of [nthElement, quickSelect, (row: Row) => partitionSort(row, 0, size)]) {
        const row = rowReader(keysOf(data, 'float32', false), rowsAlong([size], 0))(0);
        select(row, rank);
        expect(data[row.positions[rank]]).toBe(sorted[rank]);
      }
    }
  });
});

describe('a million float32', () => {
  it('are in order', () => {
    const next = uniform(1);
    const data = Float32Array.from({ length: 1e6 }, () => next() - 0.5);
    const order = orderOf(data, 'float32', false);
    expect(order.every((p, i) => i === 0 || data[order[i - 1]] <= data[p])).toBe(true);
  });
});
