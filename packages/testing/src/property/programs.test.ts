/**
 * Programs that users may write give the same values however they are computed: as one fused graph, step by step, on one
 * thread or on two; and their gradients are the differences of their values.
 */
import { cpuSync } from '@sconce/backend-cpu/sync';
import { grad, realize, setDefaultDevice, useSync, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { choices, exact, plainOf, real, type Choice } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { difference, toTensor, valuesOf, type Plain } from './plain.js';
import { INPUTS, run } from './programs.js';

const inputs = (element: fc.Arbitrary<number>): fc.Arbitrary<Plain[]> => fc.tuple(...INPUTS.map((shape) => plainOf(shape, element)));
const tensors = (given: readonly Plain[], dtype: 'float32' | 'float64' = 'float32'): Tensor[] => given.map((x) => toTensor(x, dtype));

/** The first value that differs, in words. */
async function firstDifference(got: readonly Tensor[], want: readonly Tensor[], tolerance: number): Promise<string | undefined> {
  for (const [i, x] of want.entries()) {
    const differs = difference(await valuesOf(got[i]), await valuesOf(x), tolerance);
    if (differs !== undefined) return `value ${i}: ${differs}`;
  }
  return undefined;
}

describe.each(DEVICES)('on $device', ({ share, start }) => {
  beforeAll(start);

  property('programs of integers are the same fused and step by step', [inputs(exact), choices(4, 16)], async (given, program) => {
    const fused = await run('exact', program, tensors(given));
    // What comes last is asked for first, so that the rest is fused into it.
    const last = await valuesOf(fused.values.at(-1)!);
    const stepped = await run('exact', program, tensors(given), realize);
    expect(difference(last, await valuesOf(stepped.values.at(-1)!)), fused.text).toBeUndefined();
    expect(await firstDifference(fused.values, stepped.values, 0), fused.text).toBeUndefined();
  }, { runs: 80 * share });

  property('programs of real numbers are the same fused and step by step, but for rounding', [inputs(real), choices(4, 16)], async (given, program) => {
    const fused = await run('smooth', program, tensors(given));
    const last = await valuesOf(fused.values.at(-1)!);
    const stepped = await run('smooth', program, tensors(given), realize);
    expect(difference(last, await valuesOf(stepped.values.at(-1)!), 2e-5), fused.text).toBeUndefined();
    expect(await firstDifference(fused.values, stepped.values, 2e-5), fused.text).toBeUndefined();
  }, { runs: 80 * share });
});

describe('gradients', () => {
  beforeAll(() => setDefaultDevice(useSync(cpuSync({ threads: 1 }))));

  /** A weighted sum of the last value, so that no two elements count the same. */
  async function objective(program: readonly Choice[], leaves: readonly Tensor[]): Promise<{ total: Tensor; text: string }> {
    const { values, text } = await run('smooth', program, leaves);
    const y = values.at(-1)!;
    const weights = toTensor({ shape: y.shape, values: Array.from({ length: y.numel() }, (_, i) => 1 + (i % 7) / 7) }, 'float64');
    return { total: torch.sum(torch.mul(y, weights)), text };
  }

  const direction = fc.tuple(...INPUTS.map((shape) => plainOf(shape, real)));
  property('are differences of values along any direction', [inputs(real), direction, choices(3, 12)], async (given, along, program) => {
    const leaves = tensors(given, 'float64').map((x) => x.requiresGrad_());
    const { total, text } = await objective(program, leaves);
    const gradients = grad(total, leaves, { allowUnused: true });
    let slope = 0;
    for (const [i, g] of gradients.entries()) {
      if (g !== null) (await valuesOf(g)).forEach((v, k) => (slope += v * along[i].values[k]));
    }
    const eps = 1e-5;
    const at = async (by: number): Promise<number> => {
      const moved = given.map((x, i) => ({ ...x, values: x.values.map((v, k) => v + by * along[i].values[k]) }));
      return (await objective(program, tensors(moved, 'float64'))).total.item();
    };
    const numeric = ((await at(eps)) - (await at(-eps))) / (2 * eps);
    expect(Math.abs(slope - numeric), `${text}\nthe gradient says ${slope}, differences ${numeric}`).toBeLessThanOrEqual(1e-5 * Math.max(10, Math.abs(numeric)));
  }, { runs: 100 });

  property('are the same fused and step by step', [inputs(real), choices(3, 12)], async (given, program) => {
    const [fused, stepped] = [tensors(given, 'float64'), tensors(given, 'float64')].map((leaves) => leaves.map((x) => x.requiresGrad_()));
    const { total, text } = await objective(program, fused);
    const inOne = grad(total, fused, { allowUnused: true });
    const { values } = await run('smooth', program, stepped, realize);
    const y = values.at(-1)!;
    const weights = toTensor({ shape: y.shape, values: Array.from({ length: y.numel() }, (_, i) => 1 + (i % 7) / 7) }, 'float64');
    const inSteps = grad(torch.sum(torch.mul(y, weights)), stepped, { allowUnused: true });
    for (const [i, g] of inOne.entries()) {
      expect(inSteps[i] === null, text).toBe(g === null);
      if (g !== null) expect(difference(await valuesOf(g), await valuesOf(inSteps[i]!), 1e-10), `${text}\nby input ${i}`).toBeUndefined();
    }
  }, { runs: 50 });
});
