/**
 * Memory of gradients and of what optimisers keep, in loops that never yield: it stays flat also where no gradient depends
 * on a parameter, and nothing goes that a user has got at.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { detach, grad, memory, tensor, useSync, type Tensor } from '@sconce/core';
import { BatchNorm1d } from '@sconce/nn';
import { add, mul, sum } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { Adadelta, Adagrad, Adam, Adamax, ASGD, clipGradNorm_, clipGradValue_, NAdam, RAdam, RMSprop, Rprop, SGD, type Optimizer } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));
useSync(createBackend(interpreterTarget('other')));

const slope = tensor([1, -2, 3], { dtype: 'float32' });
const parameter = (device = 'cpu'): Tensor => tensor([0.5, 0.5, 0.5], { requiresGrad: true, device });

/** One step on a loss whose gradient is `slope`, whatever the parameter. */
function step(p: Tensor, optimizer: Optimizer, between: () => void = () => undefined): void {
  optimizer.zeroGrad();
  sum(mul(p, slope)).backward();
  between();
  void optimizer.step();
}

/** Buffers after ten steps and after forty. */
function buffersOver(train: () => void): [early: number, late: number] {
  for (let i = 0; i < 10; i++) train();
  const early = memory().cpu.buffers;
  for (let i = 0; i < 30; i++) train();
  return [early, memory().cpu.buffers];
}

const OPTIMIZERS: Readonly<Record<string, (p: Tensor) => Optimizer>> = {
  SGD: (p) => new SGD([p], { lr: 0.1 }),
  'SGD with momentum': (p) => new SGD([p], { lr: 0.1, momentum: 0.9, weightDecay: 0 }),
  ASGD: (p) => new ASGD([p], { t0: 3 }),
  'Adam with amsgrad': (p) => new Adam([p], { amsgrad: true }),
  Adamax: (p) => new Adamax([p]),
  NAdam: (p) => new NAdam([p]),
  RAdam: (p) => new RAdam([p]),
  Adagrad: (p) => new Adagrad([p]),
  Adadelta: (p) => new Adadelta([p]),
  RMSprop: (p) => new RMSprop([p], { centered: true, momentum: 0.5 }),
  Rprop: (p) => new Rprop([p]),
};

test('memory is flat where every step has a leaf of its own', () => {
  const p = parameter();
  const optimizer = new SGD([p], { lr: 0.1 });
  let first: Tensor | null = null;
  const [early, late] = buffersOver(() => {
    const x = parameter();
    first ??= x;
    optimizer.zeroGrad();
    sum(mul(mul(p, x), x)).backward();
    void optimizer.step();
  });
  expect(late).toBe(early);
  expect(first!.toArraySync()).toEqual([0.5, 0.5, 0.5]);
  expect(sum(mul(first!, 2)).itemSync()).toBe(3);
});

describe('memory is flat where gradients depend on no parameter', () => {
  test.each(Object.keys(OPTIMIZERS))('%s', (name) => {
    const p = parameter();
    const optimizer = OPTIMIZERS[name](p);
    const [early, late] = buffersOver(() => step(p, optimizer));
    expect(late).toBe(early);
  });

  test('with gradients that are clipped', () => {
    const p = parameter();
    const optimizer = new SGD([p], { lr: 0.1, momentum: 0.9 });
    const [early, late] = buffersOver(() =>
      step(p, optimizer, () => {
        clipGradValue_([p], 2);
        clipGradNorm_([p], 0.5);
      }),
    );
    expect(late).toBe(early);
  });

  test('with gradients that add up', () => {
    const p = parameter();
    const optimizer = new SGD([p], { lr: 0.1 });
    const [early, late] = buffersOver(() => {
      sum(mul(p, slope)).backward();
      optimizer.step();
    });
    expect(late).toBe(early);
  });

  test('with running statistics of the data', () => {
    const p = parameter();
    const norm = new BatchNorm1d(3, { affine: false });
    const optimizer = new SGD([p], { lr: 0.1 });
    const x = tensor([[1, 2, 3], [3, 2.5, 4]]);
    const [early, late] = buffersOver(() => step(p, optimizer, () => void norm.forward(x)));
    expect(late).toBe(early);
    expect(norm.numBatchesTracked!.itemSync()).toBe(40);
  });
});

describe('what a user has got at stays', () => {
  /** Steps that never read anything. */
  function pass(p: Tensor, optimizer: Optimizer): void {
    for (let i = 0; i < 5; i++) step(p, optimizer);
  }
  /** x + 1, as the gradient of another parameter. */
  function gradientLike(x: Tensor): Tensor {
    const q = parameter();
    return grad(sum(mul(q, add(x, 1))), [q])[0]!;
  }
  const momentum = (p: Tensor): Optimizer => new SGD([p], { lr: 0.1, momentum: 0.5 });

  test('a gradient that was taken from its leaf, before and after it is clipped', () => {
    const p = parameter();
    const optimizer = momentum(p);
    const taken: Tensor[] = [];
    step(p, optimizer, () => taken.push(p.grad!));
    step(p, optimizer, () => {
      taken.push(p.grad!);
      clipGradValue_([p], 2);
    });
    pass(p, optimizer);
    expect(taken.map((g) => [...g.dataSync()])).toEqual([[1, -2, 3], [1, -2, 2]]);
  });

  test('what was recorded from a gradient', () => {
    const p = parameter();
    const optimizer = momentum(p);
    const made: Tensor[] = [];
    step(p, optimizer, () => made.push(mul(p.grad!, 2)));
    pass(p, optimizer);
    expect([...made[0].dataSync()]).toEqual([2, -4, 6]);
  });

  test.each([
    ['', (x: Tensor): Tensor => add(x, 1)],
    [' and was found by grad', gradientLike],
  ])('a tensor that was given as a gradient%s', (_how, make) => {
    const p = parameter();
    const optimizer = momentum(p);
    const [given, assigned] = [make(slope), make(slope)];
    p.backward(given);
    void optimizer.step();
    p.grad = assigned;
    void optimizer.step();
    pass(p, optimizer);
    expect([...given.dataSync()]).toEqual([2, -1, 4]);
    expect([...assigned.dataSync()]).toEqual([2, -1, 4]);
  });

  test('the gradient that a leaf still has, while another optimiser steps', () => {
    const [p, q] = [parameter(), parameter()];
    sum(mul(q, slope)).backward();
    pass(p, momentum(p));
    expect([...q.grad!.dataSync()]).toEqual([1, -2, 3]);
  });

  test('a state that was detached, and one that something was recorded from', () => {
    const p = parameter();
    const optimizer = momentum(p);
    step(p, optimizer);
    const handle = optimizer.stateDict().state[0].momentumBuffer as Tensor;
    const [detached, doubled] = [detach(handle), mul(handle, 2)];
    pass(p, optimizer);
    expect([...detached.dataSync()]).toEqual([1, -2, 3]);
    expect([...doubled.dataSync()]).toEqual([2, -4, 6]);
    expect(handle.dataSync()[0]).toBeCloseTo(1.96875, 5);
  });
});

describe('one optimiser over two devices', () => {
  test('ends one generation a step: gradients that add up on the second live on', () => {
    const [p, q] = [parameter(), parameter('other')];
    const optimizer = new SGD([p, q], { lr: 0 });
    const far = slope.to('other');
    for (let i = 0; i < 4; i++) {
      sum(mul(p, mul(p, slope))).backward();
      sum(mul(q, mul(q, far))).backward();
      optimizer.step();
    }
    expect([...q.grad!.dataSync()]).toEqual([4, -8, 12]);
  });
});
