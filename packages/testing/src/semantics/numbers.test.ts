/**
 * Plain numbers among tensors: what they become in a dtype, and what they may not become.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { DTypeError, ShapeError, tensor, useSync, type DType, type Tensor } from '@sconce/core';
import { describe, expect, it } from 'vitest';
import * as torch from '@sconce/ops';

useSync(createBackend(interpreterTarget('numbers')));

const values = (x: Tensor) => x.toArraySync();
const truth = tensor([true, false]);
const whole = tensor([1, 2]);

describe('a number as an element', () => {
  it.each<[string, () => Tensor, unknown]>([
    ['is true unless it is 0', () => torch.full([2], 2, { dtype: 'bool' }), [true, true]],
    ['is true around booleans, too', () => torch.pad(truth, [1, 1], 'constant', 2), [true, true, false, true]],
    ['loses its fraction', () => torch.full([2], -2.5, { dtype: 'int32' }), [-2, -2]],
    ['wraps around below 0 in uint8', () => torch.full([1], -1, { dtype: 'uint8' }), [255]],
  ])('%s', (_, make, want) => {
    expect(values(make())).toEqual(want);
  });

  it.each<[string, () => Tensor]>([
    ['NaN among integers', () => torch.full([2], NaN, { dtype: 'int32' })],
    ['a number too large for int32', () => torch.full([2], 1e10, { dtype: 'int32' })],
    ['a number too large for uint8', () => torch.fullLike(tensor([1], { dtype: 'uint8' }), 300)],
    ['NaN in padding', () => torch.pad(whole, [1, 0], 'constant', NaN)],
    ['an infinite filling', () => torch.maskedFill(whole, truth, Infinity)],
    ['counting in booleans', () => torch.arange(3, { dtype: 'bool' })],
  ])('may not be %s', (_, make) => {
    expect(make).toThrow(DTypeError);
  });
});

it('a wide integer without dimensions has 8 bits beside integers of 8 bits', () => {
  const x = tensor([100, 255], { dtype: 'uint8' });
  const wide = tensor(300);
  const got = [torch.maximum, torch.minimum, torch.lt, torch.floorDivide, torch.fmod].map((f) => values(f(x, wide)));
  expect(got).toEqual([[100, 255], [44, 44], [false, false], [2, 5], [12, 35]]);
});

it('a sum that wraps around is compared as what it is', () => {
  const x = tensor([2 ** 31 - 1, 5, -(2 ** 31)]);
  const sum = torch.add(x, tensor([1, 1, 0], { dtype: 'uint8' }));
  expect(values(torch.stack([torch.ge(sum, x), torch.le(x, sum), torch.logicalNot(torch.lt(sum, x)), torch.ne(sum, x)]))).toEqual([
    [false, true, true], [false, true, true], [false, true, true], [true, true, false],
  ]);
});

describe('a factor', () => {
  it('of truth values says whether they count, and leaves them truth values', () => {
    const sum = torch.add(truth, tensor([false, true]), { alpha: 2 });
    expect([sum.dtype, values(sum)]).toEqual(['bool', [true, true]]);
    expect(values(torch.add(truth, tensor([false, true]), { alpha: false }))).toEqual([true, false]);
    const product = torch.addr(tensor([[false, true]]), tensor([true]), truth, { beta: 0, alpha: 3 });
    expect([product.dtype, values(product)]).toEqual(['bool', [[true, false]]]);
  });

  it('of a product that is added is truncated among integers', () => {
    expect(values(torch.addcmul(whole, whole, whole, { value: 2.7 }))).toEqual([3, 10]);
  });

  it('of numbers is no boolean', () => {
    expect(() => torch.add(whole, whole, { alpha: true })).toThrow(/alpha must be a number that int32 holds, got the boolean true/);
  });
});

describe('what integers and booleans give', () => {
  it.each<[string, () => Tensor, DType, unknown]>([
    ['areas are floats', () => torch.trapezoid(tensor([1, 2]), null, { dx: 2 }), 'float32', 3],
    ['int64 counts in whole steps', () => torch.arange(-0.9, 2.1, 2, { dtype: 'int64' }), 'int64', [0]],
    ['int32 counts in float64', () => torch.arange(-0.9, 2.1, 2, { dtype: 'int32' }), 'int32', [0, 2]],
    ['booleans have bounds', () => torch.clampMin(truth, tensor([false, true])), 'bool', [true, true]],
    ['booleans are close when their numbers are', () => torch.isclose(truth, tensor([false, false]), { atol: 1 }), 'bool', [true, true]],
  ])('%s', (_, compute, dtype, want) => {
    const y = compute();
    expect(y.dtype).toBe(dtype);
    expect(JSON.stringify(values(y), (_key, x: unknown) => (typeof x === 'bigint' ? Number(x) : x))).toBe(JSON.stringify(want));
  });
});

describe('shapes', () => {
  it('broadcast as numbers and lists', () => {
    expect(torch.broadcastShapes(2, [3, 1])).toEqual([3, 2]);
    expect(() => torch.broadcastShapes([2], [3])).toThrow(ShapeError);
  });

  it('get dimensions one by one, or all in a list', () => {
    expect(torch.atleast2d(whole).shape).toEqual([1, 2]);
    expect(torch.atleast2d(whole, tensor(1)).map((x) => x.shape)).toEqual([[1, 2], [1, 1]]);
    expect(torch.atleast3d([whole]).map((x) => x.shape)).toEqual([[1, 2, 1]]);
  });
});
