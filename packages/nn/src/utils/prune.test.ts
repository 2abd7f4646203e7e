/**
 * Pruning, fusion and calls with other parameters, against what PyTorch 1.13 gives.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, assign, noGrad, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { abs, arange, div, ge, mul, neg, ones, randn, reshape, sum, zeros } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { BatchNorm1d, Conv1d, ConvTranspose1d, Linear, ReLU, Sequential } from '../index.js';
import { functionalCall, fuseConvBnEval, fuseLinearBnEval, prune, skipInit } from './all.js';
import { fieldsOf } from './computed.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const WEIGHT = [[0.5, -1.2, 0.3, 0.05], [2, 0.1, -0.7, 0.6], [-0.2, 0.9, 1.1, -0.4]];
const values = (t: unknown): number[] => [...((t as Tensor).dataSync() as Float32Array)];
const put = (to: Tensor, value: Tensor): Tensor => noGrad(() => assign(to, value));
const close = (t: Tensor | null | undefined, expected: readonly number[]): void => expected.forEach((each, i) => expect(values(t)[i]).toBeCloseTo(each, 5));

function linear(weight: Tensor = tensor(WEIGHT)): Linear {
  const layer = new Linear(weight.shape[1], weight.shape[0]);
  put(layer.weight, weight);
  return layer;
}
const mask = (layer: Linear): number[] => values(fieldsOf(layer).weightMask);

describe('prune', () => {
  test('cuts the smallest, again and again, and for good', () => {
    const layer = prune.l1Unstructured(linear(), 'weight', 0.3);
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'weight_orig', 'weight_mask']);
    expect(mask(layer)).toEqual([1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1]);
    expect(mask(prune.l1Unstructured(layer, 'weight', 0.5))).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0]);
    expect(mask(prune.l1Unstructured(layer, 'weight', 2))).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(mask(prune.lnStructured(layer, 'weight', 1, 2, 1))).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    const original = fieldsOf(layer).weightOrig;
    expect([prune.isPruned(new Sequential(layer)), prune.isPruned(linear())]).toEqual([true, false]);
    prune.remove(layer, 'weight');
    expect(layer.weight).toBe(original);
    expect(values(layer.weight)).toEqual([0, -0, 0, 0, 2, 0, -0, 0, -0, 0, 0, -0]);
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'weight']);
  });

  test('cuts channels by their norm, and of those that are left', () => {
    const layer = prune.lnStructured(linear(), 'weight', 0.5, 1, 0);
    expect(mask(layer)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(mask(prune.lnStructured(layer, 'weight', 0.5, Infinity, 0))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(mask(prune.lnStructured(linear(), 'weight', 2, 1, -1))).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]);
  });

  test('cuts over several layers, by other scores, and at random', () => {
    const [a, b] = [linear(), linear(mul(reshape(tensor(WEIGHT[0].flatMap((_, j) => WEIGHT.map((row) => row[j]))), [4, 3]), 0.3))];
    prune.customFromMask(a, 'weight', tensor([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 1]]));
    prune.globalUnstructured([[a, 'weight'], [b, 'weight']], prune.L1Unstructured, { amount: 0.4 });
    expect([mask(a), mask(b)]).toEqual([[1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0]]);
    expect(mask(prune.l1Unstructured(linear(), 'weight', 3, { importanceScores: neg(tensor(WEIGHT)) }))).toEqual([1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1]);
    const count = (t: number[]): number => t.reduce((n, m) => n + m, 0);
    const layer = prune.randomUnstructured(linear(), 'weight', 5);
    expect(count(mask(layer))).toBe(7);
    expect(count(mask(prune.randomUnstructured(layer, 'weight', 3)))).toBe(4);
    expect(count(mask(prune.randomStructured(linear(), 'weight', 1, 0)))).toBe(8);
  });

  test('rounds half an element to an even count', () => {
    expect(mask(prune.l1Unstructured(linear(tensor([[5, 4, 3, 2, 1]])), 'weight', 0.5))).toEqual([1, 1, 1, 0, 0]);
    expect(mask(prune.l1Unstructured(linear(tensor([[7, 6, 5, 4, 3, 2, 1]])), 'weight', 0.5))).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });

  test('goes by the scores and the norm that are given', () => {
    const rows = (): Linear => linear(tensor([[3, 0], [2, 2]]));
    expect([1, 2].map((n) => mask(prune.lnStructured(rows(), 'weight', 1, n, 0)))).toEqual([[0, 0, 1, 1], [1, 1, 0, 0]]);
    const importanceScores = reshape(arange(12, { dtype: 'float32' }), [3, 4]);
    expect(mask(prune.l1Unstructured(linear(), 'weight', 3, { importanceScores }))).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const [a, b] = [rows(), linear(tensor([[9, 8], [7, 6]]))];
    prune.globalUnstructured([[a, 'weight'], [b, 'weight']], prune.L1Unstructured, { amount: 2, importanceScores: [mul(ones(2, 2), 10), null] });
    expect([mask(a), mask(b)]).toEqual([[1, 1, 1, 1], [1, 1, 0, 0]]);
  });

  test('takes methods of a user, and learns what is left', () => {
    class BelowHalf extends prune.BasePruningMethod {
      override computeMask(t: Tensor): Tensor {
        return ge(abs(t), 0.5);
      }
    }
    const layer = prune.apply(prune.identity(linear(), 'weight'), 'weight', new BelowHalf());
    expect(mask(layer)).toEqual([1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0]);
    sum(layer.forward(ones(1, 4))).backward();
    expect(values((fieldsOf(layer).weightOrig as Tensor).grad)).toEqual([1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0]);
    expect(values(new BelowHalf().prune(tensor([0.25, -2])))).toEqual([0, -2]);
  });

  test('says what is wrong', () => {
    expect(() => prune.l1Unstructured(linear(), 'weight', 1.5)).toThrow(ArgumentError);
    expect(() => prune.l1Unstructured(linear(), 'weight', 13)).toThrow(/at most 12/);
    expect(() => prune.lnStructured(linear(), 'bias', 1, 2, 0)).toThrow(ShapeError);
    expect(() => prune.lnStructured(linear(), 'weight', 1, 2, 2)).toThrow(/from -2 to 1/);
    expect(() => prune.customFromMask(linear(), 'weight', ones(2))).toThrow(ShapeError);
    expect(() => prune.remove(linear(), 'weight')).toThrow(/not computed by prune/);
    expect(() => prune.globalUnstructured([[linear(), 'weight']], prune.LnStructured, { amount: 1, n: 2 })).toThrow(/structured, expected a method that looks at elements/);
  });
});

describe('fusion', () => {
  test('folds batch normalisation into convolutions and linear layers', () => {
    const bn = new BatchNorm1d(2).eval();
    const state = [[bn.runningMean!, [0.3, -0.4]], [bn.runningVar!, [0.5, 2]], [bn.weight!, [1.5, 0.7]], [bn.bias!, [0.2, -0.1]]] as const;
    for (const [to, from] of state) put(to, tensor([...from]));
    const weight = div(reshape(arange(8, { dtype: 'float32' }), [2, 2, 2]), 5);
    const layers = [new Conv1d(2, 2, 2), new ConvTranspose1d(2, 2, 2)].map((layer) => {
      put(layer.weight, weight);
      put(layer.bias!, tensor([0.1, -0.2]));
      return layer.eval();
    });
    const fused = layers.map((layer, i) => fuseConvBnEval(layer, bn, i === 1));
    close(fused[0].weight, [0, 0.42426, 0.84852, 1.272779, 0.395979, 0.494973, 0.593968, 0.692963]);
    close(fused[1].weight, [0, 0.42426, 0.197989, 0.296984, 1.697039, 2.121299, 0.593968, 0.692963]);
    for (const { bias } of fused) close(bias, [-0.22426, -0.001005]);
    const [line, x] = [linear(ones(2, 3)).eval(), randn([4, 3])];
    close(fuseLinearBnEval(line, bn).forward(x), values(bn.forward(line.forward(x))));
    expect(() => fuseConvBnEval(new Conv1d(2, 2, 2), bn)).toThrow(/Call eval\(\) on both/);
    const bare = new BatchNorm1d(2, { affine: false }).eval();
    put(bare.runningMean!, tensor([0.3, -0.4]));
    put(bare.runningVar!, tensor([0.5, 2]));
    line.weight.requiresGrad_(false);
    const folded = fuseLinearBnEval(line, bare);
    close(folded.forward(x), values(bare.forward(line.forward(x))));
    expect([folded.weight.requiresGrad, folded.bias!.requiresGrad]).toEqual([false, true]);
  });
});

describe('functionalCall', () => {
  test('uses other tensors, brings gradients to them, and puts the own back', () => {
    const model = new Sequential(new Linear(2, 2), new ReLU(), new Linear(2, 1));
    const [own] = model.parameters();
    const weight = ones(2, 2).requiresGrad_();
    const y = functionalCall(model, { '0.weight': weight, '0.bias': zeros(2), '2.weight': ones(1, 2), '2.bias': zeros(1) }, ones(1, 2));
    expect(values(y)).toEqual([4]);
    y.backward();
    expect(values(weight.grad)).toEqual([1, 1, 1, 1]);
    expect([...model.parameters()][0]).toBe(own);
    expect(() => functionalCall(model, { '0.wait': weight }, ones(1, 2))).toThrow(/has no tensor '0.wait', it has \[0.weight, 0.bias, 2.weight, 2.bias\]/);
    expect(() => functionalCall(model, { '0.weight': ones(3, 3) }, ones(1, 2))).toThrow(ShapeError);
    expect([...model.parameters()][0]).toBe(own);
    expect(skipInit(Linear, 3, 2).weight.shape).toEqual([2, 3]);
  });
});
