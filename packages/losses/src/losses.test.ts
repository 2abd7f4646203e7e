/**
 * Losses: the examples of their descriptions, edges that PyTorch has rules for, and what they reject.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, IndexError, planStatistics, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { cosineSimilarity, log, reshape, sub } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import * as losses from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const floats = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: 'float32' });

test.each<[string, () => Tensor, number]>([
  ['l1Loss', () => losses.l1Loss(floats([1, 2]), floats([0, 4])), 1.5],
  ['mseLoss', () => losses.mseLoss(floats([1, 2]), floats([0, 4])), 2.5],
  ['smoothL1Loss', () => losses.smoothL1Loss(floats([0.5, 3]), floats([0, 0])), 1.3125],
  ['huberLoss', () => losses.huberLoss(floats([0.5, 3]), floats([0, 0]), { delta: 2 }), 2.0625],
  ['binaryCrossEntropy', () => losses.binaryCrossEntropy(floats([0.9, 0.2]), floats([1, 0])), 0.1643],
  ['binaryCrossEntropyWithLogits', () => losses.binaryCrossEntropyWithLogits(floats([2.2, -1.4]), floats([1, 0])), 0.1628],
  ['softMarginLoss', () => losses.softMarginLoss(floats([2.2, -1.4]), tensor([1, -1])), 0.1628],
  ['multilabelSoftMarginLoss', () => losses.multilabelSoftMarginLoss(floats([[2.2, -1.4]]), tensor([[1, 0]])), 0.1628],
  ['poissonNllLoss', () => losses.poissonNllLoss(floats([0.5, 1.2]), tensor([1, 3])), 0.4344],
  ['gaussianNllLoss', () => losses.gaussianNllLoss(floats([0.5, 1.2]), floats([1, 1]), floats([0.5, 2])), 0.13],
  ['marginRankingLoss', () => losses.marginRankingLoss(tensor([1, 2]), tensor([0, 3]), tensor([1, 1])), 0.5],
  ['hingeEmbeddingLoss', () => losses.hingeEmbeddingLoss(floats([0.5, 0.25]), tensor([1, -1])), 0.625],
  ['multiMarginLoss', () => losses.multiMarginLoss(floats([[0.1, 0.2, 0.4, 0.8]]), tensor([3])), 0.325],
  ['multilabelMarginLoss', () => losses.multilabelMarginLoss(floats([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]])), 0.85],
  ['cosineEmbeddingLoss', () => losses.cosineEmbeddingLoss(floats([[1, 0]]), floats([[1, 1]]), tensor([1])), 0.2929],
  ['tripletMarginLoss', () => losses.tripletMarginLoss(floats([[0, 0]]), floats([[0, 2]]), floats([[1, 0]])), 2],
])('%s as in its example', (_, loss, want) => {
  expect(loss().itemSync()).toBeCloseTo(want, 4);
});

describe('edges', () => {
  test('the target of a certain input has the slope of the logarithm, which is infinite', async () => {
    const y = tensor([1, 0.5, 0], { dtype: 'float32', requiresGrad: true });
    losses.binaryCrossEntropy(floats([0, 0.5, 1]), y, { reduction: 'sum' }).backward();
    expect(await y.grad!.toArray()).toEqual([Infinity, 0, -Infinity]);
  });

  test('margins between classes of no samples are no losses', async () => {
    const none = tensor([], { dtype: 'int32' });
    const [scores, labels] = [reshape(floats([]), [0, 3]), reshape(none, [0, 3])];
    const found = [losses.multiMarginLoss(scores, none, { reduction: 'none' }), losses.multilabelMarginLoss(scores, labels, { reduction: 'none' })];
    expect(found.map(({ shape }) => shape)).toEqual([[0], [0]]);
    expect([losses.multiMarginLoss(scores, none, { reduction: 'sum' }).itemSync(), losses.multilabelMarginLoss(scores, labels, { reduction: 'sum' }).itemSync()]).toEqual([0, 0]);
    expect(() => losses.multiMarginLoss(reshape(floats([]), [2, 0]), tensor([0, 0]))).toThrow(ShapeError);
  });

  test('certain and wrong is a loss of 100, and a finite gradient', () => {
    const p = tensor([0, 1], { dtype: 'float32', requiresGrad: true });
    const loss = losses.binaryCrossEntropy(p, floats([1, 0]));
    expect(loss.itemSync()).toBe(100);
    loss.backward();
    expect((p.grad!.toArraySync() as number[]).every(Number.isFinite)).toBe(true);
  });

  test('numbers are given at run time: integers with a margin are floats', () => {
    expect(losses.marginRankingLoss(tensor([1]), tensor([1]), tensor([1]), { margin: 0 }).dtype).toBe('float32');
    expect(losses.hingeEmbeddingLoss(tensor([1]), tensor([-1]), { reduction: 'none' }).dtype).toBe('float32');
  });

  test('a distance may be a function, or a module that prints with the loss', () => {
    const points = [[[1, 0]], [[0, 1]], [[1, 1]]].map(floats) as [Tensor, Tensor, Tensor];
    const distanceFunction = (x: Tensor, y: Tensor): Tensor => sub(1, cosineSimilarity(x, y));
    const loss = new losses.TripletMarginWithDistanceLoss({ distanceFunction, margin: 0.5 });
    expect(loss.forward(...points).itemSync()).toBeCloseTo(0.5 + 1 - (1 - Math.SQRT1_2), 5);
    expect([...loss.children()]).toEqual([]);
    expect(String(new losses.TripletMarginWithDistanceLoss())).toBe('TripletMarginWithDistanceLoss(\n  (distance_function): PairwiseDistance()\n)');
  });

  test('other numbers compile nothing', () => {
    const [x, y] = [floats([0.5, 3, 1]), floats([0, 0, 2])];
    const of = (beta: number): number => losses.smoothL1Loss(x, y, { beta }).itemSync();
    of(0.3);
    const { compiled } = planStatistics();
    expect(of(0.7)).not.toBe(of(0.8));
    expect(planStatistics().compiled).toBe(compiled);
  });

  test('weights of a module are its state', () => {
    const weights = new losses.BCEWithLogitsLoss({ weight: floats([1, 2]), posWeight: floats([3, 4]) });
    expect(Object.keys(weights.stateDict())).toEqual(['weight', 'pos_weight']);
    expect([weights.reduction, String(weights)]).toEqual(['mean', 'BCEWithLogitsLoss()']);
  });
});

describe('ctcLoss', () => {
  const probabilities = tensor([[[0.1, 0.6, 0.3]], [[0.5, 0.2, 0.3]], [[0.3, 0.3, 0.4]], [[0.7, 0.1, 0.2]]], { dtype: 'float64' });
  const labels = tensor([[1, 2]]);

  test("has PyTorch's value and gradient", () => {
    const scores = log(probabilities).detach().requiresGrad_();
    const loss = losses.ctcLoss(scores, labels, [4], [2], { reduction: 'sum' });
    expect(loss.itemSync()).toBeCloseTo(1.207980825723475, 12);
    loss.backward();
    const want = [0.0578313253, -0.3578313253, 0.3, 0.0682730924, -0.0248995984, -0.043373494, 0.0851405622, 0.2618473896, -0.3469879518, -0.0074966533, 0.1, -0.0925033467];
    [...scores.grad!.dataSync()].forEach((g, i) => expect(g).toBeCloseTo(want[i], 9));
  });

  test('counts what does not fit as infinite, or as nothing', () => {
    const scores = log(probabilities).detach().requiresGrad_();
    expect(losses.ctcLoss(scores, labels, [1], [2], { reduction: 'none' }).toArraySync()).toEqual([Infinity]);
    const zero = losses.ctcLoss(scores, labels, [1], [2], { zeroInfinity: true });
    expect(zero.itemSync()).toBe(0);
    zero.backward();
    expect([...scores.grad!.dataSync()].every((g) => g === 0)).toBe(true);
  });

  test('without a batch it is one number', () => {
    const scores = log(reshape(probabilities, [4, 3]));
    expect(losses.ctcLoss(scores, tensor([1, 2]), 4, 2, { reduction: 'none' }).shape).toEqual([]);
    expect(losses.ctcLoss(scores, tensor([1, 2]), tensor(4), tensor(2)).itemSync()).toBeCloseTo(1.207980825723475 / 2, 12);
  });

  test.each<[string, () => Tensor, abstract new (...args: never[]) => Error, RegExp]>([
    ['a label that is no class', () => losses.ctcLoss(log(probabilities), tensor([[1, 3]]), [4], [2]), IndexError, /ctcLoss: target 3 at position 1 is not a class; input has 3 classes \(0 to 2\)/],
    ['more frames than there are', () => losses.ctcLoss(log(probabilities), labels, [5], [2]), ArgumentError, /inputLengths\[0\] is 5, expected 0 to 4/],
    ['more labels than there are', () => losses.ctcLoss(log(probabilities), labels, [4], [3]), ArgumentError, /targetLengths\[0\] is 3, expected 0 to 2/],
  ])('rejects %s when computed', (_, loss, type, message) => {
    expect(() => loss().itemSync()).toThrow(type);
    expect(() => loss().itemSync()).toThrow(message);
  });
});

test.each<[string, () => unknown, abstract new (...args: never[]) => Error, RegExp]>([
  ['shapes that do not broadcast', () => losses.mseLoss(floats([1, 2]), floats([1, 2, 3])), ShapeError, /\[2\] and \[3\]/],
  ['a negative beta', () => losses.smoothL1Loss(floats([1]), floats([1]), { beta: -1 }), ArgumentError, /beta must not be negative, got -1/],
  ['a delta of 0', () => losses.huberLoss(floats([1]), floats([1]), { delta: 0 }), ArgumentError, /delta must be above 0/],
  ['probabilities and targets of different shapes', () => losses.binaryCrossEntropy(floats([0.5, 0.5]), floats([1])), ShapeError, /target has shape \[1\], expected \[2\]/],
  ['a weight that repeats the losses', () => losses.binaryCrossEntropy(floats([0.5]), floats([1]), { weight: floats([1, 2]) }), ShapeError, /weight of shape \[2\] does not broadcast to \[1\]/],
  ['integers as logits', () => losses.binaryCrossEntropyWithLogits(tensor([1]), tensor([1])), DTypeError, /input must be floating point, got int32/],
  ['a variance that does not fit', () => losses.gaussianNllLoss(floats([[1, 2]]), floats([[1, 2]]), floats([1, 2, 3])), ShapeError, /var has shape \[3\], expected \[1, 2\], \[1, 1\] or \[1\]/],
  ['a power of 3', () => losses.multiMarginLoss(floats([[1, 2]]), tensor([0]), { p: 3 as never }), ArgumentError, /p must be 1 or 2, got 3/],
  ['vectors with a target for each element', () => losses.cosineEmbeddingLoss(floats([1, 2]), floats([1, 2]), tensor([1, 1])), ShapeError, /must be \[N, D\], \[N, D\] and \[N\]/],
  ['triplets of different ranks', () => losses.tripletMarginLoss(floats([[1]]), floats([1]), floats([[1]])), ShapeError, /as many dimensions each/],
  ['rankings of different ranks', () => losses.marginRankingLoss(floats([[1]]), floats([1]), floats([1])), ShapeError, /as many dimensions each/],
  ['batchmean of another loss', () => losses.mseLoss(floats([1]), floats([1]), { reduction: 'batchmean' as never }), ArgumentError, /reduction must be 'none' or 'mean' or 'sum'/],
])('rejects %s', (_, call, type, message) => {
  expect(call).toThrow(type);
  expect(call).toThrow(message);
});

test('what PyTorch writes by position may stand there', () => {
  const [x, y, labels, weight] = [floats([[0.2, 1.5], [-0.3, 0.8]]), floats([[0, 1], [1, 0]]), tensor([0, 1]), floats([1, 3])];
  const pairs: readonly (readonly [Tensor, Tensor])[] = [
    [losses.crossEntropy(x, labels, weight, { reduction: 'sum' }), losses.crossEntropy(x, labels, { weight, reduction: 'sum' })],
    [losses.binaryCrossEntropyWithLogits(x, y, weight), losses.binaryCrossEntropyWithLogits(x, y, { weight })],
    [new losses.CrossEntropyLoss(weight).forward(x, labels), losses.crossEntropy(x, labels, { weight })],
    [new losses.CrossEntropyLoss(null, { labelSmoothing: 0.1 }).forward(x, labels), losses.crossEntropy(x, labels, { labelSmoothing: 0.1 })],
    [new losses.HuberLoss('sum', 0.3).forward(x, y), losses.huberLoss(x, y, { reduction: 'sum', delta: 0.3 })],
    [new losses.MultiMarginLoss(2, 0.5, weight).forward(x, labels), losses.multiMarginLoss(x, labels, { p: 2, margin: 0.5, weight })],
    [new losses.TripletMarginLoss(0.5, 1).forward(x, y, x), losses.tripletMarginLoss(x, y, x, { margin: 0.5, p: 1 })],
    [new losses.PoissonNLLLoss(false, { eps: 1e-3 }).forward(y, y), losses.poissonNllLoss(y, y, { logInput: false, eps: 1e-3 })],
  ];
  pairs.forEach(([byPosition, byName], i) => expect(byPosition.itemSync(), `pair ${i}`).toBe(byName.itemSync()));
  expect(() => new losses.CrossEntropyLoss(weight, { weight })).toThrow(/'weight' is given twice/);
  expect(() => new losses.CrossEntropyLoss(weight, 'sum' as never)).toThrow(/got 2 optional arguments, it takes 1: weight/);
  expect(() => new losses.CrossEntropyLoss({ wieght: weight } as never)).toThrow(/no option 'wieght'/);
});
