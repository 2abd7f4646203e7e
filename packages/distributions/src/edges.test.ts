/**
 * Where a formula has an end: values outside a support, parameters at their bounds, moments that do not exist, series
 * beside the formulas that they stand for, and what samples show that means and variances do not.
 */
import { cpuSync } from '@sconce/backend-cpu/sync';
import { grad, manualSeed, numbersOf, setDefaultDevice, tensor, useSync, type Tensor } from '@sconce/core';
import { eye, matmul, mT, sub } from '@sconce/ops';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as d from './index.js';

const COUNT = 20000;
const F64 = { dtype: 'float64' } as const;
const FREE = { validateArgs: false };

beforeAll(() => setDefaultDevice(useSync(cpuSync())));
beforeEach(() => manualSeed(11));

const numbers = (x: Tensor): number[] => Array.from(numbersOf(x.dataSync(), x.dtype));
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

test.each<[string, () => Tensor, readonly number[]]>([
  ['a magnitude is not negative', () => new d.HalfNormal(1, FREE).logProb(tensor([-1.0, -0.5])), [-Infinity, -Infinity]],
  ['a uniform number may be the lower end and not the upper', () => new d.Uniform(0, 4).logProb(tensor([0.0, 2, 4])), [-Math.log(4), -Math.log(4), -Infinity]],
  ['a uniform number lies below everything above', () => new d.Uniform(0, 4, FREE).cdf(tensor([-1.0, 1, 5])), [0, 0.25, 1]],
  ['so does a continuous Bernoulli number', () => new d.ContinuousBernoulli(0.3, FREE).cdf(tensor([-1.0, 0, 1, 2])), [0, 0, 1, 1]],
  ['an exponential number, as a gamma number, may be 0', () => new d.Gamma(1, 2).logProb(tensor([0.0])), [Math.log(2)]],
  ['what always succeeds never fails first', () => new d.Geometric(1).logProb(0), [0]],
  ['no failures without trials', () => new d.NegativeBinomial(0, 0.3).logProb(0), [0]],
  ['a kind of probability 0 is never counted', () => new d.Multinomial(2, { logits: tensor([-Infinity, 0]) }).logProb(tensor([0.0, 2])), [0]],
  ['nor does it add to the entropy', () => new d.Categorical({ logits: tensor([-Infinity, 0, 0]) }).entropy(), [Math.LN2]],
  ['as many successes as trials at most', () => new d.Binomial(4, tensor([0.5, 1])).mode, [2, 4]],
  ['neither of two equal outcomes is the mode', () => new d.Bernoulli(tensor([0.4, 0.5, 0.6])).mode, [0, NaN, 1]],
  ['no variance', () => new d.FisherSnedecor(3, tensor([3.5, 4])).variance, [NaN, NaN]],
  ['no single mode', () => new d.Kumaraswamy(0.5, 2).mode, [NaN]],
])('%s', (_, make, want) => {
  const got = numbers(make());
  expect(got.length).toBe(want.length);
  got.forEach((x, i) => (Number.isFinite(want[i]) ? expect(x).toBeCloseTo(want[i], 5) : expect(x).toBe(want[i])));
});

test('the distribution function of gamma numbers has the density as its slope, by value and by rate', () => {
  const [x, rate] = [1.3, 0.7].map((n) => tensor([n], { ...F64, requiresGrad: true }));
  const gamma = new d.Gamma(tensor([2.5], F64), rate);
  const [toX, toRate] = grad(gamma.cdf(x), [x, rate]).map((g) => g!.itemSync());
  const density = Math.exp(gamma.logProb(x).itemSync());
  expect(toX).toBeCloseTo(density, 10);
  expect(toRate).toBeCloseTo((density * 1.3) / 0.7, 10);
});

describe('near even odds', () => {
  test.each(['mean', 'variance', 'logNorm'] as const)('series give what formulas give: %s', (name) => {
    const probs = tensor([0.49, 0.495, 0.508], F64);
    const [exact, series] = [new d.ContinuousBernoulli(probs), new d.ContinuousBernoulli(probs, { lims: [0.45, 0.55] })].map((one) => numbers(one[name]));
    exact.forEach((x, i) => expect(Math.abs(x - series[i])).toBeLessThan(3e-10));
  });

  test('what is not near follows the formulas', () => {
    // p / (2p − 1) + 1 / log((1 − p) / p)
    expect(new d.ContinuousBernoulli(tensor([0.4], F64)).mean.itemSync()).toBeCloseTo(0.4 / -0.2 + 1 / Math.log(1.5), 12);
  });
});

describe('matrices of one distribution', () => {
  const factor = (): Tensor => tensor([[1.5, 0.2], [0.5, -1], [0.3, 0.7]], F64);
  const covariance = (): Tensor => tensor([[2, 0.5, 0.1], [0.5, 1, -0.3], [0.1, -0.3, 0.8]], F64);
  const loc = (): Tensor => tensor([0, 0, 0], F64);
  test.each<[string, () => d.LowRankMultivariateNormal | d.MultivariateNormal]>([
    ['low rank', () => new d.LowRankMultivariateNormal(loc(), factor(), tensor([0.5, 1, 2], F64))],
    ['by covariance', () => new d.MultivariateNormal(loc(), covariance())],
    ['by precision', () => new d.MultivariateNormal(loc(), { precisionMatrix: covariance() })],
  ])('%s', (_, make) => {
    const { covarianceMatrix, precisionMatrix, scaleTril } = make();
    const zero = (x: Tensor): void => numbers(x).forEach((v) => expect(v).toBeCloseTo(0, 12));
    zero(sub(matmul(covarianceMatrix, precisionMatrix), eye(3, F64)));
    zero(sub(matmul(scaleTril, mT(scaleTril)), covarianceMatrix));
  });
});

describe('samples', () => {
  test('of Student t with one degree of freedom are those of Cauchy', () => {
    const p = numbers(new d.Cauchy(0, 1).cdf(new d.StudentT(1).sample([COUNT]))).sort((a, b) => a - b);
    const apart = p.reduce((most, q, i) => Math.max(most, q - i / COUNT, (i + 1) / COUNT - q), 0);
    expect(apart * Math.sqrt(COUNT)).toBeLessThan(1.95);
  });

  test('of angles lean towards their direction as much as the concentration says', () => {
    for (const [kappa, length] of [[1.5, 0.5964], [8, 0.9352]]) {
      const x = numbers(new d.VonMises(0, kappa).sample([COUNT]));
      expect(mean(x.map(Math.cos))).toBeCloseTo(length, 1.7);
    }
    // Next to none is uniform.
    expect(Math.abs(mean(numbers(new d.VonMises(0, 1e-5).sample([COUNT])).map(Math.cos)))).toBeLessThan(0.02);
  });

  test('of three correlations are alike', () => {
    // Of LKJ(1) over 3 × 3, each correlation has the variance 1 / (2 · 3/2 + 1).
    const factors = numbers(new d.LKJCholesky(3, 1).sample([COUNT]));
    for (const [i, j] of [[1, 0], [2, 0], [2, 1]]) {
      const squares = Array.from({ length: COUNT }, (_, n) => [0, 1, 2].reduce((sum, k) => sum + factors[n * 9 + i * 3 + k] * factors[n * 9 + j * 3 + k], 0) ** 2);
      expect(Math.abs(mean(squares) - 0.25)).toBeLessThan(0.01);
    }
  });

  test('that are relaxed keep the odds, and are the sharper the colder', () => {
    const probs = [0.2, 0.3, 0.5];
    const rows = numbers(new d.ExpRelaxedCategorical(0.5, tensor(probs)).sample([COUNT]));
    const first = [0, 0, 0];
    let apart = 0;
    for (let i = 0; i < COUNT; i++) {
      const row = rows.slice(i * 3, i * 3 + 3);
      first[row.indexOf(Math.max(...row))] += 1 / COUNT;
      apart += (row[2] - row[0]) / COUNT;
    }
    first.forEach((share, k) => expect(Math.abs(share - probs[k])).toBeLessThan(0.015));
    expect(Math.abs(apart - Math.log(2.5) / 0.5)).toBeLessThan(0.12);
    const logits = numbers(new d.LogitRelaxedBernoulli(2, 0.8).sample([COUNT]));
    expect(Math.abs(mean(logits) - Math.log(4) / 2)).toBeLessThan(0.03);
  });
});

test('a mixture by logits, and what falls is turned', () => {
  const [p, q] = [new d.Normal(-1, 1), new d.Normal(2, 0.5)];
  const mixture = new d.MixtureSameFamily(new d.Categorical({ logits: tensor([Math.log(3), 0]) }), new d.Normal(tensor([-1.0, 2]), tensor([1, 0.5])));
  expect(mixture.cdf(0.5).itemSync()).toBeCloseTo(0.75 * p.cdf(0.5).itemSync() + 0.25 * q.cdf(0.5).itemSync(), 5);
  const falling = new d.TransformedDistribution(new d.Exponential(1), new d.AffineTransform(0, -1));
  expect(falling.icdf(0.2).itemSync()).toBeCloseTo(Math.log(0.2), 5);
  expect(falling.cdf(-1).itemSync()).toBeCloseTo(Math.exp(-1), 5);
});

test('divergences are infinite where q has no values, in the shape of both batches', () => {
  expect(numbers(d.klDivergence(new d.Uniform(tensor([0.5, 1]), 3), new d.Pareto(1, 2))).map(Number.isFinite)).toEqual([false, true]);
  const infinite = d.klDivergence(new d.Normal(0, 1), new d.Exponential(tensor([1.0, 2, 3])));
  expect(numbers(infinite)).toEqual([Infinity, Infinity, Infinity]);
});

test('a chain whose arguments and values have other dimensions sums over its own', () => {
  const transform = new d.CorrCholeskyTransform();
  const x = tensor([[0.3, -0.2, 0.5], [1, 0.1, -0.4]], F64);
  const y = transform.forward(x);
  const base = new d.Normal(tensor([0, 0, 0], F64), 1);
  const got = numbers(new d.TransformedDistribution(base, transform, FREE).logProb(y));
  const [densities, slopes] = [numbers(base.logProb(x)), numbers(transform.logAbsDetJacobian(x, y))];
  got.forEach((p, i) => expect(p).toBeCloseTo(densities.slice(i * 3, i * 3 + 3).reduce((a, b) => a + b) - slopes[i], 10));
});

describe('log determinants', () => {
  const x = (): Tensor => tensor([[0.5, -1, 2], [0, 1, 3]]);
  test.each<[string, () => d.Transform, readonly number[]]>([
    ['of an affine transform of rows, one for each row', () => new d.AffineTransform(1, -2, { eventDim: 1 }), [3 * Math.LN2, 3 * Math.LN2]],
    ['of numbers side by side, each its own', () => new d.CatTransform([new d.ExpTransform(), new d.AffineTransform(0, 4)], 1, [1, 2]), [0.5, 2 * Math.LN2, 2 * Math.LN2, 0, 2 * Math.LN2, 2 * Math.LN2]],
    ['of rows above each other', () => new d.CatTransform([new d.ExpTransform(), new d.AffineTransform(0, 4)]), [0.5, -1, 2, 2 * Math.LN2, 2 * Math.LN2, 2 * Math.LN2]],
    [
      'of pieces of an argument, their sum',
      () => new d.CatTransform([new d.AffineTransform(0, 2, { eventDim: 1 }), new d.AffineTransform(0, 4, { eventDim: 1 })], -1, [1, 2]),
      [5 * Math.LN2, 5 * Math.LN2],
    ],
  ])('%s', (_, make, want) => {
    const transform = make();
    const got = numbers(transform.logAbsDetJacobian(x(), transform.forward(x())));
    expect(got.length).toBe(want.length);
    got.forEach((value, i) => expect(value).toBeCloseTo(want[i], 5));
  });
});

test('nothing left of a stick is as little as there is', () => {
  const [first, second] = numbers(new d.StickBreakingTransform().inv.forward(tensor([0.25, 0.75, 0])));
  expect(first).toBeCloseTo(Math.log(2 / 3), 5);
  expect(second).toBeCloseTo(Math.log(0.75) + 126 * Math.LN2, 4);
});

test('gamma numbers of a small concentration are not 0', () => {
  expect(Math.min(...numbers(new d.Gamma(tensor([1e-3]), 1).sample([1000])))).toBeGreaterThan(0);
});

test('logistic normal numbers of one coordinate are two probabilities', () => {
  expect(new d.LogisticNormal(0, 1).sample([3]).shape).toEqual([3, 2]);
});
