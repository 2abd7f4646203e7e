/**
 * Sizes that are too large, and arguments of another kind than their names say: typed errors at the call.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, OutOfMemoryError, SconceError, ShapeError, tensor, useSync } from '@sconce/core';
import { crossEntropy, softMarginLoss } from '@sconce/losses';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { describe, expect, it } from 'vitest';

useSync(createBackend(interpreterTarget('sizes')));

type Class = new (message: string) => SconceError;

describe('more elements than positions of 32 bits reach', () => {
  it.each<[string, () => unknown]>([
    ['stored', () => torch.zeros([2 ** 16, 2 ** 16])],
    ['only summed', () => torch.sum(torch.expand(torch.ones(1), [5e9]))],
    ['repeated', () => torch.repeat(torch.ones(2), [2 ** 31])],
    ['counted', () => torch.arange(1e10)],
    ['in adaptive windows', () => F.adaptiveAvgPool1d(torch.ones(1, 1, 6), 2 ** 40)],
  ])('are refused where they are %s', (_, make) => {
    expect(make).toThrow(OutOfMemoryError);
  });

  it('are refused among counts', async () => {
    await expect(torch.bincount(tensor([2 ** 31 - 1]))).rejects.toThrow(OutOfMemoryError);
  });

  it('are refused as weights that are no tensor', async () => {
    await expect(torch.bincount(tensor([1]), { weights: [1] as never })).rejects.toThrow(ArgumentError);
  });
});

describe('an argument of another kind', () => {
  const x = tensor([[1.5, 2.5], [0.5, 3.5]]);
  it.each<[string, () => unknown, Class]>([
    ['dims as an object', () => torch.softmin(x, {} as never), ArgumentError],
    ['shifts as an object', () => torch.roll(x, {} as never), ArgumentError],
    ['a dimension as a word', () => torch.movedim(x, 'a' as never, 0), ArgumentError],
    ['columns as a list', () => torch.eye(2, [2] as never), ArgumentError],
    ['decimals as a bigint', () => torch.round(x, { decimals: 1n as never }), ArgumentError],
    ['a dtype as a list', () => torch.softmax(x, 0, { dtype: ['float32'] as never }), DTypeError],
    ['a class weight as a list', () => crossEntropy(x, tensor([0, 1]), { weight: [1, 2] as never }), ArgumentError],
    ['a factor as a tensor', () => torch.indexAdd(x, 0, tensor([0]), torch.ones(1, 2), { alpha: tensor(1) as never }), ArgumentError],
    ['an order as a bigint', () => torch.normalize(x, 2n as never), ArgumentError],
    ['a size as a word', () => F.interpolate(torch.ones(1, 1, 2), { size: 'a' as never }), ArgumentError],
    ['too many terms', () => torch.mvlgamma(x, 1e10), ArgumentError],
    ['a label to ignore as a word', () => crossEntropy(x, tensor([0, 1]), { ignoreIndex: 'a' as never }), ArgumentError],
    ['a filling as a list', () => torch.pad(x, [1, 1], 'constant', [1] as never), ArgumentError],
    ['a plane as a number', () => torch.rot90(x, 1, 0 as never), ArgumentError],
    ['what comes before as a number', () => torch.diff(x, 1, 0, { prepend: 0.5 as never }), ArgumentError],
    ['a distance as a list', () => torch.trapezoid(x, null, { dx: [3] as never }), ArgumentError],
    ['integers with a slope below 0', () => F.leakyRelu(tensor([1, 2])), DTypeError],
    ['integers to shrink', () => torch.hardshrink(tensor([1, 2])), DTypeError],
    ['a group of one element', () => F.groupNorm(torch.ones(1, 1), 1), ShapeError],
    ['targets of more samples than there are', () => softMarginLoss(x, torch.ones(3, 2, 2)), ShapeError],
    ['one bias for two outputs', () => F.bilinear(x, x, torch.ones(2, 2, 2), torch.ones(1)), ShapeError],
    ['nothing to fill', () => torch.uniform_(undefined as never), ArgumentError],
  ])('is named: %s', (_, call, Kind) => {
    expect(call).toThrow(Kind);
  });

  it('is no reason to go on when nothing is left', () => {
    expect(torch.diff(tensor([1, 4, 9]), 1e9).shape).toEqual([0]);
    expect(torch.combinations(tensor([1, 4]), 1e9).shape).toEqual([0, 1e9]);
  });
});
