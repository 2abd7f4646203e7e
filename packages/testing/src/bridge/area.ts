/**
 * Tests of one area of the bridge against PyTorch's recorded answers, on the interpreter: values, gradients, rejected
 * calls.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { deviates } from '../golden/deviations.js';
import { coreHarness, failures, GoldenRunner } from '../golden/index.js';
import type { OpBridge } from './call.js';

/** Registers one test for each record of the area. Await it at the top of a test file. */
export async function areaTests(title: string, area: OpBridge): Promise<void> {
  const device = useSync(createBackend(interpreterTarget('golden')));
  const bridges = { ops: area, modules: {}, optimizers: {}, schedulers: {} };
  const runner = new GoldenRunner<Tensor>(bridges, coreHarness(device, (x) => x));
  const records = await runner.names('ops');
  const rejected = await runner.names('errors');
  const names = Object.keys(area).sort();

  describe(title, () => {
    test.each(names.filter((name) => records.includes(name)))('%s', async (name) => {
      const results = await runner.run('ops', name);
      expect(failures(results.filter(({ sample }) => !deviates(name, sample)))).toEqual([]);
      expect(results.filter(({ status }) => status === 'skip')).toEqual([]);
    });
    test.each(names.filter((name) => rejected.includes(name)))('%s rejects', async (name) => {
      expect(failures(await runner.run('errors', name))).toEqual([]);
    });
  });
}
