/**
 * Weights that are computed, in both of PyTorch's forms, against what PyTorch 1.13 gives.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, assign, noGrad, planStatistics, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { add, arange, div, matmul, mul, ones, reshape, sub, sum, transpose, triu } from '@sconce/ops';
import { SGD } from '@sconce/optim';
import { beforeAll, describe, expect, test } from 'vitest';
import { cloneModule, ConvTranspose1d, Linear, LSTM, Module } from '../index.js';
import { parametrizations, parametrize, removeSpectralNorm, removeWeightNorm, spectralNorm, weightNorm } from './all.js';
import { fieldsOf } from './computed.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const WIDE = [[0.5, -1.2, 0.3], [2, 0.1, -0.7]];
const SQUARE = [...WIDE, [0.4, 0.4, 0.9]];
const TALL = SQUARE.map((row) => row.slice(0, 2));
const x = (): Tensor => tensor([[1, 2, -1], [0.5, 0, 3]]);
const values = (t: Tensor | null | undefined): number[] => [...(t!.dataSync() as Float32Array)];
const put = (to: Tensor, values: unknown): Tensor => noGrad(() => assign(to, tensor(values as number[], { dtype: 'float32' })));

function linear(weight: number[][]): Linear {
  const [rows, columns] = [weight.length, weight[0].length];
  const layer = new Linear(columns, rows);
  put(layer.weight, weight);
  put(layer.bias!, rows === 2 ? [0.1, -0.2] : [0.1, -0.05, -0.2]);
  return layer;
}
/** Runs a layer and the gradients of the sum of squares. */
function run(layer: Linear, input = x()): Tensor {
  const y = layer.forward(input);
  sum(mul(y, y)).backward();
  return y;
}
const close = (t: Tensor | null | undefined, expected: readonly number[], within = 4): void => {
  const given = values(t);
  expect(given).toHaveLength(expected.length);
  expected.forEach((each, i) => expect(given[i]).toBeCloseTo(each, within));
};

describe('weightNorm', () => {
  test.each([
    [0, [2.00125, 3.18198], [13.699567, 13.265324], [-14.563696, -0.717133, 21.404287, -9.085002, 23.962002, -22.533998]],
    [1, [3.092329, 1.806239, 1.142366], [5.147819, 14.134342, 24.665913], [-8.735295, 1.928277, 11.450434, 2.183823, 23.139311, 4.90733]],
    [null, [3.758989], [18.5226], [-12.405993, -5.89562, 22.698908, -12.498967, 23.791304, -21.339111]],
    [-1, [3.758989], [18.5226], [-12.405993, -5.89562, 22.698908, -12.498967, 23.791304, -21.339111]],
  ] as const)('along %s', (dim, lengths, gradG, gradV) => {
    const layer = weightNorm(linear(WIDE), 'weight', dim);
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'weight_g', 'weight_v']);
    const { weightG, weightV } = fieldsOf(layer) as Record<string, Tensor>;
    noGrad(() => assign(weightG, mul(weightG, 1.5)));
    close(run(layer), [-3.2, 4.15, 1.825, -1.85]);
    close(weightG, lengths);
    close(weightG.grad, gradG, 3);
    close(weightV.grad, gradV, 3);
    expect(layer.toString()).toBe('Linear(in_features=3, out_features=2, bias=True)');
    removeWeightNorm(layer);
    close(layer.weight, [0.75, -1.8, 0.45, 3, 0.15, -1.05]);
    expect([...layer.namedParameters()].map(([name]) => name)).toEqual(['bias', 'weight']);
  });

  test('of a recurrent layer, by PyTorch\'s name and ours, and of its clone', () => {
    const layer = weightNorm(weightNorm(new LSTM(2, 3), 'weight_hh_l0'), 'weightIhL0');
    expect(Object.keys(layer.stateDict())).toEqual(['bias_ih_l0', 'bias_hh_l0', 'weight_hh_l0_g', 'weight_hh_l0_v', 'weight_ih_l0_g', 'weight_ih_l0_v']);
    const clone = cloneModule(layer);
    const [before] = layer.forward(ones(1, 1, 2));
    put((fieldsOf(clone) as Record<string, Tensor>).weightHhL0G, Array.from({ length: 12 }, () => [0]));
    expect(values(layer.forward(ones(1, 1, 2))[0])).toEqual(values(before));
    close((fieldsOf(clone) as Record<string, Tensor>).weightHhL0, new Array<number>(36).fill(0));
  });

  test('trains, and compiles nothing after the first steps', () => {
    const layer = weightNorm(linear(WIDE));
    const optimizer = new SGD(layer.parameters(), { lr: 0.01 });
    const step = (): number => {
      optimizer.zeroGrad();
      const y = layer.forward(x());
      const loss = sum(mul(y, y));
      loss.backward();
      optimizer.step();
      return loss.itemSync();
    };
    const first = step();
    step();
    step();
    const before = planStatistics().compiled;
    expect(step()).toBeLessThan(first / 2);
    expect(planStatistics().compiled).toBe(before);
  });

  test('says what is wrong', () => {
    expect(() => weightNorm(new Linear(2, 2), 'wait')).toThrow(/has no tensor 'wait', it has \[weight, bias\]/);
    expect(() => weightNorm(weightNorm(new Linear(2, 2)))).toThrow(/computed by weightNorm already/);
    expect(() => removeWeightNorm(new Linear(2, 2))).toThrow(/not computed by weightNorm/);
    expect(() => weightNorm(new Linear(2, 2), 'weight', 2)).toThrow(/from -2 to 1/);
    expect(() => weightNorm(linear(WIDE), 'bias').forward(x())).not.toThrow();
  });
});

describe('spectralNorm', () => {
  test('in the module', () => {
    const layer = spectralNorm(linear(WIDE));
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'weight_orig', 'weight_u', 'weight_v']);
    const { weightOrig, weightU, weightV } = fieldsOf(layer) as Record<string, Tensor>;
    put(weightU, [0.6, 0.8]);
    close(run(layer), [-0.941243, 1.172548, 0.644286, -0.720622]);
    close(weightU, [0.37203, 0.928221]);
    close(weightV, [0.931104, -0.313635, -0.186221]);
    close(weightOrig.grad, [-1.6731, -1.415762, 2.937994, -1.943401, 3.133432, -2.613853]);
    layer.eval();
    close(layer.forward(x()), [-0.941243, 1.172548, 0.644286, -0.720622]);
    layer.train();
    removeSpectralNorm(layer);
    close(weightU, [0.37203, 0.928221]);
    close(layer.forward(x()), [-0.941243, 1.172548, 0.644286, -0.720622]);
    expect([...layer.namedParameters()].map(([name]) => name)).toEqual(['bias', 'weight']);
  });

  test('of transposed convolutions is along their outputs', () => {
    const { weightU, weightV } = fieldsOf(spectralNorm(new ConvTranspose1d(2, 3, 2))) as Record<string, Tensor>;
    expect([weightU.shape, weightV.shape]).toEqual([[3], [4]]);
    expect(() => spectralNorm(linear(WIDE), 'weight', { nPowerIterations: 0 })).toThrow(/positive integer/);
  });

  test('iterates as often as told, and in training alone', () => {
    const [once, twice] = [1, 2].map((nPowerIterations) => spectralNorm(linear(WIDE), 'weight', { nPowerIterations }));
    const u = (layer: Linear): Tensor => fieldsOf(layer).weightU as Tensor;
    for (const layer of [once, twice]) put(u(layer), [0.6, 0.8]);
    values(once.weight);
    values(twice.weight);
    expect(values(u(once))).not.toEqual(values(u(twice)));
    values(once.weight);
    close(u(once), values(u(twice)));
    const square = parametrizations.spectralNorm(linear([[0.03, 0], [0, 0.01]])).eval();
    close(square.weight, [1, 0, 0, 1 / 3]);
    const rough = parametrizations.spectralNorm(linear(WIDE)).eval();
    put([...rough.buffers()][0], [0.6, 0.8]);
    values(rough.weight);
    close([...rough.buffers()][0], [0.6, 0.8]);
    const [biased] = [parametrizations.spectralNorm(linear(WIDE), 'bias')];
    close(biased.bias, values(linear(WIDE).bias).map((b, _, all) => b / Math.hypot(...all)));
  });

  test('as a parametrisation', () => {
    const layer = parametrizations.spectralNorm(linear(WIDE), 'weight', { nPowerIterations: 2 });
    expect(Object.keys(layer.stateDict())).toEqual([
      'bias', 'parametrizations.weight.original', 'parametrizations.weight.0._u', 'parametrizations.weight.0._v',
    ]);
    const [, , u, v] = Object.keys(layer.stateDict()).map((key) => new Map<string, Tensor>([...layer.namedParameters(), ...layer.namedBuffers()]).get(key)!);
    put(u, [0.6, 0.8]);
    put(v, [0, 0.6, 0.8]);
    close(run(layer), [-0.93351, 1.162354, 0.640244, -0.716755]);
    close(u, [-0.419788, -0.907622]);
    close(v, [-0.951364, 0.19401, 0.239304]);
    close([...layer.parameters()][1].grad, [-1.801292, -1.504359, 2.989845, -1.893148, 2.7243, -2.446181]);
    expect(layer.toString()).toBe(
      'ParametrizedLinear(\n  in_features=3, out_features=2, bias=True\n  (parametrizations): ModuleDict(\n    (weight): ParametrizationList(\n      (0): _SpectralNorm()\n    )\n  )\n)',
    );
  });
});

describe('parametrize', () => {
  class Symmetric extends Module {
    override forward(t: Tensor): Tensor {
      return add(triu(t), transpose(triu(t, 1), 0, 1));
    }
    rightInverse(t: Tensor): Tensor {
      return triu(t);
    }
  }
  class Scale extends Module {
    calls = 0;
    constructor(readonly factor: number) {
      super();
    }
    override forward(t: Tensor): Tensor {
      this.calls += 1;
      return mul(t, this.factor);
    }
  }

  test('computes, learns the same handle, and takes assignments', () => {
    const layer = linear(SQUARE);
    const { weight } = layer;
    parametrize.registerParametrization(layer, 'weight', new Symmetric());
    expect([...layer.parameters()][1]).toBe(weight);
    expect(layer).toBeInstanceOf(Linear);
    close(layer.weight, [0.5, -1.2, 0.3, -1.2, 0.1, -0.7, 0.3, -0.7, 0.9]);
    close(weight, [0.5, -1.2, 0.3, 0, 0.1, -0.7, 0, 0, 0.9]);
    (layer as { weight: Tensor }).weight = tensor([[1, 2, 3], [2, 5, 6], [3, 6, 9]], { dtype: 'float32' });
    close(weight, [1, 2, 3, 0, 5, 6, 0, 0, 9]);
    expect(parametrize.isParametrized(layer, 'weight') && !parametrize.isParametrized(layer, 'bias')).toBe(true);
    parametrize.removeParametrizations(layer, 'weight');
    expect(layer.weight).toBe(weight);
    close(weight, [1, 2, 3, 2, 5, 6, 3, 6, 9]);
    expect([layer.toString(), parametrize.isParametrized(layer)]).toEqual(['Linear(in_features=3, out_features=3, bias=True)', false]);
  });

  test('applies several in order, once while cached', () => {
    const layer = linear(SQUARE);
    const [first, second] = [new Scale(2), new Scale(3)];
    parametrize.registerParametrization(layer, 'weight', first);
    parametrize.registerParametrization(layer, 'weight', second);
    parametrize.registerParametrization(layer, 'bias', new Scale(-1));
    close(layer.weight, SQUARE.flat().map((w) => 6 * w));
    const before = second.calls;
    parametrize.cached(() => [layer.weight, layer.weight]);
    expect(second.calls).toBe(before + 1);
    expect(() => (layer.weight = layer.weight)).toThrow(/Scale has no rightInverse/);
    parametrize.removeParametrizations(layer, 'weight', { leaveParametrized: false });
    close(layer.weight, SQUARE.flat());
    close(layer.bias, [-0.1, 0.05, 0.2]);
    expect(layer.toString()).toContain('ParametrizedLinear');
  });

  test('takes an assignment back through all, the last first, and what fails leaves the tensor as it was', () => {
    class Shift extends Module {
      override forward(t: Tensor): Tensor {
        return add(t, 1);
      }
      rightInverse(t: Tensor): Tensor {
        return sub(t, 1);
      }
    }
    class Double extends Module {
      constructor(readonly isWhole: boolean) {
        super();
      }
      override forward(t: Tensor): Tensor {
        return this.isWhole ? mul(t, 2) : sum(t, 0);
      }
      rightInverse(t: Tensor): Tensor {
        return div(t, 2);
      }
    }
    const layer = linear(SQUARE);
    const { weight } = layer;
    parametrize.registerParametrization(layer, 'weight', new Shift());
    parametrize.registerParametrization(layer, 'weight', new Double(true));
    (layer as { weight: Tensor }).weight = mul(ones(3, 3), 8);
    close(weight, [3, 3, 3, 3, 3, 3, 3, 3, 3]);
    close(layer.weight, [8, 8, 8, 8, 8, 8, 8, 8, 8]);
    const other = linear(SQUARE);
    expect(() => parametrize.registerParametrization(other, 'weight', new Double(false))).toThrow(ShapeError);
    close(other.weight, SQUARE.flat());
  });

  test('starts from several tensors', () => {
    class Outer extends Module {
      override forward(a: Tensor, b: Tensor): Tensor {
        return mul(reshape(a, [-1, 1]), b);
      }
      rightInverse(t: Tensor): Tensor[] {
        return [sum(t, 1), div(sum(t, 0), sum(t))];
      }
    }
    const layer = parametrize.registerParametrization(linear([[1, 2, 3], [2, 4, 6]]), 'weight', new Outer());
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'parametrizations.weight.original0', 'parametrizations.weight.original1']);
    close(layer.weight, [1, 2, 3, 2, 4, 6]);
    expect(() => parametrize.removeParametrizations(layer, 'weight', { leaveParametrized: false })).toThrow(/starts from 2 tensors/);
    expect([...parametrize.removeParametrizations(layer, 'weight').namedParameters()].map(([name]) => name)).toEqual(['bias', 'weight']);
  });

  test('keeps what it was when shape or dtype would change', () => {
    class Row extends Module {
      override forward(t: Tensor): Tensor {
        return sum(t, 0);
      }
    }
    const layer = linear(WIDE);
    expect(() => parametrize.registerParametrization(layer, 'weight', new Row())).toThrow(ShapeError);
    close(layer.weight, WIDE.flat());
    expect(() => parametrize.registerParametrization(layer, 'weigth', new Row())).toThrow(ArgumentError);
    expect(() => parametrize.removeParametrizations(layer, 'weight')).toThrow(/not parametrized/);
    expect(Object.keys(layer.stateDict())).toEqual(['weight', 'bias']);
  });

  test('clones and loads', () => {
    const layer = parametrizations.weightNorm(linear(WIDE));
    const other = parametrizations.weightNorm(new Linear(3, 2));
    other.loadStateDict(layer.stateDict());
    const clone = cloneModule(other);
    put([...other.parameters()][1], [[0], [0]]);
    close(clone.weight, WIDE.flat());
    close(other.weight, [0, 0, 0, 0, 0, 0]);
  });
});

describe('orthogonal', () => {
  const inputs = (n: number): Tensor => div(reshape(arange(1, 2 * n + 1, 1, { dtype: 'float32' }), [2, n]), 3);
  test.each([
    ['matrixExp', SQUARE, [-0.431095, -0.895935, 0.107032, 0.785852, -0.431096, -0.443389, 0.443389, -0.107032, 0.889916], [0, 0, 0, 0.501557, 0, 0, 0.662211, 0.19002, 0]],
    ['matrixExp', TALL, [-0.431095, -0.895935, 0.785852, -0.431096, 0.443389, -0.107032], [0, 0, 0.405476, 0, 0.35305, -0.548006]],
    ['cayley', SQUARE, [0, -1, 0, 0.923077, 0, -0.384615, 0.384615, 0, 0.923077], [0, 0, 0, 0.081361, 0, 0, 0.195759, -0.015779, 0]],
    ['cayley', TALL, [0, -1, 0.923077, 0, 0.384615, 0], [0, 0, 0.087278, 0, 0.127712, -0.551775]],
    ['householder', SQUARE, [0.238095, -0.92806, 0.286385, 0.952381, 0.165263, -0.256239, 0.190476, 0.333757, 0.923215], [0, 0, 0, -0.167467, 0, 0, -0.597414, 0.636457, 0]],
    ['householder', TALL, [0.238095, -0.92806, 0.952381, 0.165263, 0.190476, 0.333757], [0, 0, -0.1014, 0, 0.011922, -1.076323]],
  ] as const)('by %s without a base', (map, weight, expected, gradient) => {
    const layer = parametrizations.orthogonal(linear(weight), 'weight', map, { useTrivialization: false });
    run(layer, inputs(layer.inFeatures));
    close(layer.weight, expected);
    close([...layer.parameters()][1].grad, gradient, 3);
  });

  test('of a wide matrix has orthonormal rows', () => {
    const wide = WIDE[0].map((_, j) => TALL.map((row) => row[j])).slice(0, 2);
    const layer = parametrizations.orthogonal(linear(wide), 'weight', 'householder', { useTrivialization: false });
    close(layer.weight, [0.238095, 0.952381, 0.190476, -0.92806, 0.165263, 0.333757]);
    close([...layer.parameters()][1], [-1, 0.769231, 0.153846, 0.114286, -1, 0.25359]);
  });

  test('from a base', () => {
    const layer = parametrizations.orthogonal(linear(SQUARE));
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'parametrizations.weight.original', 'parametrizations.weight.0.base']);
    close(layer.weight, [0.238095, -0.92806, 0.286385, 0.952381, 0.165263, -0.256239, 0.190476, 0.333757, 0.923215]);
    const original = [...layer.parameters()][1];
    close(original, [-1, 0, 0, 0, -1, 0, 0, 0, -1]);
    noGrad(() => assign(original, add(original, tensor([[0.2, 0.1, -0.4], [0.3, -0.5, 0.7], [-0.6, 0.25, 0.9]]))));
    run(layer, inputs(3));
    close(layer.weight, [-0.282384, -0.818313, 0.500624, 0.936156, -0.121126, 0.330061, -0.209454, 0.561866, 0.800272]);
    close(original.grad, [0, 0, 0, -0.555056, 0, 0, -0.350481, 0.331094, 0], 3);
    const tall = parametrizations.orthogonal(linear(TALL));
    close(tall.weight, [0.238095, -0.92806, 0.952381, 0.165263, 0.190476, 0.333757]);
    close(matmul(transpose(tall.weight, 0, 1), tall.weight), [1, 0, 0, 1]);
  });

  test('says what cannot be assigned, and which maps there are', () => {
    const layer = parametrizations.orthogonal(linear(SQUARE), 'weight', 'cayley', { useTrivialization: false });
    expect(() => ((layer as { weight: Tensor }).weight = ones(3, 3))).toThrow(/has no rightInverse/);
    expect(() => parametrizations.orthogonal(linear(SQUARE), 'weight', 'givens' as never)).toThrow(/'matrixExp', 'cayley' or 'householder'/);
    expect(() => parametrizations.orthogonal(linear(SQUARE), 'bias')).toThrow(ShapeError);
  });
});
