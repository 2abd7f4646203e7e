/**
 * Samples: moments, distribution functions by Kolmogorov and Smirnov's test, gradients, seeds and devices.
 */
import { grad, manualSeed, numbersOf, setDefaultDevice, tensor, use, useSync, type Tensor } from '@sconce/core';
import { cpuSync } from '@sconce/backend-cpu/sync';
import { webgpu } from '@sconce/backend-webgpu';
import { eye, igamma, mean, ones, select, sum, zeros } from '@sconce/ops';
import { softwareGpu } from '@sconce/testing/adapter';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as d from './index.js';
import { gammaSlope } from './sampling/gamma.js';

const COUNT = 20000;

beforeAll(async () => {
  useSync(cpuSync());
  await use(webgpu({ gpu: await softwareGpu() }));
});
beforeEach(() => {
  setDefaultDevice('cpu');
  manualSeed(7);
});

const numbers = async (x: Tensor): Promise<number[]> => Array.from(numbersOf(await x.data(), x.dtype));

describe('samples have the distribution function', () => {
  test.each<[string, () => d.Distribution]>([
    ['Normal', () => new d.Normal(1, 2)],
    ['Laplace', () => new d.Laplace(1, 2)],
    ['Cauchy', () => new d.Cauchy(1, 2)],
    ['Uniform', () => new d.Uniform(-1, 3)],
    ['Exponential', () => new d.Exponential(0.7)],
    ['Gumbel', () => new d.Gumbel(1, 2)],
    ['Weibull', () => new d.Weibull(2, 1.5)],
    ['Pareto', () => new d.Pareto(2, 1.5)],
    ['Kumaraswamy', () => new d.Kumaraswamy(2, 1.5)],
    ['LogNormal', () => new d.LogNormal(0.5, 0.8)],
    ['HalfNormal', () => new d.HalfNormal(2)],
    ['HalfCauchy', () => new d.HalfCauchy(2)],
    ['Gamma of a small concentration', () => new d.Gamma(0.3, 2)],
    ['Gamma', () => new d.Gamma(4.5, 2)],
    ['Chi2', () => new d.Chi2(3)],
    ['ContinuousBernoulli', () => new d.ContinuousBernoulli(0.8)],
    ['MixtureSameFamily', () => new d.MixtureSameFamily(new d.Categorical(tensor([0.3, 0.7])), new d.Normal(tensor([-2, 1]), tensor([0.5, 1])))],
  ])('%s', async (_, make) => {
    const distribution = make();
    const x = distribution.sample([COUNT]);
    const p = (await numbers(distribution.cdf(x))).sort((a, b) => a - b);
    const apart = p.reduce((most, q, i) => Math.max(most, q - i / COUNT, (i + 1) / COUNT - q), 0);
    // Once in a thousand seeds it is more.
    expect(apart * Math.sqrt(COUNT)).toBeLessThan(1.95);
  });
});

describe('samples have the mean and the variance', () => {
  test.each<[string, () => d.Distribution]>([
    ['Bernoulli', () => new d.Bernoulli(tensor([0.1, 0.5, 0.9]))],
    ['Geometric', () => new d.Geometric(tensor([0.2, 0.5]))],
    ['Poisson', () => new d.Poisson(tensor([0.3, 4]))],
    ['Binomial', () => new d.Binomial(10, tensor([0, 0.1, 0.5, 0.95, 1]))],
    ['Binomial of many trials', () => new d.Binomial(1000, 0.3)],
    ['NegativeBinomial', () => new d.NegativeBinomial(3, tensor([0.2, 0.6]))],
    ['OneHotCategorical', () => new d.OneHotCategorical(tensor([[1.0, 2, 5], [1, 1, 1]]))],
    ['Multinomial', () => new d.Multinomial(5, tensor([1.0, 2, 5]))],
    ['Beta', () => new d.Beta(tensor([0.5, 3]), tensor([0.7, 2]))],
    ['Dirichlet', () => new d.Dirichlet(tensor([0.5, 1, 3]))],
    ['StudentT', () => new d.StudentT(9, 1, 2)],
    ['FisherSnedecor', () => new d.FisherSnedecor(8, 20)],
    ['MultivariateNormal', () => new d.MultivariateNormal(tensor([1.0, -1]), tensor([[2, 0.5], [0.5, 1]]))],
    ['LowRankMultivariateNormal', () => new d.LowRankMultivariateNormal(tensor([1.0, -1]), tensor([[1.5], [0.5]]), tensor([4, 0.1]))],
    ['Wishart', () => new d.Wishart(5, tensor([[2, 0.5], [0.5, 1]]))],
    ['Independent', () => new d.Independent(new d.Normal(zeros([3]), 2), 1)],
  ])('%s', async (_, make) => {
    const distribution = make();
    const x = await numbers(distribution.sample([COUNT]));
    const [means, variances] = [await numbers(distribution.mean), await numbers(distribution.variance)];
    means.forEach((want, k) => {
      const own = x.filter((_, i) => i % means.length === k);
      const average = own.reduce((a, b) => a + b, 0) / COUNT;
      const spread = own.reduce((a, b) => a + (b - average) ** 2, 0) / COUNT;
      expect(Math.abs(average - want)).toBeLessThanOrEqual(4.5 * Math.sqrt(variances[k] / COUNT) + 1e-7);
      expect(Math.abs(spread - variances[k])).toBeLessThanOrEqual(0.12 * variances[k] + 1e-7);
    });
  });

  test('of categories, in proportion', async () => {
    const x = await numbers(new d.Categorical(tensor([1.0, 2, 5])).sample([COUNT]));
    [1 / 8, 2 / 8, 5 / 8].forEach((p, k) => expect(Math.abs(x.filter((c) => c === k).length / COUNT - p)).toBeLessThan(0.015));
  });

  test('of angles, in direction', async () => {
    const x = await numbers(new d.VonMises(2, 1.5).sample([COUNT]));
    const [c, s] = [Math.cos, Math.sin].map((f) => x.reduce((a, b) => a + f(b), 0) / COUNT);
    expect(Math.atan2(s, c)).toBeCloseTo(2, 1);
    expect(1 - Math.hypot(c, s)).toBeCloseTo(await new d.VonMises(2, 1.5).variance.item(), 1);
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(Math.PI + 1e-6);
  });

  test('of relaxed values, between the outcomes', async () => {
    const relaxed = new d.RelaxedOneHotCategorical(0.5, tensor([1.0, 2, 5])).sample([4]);
    for (const row of (await relaxed.toArray()) as number[][]) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    const x = await numbers(new d.RelaxedBernoulli(0.1, 0.3).sample([COUNT]));
    expect(x.filter((v) => v > 0.5).length / COUNT).toBeCloseTo(0.3, 1);
    const broken = (await new d.LogisticNormal(zeros([2]), 1).sample().toArray()) as number[];
    expect(broken.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  test('of correlations, whose factors have rows of length 1', async () => {
    const rows = (await new d.LKJCholesky(3, tensor([0.5, 2])).sample([5]).toArray()) as number[][][][];
    for (const row of rows.flat(2)) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
    const below = await numbers(new d.LKJCholesky(2, 1).sample([COUNT]));
    const correlations = below.filter((_, i) => i % 4 === 2);
    expect(correlations.reduce((a, b) => a + b * b, 0) / COUNT).toBeCloseTo(1 / 3, 1);
  });
});

describe('gradients', () => {
  test('pass through samples to parameters', async () => {
    const [loc, scale] = [tensor(0.5, { requiresGrad: true }), tensor(2, { dtype: 'float32' }).requiresGrad_()];
    const x = new d.Normal(loc, scale).rsample([COUNT]);
    const [toLoc, toScale] = grad(sum(x), [loc, scale]);
    const z = (await numbers(x)).reduce((a, b) => a + (b - 0.5) / 2, 0);
    expect(await toLoc!.item()).toBe(COUNT);
    expect(await toScale!.item()).toBeCloseTo(z, 0);
    expect(new d.Normal(loc, scale).sample().requiresGrad).toBe(false);
    expect([new d.Poisson(1).hasRsample, new d.Gamma(1, 1).hasRsample, new d.Independent(new d.Poisson(ones([1])), 1).hasRsample]).toEqual([false, true, false]);
  });

  test('of concentrations are those of quantiles', async () => {
    for (const [alpha, x] of [[0.05, 1e-8], [0.5, 0.3], [0.5, 15], [3, 2.2], [50, 61], [900, 850]]) {
      const h = 1e-5 * alpha;
      const [below, above] = await numbers(igamma(tensor([alpha - h, alpha + h], { dtype: 'float64' }), tensor([x, x], { dtype: 'float64' })));
      const density = Math.exp(await new d.Gamma(tensor([alpha], { dtype: 'float64' }), 1).logProb(tensor([x], { dtype: 'float64' })).item());
      expect((gammaSlope(alpha, x) * density * 2 * h) / (below - above)).toBeCloseTo(1, 4);
    }
    // On both sides of where the expansion for large ones begins.
    expect(gammaSlope(1.0001e4, 10150)).toBeCloseTo(gammaSlope(0.9999e4, 10148), 5);
  });

  test('of expectations', async () => {
    const alpha = tensor([1.5], { requiresGrad: true });
    const x = new d.Gamma(alpha, 1).rsample([COUNT]);
    const [slope] = grad(mean(x), [alpha]);
    expect(await slope!.item()).toBeCloseTo(1, 1);
    const beta = tensor([0.5, 2], { requiresGrad: true });
    const [toBeta] = grad(sum(new d.Beta(beta, 2).rsample([COUNT])), [beta]);
    // The mean of Beta(a, 2) is a / (a + 2), whose slope is 2 / (a + 2)².
    const [first, second] = (await numbers(toBeta!)).map((g) => g / COUNT);
    expect(first).toBeCloseTo(2 / 2.5 ** 2, 1);
    expect(second).toBeCloseTo(2 / 16, 1);
  });

  test('go straight through one-hot samples', async () => {
    const logits = tensor([0.5, 1, -1], { requiresGrad: true });
    const x = new d.OneHotCategoricalStraightThrough({ logits }).rsample();
    const [slope] = grad(select(x, 0, 1), [logits]);
    const p = (await numbers(new d.Categorical({ logits }).probs)) as [number, number, number];
    (await numbers(slope!)).forEach((g, k) => expect(g).toBeCloseTo((k === 1 ? p[1] : 0) - p[1] * p[k], 5));
    expect(new Set(await numbers(x))).toEqual(new Set([0, 1]));
  });
});

describe('seeds', () => {
  const draws = (device: string): Tensor[] => {
    setDefaultDevice(device);
    manualSeed(3);
    return [new d.Gamma(ones([4]), 2), new d.Binomial(9, tensor([0.2, 0.5, 0.7, 0.9])), new d.VonMises(zeros([4]), 3)].map((one) => one.sample([2]));
  };

  test('decide samples, on every device', async () => {
    const [first, again, other] = await Promise.all([draws('cpu'), draws('cpu'), draws('webgpu')].map((xs) => Promise.all(xs.map(numbers))));
    expect(again).toEqual(first);
    other.flat().forEach((x, i) => expect(x).toBeCloseTo(first.flat()[i], 5));
  });

  test('mean the same samples in every version', async () => {
    const [gamma, binomial, angles] = (await Promise.all(draws('cpu').map(numbers))).map((x) => x.slice(0, 3));
    expect(binomial).toEqual([4, 1, 6]);
    gamma.forEach((x, i) => expect(x).toBeCloseTo([0.0746178, 0.0282326, 2.6498129][i], 6));
    angles.forEach((x, i) => expect(x).toBeCloseTo([-0.1704473, 0.2365654, -0.3566763][i], 6));
  });

  test('give different elements different samples', async () => {
    const x = await numbers(new d.Gamma(2, 1).sample([1000]));
    expect(new Set(x).size).toBeGreaterThan(995);
  });
});

test('shapes of samples', () => {
  const shapes = [
    new d.Normal(zeros([3, 1]), ones([2])).sample([4]),
    new d.Categorical(ones([3, 5])).sample([4, 2]),
    new d.Multinomial(3, ones([3, 5])).sample([4]),
    new d.MultivariateNormal(zeros([3, 2]), eye(2)).sample([4]),
    new d.Wishart(4, eye(2)).sample([4]),
    new d.MixtureSameFamily(new d.Categorical(ones([3, 5])), new d.Independent(new d.Normal(zeros([3, 5, 2]), 1), 1)).sample([4]),
    new d.Dirichlet(ones([3, 2])).sample(),
  ].map((x) => x.shape);
  expect(shapes).toEqual([[4, 3, 2], [4, 2, 3], [4, 3, 5], [4, 3, 2], [4, 2, 2], [4, 3, 2], [3, 2]]);
});
