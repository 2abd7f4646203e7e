/**
 * Bad arguments: a typed error at the call, which names the parameter, the value and the constraint.
 */
import { ArgumentError, ShapeError, tensor, useSync } from '@sconce/core';
import { cpuSync } from '@sconce/backend-cpu/sync';
import { ones } from '@sconce/ops';
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

test('toString', () => {
  expect(String(new d.Normal(0, 1))).toBe('Normal(loc: 0.0, scale: 1.0)');
  expect(String(new d.Normal(tensor([0.5, 1]), 1))).toBe('Normal(loc: [2], scale: [2])');
});
