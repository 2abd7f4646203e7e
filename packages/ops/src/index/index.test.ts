import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, fromHost, grad, IndexError, planStatistics, ShapeError, sizeOf, tensor, useSync, type NestedArray, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { arange, zeros } from '../creation/index.js';
import { gt } from '../elementwise/index.js';
import { randint } from '../random/index.js';
import { reshape } from '../view/index.js';
import * as ix from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const counting = (...shape: number[]): Tensor =>
  fromHost(Float64Array.from({ length: sizeOf(shape) }, (_, i) => i), shape, 'float64', { requiresGrad: true });
const array = (t: Tensor): NestedArray => t.toArraySync();
const floats = (xs: number[]): Tensor => tensor(xs, { dtype: 'float64' });

describe('subscripts', () => {
  const x = (): Tensor => counting(2, 3, 4);

  test.each<[string, NestedArray]>([
    ['1, 2, 3', 23],
    ['..., 1:-1, ::2', [[[4, 6]], [[16, 18]]]],
    ['0, -1', [8, 9, 10, 11]],
    [':, None, 1, 3', [[7], [19]]],
    ['...', array3()],
    ['1, ..., 0', [12, 16, 20]],
    ['-1:, 0, 1:3,', [[13, 14]]],
  ])("at('%s')", (text, want) => {
    expect(array(ix.at(x(), text))).toEqual(want);
  });

  function array3(): NestedArray {
    return Array.from({ length: 2 }, (_, i) => Array.from({ length: 3 }, (__, j) => Array.from({ length: 4 }, (___, k) => (i * 3 + j) * 4 + k)));
  }

  test('integers, slices and tensors mix as in PyTorch', () => {
    expect(array(ix.getitem(x(), [tensor([0, 1]), ':', tensor([1, -1])]))).toEqual([[1, 5, 9], [15, 19, 23]]);
    expect(ix.getitem(counting(2, 3, 4, 5), [':', tensor([[0], [2]]), tensor([1, 1, 1])]).shape).toEqual([2, 2, 3, 5]);
    expect(ix.getitem(counting(2, 3, 4, 5), [tensor([0]), ':', tensor([1, 2])]).shape).toEqual([2, 3, 5]);
    // An integer is a view, so what is left are neighbours: NumPy would put the 2 first.
    expect(ix.getitem(counting(2, 3, 4, 5), [':', 0, tensor([1, 2])]).shape).toEqual([2, 2, 5]);
    expect(array(ix.getitem(x(), [1, [2, 0], { start: 1, stop: 3 }]))).toEqual([[21, 22], [13, 14]]);
    expect(array(ix.getitem(x(), [tensor(1), tensor(-1), 0]))).toBe(20);
    expect(ix.getitem(x(), [null, true, 0]).shape).toEqual([1, 1, 3, 4]);
    expect(ix.getitem(x(), []).shape).toEqual([2, 3, 4]);
  });

  test('another integer compiles nothing', () => {
    const y = x();
    array(ix.at(y, 0, ':', 1));
    const before = planStatistics().compiled;
    array(ix.at(y, 1, ':', 3));
    expect(planStatistics().compiled).toBe(before);
  });

  test('another window compiles nothing, read or written', () => {
    const y = counting(8, 3).detach();
    expect(array(ix.at(y, '1:3, 0'))).toEqual([3, 6]);
    expect(array(ix.setitem(y, '0:2, 0', -1))).toEqual([[-1, 1, 2], [-1, 4, 5], ...(array(y) as number[][]).slice(2)]);
    const before = planStatistics().compiled;
    expect(array(ix.at(y, '-2:, 0'))).toEqual([18, 21]);
    expect(array(ix.at(y, '4:6, 0'))).toEqual([12, 15]);
    expect((array(ix.setitem(y, '6:, 0', -1)) as number[][]).map(([first]) => first)).toEqual([0, 3, 6, 9, 12, 15, -1, -1]);
    expect(planStatistics().compiled).toBe(before);
  });

  test('masks stand for where they hold', async () => {
    const y = counting(2, 3);
    expect(array(await ix.getitemMasked(y, gt(y, 2.5)))).toEqual([3, 4, 5]);
    expect(array(await ix.getitemMasked(y, [':', tensor([true, false, true])]))).toEqual([[0, 2], [3, 5]]);
    expect(array(await ix.getitemMasked(y, [tensor([false, true]), tensor([1, 2])]))).toEqual([4, 5]);
    expect(() => ix.getitem(y, gt(y, 0))).toThrow(/getitemMasked/);
    await expect(ix.getitemMasked(y, tensor([true, false, true]))).rejects.toThrow(IndexError);
  });

  test('gradients arrive where elements came from, also when named twice', () => {
    const y = counting(4);
    const picked = ix.getitem(y, tensor([3, 0, 3]));
    expect(array(grad(picked, [y], { gradOutputs: floats([1, 10, 100]) })[0]!)).toEqual([10, 0, 0, 101]);
  });

  test('wrong subscripts', () => {
    expect(() => ix.at(x(), '1, 2, 3, 4')).toThrow(IndexError);
    expect(() => ix.at(x(), '2')).toThrow(IndexError);
    expect(() => ix.at(x(), '..., ...')).toThrow(IndexError);
    expect(() => ix.at(x(), '::-1')).toThrow(/step of a slice must be positive/);
    expect(() => ix.at(x(), '1,,2')).toThrow(/item 1 of '1,,2' is empty/);
    expect(() => ix.at(x(), 'abc')).toThrow(ArgumentError);
    expect(() => ix.at(x(), 1.5)).toThrow(ArgumentError);
    expect(() => ix.at(x(), floats([1]))).toThrow(IndexError);
    expect(() => ix.at(x(), tensor([0, 2]))).toThrow(/index 2 at position 1 is out of range for a dimension of size 2 \(-2 to 1\)/);
  });
});

describe('setitem', () => {
  test('in place leaves parts that were read before as they were, the whole too', () => {
    const x = floats([1, 2]);
    const parts = [':', '...', '0:1'].map((index) => ix.getitem(x, index));
    ix.setitem_(x, 0, 9);
    expect([x, ...parts].map(array)).toEqual([[9, 2], [1, 2], [1, 2], [1]]);
  });

  test('writes through views, index tensors and masks', () => {
    const x = counting(2, 3).detach();
    expect(array(ix.setitem(x, ':, 0', 9))).toEqual([[9, 1, 2], [9, 4, 5]]);
    expect(array(ix.setitem(x, '1, ::2', floats([7, 8])))).toEqual([[0, 1, 2], [7, 4, 8]]);
    expect(array(ix.setitem(x, [0, tensor([2, -2])], floats([7, 8])))).toEqual([[0, 8, 7], [3, 4, 5]]);
    expect(array(ix.setitem(x, gt(x, 3), -1))).toEqual([[0, 1, 2], [3, -1, -1]]);
    expect(array(ix.setitem(x, gt(x, 3), floats([7, 8])))).toEqual([[0, 1, 2], [3, 7, 8]]);
    expect(array(ix.setitem(x, tensor([false, true]), floats([5, 6, 7])))).toEqual([[0, 1, 2], [5, 6, 7]]);
    expect(array(ix.setitem(x, [':', tensor([true, false, true])], floats([5])))).toEqual([[5, 1, 5], [5, 4, 5]]);
    expect(array(ix.setitem(x, '...', 0))).toEqual([[0, 0, 0], [0, 0, 0]]);
    expect(() => ix.setitem(x, '0', floats([1, 2]))).toThrow(ShapeError);
  });

  test('in place it binds the handle, and gradients pass to both sides', () => {
    const y = zeros(3);
    ix.setitem_(y, 1, 4);
    expect(array(y)).toEqual([0, 4, 0]);
    const [x, v] = [counting(3), counting(1)];
    const gradients = grad(ix.setitem(x, '1:2', v), [x, v], { gradOutputs: floats([1, 2, 3]) });
    expect(gradients.map((g) => array(g!))).toEqual([[1, 0, 3], [2]]);
  });

  test('indexPut accumulates what meets', () => {
    const x = zeros(3, { dtype: 'float64' });
    expect(array(ix.indexPut(x, [tensor([2, 0, 2])], floats([1, 2, 4]), true))).toEqual([2, 0, 5]);
    expect(array(ix.indexPut(x, [tensor([2, 0, 2])], floats([1, 2, 4])))).toEqual([2, 0, 4]);
    expect(array(ix.indexPut(zeros(2, 2, { dtype: 'float64' }), [null, tensor([1])], floats([3])))).toEqual([[0, 3], [0, 3]]);
  });
});

describe('indices from data', () => {
  test('out of range fails at the call when they are known, and on reading when they are computed', () => {
    const x = counting(3);
    expect(() => ix.gather(x, 0, tensor([0, 3]))).toThrow(/gather: index 3 at position 1 .* size 3 \(0 to 2\)/);
    expect(() => ix.indexSelect(x, 0, tensor([-1]))).toThrow(IndexError);
    expect(() => ix.take(x, tensor([-4]))).toThrow(/index -4 at position 0 .* \(-3 to 2\)/);
    const computed = arange(2, 5);
    expect(() => ix.gather(x, 0, computed).dataSync()).toThrow(IndexError);
    expect(() => ix.scatter(x, 0, computed, 1).dataSync()).toThrow(IndexError);
    expect(() => ix.take(x, arange(-4, -3)).dataSync()).toThrow(/index -4 /);
    expect(() => ix.oneHot(tensor([0, 3]), 3).dataSync()).toThrow(/target 3 at position 1 is not a class/);
  });

  test('an index that is computed from nothing stored', () => {
    const x = counting(4, 4);
    const index = randint(0, 4, [4, 4]);
    const [y, i] = [ix.gather(x, 1, index), Array.from(index.dataSync() as Int32Array)];
    expect(Array.from(y.dataSync() as Float64Array)).toEqual(i.map((column, k) => Math.floor(k / 4) * 4 + column));
    expect(() => ix.gather(x, 1, randint(7, 8, [4, 4])).dataSync()).toThrow(/gather: index 7 is out of range/);
  });

  test('halves are joined in float32', () => {
    const x = zeros([2], { dtype: 'float16' });
    const y = ix.scatterAdd(x, 0, tensor([1, 1]), tensor([0.5, 0.25], { dtype: 'float16' }));
    expect(y.dtype).toBe('float16');
    expect(array(y.to('float32'))).toEqual([0, 0.75]);
  });

  // Gradients as PyTorch 1.13 gives them.
  test.each<[reduce: 'amax' | 'amin', includeSelf: boolean, x: number[], source: number[], values: number[], ofX: number[], ofSource: number[]]>([
    ['amax', true, [3, 1, 7, 0], [3, 2, 1, 1], [3, 1, 7, 0], [1 / 2, 1 / 3, 1, 1], [1 / 2, 0, 1 / 3, 1 / 3]],
    ['amax', false, [3, 1, 7, 0], [3, 2, 1, 1], [3, 1, 7, 0], [0, 0, 1, 1], [1 / 2, 0, 1 / 3, 1 / 3]],
    ['amax', false, [2, 5, 0, 0], [0, 3, 2, 0], [3, 2, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0]],
    ['amin', false, [3, 1, 7, 0], [3, 2, 1, 1], [2, 1, 7, 0], [0, 0, 1, 1], [0, 1, 1 / 3, 1 / 3]],
    ['amin', false, [2, 5, 0, 0], [0, 3, 2, 0], [0, 0, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]],
  ])('%s, with self %s: those that equal the extreme share its gradient, self always', (reduce, includeSelf, from, others, values, ofX, ofSource) => {
    for (const op of [ix.scatterReduce, ix.indexReduce]) {
      const [x, source] = [from, others].map((list) => tensor(list, { dtype: 'float64', requiresGrad: true }));
      const y = op(x, 0, tensor([0, 0, 1, 1]), source, reduce, { includeSelf });
      expect(array(y)).toEqual(values);
      expect(grad([y], [x, source], { gradOutputs: [floats([1, 1, 1, 1])] }).map((g) => array(g!))).toEqual([ofX, ofSource]);
    }
  });

  test('masked values: another value compiles nothing, and what does not fit is refused', () => {
    const x = counting(2, 2).detach();
    expect(array(ix.maskedFill(x, gt(x, 1), -Infinity))).toEqual([[0, 1], [-Infinity, -Infinity]]);
    const before = planStatistics().compiled;
    ix.maskedFill(x, gt(x, 1), 5).dataSync();
    expect(planStatistics().compiled).toBe(before);
    expect(() => ix.maskedFill(x.to('int32'), gt(x, 1), -Infinity)).toThrow(DTypeError);
    expect(() => ix.maskedFill(x, x, 1)).toThrow(DTypeError);
  });

  test('maskedScatter takes what it needs, and fails when there is too little', () => {
    const x = zeros([2, 2], { dtype: 'float64' });
    const mask = tensor([[false, true], [true, false]]);
    expect(array(ix.maskedScatter(x, mask, floats([1, 2, 3])))).toEqual([[0, 1], [2, 0]]);
    expect(() => ix.maskedScatter(x, mask, floats([1])).dataSync()).toThrow(IndexError);
    expect(() => ix.maskedScatter(x, mask, floats([])).dataSync()).toThrow(IndexError);
    expect(array(ix.maskedScatter(x, tensor([false, false]), floats([])))).toEqual([[0, 0], [0, 0]]);
  });
});

describe('what depends on values', () => {
  test('nonzero, unique and their parts', async () => {
    const x = tensor([[0, 3], [5, 0]]);
    expect(array(await ix.nonzero(x))).toEqual([[0, 1], [1, 0]]);
    expect((await ix.nonzero(x, { asTuple: true })).map(array)).toEqual([[0, 1], [1, 0]]);
    const [values, inverse, counts] = await ix.unique(tensor([3, 1, 3]), { returnInverse: true, returnCounts: true });
    expect([values, inverse, counts].map(array)).toEqual([[1, 3], [1, 0, 1], [1, 2]]);
    expect(array(await ix.unique(tensor([NaN, 1, NaN, 1])))).toEqual([1, NaN, NaN]);
    expect(array(await ix.unique(tensor([[1, 2], [0, 9], [1, 2]]), { dim: 0 }))).toEqual([[0, 9], [1, 2]]);
    const big = tensor([2n ** 60n, 2n ** 60n + 1n, 2n ** 60n], { dtype: 'int64' });
    expect((await ix.unique(big)).numel()).toBe(2);
    expect(array(await ix.uniqueConsecutive(tensor([1, 1, 2, 1])))).toEqual([1, 2, 1]);
  });

  test('maskedSelect passes gradients, repeatInterleave and combinations pick', async () => {
    const x = counting(4);
    const y = await ix.maskedSelect(x, gt(x, 1.5));
    expect(array(grad(y, [x], { gradOutputs: floats([5, 6]) })[0]!)).toEqual([0, 0, 5, 6]);
    expect(array(await ix.repeatInterleave(reshape(x, [2, 2]), tensor([0, 2]), 0))).toEqual([[2, 3], [2, 3]]);
    expect(array(ix.combinations(tensor([1, 2, 3])))).toEqual([[1, 2], [1, 3], [2, 3]]);
  });

  test('bincount and oneHot', async () => {
    expect(array(await ix.bincount(tensor([0, 2, 2]), { minlength: 5 }))).toEqual([1, 0, 2, 0, 0]);
    expect(array(await ix.oneHot(tensor([1, 0])))).toEqual([[0, 1], [1, 0]]);
    await expect(ix.bincount(tensor([0, -1]))).rejects.toThrow(/got -1 at position 1/);
  });
});
