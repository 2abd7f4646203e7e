/**
 * Losses against PyTorch's recorded answers, on the interpreter: values, gradients, printed form, rejected calls.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { useSync, type Tensor } from '@sconce/core';
import * as losses from '@sconce/losses';
import { opInfo } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { coreHarness, failures, GoldenRunner } from '../golden/index.js';
import { draw, FLOAT64, gradcheck } from '../suite/gradcheck.js';
import { lossFunctions, lossModules } from './losses.js';

useSync(createBackend(interpreterTarget('cpu')));
const bridges = { ops: lossFunctions, modules: lossModules, optimizers: {}, schedulers: {} };
const runner = new GoldenRunner<Tensor>(bridges, coreHarness('cpu', (x) => x));

describe.each([['ops', lossFunctions], ['errors', lossFunctions], ['modules', lossModules]] as const)('%s', async (group, bridge) => {
  const recorded = await runner.names(group);
  test.each(Object.keys(bridge).filter((name) => recorded.includes(name)))('%s', async (name) => {
    const results = await runner.run(group, name);
    expect(failures(results)).toEqual([]);
    expect(results.every(({ status }) => status === 'pass')).toBe(true);
  });
});

const functions = Object.values(losses).flatMap((fn) => {
  const info = opInfo(fn);
  return info === undefined ? [] : [{ fn: fn as (...args: never[]) => unknown, ...info }];
});

describe('gradients against differences', () => {
  test.each(functions.filter(({ differentiable }) => differentiable))('$name', async ({ fn, samples }) => {
    for (const [i, sample] of samples.entries()) {
      expect(await gradcheck(fn, draw(sample, i + 1), { device: 'cpu', reference: 'cpu', ...FLOAT64 })).toBeUndefined();
    }
  });

  test('are checked for all losses but one, whose gradient is not its own', () => {
    expect(functions.map(({ name }) => name)).toHaveLength(21);
    expect(functions.filter(({ differentiable }) => !differentiable).map(({ name }) => name)).toEqual(['ctcLoss']);
  });
});
