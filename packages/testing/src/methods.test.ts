/**
 * Ops as methods: the tensor in front, the same results, and handles that are bound in place.
 */
import { asTensor, canCast, resultType, scalarTensor } from '@sconce/ops';
import { lu } from '@sconce/ops/linalg-methods';
import '@sconce/ops/methods';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, AutogradError, DTypeError, noGrad, ShapeError, Tensor, tensor, useSync } from '@sconce/core';
import { describe, expect, test } from 'vitest';

useSync(createBackend(interpreterTarget('cpu')));

const values = (t: Tensor): unknown => t.toArraySync();

describe('methods', () => {
  test('chain', () => {
    const x: Tensor = tensor([[1, -2], [3, 4]], { dtype: 'float32' });
    const y: Tensor = x.add(1).relu().mul(2).sum(1, { keepdim: true });
    expect(values(y)).toEqual([[4], [18]]);
    expect(values(x.T)).toEqual([[1, 3], [-2, 4]]);
    expect(values(x.where(x.gt(0), 0))).toEqual([[1, 0], [3, 4]]);
    expect(x.int().dtype).toBe('int32');
  });

  test('give parts where the function does', () => {
    const [largest, places] = tensor([[1, 5], [7, 2]]).max(1);
    expect([values(largest), values(places)]).toEqual([[5, 7], [1, 0]]);
  });

  test('keep the overloads of their functions', async () => {
    const x = tensor([[3, 1, 2], [6, 5, 4]]);
    const { values: sorted } = x.sort(1);
    const largest: Tensor = x.max();
    expect([values(sorted), values(largest)]).toEqual([[[1, 2, 3], [4, 5, 6]], 6]);
    expect(values(x.at('..., 1:'))).toEqual([[1, 2], [5, 4]]);
    expect(values(x.cumsum(0).scatter_(1, tensor([[0], [2]]), 0))).toEqual([[0, 1, 2], [9, 6, 0]]);
    expect([x.reshape(3, 2).shape, x.reshape([-1]).shape]).toEqual([[3, 2], [6]]);
    expect(await x.equal(x.clone())).toBe(true);
  });

  test('of linear algebra are an entry of their own', () => {
    const x = tensor([[2.5, 0], [0, 0.5]]);
    const product: Tensor = x.inverse().matmul(x);
    expect(values(product)).toEqual([[1, 0], [0, 1]]);
    expect([values(x.det()), values(x.pinverse({ atol: 1 })), values(x.matrixPower(2))]).toEqual([1.25, [[expect.closeTo(0.4), 0], [0, 0]], [[6.25, 0], [0, 0.25]]]);
    expect(x.qr().R.shape).toEqual([2, 2]);
    expect([values(x.svd().S), x.svd(false).V.shape, values(x.svd({ computeUv: false }).U)]).toEqual([[2.5, 0.5], [2, 2], [[0, 0], [0, 0]]]);
    const [LU, pivots] = x.lu();
    expect([values(tensor([[5], [1]], { dtype: 'float32' }).luSolve(LU, pivots)), [...lu(x, true, { getInfos: true })].length]).toEqual([[[2], [2]], 3]);
    expect(values(tensor([[5], [1]], { dtype: 'float32' }).triangularSolve(x).solution)).toEqual([[2], [2]]);
  });

  test('bind the handle in place, and nothing made before', () => {
    const x = tensor([1.5, 2.5]);
    const before = x.mul(1);
    expect(x.add_(1).mul_(2)).toBe(x);
    expect(values(x)).toEqual([5, 7]);
    expect(values(before)).toEqual([1.5, 2.5]);
    expect(values(x.clamp_(0, 6))).toEqual([5, 6]);
    expect(values(x.copy_(tensor(3)))).toEqual([3, 3]);
    expect(values(x.fill_(0.5))).toEqual([0.5, 0.5]);
    expect(values(x.zero_())).toEqual([0, 0]);
  });

  test('compare and fill in place, in the dtype that is there', () => {
    const x = tensor([1.5, -2.5]);
    expect(values(x.clone().gt_(0))).toEqual([1, 0]);
    expect(values(x.clone().cumsum_(0))).toEqual([1.5, -1]);
    expect(values(x.clone().subtract_(0.5).negative_())).toEqual([-1, 3]);
    expect(x.clone().exponential_().dtype).toBe('float32');
  });

  test('answer from shape and dtype', async () => {
    const x = tensor([[1, 2, 3]]);
    expect([x.nelement(), x.ndimension(), x.elementSize(), x.isFloatingPoint(), x.isSigned()]).toEqual([3, 2, 4, false, true]);
    expect([x.isSameSize(x.mul(2)), x.isSameSize(x.T)]).toEqual([true, false]);
    expect([x.typeAs(tensor(0.5)).dtype, x.cpu().device]).toEqual(['float32', 'cpu']);
    expect([await tensor([0.5]).isNonzero(), await tensor(0).isNonzero()]).toEqual([true, false]);
    await expect(x.isNonzero()).rejects.toThrow('expected one element');
    expect([canCast('int64', 'float32'), canCast('float32', 'int64'), canCast('bool', 'uint8')]).toEqual([true, false, true]);
    expect([resultType(x, 1.5), resultType(x, tensor(0.5)), resultType(tensor([0.5]), 2 ** 40)]).toEqual(['float32', 'float32', 'float32']);
    expect(() => resultType(x, 'a' as never)).toThrow(ArgumentError);
    expect(asTensor(x)).toBe(x);
    expect(values(asTensor([1, 2], { dtype: 'float64' }).isreal())).toEqual([true, true]);
    expect(scalarTensor(3).dtype).toBe('float32');
  });

  test('change shapes in place, and nothing made before', () => {
    const x = tensor([[[1, 2, 3]], [[4, 5, 6]]], { dtype: 'float32' });
    const before = x.mul(1);
    expect([x.squeeze_(1).shape, x.t_().shape, x.unsqueeze_(0).shape, x.transpose_(0, 2).shape, x.swapaxes_(0, 1).shape]).toEqual([[2, 3], [3, 2], [1, 3, 2], [2, 3, 1], [3, 2, 1]]);
    expect([values(x), before.shape]).toEqual([[[[1], [4]], [[2], [5]], [[3], [6]]], [2, 1, 3]]);
    const w = tensor([[1.5, 2]], { requiresGrad: true });
    expect(() => w.t_()).toThrow(AutogradError);
    const y = w.mul(2).t_();
    y.mul(tensor([[1], [3]])).sum().backward();
    expect([y.shape, values(w.grad!)]).toEqual([[2, 1], [[2, 6]]]);
    expect([y.detach_().requiresGrad, y.isLeaf, values(y)]).toEqual([false, true, [[3], [4]]]);
    expect(w.detach_().requiresGrad).toBe(false);
  });

  test('fill diagonals in place', () => {
    expect(values(tensor([[1, 1], [1, 1], [1, 1], [1, 1]]).fillDiagonal_(5, true))).toEqual([[5, 1], [1, 5], [1, 1], [5, 1]]);
    expect(() => tensor([1.5]).fillDiagonal_(1)).toThrow(ShapeError);
    expect(values(tensor([[1.5, 2], [3, 4]]).fill_(tensor(7)))).toEqual([[7, 7], [7, 7]]);
    expect(() => tensor([1.5]).fill_(tensor([1]))).toThrow(ShapeError);
  });

  test('tell of memory and type', async () => {
    const x = tensor([[1.5, 2, 3]]);
    expect([x.stride(), x.T.stride(-1), x.isContiguous(), x.storageOffset(), x.nbytes, x.itemsize]).toEqual([[3, 1], 1, true, 0, 12, 4]);
    expect([x.type(), x.bool().type(), x.type('float64').type(), x.type('torch.IntTensor').dtype]).toEqual(['torch.FloatTensor', 'torch.BoolTensor', 'torch.DoubleTensor', 'int32']);
    expect(() => x.type('torch.ShortTensor')).toThrow(DTypeError);
    expect([await x.tolist(), x.isComplex(), values(x.conj()), x.H.shape]).toEqual([[[1.5, 2, 3]], false, [[1.5, 2, 3]], [3, 1]]);
    expect(() => tensor([1.5]).H).toThrow(ShapeError);
    const y = tensor([1.5], { requiresGrad: true });
    const z = y.exp();
    expect([y.gradFn, z.gradFn!.name(), z.gradFn!.toString(), z.retainsGrad, z.retainGrad().retainsGrad]).toEqual([null, 'ExpBackward0', '<ExpBackward0>', false, true]);
  });

  test('are lists of their parts', () => {
    const [a, b] = tensor([[1, 2], [3, 4]]);
    expect([values(a), values(b), [...tensor([5, 6])].map(values)]).toEqual([[1, 2], [3, 4], [5, 6]]);
    expect(() => [...tensor(3)]).toThrow(ArgumentError);
  });

  test('keep shape and dtype in place', () => {
    const x = tensor([1, 2]);
    expect(() => x.add_(0.5)).toThrow(DTypeError);
    expect(() => x.add_(tensor([[1], [2]]))).toThrow(ShapeError);
    expect(values(x.add_(1))).toEqual([2, 3]);
    expect(x.dtype).toBe('int32');
  });

  test('leave leaves alone outside noGrad', () => {
    const w = tensor([1.5], { requiresGrad: true });
    expect(() => w.sub_(1)).toThrow(AutogradError);
    noGrad(() => w.sub_(1));
    expect(values(w)).toEqual([0.5]);
    expect(w.requiresGrad && w.isLeaf).toBe(true);
  });
});
