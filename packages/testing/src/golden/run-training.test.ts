/** Plain SGD and StepLR, written here in full, against PyTorch's records; then with a fault planted in each. */
import { describe, expect, it } from 'vitest';
import type { Bridges, GoldenOptimizer } from './harness.js';
import { GoldenData } from './load.js';
import { failures, GoldenRunner, tally } from './run-golden.js';
import type { Toy } from './toy-library.js';
import { toyHarness } from './toy-library.js';

function sgd(params: readonly Toy[], lr: number, factor = 1): GoldenOptimizer {
  const paramGroups = [{ lr }];
  return {
    paramGroups,
    zeroGrad: () => params.forEach((p) => (p.grad = null)),
    step: (closure) => {
      closure?.();
      for (const p of params) p.data = p.data.map((x, i) => x - factor * paramGroups[0].lr * (p.grad?.[i] ?? 0));
    },
  };
}

const bridges = (factor: number, period: number): Bridges<Toy> => ({
  ops: {},
  modules: {},
  optimizers: { SGD: ({ params, options }) => sgd(params, options['lr'] as number, factor) },
  schedulers: {
    StepLR: ({ optimizer, options }) => {
      const group = optimizer.paramGroups[0] as { lr: number };
      let steps = 0;
      return {
        step: () => {
          steps += 1;
          if (steps % (period || (options['step_size'] as number)) === 0) group.lr *= (options['gamma'] as number | undefined) ?? 0.1;
        },
      };
    },
  },
});

const data = new GoldenData();
const runner = (factor = 1, period = 0) => new GoldenRunner(bridges(factor, period), toyHarness, data);

describe('optimisers', () => {
  it('passes plain SGD, and finds that momentum is missing from the other sample', async () => {
    const results = await runner().run('optim', 'SGD');
    expect(results.map(({ status }) => status)).toEqual(['pass', 'fail']);
    expect(results[1].message).toMatch(/^w of step 0: at \[0, 0\] got/);
  });

  it('finds a step of the wrong size', async () => {
    const [plain] = await runner(1.0001).run('optim', 'SGD');
    expect(plain).toMatchObject({ kind: 'forward', status: 'fail' });
  });

  it('skips an optimiser that the bridge does not have', async () => {
    expect(tally(await runner().run('optim', 'Adam'))).toEqual({ pass: 0, fail: 0, skip: 4 });
  });
});

describe('schedulers', () => {
  it('passes StepLR, with and without its default', async () => {
    expect(tally(await runner().run('schedulers', 'StepLR'))).toEqual({ pass: 2, fail: 0, skip: 0 });
  });

  it('finds a wrong period', async () => {
    const results = await runner(1, 5).run('schedulers', 'StepLR');
    expect(failures(results)[0]).toMatch(/^sample 0 forward: lr 3: got 0.2, want 0.1/);
  });

  it('skips a scheduler that the bridge does not have', async () => {
    expect(tally(await runner().run('schedulers', 'ReduceLROnPlateau'))).toEqual({ pass: 0, fail: 0, skip: 1 });
  });
});

describe('GoldenRunner', () => {
  it('knows what there is to run', async () => {
    expect((await runner().names('ops')).length).toBe(522);
    expect(await runner().names('schedulers')).toContain('OneCycleLR');
    expect(await runner().names('optim')).toContain('LBFGS');
    expect(await runner().names('errors')).toContain('gather');
  });

  it('runs an op of the packed data, gradients and rejected calls included', async () => {
    const library = {
      ...bridges(1, 0),
      ops: { neg: ({ args }: { args: unknown[] }) => (args[0] as Toy).scale(-1), isclose: () => { throw new RangeError(); } },
    };
    const golden = new GoldenRunner(library, toyHarness, data);
    const results = await golden.run('ops', 'neg');
    expect(failures(results)).toEqual([]);
    expect(tally(results, 'gradient').pass).toBeGreaterThan(3);
    expect(tally(await golden.run('errors', 'isclose'))).toEqual({ pass: 0, fail: 3, skip: 0 });
    expect(await golden.run('errors', 'neg')).toEqual([]);
  });
});
