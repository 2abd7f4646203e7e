/**
 * Limits of dtypes, and elements by strides, as PyTorch 1.13 gives them.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { DTypeError, ShapeError, tensor, useSync } from '@sconce/core';
import { beforeAll, expect, test } from 'vitest';
import { arange, asStrided, asStridedScatter, finfo, iinfo, mul, sum, zeros } from '../index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

test('limits', () => {
  expect(finfo('float64')).toMatchObject({ bits: 64, eps: Number.EPSILON, max: Number.MAX_VALUE, min: -Number.MAX_VALUE, tiny: 2.2250738585072014e-308 });
  expect(finfo()).toMatchObject({ bits: 32, eps: 1.1920928955078125e-7, max: 3.4028234663852886e38, tiny: 1.1754943508222875e-38 });
  expect(finfo('float16')).toMatchObject({ eps: 0.0009765625, max: 65504, tiny: 6.103515625e-5 });
  expect(finfo('bfloat16')).toMatchObject({ eps: 0.0078125, max: 3.3895313892515355e38 });
  expect([iinfo('int32'), iinfo('uint8'), iinfo('int8')].map(({ min, max }) => [min, max])).toEqual([[-2147483648, 2147483647], [0, 255], [-128, 127]]);
  expect(() => finfo('int32')).toThrow(DTypeError);
  expect(() => iinfo('float32')).toThrow(/int64, int32, int8, uint8/);
});

test('elements by strides', () => {
  const x = arange(9, { dtype: 'float32' }).requiresGrad_();
  const y = asStrided(x, [2, 2, 2], [1, 3, 1], 2);
  expect(y.toArraySync()).toEqual([[[2, 3], [5, 6]], [[3, 4], [6, 7]]]);
  sum(mul(y, tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]))).backward();
  expect(x.grad!.toArraySync()).toEqual([0, 0, 1, 7, 6, 3, 11, 8, 0]);
  expect([asStrided(x, [], [], 4).itemSync(), asStrided(x, [0, 3], [9, 9]).shape]).toEqual([4, [0, 3]]);
  expect(() => asStrided(x, [2, 5], [5, 1])).toThrow(/reaches element 9, the input has 9/);
  expect(() => asStrided(x, [2], [1, 1])).toThrow(ShapeError);
});

test('elements written by strides, of which the last one stays', () => {
  const x = zeros(3, 3, { requiresGrad: true });
  const src = tensor([[1, 2], [3, 4]], { dtype: 'float32', requiresGrad: true });
  const y = asStridedScatter(x, src, [2, 2], [1, 3], 1);
  expect(y.toArraySync()).toEqual([[0, 1, 3], [0, 2, 4], [0, 0, 0]]);
  sum(mul(y, tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))).backward();
  expect([x.grad!.toArraySync(), src.grad!.toArraySync()]).toEqual([[[1, 0, 0], [4, 0, 0], [7, 8, 9]], [[2, 5], [3, 6]]]);
  expect(asStridedScatter(zeros(4), tensor([[1, 2], [3, 4]]), [2, 2], [1, 1]).toArraySync()).toEqual([1, 3, 4, 0]);
  expect(() => asStridedScatter(x, zeros(2, 3), [2, 2], [1, 2])).toThrow(/expected \[2, 2\]/);
});
