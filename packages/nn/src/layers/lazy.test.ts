/**
 * Lazy layers, parameters by key, and the layers that few networks have, against what PyTorch 1.13 gives.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, assign, IndexError, noGrad, planStatistics, ShapeError, StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { add, arange, cos, div, mul, ones, randn, reshape, sin, square, sum } from '@sconce/ops';
import { Adam } from '@sconce/optim';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AdaptiveLogSoftmaxWithLoss, BatchNorm1d, Conv2d, CrossMapLRN2d, FractionalMaxPool2d, functional, LazyBatchNorm1d, LazyBatchNorm2d, LazyConv2d, LazyConvTranspose1d, LazyInstanceNorm1d,
  LazyLinear, Linear, ParameterDict, ReLU, Sequential, UninitializedParameter, updateBn, type Module,
} from '../index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const values = (t: Tensor | null): number[] => [...(t!.dataSync() as Float32Array)];
const close = (t: Tensor | null, expected: readonly number[]): void => {
  const given = values(t);
  expect(given).toHaveLength(expected.length);
  expected.forEach((each, i) => expect(given[i]).toBeCloseTo(each, 4));
};
const wave = (shape: number[], factor: number, shift = 0): Tensor => sin(add(mul(reshape(arange(shape.reduce((a, b) => a * b), { dtype: 'float32' }), shape), factor), shift));

describe('lazy layers', () => {
  test('become what they stand for with their first input', () => {
    const layers: [Module & { forward(x: Tensor): Tensor }, number[], string, string][] = [
      [new LazyLinear(8), [2, 5], 'LazyLinear(in_features=0, out_features=8, bias=True)', 'Linear(in_features=5, out_features=8, bias=True)'],
      [new LazyConv2d(8, 3, { padding: 1 }), [1, 3, 4, 4], 'LazyConv2d(0, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))', 'Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))'],
      [new LazyConvTranspose1d(4, 2, { groups: 2 }), [6, 5], 'LazyConvTranspose1d(0, 4, kernel_size=(2,), stride=(1,), groups=2)', 'ConvTranspose1d(6, 4, kernel_size=(2,), stride=(1,), groups=2)'],
      [new LazyBatchNorm2d(), [2, 3, 2, 2], 'LazyBatchNorm2d(0, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)', 'BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)'],
      [new LazyInstanceNorm1d({ affine: true }), [3, 4], 'LazyInstanceNorm1d(0, eps=1e-05, momentum=0.1, affine=True, track_running_stats=False)', 'InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=False)'],
    ];
    for (const [layer, shape, before, after] of layers) {
      expect(layer.toString()).toBe(before);
      const first = values(layer.forward(ones(shape)));
      expect(first.every(Number.isFinite)).toBe(true);
      expect(layer.toString()).toBe(after);
      expect([...layer.parameters()].every((p) => p.requiresGrad && p.numel() > 0)).toBe(true);
      layer.forward(ones(shape));
    }
    expect(layers[1][0]).toBeInstanceOf(Conv2d);
    expect(layers[1][0]).not.toBeInstanceOf(LazyConv2d);
  });

  test('train with an optimiser that was made before', () => {
    const model = new Sequential(new LazyLinear(6), new ReLU(), new LazyBatchNorm1d(), new LazyLinear(1));
    const optimizer = new Adam(model.parameters(), { lr: 0.05 });
    expect([...model.parameters()].every((p) => p instanceof UninitializedParameter)).toBe(true);
    const x = randn([16, 3]);
    const step = (): number => {
      optimizer.zeroGrad();
      const loss = sum(square(add(model.forward(x), -1)));
      loss.backward();
      optimizer.step();
      return loss.itemSync();
    };
    const first = step();
    for (let i = 0; i < 30; i++) step();
    const before = planStatistics().compiled;
    expect(step()).toBeLessThan(first / 2);
    expect(planStatistics().compiled).toBe(before);
    expect(Object.keys(model.stateDict())).toEqual(Object.keys(new Sequential(new Linear(3, 6), new ReLU(), new BatchNorm1d(6), new Linear(6, 1)).stateDict()));
  });

  test('take shapes and values from a state dict', () => {
    const [model, other] = [new Sequential(new LazyLinear(4), new LazyLinear(2)), new Sequential(new Linear(3, 4), new Linear(4, 2))];
    expect(() => model.loadStateDict({})).toThrow(/Missing key/);
    model.loadStateDict(other.stateDict());
    const x = randn([5, 3]);
    expect(values(model.forward(x))).toEqual(values(other.forward(x)));
    expect((model.at(0) as Linear).inFeatures).toBe(3);
    expect(model.to('float64').at(1).toString()).toContain('in_features=4');
  });

  test('say what to do while they are lazy, and stay so for a bad input', () => {
    const layer = new LazyLinear(4);
    expect(() => layer.weight.shape).toThrow(StateError);
    expect(() => mul(layer.weight, 2)).toThrow(/Run the model once/);
    expect(String(layer.weight)).toBe('<UninitializedParameter>');
    expect(layer.to('float64').forward(ones([1, 2], { dtype: 'float64' })).dtype).toBe('float64');
    const conv = new LazyConv2d(4, 3, { groups: 2 });
    expect(() => conv.forward(ones(4, 4))).toThrow(/expected 3 or 4 dimensions/);
    expect(() => conv.forward(ones(3, 4, 4))).toThrow(/do not fall into 2 groups/);
    expect(conv.weight).toBeInstanceOf(UninitializedParameter);
    expect(() => conv.forward(ones(4, 4, 4))).not.toThrow();
  });
});

test('ParameterDict', () => {
  const dict = new ParameterDict({ a: ones(2, 3), 'left right': ones(1) });
  expect([[...dict.keys()], Object.keys(dict.stateDict()), dict.length]).toEqual([['a', 'left right'], ['a', 'left right'], 2]);
  expect(dict.get('a').requiresGrad).toBe(true);
  dict.update([['b', ones(2)]]).delete('a');
  expect([...dict.namedParameters()].map(([name]) => name)).toEqual(['left right', 'b']);
  expect(new ParameterDict({ a: ones(2, 3) }).toString()).toBe('ParameterDict(  (a): Parameter containing: [torch.FloatTensor of size 2x3])');
  expect(() => dict.get('c')).toThrow(/no parameter 'c', it has \[left right, b\]/);
  for (const key of ['', 'a.b', 'training', 'forward']) expect(() => dict.set(key, ones(1))).toThrow(ArgumentError);
});

test('updateBn', async () => {
  const layer = new BatchNorm1d(2);
  layer.forward(tensor([[100, 200], [300, 500]], { dtype: 'float32' }));
  await updateBn([tensor([[1, 2], [3, 5]], { dtype: 'float32' }), [tensor([[0, 1], [7, 2], [2, 2]], { dtype: 'float32' }), 0]], new Sequential(layer).eval());
  close(layer.runningMean, [2.5, 2.583333]);
  close(layer.runningVar, [7.5, 2.416667]);
  expect([layer.numBatchesTracked!.itemSync(), layer.momentum, layer.training]).toEqual([2, 0.1, false]);
});

describe('fractional max pooling', () => {
  test('of images, with gradients', () => {
    const x = wave([1, 2, 7, 6], 1.7).requiresGrad_();
    const randomSamples = tensor([[[0.15, 0.8], [0.62, 0.33]]]);
    const [y, indices] = functional.fractionalMaxPool2d(x, [2, 3], { outputSize: [4, 3], returnIndices: true, randomSamples });
    close(y, [
      0.991665, 0.991665, 0.798487, 0.999793, 0.859162, 0.879273, 0.773327, 0.940428, 0.985601, 0.98059, 0.98059, 0.949405, 0.998858, 0.892012, 0.892012, 0.994827, 0.915094,
      0.915094, 0.994827, 0.915094, 0.968587, 0.709283, 0.964962, 0.964962,
    ]);
    expect(values(indices)).toEqual([1, 1, 5, 12, 8, 16, 19, 27, 23, 38, 38, 34, 7, 3, 3, 18, 22, 22, 18, 22, 29, 37, 33, 33]);
    sum(square(y)).backward();
    expect(values(x.grad).flatMap((g, i) => (g === 0 ? [] : [i]))).toEqual([1, 5, 8, 12, 16, 19, 23, 27, 34, 38, 45, 49, 60, 64, 71, 75, 79]);
  });

  test('of volumes, and as a layer', () => {
    const [y, indices] = functional.fractionalMaxPool3d(wave([1, 1, 5, 4, 6], 1.7), 2, { outputRatio: [0.7, 0.6, 0.5], returnIndices: true, randomSamples: tensor([[[0.15, 0.8, 0.4]]]) });
    expect(y.shape).toEqual([1, 1, 3, 2, 3]);
    expect(values(indices)).toEqual([1, 27, 34, 12, 38, 23, 49, 27, 34, 60, 38, 71, 97, 75, 82, 108, 86, 119]);
    expect((new FractionalMaxPool2d(2, { outputRatio: 0.5 }).forward(randn([3, 8, 8])) as Tensor).shape).toEqual([3, 4, 4]);
    expect(() => new FractionalMaxPool2d(2)).toThrow(/either outputSize or outputRatio/);
    expect(() => functional.fractionalMaxPool2d(ones(1, 4, 4), 3, 3)).toThrow(ShapeError);
  });
});

test('CrossMapLRN2d', () => {
  const x = wave([1, 5, 2, 1], 1.7, 1);
  close(new CrossMapLRN2d(3, 0.5, 0.75, 2).forward(x), [0.455169, 0.250747, -0.488164, -0.106839, 0.488399, -0.043789, -0.481361, 0.187644, 0.462423, -0.319872]);
  close(new CrossMapLRN2d(4, 0.5, 0.75, 2).forward(x), [0.465554, 0.251581, -0.505185, -0.107203, 0.510505, -0.044009, -0.502626, 0.189356, 0.477785, -0.322764]);
});

test('AdaptiveLogSoftmaxWithLoss', () => {
  const layer = new AdaptiveLogSoftmaxWithLoss(4, 9, [3, 6], { divValue: 2 });
  expect(Object.keys(layer.stateDict())).toEqual(['head.weight', 'tail.0.0.weight', 'tail.0.1.weight', 'tail.1.0.weight', 'tail.1.1.weight']);
  noGrad(() => [...layer.parameters()].forEach((p) => assign(p, wave([...p.shape], 1.3))));
  const x = cos(mul(reshape(arange(16, { dtype: 'float32' }), [4, 4]), 0.9)).detach().requiresGrad_();
  const { output, loss } = layer.forward(x, tensor([1, 8, 4, 3]));
  loss.backward();
  close(output, [-3.361815, -5.777547, -2.151534, -3.339168]);
  close(loss, [3.657516]);
  close(x.grad, [0.33541, 0.008671, -0.330771, -0.185633, -0.41247, -0.094129, 0.362112, 0.287858, 0.08194, 0.146498, -0.003564, -0.148405, -0.115827, 0.230904, 0.23936, -0.102847]);
  close(layer.head.weight.grad, [
    0.088983, 0.086285, 0.018287, -0.063549, -0.33792, -0.089814, 0.226261, 0.371107, -0.123286, 0.007166, 0.132195, 0.157182, -0.089357, -0.099228, -0.034005, 0.056953, 0.46158,
    0.095591, -0.342739, -0.521692,
  ]);
  expect(values(layer.predict(x))).toEqual([0, 2, 6, 1]);
  close(layer.forward(div(x, 1), tensor([0, 0, 0, 0])).output, values(layer.logProb(x)).filter((_, i) => i % 9 === 0));
  expect(() => layer.forward(x, tensor([1, 9, 4, 3])).loss.itemSync()).toThrow(IndexError);
  expect(() => layer.forward(x, tensor([1, 2]))).toThrow(ShapeError);
  expect(() => new AdaptiveLogSoftmaxWithLoss(4, 9, [3, 3])).toThrow(/rising integers from 1 to 8/);
});
