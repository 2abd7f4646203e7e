/**
 * Packed sequences, vectors of parameters, averaged models.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, noGrad, planStatistics, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { abs, amax, arange, narrow, ones, randn, reshape, sub, sum } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { AveragedModel, BatchNorm1d, emaAverage, GRU, init, Linear, LSTM, utils } from '../index.js';

const { packPaddedSequence, packSequence, PackedSequence, padPackedSequence, padSequence } = utils.rnn;

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const array = (t: Tensor): unknown => t.toArraySync();

describe('packed sequences', () => {
  const x = (): Tensor => reshape(arange(1, 10), [3, 3]);      // three sequences of up to three steps

  test('lie step after step, longest first, and come back', () => {
    const packed = packPaddedSequence(x(), [1, 3, 2], { batchFirst: true, enforceSorted: false });
    expect([packed.batchSizes, packed.sortedIndices, packed.unsortedIndices]).toEqual([[3, 2, 1], [1, 2, 0], [2, 0, 1]]);
    expect(array(packed.data)).toEqual([4, 7, 1, 5, 8, 6]);
    const [y, lengths] = padPackedSequence(packed, { batchFirst: true, paddingValue: -1, totalLength: 4 });
    expect([array(y), array(lengths)]).toEqual([[[1, -1, -1, -1], [4, 5, 6, -1], [7, 8, -1, -1]], [1, 3, 2]]);
    expect(packPaddedSequence(x(), [2, 2, 3], { batchFirst: true, enforceSorted: false }).sortedIndices).toEqual([2, 0, 1]);
  });

  test('are made of data, and of lists', () => {
    const packed = packSequence([tensor([1, 2, 3]), tensor([4, 5])]);
    const again = new PackedSequence(packed.data.to('float32'), packed.batchSizes);
    expect(array(padPackedSequence(again).sequence)).toEqual([[1, 4], [2, 5], [3, 0]]);
    expect(array(padSequence([tensor([1]), tensor([2, 3])], { batchFirst: true, paddingValue: 9 }))).toEqual([[1, 9], [2, 3]]);
  });

  test('are checked', () => {
    expect(() => packPaddedSequence(x(), [1, 3, 2])).toThrow(/enforceSorted: false/);
    expect(() => packPaddedSequence(x(), [4, 3, 2])).toThrow(ShapeError);
    expect(() => packPaddedSequence(x(), [3, 2, 0])).toThrow(ArgumentError);
    expect(() => padPackedSequence(x() as never)).toThrow(/expected a PackedSequence/);
  });

  test.each([['LSTM', LSTM], ['GRU', GRU]] as const)('%s runs each to its own end, in both directions', (_name, Layer) => {
    const layer = new Layer(2, 3, { numLayers: 2, bidirectional: true, batchFirst: true });
    const batch = randn([3, 4, 2]);
    const lengths = [2, 4, 1];
    const [output, state] = layer.forward(packPaddedSequence(batch, lengths, { batchFirst: true, enforceSorted: false }));
    const [y] = padPackedSequence(output, { batchFirst: true });
    const h = Array.isArray(state) ? state[0] : state;
    lengths.forEach((n, i) => {
      const [alone, last] = layer.forward(narrow(narrow(batch, 0, i, 1), 1, 0, n));
      const close = (a: Tensor, b: Tensor): void => expect(amax(abs(sub(a, b))).itemSync()).toBeLessThan(1e-6);
      close(narrow(narrow(y, 0, i, 1), 1, 0, n), alone);
      close(narrow(h, 1, i, 1), Array.isArray(last) ? last[0] : last);
    });
  });

  test('other lengths compile nothing', () => {
    const layer = new GRU(2, 3);
    const run = (lengths: number[]): number => noGrad(() => sum(padPackedSequence(layer.forward(packPaddedSequence(ones(3, 3, 2), lengths))[0]).sequence).itemSync());
    for (let i = 0; i < 2; i++) run([3, 2, 1]);
    const before = planStatistics().compiled;
    run([3, 3, 2]);
    expect(planStatistics().compiled).toBe(before);
  });
});

test('parameters are a vector and back', () => {
  const layer = new Linear(2, 1);
  utils.vectorToParameters(tensor([1, 2, 3], { dtype: 'float32' }), layer.parameters());
  expect([array(layer.weight), array(layer.bias!), array(utils.parametersToVector(layer.parameters()))]).toEqual([[[1, 2]], [3], [1, 2, 3]]);
  expect(() => utils.vectorToParameters(ones(2), layer.parameters())).toThrow(ShapeError);
});

test('averages of weights, equal and exponential', () => {
  const layer = new Linear(1, 1, false);
  const set = (value: number): Tensor => init.constant_(layer.weight, value);
  const [equal, ema] = [new AveragedModel(layer), new AveragedModel(layer, { avgFn: emaAverage(0.75) })];
  for (const value of [4, 8, 0]) {
    set(value);
    equal.updateParameters(layer);
    ema.updateParameters(layer);
  }
  expect([array(equal.module.weight), array(ema.module.weight), array(ema.nAveraged)]).toEqual([[[4]], [[3.75]], 3]);
  expect(array(equal.forward(ones(1, 1)))).toEqual([[4]]);
  expect(Object.keys(equal.stateDict())).toEqual(['n_averaged', 'module.weight']);
});

test('buffers of an averaged model are the last ones, or averages too', () => {
  const layer = new BatchNorm1d(1);
  const [last, averages] = [new AveragedModel(layer), new AveragedModel(layer, { useBuffers: true })];
  for (const value of [4, 8, 0]) {
    init.constant_(layer.runningMean!, value);
    init.constant_(layer.runningVar!, value + 1);
    for (const model of [last, averages]) model.updateParameters(layer);
  }
  expect([last, averages].map(({ module }) => [array(module.runningMean!), array(module.runningVar!)])).toEqual([[[0], [1]], [[4], [5]]]);
});
