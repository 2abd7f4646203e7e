/**
 * What layers and losses refuse: each says which of them, what it got and what it expected. Shapes that would broadcast
 * into a wrong answer are among it.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, IndexError, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import * as losses from '@sconce/losses';
import { add, lt, ones, pairwiseDistance, zeros } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import * as nn from './index.js';

useSync(createBackend(interpreterTarget('arguments')));

const given = (x: unknown): never => x as never;
const truth = (...sizes: number[]): Tensor => lt(zeros(sizes), 1);
const computed = (...offsets: number[]): Tensor => add(tensor(offsets), 0);
const bags = (offsets: Tensor): Tensor => nn.functional.embeddingBag(tensor([0, 1, 2]), ones(4, 2), offsets);

test.each<[string, () => unknown, new (m: string) => Error, RegExp]>([
  ['a hidden state of another batch', () => new nn.RNNCell(4, 3).forward(ones(2, 4), ones(3, 2)), ShapeError, /RNNCell: got the hidden state of shape \[3, 2\], expected \[2, 3\]/],
  ['keys of another batch than values', () => new nn.MultiheadAttention(4, 2).forward(ones(3, 2, 4), ones(5, 1, 4), ones(5, 2, 4)), ShapeError, /expected \[L, N, E\]/],
  ['a padding mask the other way round', () => new nn.MultiheadAttention(4, 2).forward(ones(3, 2, 4), ones(5, 2, 4), ones(5, 2, 4), { keyPaddingMask: truth(5, 2) }), ShapeError, /keyPaddingMask has shape \[5, 2\], expected \[2, 5\]/],
  ['a mask for each sample, not each head', () => new nn.MultiheadAttention(4, 2).forward(ones(3, 2, 4), ones(5, 2, 4), ones(5, 2, 4), { attnMask: truth(2, 3, 5) }), ShapeError, /attnMask has shape \[2, 3, 5\], expected \[3, 5\] or \[4, 3, 5\]/],
  ['a mask of integers', () => new nn.MultiheadAttention(4, 2).forward(ones(3, 2, 4), ones(5, 2, 4), ones(5, 2, 4), { attnMask: ones([3, 5], { dtype: 'int32' }) }), DTypeError, /attnMask must be of bool or floating point, got int32/],
  ['a hint without its mask', () => new nn.TransformerEncoderLayer(4, 2).forward(ones(3, 2, 4), { isCausal: true }), ArgumentError, /isCausal is a hint about attnMask/],
  ['a memory of another batch', () => new nn.TransformerDecoderLayer(4, 2, { dimFeedforward: 5 }).forward(ones(3, 2, 4), ones(5, 1, 4)), ShapeError, /query, key and value/],
  ['a number for a query', () => new nn.MultiheadAttention(4, 2).forward(given(3), ones(5, 2, 4), ones(5, 2, 4)), ArgumentError, /MultiheadAttention: query must be a Tensor/],
  ['nothing for a source', () => new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1 }).forward(given(null), ones(3, 2, 4)), ArgumentError, /Transformer: src must be a Tensor/],
  ['a number for a batch', () => new nn.BatchNorm1d(4).forward(given(3)), ArgumentError, /BatchNorm1d: input must be a Tensor/],
  ['nothing to pad', () => new nn.ReflectionPad2d(1).forward(given(null)), ArgumentError, /ReflectionPad2d: input must be a Tensor/],
  ['a word for a momentum', () => new nn.BatchNorm2d(4, { momentum: given('a') }), ArgumentError, /BatchNorm2d: momentum must be a number, got the string 'a'/],
  ['no normalized shape', () => new nn.LayerNorm(given(null)), ArgumentError, /LayerNorm: size must be an integer, got null/],
  ['an input wider than its norm', () => new nn.LayerNorm([4]).forward(ones([2, 4], { dtype: 'float64' })), DTypeError, /input of float64 and weight of float32/],
  ['a tanh upside down', () => new nn.Hardtanh({ minVal: 2 }), ArgumentError, /Hardtanh: minVal must be below maxVal, got 2 and 1/],
  ['an endless picture', () => new nn.Upsample({ scaleFactor: Infinity, mode: 'area' }).forward(ones(1, 1, 2, 2)), ArgumentError, /scaleFactor must be a positive number/],
  ['a word for a factor', () => new nn.Upsample({ scaleFactor: given('a') }).forward(ones(1, 1, 2, 2)), ArgumentError, /scaleFactor must be a positive number/],
  ['less than nothing', () => new nn.MaxUnpool2d(2, { padding: 7 }).forward(ones(1, 1, 2, 2), zeros([1, 1, 2, 2], { dtype: 'int32' })), ShapeError, /leaves less than nothing/],
  ['an option that is unknown', () => nn.functional.conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2), given({ strid: 2 })), ArgumentError, /conv2d: there is no option 'strid'/],
  ['an option by position and by name', () => nn.functional.conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2), null, given(2), given({ stride: 2 })), ArgumentError, /conv2d: 'stride' is given twice/],
  ['half a divisor', () => nn.functional.avgPool2d(ones(1, 2, 2), 2, { divisorOverride: 1.5 }), ArgumentError, /divisorOverride must be an integer/],
  ['a mean of truth values', () => nn.functional.avgPool1d(truth(1, 4), 2), DTypeError, /avgPool1d: got bool/],
  ['a power of 0', () => nn.functional.lpPool1d(ones(1, 4), 0, 2), ArgumentError, /normType must be a number other than 0/],
  ['a word for an order', () => pairwiseDistance(ones(2, 3), ones(2, 3), given('a')), ArgumentError, /pairwiseDistance/],
  ['a number for weights', () => new losses.NLLLoss({ weight: given(3) }), ArgumentError, /data must be a Tensor, got the number 3/],
  ['a list for eps', () => new losses.PoissonNLLLoss({ eps: given([1]) }), ArgumentError, /PoissonNLLLoss: eps must be a number/],
  ['a difference of truth values', () => losses.l1Loss(truth(2), ones(2)), DTypeError, /l1Loss: got bool/],
])('%s is refused', (_what, call, type, words) => {
  expect(call).toThrow(type);
  expect(call).toThrow(words);
});

describe('offsets that were computed', () => {
  test('begin with 0 and stay among the numbers', () => {
    expect(bags(computed(0, 2)).shape).toEqual([2, 2]);
    expect(bags(computed(0, 3)).toArraySync()).toEqual([[1, 1], [0, 0]]);
    expect(() => bags(computed(1, 2)).dataSync()).toThrow(IndexError);
    expect(() => bags(computed(0, 4)).dataSync()).toThrow(/embeddingBag: offset 4/);
    expect(() => bags(computed(0, -1)).dataSync()).toThrow(IndexError);
  });
});

test('a distance is as wide as its widest operand', () => {
  const [narrow, wide] = [ones(2, 3), ones([2, 3], { dtype: 'float64' })];
  expect([pairwiseDistance(narrow, wide).dtype, pairwiseDistance(wide, narrow).dtype]).toEqual(['float64', 'float64']);
});

test('half floats take the parameters of a float32 norm', () => {
  expect(new nn.LayerNorm([4]).forward(ones([2, 4], { dtype: 'float16' })).shape).toEqual([2, 4]);
});
