import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, planStatistics, ShapeError, tensor, useSync, type NestedArray, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { mul } from '../elementwise/index.js';
import {
  arange, asarray, bartlettWindow, blackmanWindow, hammingWindow, hannWindow, kaiserWindow, empty, eye, full, frombuffer, fullLike, linspace, logspace, newFull, newTensor, newZeros, ones, onesLike, range, zeros, zerosLike,
} from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const array = (t: Tensor): NestedArray => t.toArraySync();

describe('one value everywhere', () => {
  test('sizes come as a list or one by one, options after them', () => {
    expect(zeros(2, 3).shape).toEqual([2, 3]);
    expect(ones([2], { dtype: 'int32' }).dtype).toBe('int32');
    expect(array(ones(2, 1, { dtype: 'bool' }))).toEqual([[true], [true]]);
    expect(zeros([]).shape).toEqual([]);
    expect(zeros().shape).toEqual([]);
    expect(empty(3).numel()).toBe(3);
  });

  test('a fill value says which dtype it wants, and another one compiles nothing', () => {
    expect([full([1], true), full([1], 3), full([1], 0.5), full([1], 2 ** 40)].map((t) => t.dtype)).toEqual(['bool', 'int32', 'float32', 'int64']);
    expect(array(full([2], 1.75, { dtype: 'int32' }))).toEqual([1, 1]);
    array(full([2, 2], 0.5));
    const before = planStatistics().compiled;
    expect(array(full([2, 2], -1.5))).toEqual([[-1.5, -1.5], [-1.5, -1.5]]);
    expect(planStatistics().compiled).toBe(before);
  });

  test('like another tensor, or of its kind', () => {
    const x = tensor([[1, 2]], { dtype: 'float64' });
    expect([zerosLike(x), onesLike(x), fullLike(x, 3), newZeros(x, 2), newFull(x, [1], 5)].map((t) => t.dtype)).toEqual(new Array(5).fill('float64'));
    expect(array(fullLike(x, 7, { dtype: 'int32' }))).toEqual([[7, 7]]);
    expect(newTensor(x, [1, 2]).dtype).toBe('float64');
  });

  test('from bytes, which are copied', () => {
    const bytes = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
    const x = frombuffer(bytes.buffer, { dtype: 'int32' });
    bytes.fill(7);
    expect([array(x), array(frombuffer(bytes.buffer, { dtype: 'uint8', offset: 5, count: 2 }))]).toEqual([[1, 2], [7, 7]]);
    for (const options of [{ offset: 3 }, { count: 3 }, { count: 0 }, { offset: 8 }, { offset: -1 }]) {
      expect(() => frombuffer(bytes.buffer, { dtype: 'int32', ...options })).toThrow(ArgumentError);
    }
    expect(() => frombuffer(bytes as never)).toThrow(/expected an ArrayBuffer/);
    expect(asarray(x)).toBe(x);
  });

  test('a leaf like any other', () => {
    const w = ones(2, { requiresGrad: true });
    expect([w.isLeaf, w.requiresGrad]).toEqual([true, true]);
    expect(array(grad(mul(w, w), [w], { gradOutputs: tensor([1.5, 2]) })[0]!)).toEqual([3, 4]);
  });
});

describe('sequences', () => {
  test('arange counts as Python does', () => {
    expect(array(arange(4))).toEqual([0, 1, 2, 3]);
    expect([arange(4).dtype, arange(0, 1, 0.5).dtype]).toEqual(['int32', 'float32']);
    expect(array(arange(5, 0, -2))).toEqual([5, 3, 1]);
    expect(array(arange(2, 2))).toEqual([]);
    expect(array(arange(0, 1, 0.25, { dtype: 'float64' }))).toEqual([0, 0.25, 0.5, 0.75]);
    array(arange(1, 5));
    const before = planStatistics().compiled;
    expect(array(arange(7, 15, 2))).toEqual([7, 9, 11, 13]);
    expect(planStatistics().compiled).toBe(before);
  });

  test('range has its end', () => {
    expect(array(range(1, 2, 0.5))).toEqual([1, 1.5, 2]);
    expect(array(range(0.5, 3.2, { dtype: 'int32' }))).toEqual([0, 1, 2, 3]);
    expect([range(1, 4).dtype, array(range(5, 1, -2))]).toEqual(['float32', [5, 3, 1]]);
    expect(() => range(1, 0)).toThrow(/does not lead from 1 to 0/);
    expect(() => range(0, 3, 0)).toThrow(ArgumentError);
  });

  test('linspace and logspace end where they should', () => {
    expect(array(linspace(0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(array(linspace(3, 9, 1))).toEqual([3]);
    expect(array(linspace(0, 10, 4, { dtype: 'int32' }))).toEqual([0, 3, 6, 10]);
    expect(array(logspace(0, 3, 4, 2, { dtype: 'float64' }))).toEqual([1, 2, 4, 8]);
    expect(array(linspace(-0.1, 0.1, 3, { dtype: 'float64' }))).toEqual([-0.1, 0, 0.1]);
  });

  test('eye may be wide or tall', () => {
    expect(array(eye(2, 3, { dtype: 'int32' }))).toEqual([[1, 0, 0], [0, 1, 0]]);
    expect(array(eye(2, { dtype: 'bool' }))).toEqual([[true, false], [false, true]]);
  });
});

describe('wrong calls', () => {
  test('say what is wrong', () => {
    expect(() => zeros(-1)).toThrow(ShapeError);
    expect(() => zeros(1.5)).toThrow(ArgumentError);
    expect(() => ones(2, { dtpye: 'int32' } as never)).toThrow(/no option 'dtpye'/);
    expect(() => ones(2, { dtype: 'float8' as never })).toThrow(DTypeError);
    expect(() => full([2], 'x' as never)).toThrow(/fillValue must be a number/);
    for (const call of [() => arange(0, 3, 0), () => arange(0, 3, -2), () => arange(0, -0.5), () => arange(0, Infinity), () => linspace(0, 1, -1), () => eye(-1)]) {
      expect(call).toThrow(ArgumentError);
    }
  });
});

describe('windows', () => {
  const close = (t: Tensor, want: readonly number[]): void => {
    expect(array(t)).toEqual(want.map((x) => expect.closeTo(x, 5) as number));
  };

  test('periodic, which leave out the last point, and symmetric', () => {
    close(hannWindow(5), [0, 0.34549, 0.90451, 0.90451, 0.34549]);
    close(hannWindow(4, false), [0, 0.75, 0.75, 0]);
    close(hammingWindow(4, false), [0.08, 0.77, 0.77, 0.08]);
    close(blackmanWindow(4, false), [0, 0.63, 0.63, 0]);
    close(bartlettWindow(5), [0, 0.4, 0.8, 0.8, 0.4]);
    close(kaiserWindow(4, false), [0.000053, 0.518845, 0.518845, 0.000053]);
  });

  test('of no and of one point; no integers', () => {
    expect([array(hannWindow(0)), array(kaiserWindow(1))]).toEqual([[], [1]]);
    expect(hannWindow(3, true, { dtype: 'float64' }).dtype).toBe('float64');
    expect(() => hannWindow(3, true, { dtype: 'int32' })).toThrow(DTypeError);
    expect(() => hannWindow(-1)).toThrow(ArgumentError);
  });
});
