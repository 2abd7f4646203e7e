/**
 * Membership, histograms and segments where records do not reach: long lists, edges that are given, what must be refused.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, IndexError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { arange } from '../creation/range.js';
import { mul } from '../elementwise/index.js';
import { gradient } from '../scan/gradient.js';
import { histc, histogram, histogramdd } from './histogram.js';
import { isin } from './isin.js';
import { segmentReduce } from './segment.js';

useSync(createBackend(interpreterTarget('cpu')));

const values = (t: Tensor): unknown => t.toArraySync();
const floats = (...list: number[]): Tensor => tensor(list, { dtype: 'float32' });

describe('isin', () => {
  test('finds among many as among few, NaN in neither', () => {
    const many = mul(arange(200), 2);
    expect(values(isin(tensor([[398, 3], [-2, 400]]), many))).toEqual([[true, false], [false, false]]);
    expect(values(isin(floats(NaN, 4, 5), many))).toEqual([false, true, false]);
    expect(values(isin(floats(NaN, 1), floats(NaN, 2)))).toEqual([false, false]);
    expect(values(isin(tensor([1, 2]), 2, { invert: true }))).toEqual([true, false]);
    expect(values(isin(2, tensor([1, 2])))).toBe(true);
    expect(values(isin(tensor([1, 2]), tensor([], { dtype: 'int32' })))).toEqual([false, false]);
  });

  test('refuses truth values and two numbers', () => {
    expect(() => isin(tensor([true]), tensor([true]))).toThrow(DTypeError);
    expect(() => isin(1, 2)).toThrow(ArgumentError);
  });
});

describe('histograms', () => {
  test('hold edges, and leave out NaN and what is outside', () => {
    const x = floats(0, 1, 2, 3, NaN, -1, 4);
    expect(values(histc(x, 3, 0, 3))).toEqual([1, 1, 2]);
    expect(values(histogram(x, floats(0, 1, 3)).hist)).toEqual([1, 3]);
    expect(values(histogram(x, 2, { range: [0, 4], density: true }).hist)).toEqual([0.2, 0.3].map((v) => Math.fround(v)));
    expect(values(histogram(x, floats(0, 1, 3), { weight: floats(1, 2, 3, 4, 5, 6, 7) }).hist)).toEqual([1, 9]);
    const { hist, binEdges } = histogramdd(tensor([[0.5, 0], [1, 2], [1, 9]]), [1, floats(0, 1, 3)], { range: [0, 1, 0, 0] });
    expect([values(hist), binEdges.map(values)]).toEqual([[[1, 1]], [[0, 1], [0, 1, 3]]]);
  });

  test('refuse ranges and bins that are none', () => {
    const x = floats(0, 1);
    expect(() => histc(x, 0)).toThrow(ArgumentError);
    expect(() => histc(x, 3, 2, 1)).toThrow(ArgumentError);
    expect(() => histc(tensor([1, 2]))).toThrow(DTypeError);
    expect(() => values(histc(floats(0, Infinity)))).toThrow(IndexError);
    expect(() => histogram(x, floats(1))).toThrow(ShapeError);
    expect(() => histogram(x, 2, { weight: floats(1) })).toThrow(ShapeError);
    expect(() => histogramdd(x, 2)).toThrow(ShapeError);
  });
});

describe('segmentReduce', () => {
  const x = floats(1, 5, 2, 8);
  test('starts from what is neutral, or from the initial value', () => {
    const lengths = tensor([3, 0, 1]);
    expect(values(segmentReduce(x, 'max', { lengths }))).toEqual([5, -Infinity, 8]);
    expect(values(segmentReduce(x, 'mean', { lengths }))).toEqual([Math.fround(8 / 3), NaN, 8]);
    expect(values(segmentReduce(x, 'prod', { lengths, initial: 2 }))).toEqual([20, 2, 16]);
    expect(values(segmentReduce(x, 'sum', { offsets: tensor([1, 3]) }))).toEqual([7]);
  });

  test('refuses lengths that are no parts of the dimension', () => {
    for (const wrong of [[3, 2], [5, -1]]) expect(() => segmentReduce(x, 'sum', { lengths: tensor(wrong) })).toThrow(ArgumentError);
    expect(() => segmentReduce(x, 'sum')).toThrow(ArgumentError);
    expect(() => segmentReduce(x, 'sum', { lengths: floats(4) })).toThrow(DTypeError);
    expect(() => segmentReduce(x, 'sum', { lengths: tensor([[4]]) })).toThrow(ShapeError);
  });
});

test('gradient keeps the order of its dimensions, and is exact for squares of uneven points', () => {
  const at = floats(0, 1, 3, 4);
  const [slope] = gradient(mul(at, at), { spacing: [at], edgeOrder: 2 });
  (values(slope) as number[]).forEach((v, i) => expect(v).toBeCloseTo([0, 2, 6, 8][i], 5));
  expect(gradient(tensor([[1, 2], [5, 9]]), { dim: [1, 0] }).map(values)).toEqual([[[1, 1], [4, 4]], [[4, 7], [4, 7]]]);
});
