/**
 * Answers at the edges, as PyTorch gives them: nothing at all, scalars among products, sizes of 1, values that only the
 * device sees. What PyTorch refuses is refused.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, IndexError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { binaryCrossEntropy, gaussianNllLoss } from '@sconce/losses';
import { functional as F } from '@sconce/nn';
import { atan2, atleast1d, atleast2d, atleast3d, igamma, inner, median, mul, nanmedian, ones, softmax, sum, tensordot, topk, unique, uniqueConsecutive, zeros } from '@sconce/ops';
import * as special from '@sconce/ops/special';
import { describe, expect, it, test } from 'vitest';

useSync(createBackend(interpreterTarget('edges')));

describe('of nothing', () => {
  test.each([median, nanmedian])('a median is NaN, and no value among integers', (op) => {
    expect(op(tensor([])).itemSync()).toBeNaN();
    expect(op(zeros([2, 0], { dtype: 'float16' })).dtype).toBe('float16');
    expect(() => op(zeros([0], { dtype: 'int32' }))).toThrow(ShapeError);
  });

  test.each([atleast1d, atleast2d, atleast3d])('a list of no tensors stays one', (op) => {
    expect(op([])).toEqual([]);
  });

  it('local response norm keeps the dtype', () => {
    expect(F.localResponseNorm(zeros([0, 3, 2], { dtype: 'int32' }), 2).dtype).toBe('int32');
  });
});

describe('a scalar', () => {
  it('has no dimension to be unique along', async () => {
    await expect(unique(tensor(3), { dim: 0 })).rejects.toThrow(IndexError);
    await expect(uniqueConsecutive(tensor(3), { dim: -1 })).rejects.toThrow(/Leave dim out/);
    expect((await unique(tensor(3))).toArraySync()).toEqual([3]);
  });

  it('is its own greatest elements, also when none are asked for', () => {
    const { values, indices } = topk(tensor(2.5), 0);
    expect([values.toArraySync(), indices.toArraySync()]).toEqual([2.5, 0]);
  });

  test.each<[Tensor, Tensor, string, unknown]>([
    [tensor(2, { dtype: 'int32' }), tensor([2.5]), 'float32', [5]],
    [tensor(2, { dtype: 'float64' }), tensor([2.5]), 'float32', [5]],
    [tensor([2, 3], { dtype: 'uint8' }), tensor(2, { dtype: 'int32' }), 'uint8', [4, 6]],
    [tensor(true), tensor(2, { dtype: 'int32' }), 'int32', 2],
  ])('promotes in an inner product as in mul', (x, y, dtype, values) => {
    const result = inner(x, y);
    expect([result.dtype, result.toArraySync()]).toEqual([dtype, values]);
  });
});

describe('tensordot', () => {
  it('takes a size of 1 for any size', () => {
    expect(tensordot(tensor([[1], [2]]), ones([3, 2], { dtype: 'int32' }), [[1], [0]]).toArraySync()).toEqual([[3, 3], [6, 6]]);
    expect(tensordot(tensor([[0, 1, 2], [3, 4, 5]]), tensor([[0, 1]]), 1).toArraySync()).toEqual([[0, 3], [0, 12]]);
    expect(() => tensordot(ones(2, 3), ones(2, 4), 1)).toThrow(ShapeError);
  });
});

test('resizing with smoothing reads as far as its filter reaches', () => {
  const smaller = (row: number[], n: number): unknown =>
    F.interpolate(tensor([[[row]]], { dtype: 'float64' }), { size: [1, n], mode: 'bilinear', antialias: true }).toArraySync();
  expect(smaller([0, 1, 4, 9], 2)).toEqual([[[[1, expect.closeTo(40 / 7, 12)]]]]);
  expect(smaller([0, 1, 4, Infinity, 2, 3, 5, 1], 4)).toEqual([[[[1, Infinity, Infinity, expect.closeTo(3, 12)]]]]);
});

test('a softmax is along one dimension, which must be given', () => {
  for (const dim of [undefined, null, [0]]) expect(() => softmax(ones(2, 3), dim as unknown as number)).toThrow(ArgumentError);
});

test('truth values are numbers to special functions, but incomplete gamma functions are of floats', () => {
  expect(special.zeta(tensor([2, 4]), tensor([true, true])).dtype).toBe('float32');
  expect(special.chebyshevPolynomialT(tensor([true, false]), tensor([true, true])).toArraySync()).toEqual([1, 0]);
  expect(() => igamma(tensor([1, 2]), tensor([true, true]))).toThrow(DTypeError);
  for (const op of [igamma, special.zeta]) expect(() => op(ones(2), undefined as unknown as Tensor)).toThrow(ArgumentError);
});

test('the origin has no angle, so no slope', () => {
  const origin = tensor([0], { dtype: 'float32', requiresGrad: true });
  expect(grad(sum(atan2(origin, zeros(1))), [origin])[0]!.toArraySync()).toEqual([NaN]);
});

test('adaptive means are of floats', () => {
  expect(() => F.adaptiveAvgPool2d(ones([1, 1, 4, 4], { dtype: 'int32' }), 2)).toThrow(DTypeError);
});

describe('a value that was computed', () => {
  it('is refused on reading where it cannot be a variance or a probability', () => {
    const computed = (...values: number[]): Tensor => mul(tensor(values), 0.5);
    expect(() => gaussianNllLoss(ones(2), ones(2), computed(1, -1)).itemSync()).toThrow(ArgumentError);
    expect(() => gaussianNllLoss(ones(2), ones(2), computed(1, -1)).itemSync()).toThrow(/gaussianNllLoss: the variance.* is negative/);
    expect(gaussianNllLoss(ones(2), ones(2), computed(1, 0)).itemSync()).toBeCloseTo(0.25 * Math.log(0.5) + 0.25 * Math.log(1e-6), 4);
    expect(() => binaryCrossEntropy(computed(1, 2.5), ones(2)).itemSync()).toThrow(/binaryCrossEntropy: the probability.* is not from 0 to 1/);
    expect(() => binaryCrossEntropy(computed(1, -0.1), ones(2)).itemSync()).toThrow(ArgumentError);
    expect(binaryCrossEntropy(computed(2, 2), ones(2)).itemSync()).toBe(0);
  });
});
