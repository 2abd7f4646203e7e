/** Expected texts are NumPy 1.24's own, but for the int32 of the last group. */
import { describe, expect, it } from 'vitest';
import type { DType } from '../tensor/dtype.js';
import { numpyText } from './numpy-text.js';

const f32 = (...values: number[]) => Float32Array.from(values);

describe('floats of an array', () => {
  it.each<[ArrayLike<number>, DType, string]>([
    [[0.1, 0.25], 'float64', '[0.1  0.25]'],
    [[0.123456785, 1], 'float64', '[0.12345678 1.        ]'],
    [[1e-10, 1], 'float64', '[1.e-10 1.e+00]'],
    [[1e-4, 0.05], 'float64', '[0.0001 0.05  ]'],
    [[NaN, -Infinity, 1], 'float64', '[ nan -inf   1.]'],
    [[5e-324], 'float64', '[5.e-324]'],
    [f32(0.6590011, 0.24243297), 'float32', '[0.6590011  0.24243297]'],
    [f32(33554433, 99999992), 'float32', '[33554432. 99999992.]'],
    [f32(0.3e-10, 1.2345678e5), 'float32', '[2.9999999e-11 1.2345678e+05]'],
    [[0.0999755859375, -0], 'float16', '[ 0.1 -0. ]'],
  ])('%j as %s', (values, dtype, text) => {
    expect(numpyText(values, [values.length], dtype)).toBe(text);
  });
});

describe('scalars', () => {
  it.each<[number, DType, string]>([
    [3.5, 'float64', '3.5'],
    [1e15, 'float64', '1000000000000000.0'],
    [1e16, 'float64', '1e+16'],
    [1.5e-5, 'float64', '1.5e-05'],
    [-0, 'float64', '-0.0'],
    [1 / 3, 'float64', '0.3333333333333333'],
    [Math.fround(1 / 3), 'float32', '0.33333334'],
    [NaN, 'float32', 'nan'],
    [7, 'int64', '7'],
    [1, 'bool', 'True'],
  ])('%d as %s', (value, dtype, text) => {
    expect(numpyText([value], [], dtype)).toBe(text);
  });

  it('prints a 0-d array by the rules of arrays in its repr', () => {
    expect(numpyText([1e8], [], 'float64', { repr: true })).toBe('array(1.e+08)');
    expect(numpyText([1], [], 'bool', { repr: true })).toBe('array(True)');
  });
});

describe('layout', () => {
  const values = Array.from({ length: 1200 }, (_, i) => (i - 600) / 7);

  it('nests brackets, aligned', () => {
    expect(numpyText([1, 2, 3, 4], [2, 2], 'float64', { repr: true })).toBe('array([[1., 2.],\n       [3., 4.]])');
    expect(numpyText([1, 2, 3, 4], [2, 1, 2], 'int64')).toBe('[[[1 2]]\n\n [[3 4]]]');
  });

  it('wraps words at the line width and drops the space before a break', () => {
    const text = numpyText(values.slice(0, 30), [30], 'float64');
    expect(text.split('\n')[0]).toBe('[-85.71428571 -85.57142857 -85.42857143 -85.28571429 -85.14285714');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(75);
  });

  it('summarises beyond the threshold', () => {
    expect(numpyText(values, [1200], 'float64')).toBe(
      '[-85.71428571 -85.57142857 -85.42857143 ...  85.28571429  85.42857143\n  85.57142857]',
    );
    const counted = values.map((_, i) => i);
    expect(numpyText(counted, [30, 40], 'int64', { repr: true })).toBe(
      'array([[   0,    1,    2, ...,   37,   38,   39],\n' +
        '       [  40,   41,   42, ...,   77,   78,   79],\n' +
        '       [  80,   81,   82, ...,  117,  118,  119],\n' +
        '       ...,\n' +
        '       [1080, 1081, 1082, ..., 1117, 1118, 1119],\n' +
        '       [1120, 1121, 1122, ..., 1157, 1158, 1159],\n' +
        '       [1160, 1161, 1162, ..., 1197, 1198, 1199]])',
    );
  });
});

describe('repr', () => {
  it.each<[number[], readonly number[], DType, string]>([
    [[], [2, 0, 3], 'float64', 'array([], shape=(2, 0, 3), dtype=float64)'],
    [[], [0], 'float32', 'array([], dtype=float32)'],
    [[1, 200], [2], 'uint8', 'array([  1, 200], dtype=uint8)'],
    [[1, 0], [2], 'bool', 'array([ True, False])'],
    [[1, 2], [2], 'int32', 'array([1, 2])'],
  ])('%j of shape %j as %s', (values, shape, dtype, text) => {
    expect(numpyText(values, shape, dtype, { repr: true })).toBe(text);
  });

  it('puts the dtype on its own line where it does not fit', () => {
    const thirds = f32(...Array.from({ length: 6 }, (_, i) => (i + 1) / 3));
    expect(numpyText(thirds, [6], 'float32', { repr: true })).toBe(
      'array([0.33333334, 0.6666667 , 1.        , 1.3333334 , 1.6666666 ,\n       2.        ], dtype=float32)',
    );
    expect(numpyText(thirds.subarray(0, 5), [5], 'float32', { repr: true })).toBe(
      'array([0.33333334, 0.6666667 , 1.        , 1.3333334 , 1.6666666 ],\n      dtype=float32)',
    );
  });
});
