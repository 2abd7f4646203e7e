/**
 * What keeping values for late reads costs, on a device that is read at once and on one that is not. That they are there is
 * what every backend's suite checks.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { memory, noGrad, planStatistics, realizeSync, tensor, useSync, type Tensor } from '@sconce/core';
import { SGD } from '@sconce/optim';
import { add, clone, exp, gt, matmul, mul, sum, tile } from '@sconce/ops';
import { describe, expect, test } from 'vitest';

useSync(createBackend(interpreterTarget('near')));
useSync(createBackend({ ...interpreterTarget('far'), syncReads: false, downloadSync: undefined }));

/** Buffers that a loop leaves behind: of as many steps again. */
function growth(device: string, steps: number, step: () => void): number {
  for (let i = 0; i < steps; i++) step();
  const early = memory()[device];
  for (let i = 0; i < steps; i++) step();
  return memory()[device].buffers - early.buffers;
}

/** A loop in which each step makes something that is dropped. */
function dropping(device: string, make: (w: Tensor, loss: Tensor) => void): () => void {
  const w = tensor([[1.5, 2.5], [0.5, -1]], { requiresGrad: true, device });
  const optimizer = new SGD([w], { lr: 0.01 });
  return () => {
    optimizer.zeroGrad();
    const loss = sum(mul(w, w));
    loss.backward();
    make(w, loss);
    optimizer.step();
  };
}

describe('memory stays flat in a loop that never yields', () => {
  const wide = (w: Tensor): Tensor => tile(w.detach(), [8, 10]);

  test.each([
    ['losses', (_w, loss) => void loss.detach()],
    ['counts', (w) => void sum(gt(w, 0))],
    ['large values', (w) => void wide(w)],
    ['copies of parameters', (w) => void [clone(w.detach()), w.detach()]],
    ['gradients that were looked at', (w) => void w.grad],
    ['what depends on disposed values', (w) => {
      using root = exp(w.detach());
      realizeSync(root);
      return void wide(root);
    }],
  ] satisfies [string, (w: Tensor, loss: Tensor) => void][])('%s that are dropped', (_name, make) => {
    expect(growth('near', 40, dropping('near', make))).toBe(0);
  });

  test('an average that is carried on', () => {
    let average: Tensor | null = null;
    const step = dropping('near', (w) => void (average = average === null ? wide(w) : add(mul(average, 0.5), mul(wide(w), 0.5))));
    expect(growth('near', 40, step)).toBe(0);
  });

  test('small results on a device that cannot be read at once', () => {
    const step = dropping('far', (_w, loss) => void loss.detach());
    for (let i = 0; i < 4200; i++) step();
    expect(growth('far', 100, step)).toBe(0);
  });
});

test('many values that were put aside between steps compile one plan', async () => {
  const w = tensor([[1.5, 2.5], [0.5, -1]], { requiresGrad: true, device: 'near' });
  const optimizer = new SGD([w], { lr: 0.01 });
  const step = (): void => {
    optimizer.zeroGrad();
    sum(mul(w, w)).backward();
    optimizer.step();
  };
  const check = (i: number): Tensor => noGrad(() => sum(exp(matmul(tensor([[i, 1], [1, 1.5]], { device: 'near' }), exp(mul(w, 2))))));
  step();
  const expected = Array.from({ length: 50 }, (_, i) => check(i).itemSync());
  const before = planStatistics().compiled;
  const aside = Array.from({ length: 50 }, (_, i) => check(i));
  for (let i = 0; i < 5; i++) step();
  expect(planStatistics().compiled - before).toBeLessThanOrEqual(1);
  expect(aside.map((t) => t.itemSync())).toEqual(expected);
});
