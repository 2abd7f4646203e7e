/**
 * Loops as PyTorch users write them: values carried from one round to the next, read late or in parts, cost each round the
 * same and are still there.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { assign, backendOf, memory, noGrad, planStatistics, realizeSync, tensor, useSync, type Tensor } from '@sconce/core';
import { AveragedModel, Buffer, Linear } from '@sconce/nn';
import { SGD } from '@sconce/optim';
import { add, at, cat, div, matmul, mean, mul, ones, rand, sub, sum, tanh } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { compiledKernels } from '../suite/spy.js';

useSync(createBackend(interpreterTarget('loops')));

/** Plans that a function compiles. */
const compiledBy = (run: () => void): number => {
  const before = planStatistics().compiled;
  run();
  return planStatistics().compiled - before;
};

describe('what is carried on', () => {
  test('a state that only its results are read of is computed from the round before', () => {
    const w = tensor([[0.5, -0.25], [0.125, 0.75]]);
    let state: Tensor = ones(1, 2);
    const round = (): number => {
      state = tanh(matmul(state, w));
      return sum(mul(state, state)).itemSync();
    };
    for (let i = 0; i < 3; i++) round();
    expect(compiledBy(() => Array.from({ length: 20 }, round))).toBe(0);

    let [a, b] = [1, 1];
    for (let i = 0; i < 24; i++) [a, b] = [Math.tanh(0.5 * a + 0.125 * b), Math.tanh(-0.25 * a + 0.75 * b)];
    expect(round()).toBeCloseTo(a * a + b * b, 6);
  });

  test('a cache that grows is stored as it grows', async () => {
    const w = rand([4, 4]);
    realizeSync(w);
    let cache: Tensor | null = null;
    const token = (): void => {
      const row = matmul(ones(1, 4), w);
      cache = cache === null ? row : cat([cache, row], 0);
      const total = cache.shape[0] * sum(w).itemSync();
      expect(sum(cache).itemSync()).toBeCloseTo(total, 4);
    };
    for (let i = 0; i < 6; i++) token();
    expect(cache!.node.storage).not.toBe(null);
    // The row, and the cache with its sum: nothing of the tokens before.
    const kernels = await compiledKernels(backendOf('loops'), async () => token());
    expect(kernels.map((name) => name.split(' ')[0])).toEqual(['constant_full_contract', 'cat_sum']);
  });

  test('what is consumed time and again starts no chain', () => {
    const [w, x] = [rand([4, 4]), rand([4, 4])];
    const [read, prepared] = [add(matmul(x, w), x), add(matmul(w, x), x)];
    read.dataSync();
    const round = (): boolean[] => {
      const made = [read, prepared].map((t) => add(t, matmul(x, w)));
      sum(mul(made[0], made[1])).itemSync();
      return made.map((t) => t.node.storage !== null);
    };
    for (let i = 0; i < 3; i++) round();
    expect(round()).toEqual([false, false]);
    expect(prepared.node.storage).not.toBe(null);
  });

  test('prepared data that was never realised is computed once', () => {
    const raw = rand([16, 3]);
    const x = div(sub(raw, mean(raw)), 2);
    const model = new Linear(3, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0.01 });
    const step = (): void => {
      optimizer.zeroGrad();
      mean(model.forward(x)).backward();
      optimizer.step();
    };
    for (let i = 0; i < 3; i++) step();
    expect(x.node.storage).not.toBe(null);
    expect(compiledBy(() => Array.from({ length: 5 }, step))).toBe(0);
  });
});

describe('what is read late', () => {
  test('losses, and parts of them that were detached, of all steps at the end', () => {
    const model = new Linear(2, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const [x, y] = [tensor([[0.5, 1.5], [-1, 2.5]]), tensor([[1.5], [0.5]])];
    const kept: Tensor[] = [];
    const read: number[] = [];
    const step = (keep: boolean): void => {
      optimizer.zeroGrad();
      const error = sub(model.forward(x), y);
      const fit = mean(mul(error, error));
      const size = sum(mul(model.weight, model.weight));
      const loss = add(fit, mul(size, 0.01));
      loss.backward();
      if (keep) kept.push(loss, fit.detach(), size.detach());
      optimizer.step();
      if (!keep) read.push(loss.itemSync(), fit.detach().itemSync(), size.itemSync());
    };
    const start = [model.weight, model.bias!].map((p) => tensor(p.dataSync()));
    for (let i = 0; i < 5; i++) step(false);
    model.loadStateDict({ weight: at(start[0], 'None'), bias: start[1] });
    for (let i = 0; i < 5; i++) step(true);
    expect(kept.map((t) => t.itemSync())).toEqual(read);
  });

  test('a loop that keeps its losses keeps nothing on the device', () => {
    const w = tensor([1.5, 2.5], { requiresGrad: true });
    const optimizer = new SGD([w], { lr: 0.01 });
    const losses: Tensor[] = [];
    const train = (steps: number): number => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        losses.push(sum(mul(w, w)));
        losses.at(-1)!.backward();
        optimizer.step();
      }
      return memory().loops.buffers;
    };
    expect(train(40) - train(10)).toBe(0);
    expect(losses[0].itemSync()).toBe(8.5);
  });

  test('a counter of steps and an average of weights keep their last values', () => {
    const model = new Linear(2, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const average = new AveragedModel(model);
    const count = new Buffer(tensor(0));
    const train = (steps: number): number => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        sum(model.forward(ones(1, 2))).backward();
        optimizer.step();
        noGrad(() => assign(count, add(count, 1)));
        average.updateParameters(model);
      }
      return memory().loops.buffers;
    };
    expect(train(10) - train(40)).toBe(0);
    expect([count.itemSync(), average.nAveraged.itemSync()]).toEqual([50, 50]);
  });
});

test('a loop over batches compiles once', () => {
  const data = tensor(Array.from({ length: 64 }, (_, i) => i / 2));
  const batch = (i: number): number => sum(at(data, `${i * 8}:${(i + 1) * 8}`)).itemSync();
  batch(0);
  expect(compiledBy(() => void [1, 5, 7].map(batch))).toBe(0);
  expect([0, 1, 5, 7].map(batch)).toEqual([14, 46, 174, 238]);
});
