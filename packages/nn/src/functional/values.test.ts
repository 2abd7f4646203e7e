/**
 * Functions and options that no recorded case has, with what PyTorch 1.13 answers; those that came with PyTorch 2 with their
 * formula.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { arange, full, mul, ones, reshape, sub, sum } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import * as nn from '../index.js';

useSync(createBackend(interpreterTarget('cpu')));

const { functional: F } = nn;
const flat = (x: Tensor | null): number[] => Array.from(x!.dataSync() as Float32Array);
const close = (x: Tensor | null, wanted: readonly number[]): void => {
  expect(flat(x)).toHaveLength(wanted.length);
  flat(x).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
};
const upTo = (...shape: number[]): Tensor => reshape(arange(shape.reduce((a, b) => a * b, 1), { dtype: 'float32' }), shape);

test.each<[name: string, run: (x: Tensor) => Tensor, wanted: number[]]>([
  ['celu_', (x) => F.celu_(x, 0.5), [-0.475106, 0.3, 2, -0.16484]],
  ['elu_', (x) => F.elu_(x, 0.5), [-0.388435, 0.3, 2, -0.0906346]],
  ['hardtanh_', (x) => F.hardtanh_(x, -0.25, 1.5), [-0.25, 0.3, 1.5, -0.2]],
  ['leakyRelu_', (x) => F.leakyRelu_(x, 0.1), [-0.15, 0.3, 2, -0.02]],
  ['relu_', (x) => F.relu_(x), [0, 0.3, 2, 0]],
  ['selu_', (x) => F.selu_(x), [-1.365814, 0.31521, 2.101402, -0.318689]],
  ['threshold_', (x) => F.threshold_(x, 0.1, 7), [7, 0.3, 2, 7]],
  ['rrelu_', (x) => F.rrelu_(x, 0.2, 0.2), [-0.3, 0.3, 2, -0.04]],
])('%s binds its input to the result', (_, run, wanted) => {
  const x = tensor([-1.5, 0.3, 2, -0.2]);
  expect(run(x)).toBe(x);
  close(x, wanted);
});

test('convTbc, with its gradients', () => {
  const [x, weight, bias] = [upTo(3, 2, 2), sub(upTo(2, 2, 2), 3), tensor([0.5, -1])].map((t) => t.detach().requiresGrad_());
  const y = F.convTbc(x, weight, bias, 1);
  expect(y.shape).toEqual([4, 2, 2]);
  close(y, [3.5, 3, 11.5, 15, 18.5, 27, 18.5, 35, 18.5, 43, 18.5, 51, -32.5, -17, -40.5, -21]);
  const [ofX, ofWeight, ofBias] = grad([y], [x, weight, bias], { gradOutputs: [upTo(4, 2, 2)] });
  close(ofX, [-20, 0, -24, 12, -28, 24, -32, 36, -36, 48, -40, 60]);
  close(ofWeight, [340, 370, 394, 430, 220, 250, 250, 286]);
  close(ofBias, [56, 64]);
  expect(() => F.convTbc(ones(3, 2), weight, bias)).toThrow(ShapeError);
  expect(() => F.convTbc(ones(3, 2, 5), weight, bias)).toThrow(ShapeError);
});

describe('embedding bags', () => {
  const table = tensor([[0, 1], [2, -1], [0.5, -3], [-1, 1]]);
  const numbers = tensor([0, 2, 1, 3, 3, 2]);
  const offsets = tensor([0, 2, 2, 4]);
  const weights = tensor([[1, 2], [3, 4], [5, 6], [7, 8]]);

  test('a maximum of 0 has all of its gradient, and no bag has none', () => {
    const weight = tensor([[0, 1], [0, -1], [-2, -3], [-1, 0]], { requiresGrad: true, dtype: 'float32' });
    const y = F.embeddingBag(tensor([0, 2, 1, 3]), weight, tensor([0, 2, 2]), { mode: 'max' });
    expect(y.toArraySync()).toEqual([[0, 1], [0, 0], [0, 0]]);
    const [g] = grad([y], [weight], { gradOutputs: [tensor([[1, 2], [3, 4], [5, 6]], { dtype: 'float32' })] });
    expect(g!.toArraySync()).toEqual([[1, 2], [5, 0], [0, 0], [0, 6]]);
  });

  test('rows that are padding take no part', () => {
    const weight = table.detach().requiresGrad_();
    const y = F.embeddingBag(numbers, weight, offsets, { mode: 'max', paddingIdx: 3 });
    expect(y.toArraySync()).toEqual([[0.5, 1], [0, 0], [2, -1], [0.5, -3]]);
    const [g] = grad([y], [weight], { gradOutputs: [weights.to('float32')] });
    expect(g!.toArraySync()).toEqual([[0, 2], [5, 6], [8, 8], [0, 0]]);
  });

  test('a layer over a given table', () => {
    const layer = nn.EmbeddingBag.fromPretrained(tensor([[1, 2], [3, 4], [5, 6]], { dtype: 'float32' }), true, { mode: 'sum', paddingIdx: 1 });
    expect([String(layer), layer.weight.requiresGrad]).toEqual(['EmbeddingBag(3, 2, mode=sum, padding_idx=1)', false]);
    expect(layer.forward(tensor([[0, 1], [2, 2]])).toArraySync()).toEqual([[1, 2], [10, 12]]);
    expect(nn.EmbeddingBag.fromPretrained(table, { freeze: false }).mode).toBe('mean');
    expect(nn.Embedding.fromPretrained(table, false, 1)).toMatchObject({ paddingIdx: 1, weight: { requiresGrad: true } });
    expect(() => nn.EmbeddingBag.fromPretrained(ones(3))).toThrow(ShapeError);
    expect(() => nn.Embedding.fromPretrained(table, { device: 'cpu' } as never)).toThrow(ArgumentError);
  });
});

describe('of PyTorch 2', () => {
  test('rmsNorm divides by the root mean square', () => {
    const x = tensor([[1, 7.5, 0.5, 2], [0, 0, 0, 0]]);
    const rms = Math.sqrt((1 + 7.5 ** 2 + 0.25 + 4) / 4 + 2 ** -23);
    close(F.rmsNorm(x, 4), [1 / rms, 7.5 / rms, 0.5 / rms, 2 / rms, 0, 0, 0, 0]);
    close(F.rmsNorm(tensor([3, 4]).to('float32'), [2], tensor([2, 0.5]), 12.5), [6 / 5, 2 / 5]);
    const layer = new nn.RMSNorm([2, 4], { eps: 1e-6 });
    expect([String(layer), Object.keys(layer.stateDict()), layer.forward(ones(3, 2, 4)).shape]).toEqual(['RMSNorm((2, 4), eps=1e-06, elementwise_affine=True)', ['weight'], [3, 2, 4]]);
    expect(String(new nn.RMSNorm(4, { elementwiseAffine: false }))).toBe('RMSNorm((4,), eps=None, elementwise_affine=False)');
    expect(() => F.rmsNorm(x, 3)).toThrow(ShapeError);
    expect(() => F.rmsNorm(x, 4, ones(3))).toThrow(ShapeError);
    expect(() => F.rmsNorm(tensor([1, 2]), 2)).toThrow(DTypeError);
  });

  test('rmsNorm of halves is computed in float32', () => {
    const y = F.rmsNorm(full([4], 300, { dtype: 'float16' }), 4);
    expect([y.dtype, flat(y.to('float32'))]).toEqual(['float16', [1, 1, 1, 1]]);
  });

  test('lpPool3d', () => {
    close(F.lpPool3d(ones(1, 1, 2, 2, 2), 2, 2), [Math.sqrt(8)]);
    expect(String(new nn.LPPool3d(2, 2))).toBe('LPPool3d(norm_type=2, kernel_size=2, stride=None, ceil_mode=False)');
    close(new nn.LPPool3d(1, [1, 2, 2]).forward(upTo(1, 2, 2, 2)), [6, 22]);
  });

  test('layers of transformers go without biases', () => {
    const biases = (module: nn.Module): string[] => Object.keys(module.stateDict()).filter((key) => key.endsWith('bias'));
    const options = { bias: false, dimFeedforward: 8, dropout: 0 };
    expect(biases(new nn.LayerNorm(3, { bias: false }))).toEqual([]);
    const layers = [new nn.TransformerEncoderLayer(4, 2, options), new nn.TransformerDecoderLayer(4, 2, options), new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, ...options })];
    expect(layers.map(biases)).toEqual([[], [], []]);
    expect(biases(new nn.TransformerEncoderLayer(4, 2))).toHaveLength(6);
    const x = upTo(3, 1, 4);
    const y = layers[2].forward(x, x);
    expect([y.shape, sum(mul(y, y)).itemSync()]).toEqual([[3, 1, 4], expect.closeTo(12, 2)]);
  });
});
