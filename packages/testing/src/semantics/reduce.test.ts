/**
 * What PyTorch's records leave open about reductions: NaN, ties, nothing at all, options, and the words of errors.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, IndexError, planStatistics, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import { describe, expect, it } from 'vitest';

useSync(createBackend(interpreterTarget('cpu')));

const x = tensor([[1, 5, 3], [7, 2, 7]]);
const nan = tensor([1, NaN, 3, NaN]);
const empty = tensor(new Float32Array(0));
const values = (t: Tensor): unknown => t.toArraySync();

/** The gradient of the sum of `fn` at these numbers. */
function gradient(fn: (x: Tensor) => Tensor, at: number[]): unknown {
  const leaf = tensor(at, { dtype: 'float32', requiresGrad: true });
  return values(grad(torch.sum(fn(leaf)), leaf)[0]!);
}

describe('forms of a call', () => {
  it('take dimensions before options, or options alone', () => {
    expect(values(torch.sum(x, 1))).toEqual([9, 16]);
    expect(values(torch.sum(x, [0, -1]))).toBe(25);
    expect(torch.sum(x, null, { keepdim: true }).shape).toEqual([1, 1]);
    expect(torch.sum(x, { dtype: 'float64' }).dtype).toBe('float64');
    expect(values(torch.std(x.to('float32'), { unbiased: false, keepdim: true }))).toEqual([[expect.closeTo(2.3393, 4)]]);
  });
  it('give parts by name and by position', () => {
    const { values: largest, indices } = torch.max(x, 1);
    const [again, positions] = torch.max(x, 1);
    expect([values(largest), values(indices)]).toEqual([[5, 7], [1, 0]]);
    expect([values(again), values(positions)]).toEqual([[5, 7], [1, 0]]);
    expect(Object.keys(torch.max(x, 1))).toEqual(['values', 'indices']);
    expect(values(torch.max(x))).toBe(7);
    expect(values(torch.max(x, tensor([4, 4, 4])))).toEqual([[4, 5, 4], [7, 4, 7]]);
  });
  it('keep integers int32, and sum truth values', () => {
    expect([torch.sum(x).dtype, torch.prod(x).dtype, torch.argmax(x).dtype, torch.countNonzero(x).dtype]).toEqual(['int32', 'int32', 'int32', 'int32']);
    expect(values(torch.sum(tensor([true, true, false])))).toBe(2);
    expect(torch.sum(x.to('int64')).dtype).toBe('int64');
  });
  it('compile nothing for another number', () => {
    const y = tensor([0.5, 1.5]);
    torch.renorm(torch.reshape(y, [1, 2]), 2, 0, 1).dataSync();
    const { compiled } = planStatistics();
    torch.renorm(torch.reshape(y, [1, 2]), 2, 0, 0.25).dataSync();
    expect(planStatistics().compiled).toBe(compiled);
  });
});

describe('NaN', () => {
  it('is both the greatest and the least, at its first position', () => {
    expect([values(torch.amax(nan)), values(torch.min(nan)), values(torch.argmax(nan)), values(torch.argmin(nan))]).toEqual([NaN, NaN, 1, 1]);
    expect(values(torch.max(nan, 0).indices)).toBe(1);
  });
  it('is left out on request', () => {
    expect([values(torch.nansum(nan)), values(torch.nanmean(nan)), values(torch.nanmedian(nan)), values(torch.median(nan))]).toEqual([4, 2, 1, NaN]);
    expect(values(torch.nanquantile(nan, 0.5))).toBe(2);
    expect(values(torch.quantile(nan, 0.5))).toBe(NaN);
  });
  it('is true', () => {
    expect([values(torch.any(nan)), values(torch.all(nan)), values(torch.countNonzero(nan))]).toEqual([true, true, 4]);
  });
});

describe('gradients', () => {
  it('are shared among ties without positions, and go to the position with them', () => {
    expect(gradient((t) => torch.amax(t), [3, 1, 3])).toEqual([0.5, 0, 0.5]);
    expect(gradient((t) => torch.max(t), [3, 1, 3])).toEqual([0.5, 0, 0.5]);
    expect(gradient((t) => torch.max(t, 0).values, [3, 1, 3])).toEqual([1, 0, 0]);
    expect(gradient((t) => torch.median(t), [3, 3, 3, 1])).toEqual([expect.closeTo(1 / 3), expect.closeTo(1 / 3), expect.closeTo(1 / 3), 0]);
  });
  it('of a product are right beside zeros', () => {
    expect(gradient((t) => torch.prod(t), [2, 0, 5])).toEqual([0, 10, 0]);
    expect(gradient((t) => torch.prod(t), [2, 0, 0])).toEqual([0, 0, 0]);
    expect(gradient((t) => torch.cumprod(t, 0), [2, 0, 5, 3])).toEqual([1, 2 + 10 + 30, 0, 0]);
  });
  it('are 0 where a norm or a deviation is 0', () => {
    expect(gradient((t) => torch.norm(t), [0, 0])).toEqual([0, 0]);
    expect(gradient((t) => torch.std(t), [2, 2])).toEqual([0, 0]);
    expect(gradient((t) => torch.norm(t, 1), [0, -2])).toEqual([0, -1]);
  });
  it('are in the dtype of the input', () => {
    const leaf = tensor([1.5, 2.5], { requiresGrad: true });
    expect(grad(torch.sum(leaf, { dtype: 'float64' }), leaf)[0]!.dtype).toBe('float32');
    expect(grad(torch.sum(torch.softmax(leaf, 0, { dtype: 'float64' })), leaf)[0]!.dtype).toBe('float32');
  });
});

describe('rows of infinities', () => {
  it('have the log-sum-exp of their limit', () => {
    expect(values(torch.logsumexp(tensor([[-Infinity, -Infinity], [Infinity, 1.5]]), 1))).toEqual([-Infinity, Infinity]);
  });
  it('do not spoil softmax where one element is left', () => {
    expect(values(torch.softmax(tensor([-Infinity, 1.5, -Infinity]), 0))).toEqual([0, 1, 0]);
    expect(values(torch.logSoftmax(tensor([1000.5, 0.5]), 0))).toEqual([0, -1000]);
  });
});

describe('nothing', () => {
  it('has a sum, a product and truth values', () => {
    expect([values(torch.sum(empty)), values(torch.prod(empty)), values(torch.any(empty)), values(torch.all(empty)), values(torch.norm(empty))]).toEqual([0, 1, false, true, 0]);
    expect([values(torch.mean(empty)), values(torch.variance(empty))]).toEqual([NaN, NaN]);
  });
  it.each<[string, () => unknown]>([
    ['amax', () => torch.amax(empty)],
    ['amin', () => torch.amin(empty, 0)],
    ['aminmax', () => torch.aminmax(empty)],
    ['argmax', () => torch.argmax(empty)],
    ['max', () => torch.max(empty)],
    ['min', () => torch.min(torch.reshape(empty, [2, 0]), 1)],
    ['mode', () => torch.mode(empty)],
    ['quantile', () => torch.quantile(empty, 0.5)],
    ['vectorNorm', () => torch.vectorNorm(empty, Infinity)],
  ])('has no %s', (op, call) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(op);
  });
  it('is no obstacle along another dimension', () => {
    expect(torch.amax(torch.reshape(empty, [0, 3]), 1).shape).toEqual([0]);
  });
});

describe('errors', () => {
  it.each<[() => unknown, typeof ShapeError | typeof DTypeError, RegExp]>([
    [() => torch.mean(x), DTypeError, /mean: got int32, expected floating point\. Use x\.to\('float32'\)/],
    [() => torch.variance(x), DTypeError, /var: got int32/],
    [() => torch.sum(x, 2), IndexError, /sum: dimension 2 is out of range for a 2-d tensor, expected -2 to 1/],
    [() => torch.sum(x, [0, -2]), ArgumentError, /sum: a dimension appears twice/],
    [() => torch.sum(x, 1, { keepDim: true } as object), ArgumentError, /sum: there is no option 'keepDim'\. It takes 'keepdim', 'dtype'/],
    [() => torch.sum(x, 'rows' as unknown as number), ArgumentError, /sum: dim must be an integer or a list of them, by position, got the string 'rows'/],
    [() => torch.sum([1, 2] as unknown as Tensor), ArgumentError, /sum: input must be a Tensor, got an array of 2/],
    [() => torch.std(x.to('float32'), 0, { unbiased: true, correction: 0 }), ArgumentError, /std: got both correction and unbiased/],
    [() => torch.norm(x.to('float32'), 'nuc' as 'fro'), ArgumentError, /norm: the order must be a number, Infinity or -Infinity, got the string 'nuc'/],
    [() => torch.softmax(x, 0), DTypeError, /softmax: got int32, expected floating point/],
    [() => torch.amax(torch.reshape(empty, [2, 0]), 1), ShapeError, /amax: dimension 1 of \[2, 0\] is empty/],
  ])('%s', (call, type, words) => {
    expect(call).toThrow(type);
    expect(call).toThrow(words);
  });
});
