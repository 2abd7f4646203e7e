import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { explain, fromHost, grad, IndexError, planStatistics, ShapeError, sizeOf, tensor, useSync, type NestedArray, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as v from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const counting = (...shape: number[]): Tensor =>
  fromHost(Float64Array.from({ length: sizeOf(shape) }, (_, i) => i), shape, 'float64', { requiresGrad: true });
const array = (t: Tensor): NestedArray => t.toArraySync();

/** The gradient of sum(f(x) · (0, 1, 2, …)), which says where every element went. */
function traced(x: Tensor, f: (x: Tensor) => Tensor): NestedArray {
  const y = f(x);
  return array(grad(y, [x], { gradOutputs: counting(...y.shape).detach() })[0]!);
}

describe('positions known at run time', () => {
  test('another index, start or diagonal compiles nothing', () => {
    const x = counting(4, 6);
    const run = (i: number): void => {
      for (const y of [v.select(x, 0, i), v.narrow(x, 1, i, 2), v.tril(x, i), v.selectScatter(x, counting(6), 0, i)]) {
        y.dataSync();
        grad(y, [x], { gradOutputs: counting(...y.shape).detach() })[0]!.dataSync();
      }
    };
    run(0);
    const before = planStatistics().compiled;
    for (const i of [1, 2, 3]) run(i);
    expect(planStatistics().compiled).toBe(before);
  });

  test('select takes a 0-d tensor, and fails on reading when it is out of range', () => {
    const x = counting(3, 2);
    expect(array(v.select(x, 0, tensor(1)))).toEqual([2, 3]);
    expect(array(v.select(x, 0, tensor(-1)))).toEqual([4, 5]);
    expect(array(v.narrow(x, 0, tensor(1), 2))).toEqual([[2, 3], [4, 5]]);
    expect(() => v.select(x, 0, tensor(3)).dataSync()).toThrow(IndexError);
    expect(() => v.select(x, 0, 3)).toThrow(/index 3 is out of range for dimension of size 3/);
    expect(() => v.narrow(x, 0, 2, 2)).toThrow(IndexError);
  });
});

describe('joining', () => {
  test('many tensors are joined in groups, in order', () => {
    const xs = Array.from({ length: 70 }, (_, i) => counting(1 + (i % 3), 2));
    const y = v.cat(xs);
    expect(y.shape).toEqual([xs.reduce((n, x) => n + x.shape[0], 0), 2]);
    expect(Array.from(y.dataSync() as Float64Array)).toEqual(xs.flatMap((x) => Array.from(x.dataSync() as Float64Array)));
    const gradients = grad(y, xs, { gradOutputs: counting(...y.shape).detach() });
    expect(gradients.flatMap((g) => Array.from(g!.dataSync() as Float64Array))).toEqual(Array.from({ length: y.numel() }, (_, i) => i));
  });

  test('stack adds a dimension, blockDiag fills with zeros', () => {
    expect(array(v.stack([tensor([1, 2]), tensor([3, 4])], 1))).toEqual([[1, 3], [2, 4]]);
    expect(array(v.blockDiag(tensor([[1, 2]]), tensor([3]), tensor([[4], [5]])))).toEqual([[1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 4], [0, 0, 0, 5]]);
  });
});

describe('parts', () => {
  test('the gradients of many parts are joined, with zeros for those that were not used', async () => {
    const x = counting(2, 5);
    const [a, , c, d] = v.unbind(x, 1);
    const [dx] = grad([a, c, d], [x], { gradOutputs: [1, 2, 3].map((n) => tensor([n, 10 * n], { dtype: 'float64' })) });
    expect(await explain(dx!)).not.toMatch(/= add/);
    expect(array(dx!)).toEqual([[1, 0, 2, 3, 0], [10, 0, 20, 30, 0]]);
    const parts = v.split(x, 1, 1);
    expect(array(grad(v.cat([...parts].reverse(), 1), [x], { gradOutputs: counting(2, 5).detach() })[0]!)).toEqual([[4, 3, 2, 1, 0], [9, 8, 7, 6, 5]]);
  });

  test('a tensor and its parts may both be used', () => {
    const x = counting(3);
    const [a, b, c] = v.unbind(x);
    const [dx] = grad([x, a, b, c], [x], { gradOutputs: [tensor([1, 1, 1], { dtype: 'float64' }), ...[2, 3, 4].map((n) => tensor(n, { dtype: 'float64' }))] });
    expect(array(dx!)).toEqual([3, 4, 5]);
  });

  test('cuts in any order are slices', () => {
    expect(v.tensorSplit(counting(5), [3, 1]).map(array)).toEqual([[0, 1, 2], [], [1, 2, 3, 4]]);
  });
});

describe('padding', () => {
  test.each([
    ['reflect', [2, 1, 0, 1, 2, 1]],
    ['replicate', [0, 0, 0, 1, 2, 2]],
    ['circular', [1, 2, 0, 1, 2, 0]],
  ] as const)('%s repeats what is there, and its gradient comes back', (mode, want) => {
    const x = counting(1, 3);
    expect(array(v.pad(x, [2, 1], mode))).toEqual([want]);
    const sums = [0, 0, 0];
    want.forEach((source, i) => (sums[source] += i));
    expect(traced(x, (y) => v.pad(y, [2, 1], mode))).toEqual([sums]);
  });

  test('a constant, with amounts that cut off, compiles once for all values', () => {
    const x = counting(2, 3);
    expect(array(v.pad(x, [-1, 1, 1, -1], 'constant', 9))).toEqual([[9, 9, 9], [1, 2, 9]]);
    const before = planStatistics().compiled;
    expect(array(v.pad(x, [-1, 1, 1, -1], 'constant', 7))).toEqual([[7, 7, 7], [1, 2, 7]]);
    expect(planStatistics().compiled).toBe(before);
    expect(traced(x, (y) => v.pad(y, [-1, 1, 1, -1]))).toEqual([[0, 3, 4], [0, 0, 0]]);
  });
});

describe('slices', () => {
  test('bounds as in Python', () => {
    const x = counting(6);
    expect(array(v.slice(x, 0, -4, 5, 2))).toEqual([2, 4]);
    expect(array(v.slice(x, 0, 4, 2))).toEqual([]);
    expect(array(v.slice(x, 0, null, 100))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(traced(x, (y) => v.slice(y, 0, 1, null, 2))).toEqual([0, 0, 0, 1, 0, 2]);
  });

  test('gradients of gradients are views again', () => {
    const x = counting(6);
    const g = counting(3);
    const [dx] = grad(v.slice(x, 0, 1, null, 2), [x], { gradOutputs: g, createGraph: true });
    expect(traced(g, () => dx!)).toEqual([1, 3, 5]);
  });

  test('scatters of a slice, a diagonal and a selection replace their part', () => {
    const x = counting(2, 3);
    expect(array(v.sliceScatter(x, v.slice(x, 1, 0, 2).detach().to('float64'), 1, 1, 3))).toEqual([[0, 0, 1], [3, 3, 4]]);
    expect(array(v.diagonalScatter(x, tensor([7, 8], { dtype: 'float64' }), 1))).toEqual([[0, 7, 2], [3, 4, 8]]);
    expect(() => v.sliceScatter(x, counting(2), 1)).toThrow(ShapeError);
  });
});

describe('a view of nothing', () => {
  test('has the right shape and no elements', () => {
    const x = counting(2, 0, 3);
    expect(v.reshape(x, [0, 5]).shape).toEqual([0, 5]);
    expect(array(v.transpose(x, 0, 1))).toEqual([]);
    expect(v.cat([x, counting(2, 4, 3)], 1).shape).toEqual([2, 4, 3]);
    expect(array(v.roll(x, 1))).toEqual([[], []]);
    expect(array(v.flip(x, [1]))).toEqual([[], []]);
  });
});
