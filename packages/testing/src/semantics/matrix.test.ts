/**
 * What PyTorch's records leave open about products: the words of errors, dtypes, equations, and orders of chains.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { describe, expect, it } from 'vitest';
import { launchesOf, useRecorder } from '../fusion/launches.js';

useSync(createBackend(interpreterTarget('cpu')));
useRecorder('recorder');

const values = (t: Tensor): unknown => t.toArraySync();
const ramp = (...shape: number[]): Tensor => torch.reshape(torch.arange(shape.reduce((n, d) => n * d, 1)), shape);
const floats = (...shape: number[]): Tensor => ramp(...shape).to('float32');
const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])];
const product = [[19, 22], [43, 50]];

describe('errors', () => {
  it.each<[() => unknown, typeof ShapeError | typeof DTypeError, string]>([
    [
      () => torch.matmul(floats(32, 784), floats(128, 10)),
      ShapeError,
      'matmul cannot multiply [32, 784] by [128, 10]: the inner sizes 784 and 128 differ.\n  Did you mean matmul(x, w.t())? w.t() would be [10, 128].',
    ],
    [() => torch.matmul(floats(4, 3), floats(5, 3)), ShapeError, 'Did you mean matmul(x, w.t())? w.t() would be [3, 5].'],
    [() => torch.mm(floats(3, 4), floats(3, 5)), ShapeError, 'Did you mean mm(x.t(), w)? x.t() would be [4, 3].'],
    [() => torch.bmm(floats(2, 4, 3), floats(2, 5, 3)), ShapeError, 'Did you mean bmm(x, mT(w))? mT(w) would be [2, 3, 5].'],
    [() => torch.mv(floats(2, 3), floats(2)), ShapeError, 'mv cannot multiply [2, 3] by [2]: the inner sizes 3 and 2 differ.'],
    [() => torch.matmul(floats(2, 3, 4), floats(3, 4, 5)), ShapeError, 'matmul cannot broadcast [2] and [3]'],
    [() => torch.bmm(floats(1, 2, 3), floats(2, 3, 4)), ShapeError, 'bmm: got batches of 1 and 2 matrices, expected equal ones. Use matmul to broadcast.'],
    [() => torch.matmul(floats(2, 2), a), DTypeError, 'matmul: got float32 and int32, expected one dtype.'],
    [() => torch.mm(floats(2), floats(2, 2)), ShapeError, 'mm: input must have 2 dimensions, got [2]. Use matmul for other ranks.'],
    [() => torch.matmul(tensor(1.5), floats(2, 2)), ShapeError, 'expected at least 1 dimension each. Use mul.'],
    [() => torch.addmm(floats(3, 2, 2), floats(2, 2), floats(2, 2)), ShapeError, 'addmm: input [3, 2, 2] does not broadcast to [2, 2], the shape of the product.'],
    [() => F.linear(floats(32, 784), floats(10, 128)), ShapeError, 'linear cannot multiply [32, 784] by a weight of [10, 128]: the inner sizes 784 and 128 differ.'],
    [() => F.linear(floats(4, 3), floats(3, 5)), ShapeError, 'Did you mean linear(x, w.t())? w.t() would be [5, 3].'],
    [() => F.linear(floats(4, 3), floats(5, 3), floats(4)), ShapeError, 'linear: bias is [4], expected [5], one for each output.'],
    [() => torch.einsum('ij,jk', floats(2, 3)), ArgumentError, "einsum: 'ij,jk' names 2 operands, got 1."],
    [() => torch.einsum('ij->ik', floats(2, 3)), ArgumentError, "the result's letter 'k' in 'ij->ik' is in no operand"],
    [() => torch.einsum('i?->i', floats(2, 3)), ArgumentError, "'i?' in 'i?->i' must consist of letters"],
    [() => torch.einsum('ijk->i', floats(2, 3)), ShapeError, "'ijk' names 3 dimensions, but operand 0 is [2, 3]"],
    [() => torch.einsum('ij,jk->ik', floats(2, 3), floats(2, 3)), ShapeError, "einsum cannot join [2, 3] and [2, 3]: 'j' is 3 in one and 2 in another."],
    [() => torch.tensordot(floats(2, 3), floats(2, 3), 1), ShapeError, 'tensordot: dimension 1 of [2, 3] and 0 of [2, 3] differ.'],
    [() => torch.cross(floats(2, 2), floats(2, 2)), ShapeError, 'cross: [2, 2] and [2, 2] have no vectors of 3.'],
  ])('%#', (call, type, words) => {
    expect(call).toThrow(type);
    expect(call).toThrow(words);
  });
});

describe('dtypes', () => {
  it('multiply integers as integers', () => {
    expect(values(torch.matmul(a, b))).toEqual(product);
    expect(torch.matmul(a, b).dtype).toBe('int32');
    expect(values(torch.matmul(a.to('int64'), b.to('int64')))).toEqual(product);
    expect(values(torch.matmul(a.to('uint8'), torch.mul(b, 40).to('uint8')))).toEqual([[760 % 256, 624 - 512], [(43 * 40) % 256, 976 - 768]]);
  });
  it('join truth values by and, and by or', () => {
    const [p, q] = [tensor([[true, false], [true, true]]), tensor([[false, true], [false, true]])];
    expect(values(torch.matmul(p, q))).toEqual([[false, true], [false, true]]);
    expect(values(torch.einsum('ij->i', p))).toEqual([true, true]);
  });
  it('compute halves in float32', () => {
    const halves = torch.matmul(a.to('float16'), b.to('float16'));
    expect([halves.dtype, values(halves)]).toEqual(['float16', product]);
  });
});

describe('einsum', () => {
  it('gives a tensor of its own where nothing changes', () => {
    const x = floats(2, 3);
    expect(torch.einsum('ij->ij', x)).not.toBe(x);
  });

  it.each<[string, Tensor[], unknown]>([
    ['ij,jk', [a, b], product],
    ['ij,jk->ki', [a, b], [[19, 43], [22, 50]]],
    ['ii', [a], 5],
    ['ii->i', [a], [1, 4]],
    ['iij->j', [ramp(2, 2, 2)], [6, 8]],
    ['ba', [a], [[1, 3], [2, 4]]],
    ['...ij->...ji', [ramp(2, 1, 2)], [[[0], [1]], [[2], [3]]]],
    ['i...,i...->...', [a, b], [5 + 21, 12 + 32]],
    ['...ij,...jk', [ramp(2, 2, 2), b], [[[7, 8], [31, 36]], [[55, 64], [79, 92]]]],
    ['ij,kl->', [a, b], 260],
    ['i,j,k->ijk', [tensor([1, 2]), tensor([3]), tensor([4, 5])], [[[12, 15]], [[24, 30]]]],
    ['ij,jk,kl->il', [a, b, a], [[19 + 66, 38 + 88], [43 + 150, 86 + 200]]],
    ['ij,ij->ij', [a, tensor([[10], [20]])], [[10, 20], [60, 80]]],
    [' i j , j k -> i k ', [a, b], product],
    ['->', [tensor(3)], 3],
  ])('%s', (equation, operands, expected) => {
    expect(values(torch.einsum(equation, ...operands))).toEqual(expected);
    expect(values(torch.einsum(equation, operands))).toEqual(expected);
  });
});

describe('a chain', () => {
  it('is multiplied in the cheapest order', async () => {
    const [left, middle, right] = [[30, 2], [2, 30], [30, 1]].map(([n, m]) => torch.reshape(tensor(new Float32Array(n * m), { device: 'recorder' }), [n, m]));
    const launched = await launchesOf(() => torch.multiDot(left, middle, right).dataSync());
    expect(launched.map((kernel) => /grid i:(\d+)$/m.exec(kernel)?.[1])).toEqual(['2', '30']);
  });
  it('takes vectors at its ends', () => {
    expect(values(torch.multiDot(tensor([1, 1]), a, tensor([1, 1])))).toBe(10);
    expect(values(torch.multiDot([tensor([1, 1]), a, b]))).toEqual([62, 72]);
  });
});

describe('factors', () => {
  it('of 0 leave the input unread', () => {
    const spoiled = tensor([[NaN, NaN], [NaN, NaN]]);
    expect(values(torch.addmm(spoiled, a.to('float32'), b.to('float32'), { beta: 0 }))).toEqual(product);
  });
});
