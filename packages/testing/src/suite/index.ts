/**
 * One suite for every backend: `backendSuite('mine', () => myBackend())` is a backend's whole test file.
 */
import { DTypeError, setDefaultDevice, use, type Backend } from '@sconce/core';
import { functional } from '@sconce/nn';
import * as ops from '@sconce/ops';
import * as special from '@sconce/ops/special';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerSuite } from './answers.js';
import { attentionSuite } from './attention.js';
import { badInputSuite } from './bad-input.js';
import { draw, FLOAT32, FLOAT64, gradcheck } from './gradcheck.js';
import { goldenSuite } from './golden.js';
import { kernelSuite } from './kernels.js';
import { lateSuite } from './late.js';
import { memorySuite } from './memory.js';
import { GoldenRunner, type RunnableGroup } from '../golden/index.js';

export interface SuiteOptions {
  /** A backend with float64, for the differences of gradient checks. Default: the backend itself. */
  readonly reference?: () => Backend | Promise<Backend>;
  /** Steps of the memory soak. Default 10,000. */
  readonly soakSteps?: number;
}

const GROUPS: readonly RunnableGroup[] = ['ops', 'modules', 'errors', 'optim', 'schedulers'];

/** Names of the records, which tests are made of. */
async function recordNames(): Promise<Record<RunnableGroup, string[]>> {
  const data = new GoldenRunner<never>({ ops: {}, modules: {}, optimizers: {}, schedulers: {} }, undefined as never);
  const entries = await Promise.all(GROUPS.map(async (g) => [g, await data.names(g)] as const));
  return Object.fromEntries(entries) as Record<RunnableGroup, string[]>;
}

/** Registers all tests for a backend. Await it at the top of a test file. */
export async function backendSuite(name: string, make: () => Backend | Promise<Backend>, options: SuiteOptions = {}): Promise<void> {
  const names = await recordNames();
  let device = '';
  let reference = '';
  const backend = await make();
  describe(name, () => {
    beforeAll(async () => {
      device = await use(backend);
      reference = options.reference === undefined ? device : await use(options.reference());
      setDefaultDevice(device);
    });
    goldenSuite({ device: () => device, names });
    answerSuite();
    attentionSuite();
    badInputSuite();
    kernelSuite(() => device);
    lateSuite(() => device);
    memorySuite(() => device, { steps: options.soakSteps ?? 10_000, syncReads: backend.syncReads });

    describe('gradcheck', () => {
      const float64 = backend.dtypes.includes('float64');
      const cases = Object.values({ ...functional, ...ops, ...special }).flatMap((fn) => {
        const info = ops.opInfo(fn);
        return info?.differentiable === true ? info.samples.map((sample, i) => ({ op: info.name, i, sample, fn })) : [];
      });
      test.for(cases)('$op, sample $i', async ({ fn, sample, i }, { skip }) => {
        const settings = { ...(float64 ? FLOAT64 : FLOAT32), device, reference };
        const found = await gradcheck(fn as (...args: never[]) => unknown, draw(sample, i + 1), settings).catch((error: unknown) => {
          if (float64 || !(error instanceof DTypeError)) throw error;
          return skip(error.message);
        });
        expect(found).toBeUndefined();
      });
    });
  });
}
