import { describe, expect, it } from 'vitest';
import type { DType } from '@sconce/core';
import type { PlainTensor } from './decode.js';
import { agrees, allClose, toleranceOf } from './tolerance.js';

const plain = (data: number[], dtype: DType = 'float32', shape: number[] = [data.length]): PlainTensor => ({
  dtype,
  shape,
  data,
});
const loose = { rtol: 1e-3, atol: 1e-3 };
const message = (got: PlainTensor, want: PlainTensor, tolerance = loose): string => {
  const comparison = allClose(got, want, tolerance);
  return comparison.close ? 'close' : comparison.message;
};

describe('toleranceOf', () => {
  it('is wider for gradients, and for float32 on WebGPU', () => {
    expect(toleranceOf('float32', 'cpu', 'output')).toEqual({ rtol: 2e-5, atol: 1e-5 });
    expect(toleranceOf('float32', 'cpu', 'gradient')).toEqual({ rtol: 1e-4, atol: 2e-5 });
    expect(toleranceOf('float32', 'webgpu', 'output')).toEqual({ rtol: 2e-4, atol: 5e-5 });
    expect(toleranceOf('float32', 'webgpu', 'gradient')).toEqual({ rtol: 1e-3, atol: 1e-4 });
    expect(toleranceOf('float64', 'anything', 'output')).toEqual({ rtol: 1e-7, atol: 1e-7 });
    expect(toleranceOf('float64', 'cpu', 'gradient')).toEqual({ rtol: 1e-6, atol: 1e-6 });
  });

  it('is none for integers and booleans', () => {
    for (const dtype of ['int32', 'int64', 'uint8', 'int8', 'bool'] as const) {
      expect(toleranceOf(dtype, 'webgpu', 'output')).toEqual({ rtol: 0, atol: 0 });
    }
  });
});

describe('agrees', () => {
  it.each([
    [1.0015, 1, true],
    [1.0025, 1, false],
    [0, -0, true],
    [NaN, NaN, true],
    [NaN, 1, false],
    [1, NaN, false],
    [Infinity, Infinity, true],
    [-Infinity, Infinity, false],
    [5, Infinity, false],
    [Infinity, 5, false],
    [NaN, Infinity, false],
  ])('%d against %d: %s', (got, want, expected) => {
    expect(agrees(got, want, loose)).toBe(expected);
  });
});

describe('allClose', () => {
  it('says which element differs first, how many do, and by how much the worst', () => {
    const want = plain([1, 2, 3, 4, 5, 6], 'float32', [2, 3]);
    expect(message(plain([1, 2, 3.5, 4, 9, 6], 'float32', [2, 3]), want)).toBe(
      'at [0, 2] got 3.5, want 3 within rtol 0.001, atol 0.001; 2 of 6 differ, furthest at [1, 1] got 9, want 5',
    );
  });

  it('says NaN against a number', () => {
    expect(message(plain([1, NaN]), plain([1, 2]))).toContain('at [1] got NaN, want 2');
    expect(message(plain([1, 2]), plain([1, NaN]))).toContain('at [1] got 2, want NaN');
  });

  it('says a wrong dtype, a wrong shape, and missing elements', () => {
    expect(message(plain([1], 'float64'), plain([1]))).toBe('got dtype float64, want float32');
    expect(message(plain([1, 2], 'float32', [2, 1]), plain([1, 2]))).toBe('got shape [2, 1], want [2]');
    expect(message(plain([1], 'float32', [2]), plain([1, 2]))).toBe('got 1 elements, want 2');
  });

  it('takes int32 for int64, not the other way round, and exact values only', () => {
    const exact = toleranceOf('int64', 'cpu', 'output');
    expect(message(plain([7], 'int32'), plain([7], 'int64'), exact)).toBe('close');
    expect(message(plain([7], 'int64'), plain([7], 'int32'), exact)).toBe('got dtype int64, want int32');
    expect(message(plain([8], 'int32'), plain([7], 'int64'), exact)).toBe('at [0] got 8, want 7 exactly; 1 of 1 differ');
  });

  it('names a scalar by an empty index', () => {
    expect(message(plain([2], 'float32', []), plain([1], 'float32', []))).toContain('at [] got 2, want 1');
  });
});
