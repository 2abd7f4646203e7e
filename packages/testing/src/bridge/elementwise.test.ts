/**
 * Elementwise ops against PyTorch's recorded answers, on the interpreter: values, gradients, rejected calls.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { deviates } from '../golden/deviations.js';
import { coreHarness, failures, GoldenData, GoldenRunner } from '../golden/index.js';
import { elementwise } from './elementwise.js';

useSync(createBackend(interpreterTarget('cpu')));
const data = new GoldenData();
const bridges = { ops: elementwise, modules: {}, optimizers: {}, schedulers: {} };
const runner = new GoldenRunner<Tensor>(bridges, coreHarness('cpu', (x) => x), data);

const records = await runner.names('ops');
const rejected = await runner.names('errors');
const names = Object.keys(elementwise).sort();

describe('elementwise ops', () => {
  test.each(names.filter((name) => records.includes(name)))('%s', async (name) => {
    const results = await runner.run('ops', name);
    expect(failures(results.filter(({ sample }) => !deviates(name, sample)))).toEqual([]);
  });
  test.each(names.filter((name) => rejected.includes(name)))('%s rejects', async (name) => {
    expect(failures(await runner.run('errors', name))).toEqual([]);
  });
});
