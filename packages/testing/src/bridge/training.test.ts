/**
 * Optimisers and schedulers against PyTorch's recorded steps and rates, on the interpreter.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { useSync, type Tensor } from '@sconce/core';
import { add, matmul, mean, square, sub } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { coreHarness, failures, GoldenRunner } from '../golden/index.js';
import { optimizers, schedulers } from './training.js';

useSync(createBackend(interpreterTarget('cpu')));
const leastSquares = (x: Tensor, w: Tensor, b: Tensor, y: Tensor): Tensor => mean(square(sub(add(matmul(x, w), b), y)));
const runner = new GoldenRunner<Tensor>({ ops: {}, modules: {}, optimizers, schedulers }, coreHarness('cpu', leastSquares));

describe.each(['optim', 'schedulers'] as const)('%s', async (group) => {
  test.each(await runner.names(group))('%s', async (name) => {
    const results = await runner.run(group, name);
    expect(failures(results)).toEqual([]);
    expect(results.every(({ status }) => status === 'pass')).toBe(true);
  });
});
