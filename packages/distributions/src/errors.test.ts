/**
 * Bad arguments: a typed error at the call, which names the parameter, the value and the constraint.
 */
import { ArgumentError, ShapeError, tensor, useSync } from '@sconce/core';
import { cpuSync } from '@sconce/backend-cpu/sync';
import { eye, ones, zeros } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import * as d from './index.js';

beforeAll(() => useSync(cpuSync()));

describe('parameters', () => {
  test.each([
    [() => new d.Normal(0, -1), 'Normal: scale must satisfy greaterThan(0), got -1.'],
    [() => new d.Normal(tensor([0.5, NaN]), 1), 'Normal: loc must satisfy real, got NaN at position 1.'],
    [() => new d.Normal(0, tensor([[1.5, 2], [0, 1]])), 'Normal: scale must satisfy greaterThan(0), got 0 at position 2.'],
    [() => new d.Bernoulli(1.5), 'Bernoulli: probs must satisfy interval(0, 1), got 1.5.'],
    [() => new d.Bernoulli({}), 'Bernoulli: got neither probs nor logits, expected one, as in new Bernoulli({ logits: x }).'],
    [() => new d.Bernoulli({ probs: 0.5, logits: 1 }), 'Bernoulli: got both probs and logits'],
    [() => new d.Bernoulli({ prob: 0.5 } as object), "Bernoulli: there is no option 'prob'"],
    [() => new d.Geometric(tensor([0.5, 0])), 'Geometric: probs must satisfy greaterThan(0), got 0 at position 1.'],
    [() => new d.Categorical(tensor([0.5, -0.5])), 'Categorical: probs must satisfy greaterThanEq(0), got -0.5 at position 1.'],
    [() => new d.Uniform(tensor([0, 2]), 1), 'Uniform: high must satisfy greaterThan(2), got 1.'],
    [() => new d.Chi2(-1), 'Chi2: df must satisfy greaterThan(0), got -1.'],
    [() => new d.HalfNormal(-1), 'HalfNormal: scale must satisfy greaterThan(0), got -1.'],
    [() => new d.Binomial(2.5, 0.5), 'Binomial: totalCount must satisfy integerGreaterThan(0), got 2.5.'],
    [() => new d.Multinomial(-1, ones([2])), 'Multinomial: totalCount must be a whole number from 0, got -1.'],
    [() => new d.MultivariateNormal(zeros([2]), tensor([[1, 2], [2, 1]])), 'MultivariateNormal: covarianceMatrix must satisfy positiveDefinite, got [1, 2, 2, 1] at position 0.'],
    [() => new d.MultivariateNormal(zeros([2]), {}), 'MultivariateNormal: got no matrix, expected one of covarianceMatrix, precisionMatrix, scaleTril.'],
    [() => new d.MultivariateNormal(zeros([2]), { scaleTril: eye(2), covarianceMatrix: eye(2) }), 'got covarianceMatrix and scaleTril'],
    [() => new d.Wishart(1, tensor([[1, 0], [0, 1]])), 'Wishart: df must satisfy greaterThan(1), got 1.'],
    [() => new d.LKJCholesky(1), 'LKJCholesky: dim must be a whole number from 2, got 1.'],
    [() => new d.Independent(new d.Normal(0, 1), 1), 'Independent: reinterpretedBatchNdims must be from 0 to 0'],
    [() => new d.Normal(0, 1, { validateArg: false } as object), "Normal: there is no option 'validateArg'"],
    [() => new d.Normal('0' as unknown as number, 1), "Normal: loc must be a number or a Tensor, got the string '0'."],
  ])('%s', (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });

  test('must broadcast, and have dimensions where these are events', () => {
    expect(() => new d.Normal(ones([2]), ones([3]))).toThrow(ShapeError);
    expect(() => new d.Categorical(0.5)).toThrow('Categorical: probs must have at least one dimension, that of the categories.');
  });

  test('are not looked at without validateArgs', async () => {
    expect(await new d.Normal(0, -1, { validateArgs: false }).logProb(0).item()).toBeNaN();
    d.Distribution.setDefaultValidateArgs(false);
    expect(await new d.Normal(0, -1).logProb(0).item()).toBeNaN();
    d.Distribution.setDefaultValidateArgs(true);
  });
});

describe('values', () => {
  test.each([
    [() => new d.Exponential(1).logProb(-1), 'Exponential.logProb: value must lie in the support, greaterThanEq(0), got -1.'],
    [() => new d.Poisson(1).logProb(tensor([1, 2.5])), 'Poisson.logProb: value must lie in the support, integerGreaterThan(0), got 2.5 at position 1.'],
    [() => new d.Uniform(0, tensor([1, 2])).cdf(tensor([1.5, 1.5])), 'Uniform.cdf: value must lie in the support, interval(0, 1), got 1.5 at position 0.'],
    [() => new d.Categorical(ones([3])).logProb(3), 'Categorical.logProb: value must lie in the support, integerInterval(0, 2), got 3.'],
    [() => new d.OneHotCategorical(ones([2])).logProb(tensor([1, 1])), 'oneHot, got [1, 1] at position 0.'],
    [() => new d.Dirichlet(ones([2])).logProb(tensor([0.5, 0.6])), 'Dirichlet.logProb: value must lie in the support, simplex'],
    [() => new d.LogNormal(0, 1).logProb(0), 'LogNormal.logProb: value must lie in the support, greaterThan(0), got 0.'],
    [() => new d.Normal(0, 1).logProb('0' as unknown as number), "Normal.logProb: value must be a number or a Tensor, got the string '0'."],
  ])('%s', (compute, message) => {
    expect(compute).toThrow(ArgumentError);
    expect(compute).toThrow(message);
  });

  test('must have a shape that fits', () => {
    expect(() => new d.Normal(ones([3]), 1).logProb(ones([2]))).toThrow('Normal.logProb: a value of shape [2] does not fit batches of [3] and events of [].');
    expect(() => new d.Dirichlet(ones([3])).logProb(ones([1]))).toThrow(ShapeError);
    expect(() => new d.Normal(0, 1).sample(5 as unknown as number[])).toThrow('Normal: the shape of a sample must be a list of sizes such as [1000], got the number 5.');
  });
});

describe('what a distribution does not have', () => {
  test.each([
    [() => new d.Poisson(1).rsample(), 'Poisson has no rsample.'],
    [() => new d.Poisson(1).entropy(), 'Poisson has no entropy.'],
    [() => new d.Dirichlet(ones([2])).cdf(0.5), 'Dirichlet has no cdf.'],
    [() => d.klDivergence(new d.Normal(0, 1), new d.Cauchy(0, 1)), 'klDivergence: there is no rule for Normal and Cauchy. Give one with registerKl'],
    [() => d.klDivergence(new d.Weibull(1, 1), new d.Weibull(1, 2)), 'there is no rule for Weibull and Weibull'],
    [() => d.bijectTo(d.constraints.lowerCholesky), 'bijectTo: there is no transform to lowerCholesky. Register one'],
    [() => new d.Binomial(tensor([1, 2]), 0.5).enumerateSupport(), 'Binomial.enumerateSupport: totalCount must be one number'],
    [() => new d.SoftmaxTransform().logAbsDetJacobian(ones([2]), ones([2])), 'SoftmaxTransform has no Jacobian determinant.'],
    [() => new d.CorrCholeskyTransform().forwardShape([2]), 'CorrCholeskyTransform: got vectors of 2, expected n(n − 1)/2 elements for some n, such as 1 or 3.'],
  ])('%s', (compute, message) => {
    expect(compute).toThrow(message);
  });
});

describe('rules of divergences', () => {
  class Shifted extends d.Normal {}
  test('hold for classes that extend others, and the closest one wins', async () => {
    expect(await d.klDivergence(new Shifted(1, 1), new d.Normal(0, 1)).item()).toBe(0.5);
    d.registerKl(Shifted, d.Normal, () => tensor([42]));
    expect(await d.klDivergence(new Shifted(1, 1), new d.Normal(0, 1)).item()).toBe(42);
    expect(await d.klDivergence(new d.Normal(1, 1), new Shifted(0, 1)).item()).toBe(0.5);
    d.registerKl(d.Normal, Shifted, () => tensor([7]));
    expect(await d.klDivergence(new d.Normal(1, 1), new Shifted(0, 1)).item()).toBe(7);
  });
});

describe('constraints say the same of tensors and of numbers on the host', () => {
  const c = d.constraints;
  const numbers = [-1, 0, 0.5, 1, 1.5, 2, 3, NaN];
  test.each([c.real, c.boolean, c.positive, c.nonnegative, c.greaterThan(1), c.lessThan(1), c.unitInterval, c.halfOpenInterval(0, 1), c.integerInterval(1, 2), c.positiveInteger])('%s', async (constraint) => {
    const checked = await constraint.check(tensor(numbers)).toArray();
    const known = (x: unknown) => (typeof x === 'number' ? { values: [x], shape: [] } : undefined);
    expect(numbers.map((x) => constraint.violation({ values: [x], shape: [] }, known) === undefined)).toEqual(checked);
  });
  const matrices = [[[1, 0], [0, 1]], [[1, 2], [2, 1]], [[1, 0], [0.6, 0.8]], [[2, 1], [1, 2]], [[1, 0], [1, -1]], [[0.5, 0.5], [0, 1]], [[0, 1], [1, 0]], [[1, 1], [1, 1]]];
  test.each([c.simplex, c.oneHot, c.multinomial(1), c.lowerTriangular, c.lowerCholesky, c.corrCholesky, c.square, c.symmetric, c.positiveDefinite, c.positiveSemidefinite])('%s', async (constraint) => {
    const events = constraint.eventDim === 1 ? matrices.flat() : matrices;
    const checked = await constraint.check(tensor(events)).toArray();
    const shape = constraint.eventDim === 1 ? [2] : [2, 2];
    expect(events.map((x) => constraint.violation({ values: x.flat(), shape }, () => undefined) === undefined)).toEqual(checked);
  });
});

test('a transform that remembers gives back what it was given', async () => {
  const x = tensor([20, -30], { dtype: 'float32' });
  const plain = new d.TanhTransform();
  expect(await plain.inverse(plain.forward(x)).toArray()).toEqual([Infinity, -Infinity]);
  const remembering = plain.withCache();
  expect(remembering.inverse(remembering.forward(x))).toBe(x);
  expect(new d.ComposeTransform([new d.ExpTransform(), new d.AffineTransform(1, 2)]).equals(new d.ComposeTransform([new d.ExpTransform(), new d.AffineTransform(1, 2)]))).toBe(true);
  expect(new d.AffineTransform(1, 2).equals(new d.AffineTransform(1, 3))).toBe(false);
});

test('toString', () => {
  expect(String(new d.Normal(0, 1))).toBe('Normal(loc: 0.0, scale: 1.0)');
  expect(String(new d.Normal(tensor([0.5, 1]), 1))).toBe('Normal(loc: [2], scale: [2])');
});
