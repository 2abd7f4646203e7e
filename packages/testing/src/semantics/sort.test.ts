/**
 * What PyTorch's records leave open about order: NaN, equal elements, the forms of searches, and the words of errors.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, IndexError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { describe, expect, it } from 'vitest';

useSync(createBackend(interpreterTarget('cpu')));

const values = (t: Tensor): unknown => t.toArraySync();
const nan = tensor([2, NaN, 1, -Infinity, Infinity, 1]);

describe('sort', () => {
  it('puts NaN last, or first when descending, and is stable', () => {
    const up = torch.sort(nan);
    expect([values(up.values), values(up.indices)]).toEqual([[-Infinity, 1, 1, 2, Infinity, NaN], [3, 2, 5, 0, 4, 1]]);
    const down = torch.sort(nan, 0, { descending: true });
    expect([values(down.values), values(down.indices)]).toEqual([[NaN, Infinity, 2, 1, 1, -Infinity], [1, 4, 0, 2, 5, 3]]);
  });
  it('gives parts by name, by position and by destructuring', () => {
    const sorted = torch.sort(tensor([2, 3, 1]));
    const [first, second] = sorted;
    expect([sorted[0] === sorted.values, sorted[1] === sorted.indices, first === sorted.values, second === sorted.indices]).toEqual([true, true, true, true]);
    expect(Object.keys(sorted)).toEqual(['values', 'indices']);
  });
  it('passes gradients to where elements came from', () => {
    const x = tensor([3.5, 1.5, 2.5], { requiresGrad: true });
    expect(values(grad(torch.sum(torch.mul(torch.sort(x).values, tensor([10, 20, 30]))), x)[0]!)).toEqual([30, 10, 20]);
  });
  it('takes scalars and empty rows', () => {
    expect(values(torch.sort(tensor(3)).indices)).toBe(0);
    expect(torch.sort(torch.reshape(tensor(new Float32Array(0)), [2, 0])).values.shape).toEqual([2, 0]);
    expect(torch.topk(tensor([1, 2]), 0).values.shape).toEqual([0]);
  });
});

describe('choices', () => {
  it('of the median are the lower one of two', () => {
    expect(values(torch.median(tensor([4, 1, 3, 2])))).toBe(2);
    const { values: medians, indices } = torch.median(tensor([[4, 1, 3], [9, 8, 7]]), 1);
    expect([values(medians), values(indices)]).toEqual([[3, 8], [2, 1]]);
  });

  it('of a median among equals keep the order of the row', () => {
    const rows = tensor([[9, 3, 3, 4, 0], [2, 3, 3, -5, -4], [0, 4, 9, 0, -3]]);
    expect(values(torch.median(rows, 1).indices)).toEqual([2, 0, 3]);
    expect(values(torch.nanmedian(tensor([1, 1, 1, 1]), 0).indices)).toBe(1);
  });
  it('of the mode are the smallest of the most frequent, at its last position', () => {
    const { values: modes, indices } = torch.mode(tensor([[3, 1, 3, 1, 2], [5, 4, 5, 5, 4]]));
    expect([values(modes), values(indices)]).toEqual([[1, 5], [3, 3]]);
  });
  it('of the least are in order', () => {
    expect(values(torch.topk(tensor([5, 3, 4, 1]), 2, 0, { largest: false }).values)).toEqual([1, 3]);
  });
});

describe('quantiles', () => {
  const x = tensor([[0.5, 1.5, 2.5, 3.5]]);
  it.each([['linear', 1.7], ['lower', 1.5], ['higher', 2.5], ['midpoint', 2], ['nearest', 1.5]] as const)('interpolate %s', (interpolation, expected) => {
    expect(values(torch.quantile(x, 0.4, 1, { interpolation }))).toEqual([expect.closeTo(expected)]);
  });
  it('come first when there are several', () => {
    expect(values(torch.quantile(x, [0, 1], 1, { keepdim: true }))).toEqual([[[0.5]], [[3.5]]]);
    expect(torch.quantile(x, tensor([0.25, 0.5, 0.75]), null, { keepdim: true }).shape).toEqual([3, 1, 1]);
  });
});

describe('searches', () => {
  const edges = tensor([1, 3, 3, 5]);
  it('go before or after equal elements, and NaN to the end', () => {
    expect(values(torch.searchsorted(edges, tensor([0, 3, 9])))).toEqual([0, 1, 4]);
    expect(values(torch.searchsorted(edges, tensor([0, 3, 9]), { side: 'right' }))).toEqual([0, 3, 4]);
    expect(values(torch.bucketize(3, edges, { right: true }))).toBe(3);
    expect(values(torch.searchsorted(edges, tensor([NaN])))).toEqual([4]);
  });
  it('take a sequence for each row, and what sorts it', () => {
    const rows = tensor([[3, 1, 2], [6, 5, 4]]);
    expect(values(torch.searchsorted(rows, tensor([[2], [6]]), { sorter: torch.argsort(rows) }))).toEqual([[1], [2]]);
  });
});

describe('cumulative ops', () => {
  it('keep NaN, and the last position of the extreme', () => {
    const { values: most, indices } = torch.cummax(tensor([1, 3, 3, NaN, 2, NaN]), 0);
    expect([values(most), values(indices)]).toEqual([[1, 3, 3, NaN, NaN, NaN], [0, 1, 2, 3, 3, 5]]);
    expect(values(torch.cummin(tensor([2, 1, 1, 4]), 0).indices)).toEqual([0, 1, 2, 2]);
  });
  it('in the log domain lose neither the small nor the large', () => {
    const result = torch.logcumsumexp(tensor([-1000.5, -1000.5, 0.5, 800.5, -5.5]), 0);
    expect(values(result)).toEqual([-1000.5, expect.closeTo(-999.8069, 3), 0.5, 800.5, 800.5]);
  });
  it('sum integers in int32 and half floats in float32', () => {
    expect(torch.cumsum(tensor([true, true]), 0).dtype).toBe('int32');
    expect(values(torch.cumsum(tensor([2048, 1, 1], { dtype: 'float16' }), 0))).toEqual([2048, 2048, 2050]);
  });
});

describe('errors', () => {
  it.each<[() => unknown, typeof ShapeError | typeof DTypeError, string]>([
    [() => torch.topk(tensor([1, 2]), 3), IndexError, 'topk: k 3 is out of range for dimension 0 of [2], expected 0 to 2.'],
    [() => torch.kthvalue(tensor([1, 2]), 0), IndexError, 'kthvalue: k 0 is out of range for dimension 0 of [2], expected 1 to 2.'],
    [() => torch.sort(tensor([1, 2]), 1), IndexError, 'sort: dimension 1 is out of range'],
    [() => torch.sort(tensor([1, 2]), 0, { decending: true } as object), ArgumentError, "sort: there is no option 'decending'. It takes 'dim', 'descending', 'stable'."],
    [() => torch.quantile(tensor([1.5]), 2), ArgumentError, 'quantile: q must be between 0 and 1, got 2.'],
    [() => torch.quantile(tensor([1, 2]), 0.5), DTypeError, 'quantile: got int32, expected floating point.'],
    [() => torch.searchsorted(tensor([[1, 2]]), tensor([1])), ShapeError, 'searchsorted: sequences [1, 2] and values [1] differ before the last dimension.'],
    [() => torch.searchsorted(tensor([1]), tensor([1]), { side: 'left', right: true }), ArgumentError, "side 'left' and right: true contradict each other"],
    [() => torch.bucketize(1, tensor([[1]])), ShapeError, 'bucketize: boundaries must have 1 dimension, got [1, 1].'],
    [() => torch.trapezoid(tensor([1, 2]), tensor([1, 2, 3])), ShapeError, 'trapezoid: x is [3], expected 2 points along dimension 0 of [2].'],
  ])('%#', (call, type, words) => {
    expect(call).toThrow(type);
    expect(call).toThrow(words);
  });
});
