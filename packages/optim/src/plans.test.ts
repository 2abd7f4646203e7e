/**
 * What a training step costs: one plan, nothing compiled after the second step, updates inside the gradients' kernels.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { planStatistics, tensor, useSync, type Executable, type Tensor } from '@sconce/core';
import { matmul, mean, square, sub } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { Adadelta, Adagrad, Adam, AdamW, Adamax, ASGD, clipGradNorm_, ExponentialLR, NAdam, RAdam, RMSprop, Rprop, SGD, type Optimizer } from './index.js';

const ran: Executable[] = [];
const backend = createBackend(interpreterTarget('cpu'));
useSync({
  ...backend,
  run(executable, ...rest) {
    ran.push(executable);
    backend.run(executable, ...rest);
  },
});

const x = tensor([[1, 2], [3, -1], [0.5, 1]]);
const y = tensor([[1], [0], [2]]);
const weights = (): Tensor => tensor([[0.3], [-0.2]], { requiresGrad: true });
const lossOf = (w: Tensor): Tensor => mean(square(sub(matmul(x, w), y)));

function train(w: Tensor, optimizer: Optimizer, between: () => void = () => undefined): void {
  optimizer.zeroGrad();
  lossOf(w).backward();
  between();
  void optimizer.step();
}

const OPTIMIZERS: Readonly<Record<string, (w: Tensor) => Optimizer>> = {
  SGD: (w) => new SGD([w], { lr: 0.1 }),
  'SGD with momentum': (w) => new SGD([w], { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  ASGD: (w) => new ASGD([w], { t0: 3 }),
  Adam: (w) => new Adam([w]),
  'Adam with amsgrad': (w) => new Adam([w], { amsgrad: true }),
  AdamW: (w) => new AdamW([w]),
  Adamax: (w) => new Adamax([w]),
  NAdam: (w) => new NAdam([w]),
  RAdam: (w) => new RAdam([w]),
  Adagrad: (w) => new Adagrad([w]),
  Adadelta: (w) => new Adadelta([w]),
  RMSprop: (w) => new RMSprop([w], { centered: true, momentum: 0.5 }),
  Rprop: (w) => new Rprop([w]),
};

describe('a training step', () => {
  test.each(Object.keys(OPTIMIZERS))('%s compiles nothing after the second, whatever the rate', (name) => {
    const w = weights();
    const optimizer = OPTIMIZERS[name](w);
    const scheduler = new ExponentialLR(optimizer, 0.9);
    for (let i = 0; i < 2; i++) train(w, optimizer);
    const before = planStatistics();
    for (let i = 0; i < 8; i++) {
      scheduler.step();
      train(w, optimizer);
    }
    const after = planStatistics();
    expect(after.compiled).toBe(before.compiled);
    expect(after.hits).toBe(before.hits + 8);
  });

  test('is one plan, with the loss and the clipping in it', () => {
    const w = weights();
    const optimizer = new Adam([w]);
    for (let i = 0; i < 2; i++) train(w, optimizer, () => clipGradNorm_([w], 0.5));
    const before = planStatistics();
    train(w, optimizer, () => clipGradNorm_([w], 0.7));
    expect(planStatistics()).toEqual({ compiled: before.compiled, hits: before.hits + 1 });
  });

  test('of SGD updates a linear layer in the kernel that makes its gradient', () => {
    const w = weights();
    ran.length = 0;
    train(w, new SGD([w], { lr: 0.1 }));
    expect(ran).toHaveLength(1);
    const names = ran[0].kernels.map((k) => k.name);
    expect(names).toHaveLength(3);
    expect(names[2]).toMatch(/_sub 2 r3$/);
  });
});
