/**
 * Optimisers: groups, state that is carried over, clipping, memory, and what they reject.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, memory, StateError, tensor, useSync, type Tensor } from '@sconce/core';
import { add, mean, mul, square, sub, sum } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { Adam, clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm, LBFGS, Rprop, SGD, StepLR, type Optimizer } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const parameter = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });
const target = tensor([1, -2], { dtype: 'float64' });

function train(p: Tensor, optimizer: Optimizer, steps: number): void {
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    mean(square(sub(p, target))).backward();
    void optimizer.step();
  }
}

describe('groups', () => {
  test('have options of their own', () => {
    const [a, b] = [parameter(1, 1), parameter(1, 1)];
    const optimizer = new SGD([{ params: [a] }, { params: b, lr: 1 }], { lr: 0.1 });
    sum(add(a, b)).backward();
    optimizer.step();
    expect([a.toArraySync(), b.toArraySync()]).toEqual([[0.9, 0.9], [0, 0]]);
  });

  test('skip what has no gradient', () => {
    const [a, b] = [parameter(1, 1), parameter(3, 3)];
    const optimizer = new Adam([a, b]);
    sum(a).backward();
    optimizer.step();
    expect(b.toArraySync()).toEqual([3, 3]);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['0']);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['no parameters', () => new SGD([]), /^SGD: got no parameters/],
    ['one tensor', () => new SGD(parameter(1) as never), /^SGD: got one Tensor/],
    ['the result of an op', () => new SGD([mul(parameter(1), 2)]), /the result of an op/],
    ['a parameter twice', () => { const p = parameter(1); return new SGD([{ params: [p] }, { params: [p] }]); }, /appears twice/],
    ['an unknown option', () => new SGD([parameter(1)], { learningRate: 1 } as never), /no option 'learningRate'. It takes 'lr', 'momentum'/],
    ['a negative rate', () => new Adam([parameter(1)], { lr: -1 }), /lr must be a non-negative number, got -1/],
    ['betas of 1', () => new Adam([parameter(1)], { betas: [0.9, 1] }), /betas must be in \[0, 1\)/],
    ['nesterov alone', () => new SGD([parameter(1)], { nesterov: true }), /nesterov needs a momentum/],
    ['etas', () => new Rprop([parameter(1)], { etas: [1.1, 1.2] }), /etas must be/],
    ['a line search', () => new LBFGS([parameter(1)], { lineSearchFn: 'armijo' as never }), /lineSearchFn must be/],
    ['two groups for L-BFGS', () => new LBFGS([{ params: [parameter(1)] }, { params: [parameter(2)] }]), /takes one group/],
    ['no optimiser', () => new StepLR({} as never, 1), /must be an optimiser/],
    ['a step size of 0', () => new StepLR(new SGD([parameter(1)]), 0), /stepSize must be a positive integer/],
  ])('reject %s', (_, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

describe('state', () => {
  test('goes on in another optimiser as if nothing had happened', () => {
    const [p, q] = [parameter(3, 3), parameter(3, 3)];
    const [first, other] = [new Adam([p], { lr: 0.1 }), new Adam([q])];
    train(p, first, 3);
    train(q, new Adam([q], { lr: 0.1 }), 3);
    other.loadStateDict(first.stateDict());
    train(p, first, 3);
    train(q, other, 3);
    expect(q.toArraySync()).toEqual(p.toArraySync());
    expect(other.paramGroups[0].lr).toBe(0.1);
  });

  test('must fit', () => {
    const state = new Adam([parameter(1), parameter(2)]).stateDict();
    const load = (): void => new Adam([parameter(1)]).loadStateDict(state);
    expect(load).toThrow(StateError);
    expect(load).toThrow('got groups of [2] parameters, expected [1]');
  });

  test('keeps memory flat, with clipping and momentum', () => {
    const p = parameter(3, 3);
    const optimizer = new SGD([p], { lr: 0.01, momentum: 0.9 });
    const bytes: number[] = [];
    for (let i = 0; i < 60; i++) {
      optimizer.zeroGrad();
      mean(square(sub(p, target))).backward();
      clipGradNorm_([p], 1);
      optimizer.step();
      bytes.push(memory().cpu.bytes);
    }
    expect(bytes[59]).toBe(bytes[10]);
  });
});

describe('clipping', () => {
  const gradients = (): Tensor[] => {
    const [a, b] = [parameter(0, 0), parameter(0, 0)];
    sum(add(mul(a, tensor([3, 0], { dtype: 'float64' })), mul(b, tensor([0, -4], { dtype: 'float64' })))).backward();
    return [a, b];
  };

  test.each([[2, 5], [1, 7], [Infinity, 4]])('scales the %d-norm', (p, norm) => {
    const [a, b] = gradients();
    const before = a.grad!;
    expect(clipGradNorm_([a, b], 1, p).itemSync()).toBeCloseTo(norm, 12);
    const factor = 1 / (norm + 1e-6);
    expect(before.toArraySync()).toEqual([expect.closeTo(3 * factor, 12), 0]);
    expect(b.grad!.toArraySync()).toEqual([0, expect.closeTo(-4 * factor, 12)]);
  });

  test('by a norm that was taken before', () => {
    const [a, b] = gradients();
    const norm = getTotalNorm([a.grad!, b.grad!]);
    expect([norm.itemSync(), getTotalNorm(a.grad!, 1).itemSync(), getTotalNorm([]).itemSync()]).toEqual([5, 3, 0]);
    clipGradsWithNorm_([a, b], 1, norm);
    expect(b.grad!.toArraySync()).toEqual([0, expect.closeTo(-4 / (5 + 1e-6), 12)]);
    expect(() => clipGradsWithNorm_([a], 1, 5 as never)).toThrow(ArgumentError);
    expect(() => getTotalNorm([a], 0)).toThrow(/normType must be above 0/);
  });

  test('leaves small gradients as they are', () => {
    const [a, b] = gradients();
    clipGradNorm_([a, b], 10);
    expect(b.grad!.toArraySync()).toEqual([0, -4]);
    expect(clipGradNorm_([parameter(1)], 1).itemSync()).toBe(0);
  });

  test('of leaves that share a gradient happens once for each', () => {
    const [a, b] = [parameter(1, 1), parameter(1, 1)];
    sum(mul(add(a, b), 2)).backward();
    clipGradValue_([a, b], 1.5);
    clipGradNorm_([a, b], 1.5);
    expect(a.grad!.toArraySync()).toEqual([expect.closeTo(0.75, 6), expect.closeTo(0.75, 6)]);
    expect(b.grad!.toArraySync()).toEqual(a.grad!.toArraySync());
  });

  test('limits values', () => {
    const [a, b] = gradients();
    clipGradValue_([a, b], 3.5);
    expect([a.grad!.toArraySync(), b.grad!.toArraySync()]).toEqual([[3, 0], [0, -3.5]]);
    expect(() => clipGradValue_([a], -1)).toThrow(ArgumentError);
  });
});

test('L-BFGS walks down the Rosenbrock function as PyTorch does', async () => {
  const p = parameter(-1.5, 2);
  const optimizer = new LBFGS([p], { lineSearchFn: 'strong_wolfe', maxIter: 60, maxEval: 120 });
  const [toX, toY] = [tensor([1, 0], { dtype: 'float64' }), tensor([0, 1], { dtype: 'float64' })];
  const loss = await optimizer.step(() => {
    optimizer.zeroGrad();
    const [u, v] = [sum(mul(p, toX)), sum(mul(p, toY))];
    const value = add(square(sub(u, 1)), mul(square(sub(v, square(u))), 100));
    value.backward();
    return value;
  });
  expect(await loss.item()).toBeCloseTo(12.5, 10);
  expect(p.toArraySync()).toEqual([expect.closeTo(0.9999979943196, 10), expect.closeTo(0.9999973438921, 10)]);
  await expect(optimizer.step()).rejects.toThrow(ArgumentError);
});

test('zeros of gradients let momentum go on; no gradients let nothing', () => {
  const p = parameter(1, 2);
  const optimizer = new SGD([p], { lr: 0.5, momentum: 0.5 });
  sum(p).backward();
  optimizer.step();
  optimizer.zeroGrad({ setToNone: false });
  expect(p.grad!.toArraySync()).toEqual([0, 0]);
  optimizer.step();
  expect(p.toArraySync()).toEqual([0.25, 1.25]);
  optimizer.zeroGrad();
  expect(p.grad).toBe(null);
  optimizer.zeroGrad({ setToNone: false });
  expect(p.grad).toBe(null);
});

test('an optimiser prints as in PyTorch', () => {
  const [a, b] = [0.5, 1.5].map((x) => tensor(x, { requiresGrad: true }));
  expect(String(new Adam([{ params: [a] }, { params: [b], lr: 0.01, amsgrad: true }], { lr: 1e-3 }))).toBe(
    'Adam (\nParameter Group 0\n    amsgrad: False\n    betas: (0.9, 0.999)\n    eps: 1e-08\n    lr: 0.001\n    maximize: False\n    weight_decay: 0\n\n'
      + 'Parameter Group 1\n    amsgrad: True\n    betas: (0.9, 0.999)\n    eps: 1e-08\n    lr: 0.01\n    maximize: False\n    weight_decay: 0\n)',
  );
});
