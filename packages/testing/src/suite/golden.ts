/**
 * The golden suite: every recorded PyTorch call of the ops, modules, optimisers and schedulers that exist here.
 *
 * Invariant: a record without an entry in the bridge must stand in the list of what is not built yet, and the other way
 * round, so that nothing drops out unnoticed.
 */
import { backendOf, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { torchModules, torchOps } from '../bridge/index.js';
import type { GoldenRunner, RunnableGroup } from '../golden/index.js';
import { createRunner } from '../runner.js';
import { NOT_BUILT } from './not-built.js';
import { objections } from './verdict.js';

export interface GoldenOptions {
  /** The registered device. */
  readonly device: () => string;
  /** The records to run, by group; read before the tests are named. */
  readonly names: Readonly<Record<RunnableGroup, readonly string[]>>;
}

const GROUPS: readonly RunnableGroup[] = ['ops', 'modules', 'errors', 'optim', 'schedulers'];

/** Registers one test for each record. */
export function goldenSuite({ device, names }: GoldenOptions): void {
  let runner: GoldenRunner<Tensor>;
  beforeAll(() => {
    runner = createRunner(device());
  });
  describe('golden', () => {
    test('what is said to be missing is missing', () => {
      expect([...NOT_BUILT.ops].filter((name) => name in torchOps)).toEqual([]);
      expect([...NOT_BUILT.modules].filter((name) => name in torchModules)).toEqual([]);
    });
    for (const group of GROUPS) {
      const built = names[group].filter((name) => !NOT_BUILT[group].has(name));
      test.each(built)(`${group}: %s`, async (name) => {
        const results = await runner.run(group, name);
        expect(results.length).toBeGreaterThan(0);
        expect(objections(group, name, results, backendOf(device()).syncReads)).toEqual([]);
      }, 60_000);
    }
  });
}
