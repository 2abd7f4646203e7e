/**
 * Densities fuse: a loss of a distribution is as few kernels as if it were written out, and a second step compiles nothing.
 */
import { grad, manualSeed, planStatistics, setDefaultDevice, tensor, type Tensor } from '@sconce/core';
import { Bernoulli, Categorical, klDivergence, MixtureSameFamily, Normal, StudentT } from '@sconce/distributions';
import { mean, neg, randn, sum } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { launchesOf, useRecorder } from './launches.js';

beforeAll(() => {
  useRecorder('recorder');
  setDefaultDevice('recorder');
  manualSeed(0);
});

const values = (): Tensor => tensor(Array.from({ length: 24 }, (_, i) => (i - 12) / 7));

describe('one kernel', () => {
  test.each<[string, () => Tensor]>([
    ['the log density of normal numbers', () => neg(mean(new Normal(0.5, 2).logProb(values())))],
    ['of Student t', () => sum(new StudentT(3).logProb(values()))],
    ['of truth values', () => sum(new Bernoulli({ logits: values() }).logProb(1))],
    ['a divergence', () => sum(klDivergence(new Normal(values(), 2), new Normal(0, 1)))],
    ['a sample', () => new Normal(values(), 2).sample([5])],
    ['a density of a sample', () => sum(new Normal(0, 1).logProb(randn([24])))],
  ])('%s', async (_, compute) => {
    expect(await launchesOf(() => compute().data())).toHaveLength(1);
  });
});

test('a step of maximum likelihood compiles nothing the second time', async () => {
  const step = async (shift: number): Promise<number[]> => {
    const [loc, scale, logits] = [[shift, 1], [1, 2 + shift], [0.5, shift]].map((x) => tensor(x, { dtype: 'float32', requiresGrad: true }));
    const mixture = new MixtureSameFamily(new Categorical({ logits }), new Normal(loc, scale));
    const slopes = grad(neg(mean(mixture.logProb(values()))), [loc, scale, logits]);
    return Promise.all(slopes.map((g) => sum(g!).item()));
  };
  const first = await step(0.25);
  const { compiled } = planStatistics();
  expect(await step(0.5)).not.toEqual(first);
  expect(planStatistics().compiled).toBe(compiled);
});
