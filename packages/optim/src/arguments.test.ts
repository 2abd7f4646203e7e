/**
 * What optimisers and schedulers refuse: each says which of them, what it got and what it expected.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, tensor, useSync, type Tensor } from '@sconce/core';
import { mul, sum } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import * as optim from './index.js';

useSync(createBackend(interpreterTarget('arguments')));

const parameter = (): Tensor => tensor([1.5, -2.5], { requiresGrad: true });
const sgd = (): optim.SGD => new optim.SGD([parameter()], { lr: 0.1, momentum: 0.9 });
const given = (x: unknown): never => x as never;

describe('an optimiser refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['no parameters at all', () => new optim.Adam(given(null)), /Adam: expected parameters.*got null/],
    ['what is no parameter', () => new optim.Adam(given([3])), /Adam: expected parameters/],
    ['a group without parameters', () => new optim.Adam(given([{ lr: 0.1 }])), /got undefined/],
    ['a parameter twice', () => { const p = parameter(); return new optim.SGD([p, p], { lr: 0.1 }); }, /shape \[2\] appears twice/],
    ['a list for a number', () => new optim.ASGD([parameter()], { lambd: given([0.1]) }), /ASGD: lambd must be a number/],
    ['one beta', () => new optim.Adam([parameter()], { betas: given(0.9) }), /Adam: betas must be a list of 2 numbers/],
    ['three betas', () => new optim.RAdam([parameter()], { betas: given([0.9, 0.9, 0.9]) }), /RAdam: betas must be a list of 2 numbers, got an array of 3/],
    ['one eta', () => new optim.Rprop([parameter()], { etas: given(0.5) }), /Rprop: etas/],
    ['one step size', () => new optim.Rprop([parameter()], { stepSizes: given([1]) }), /Rprop: stepSizes/],
    ['no history', () => new optim.LBFGS([parameter()], { historySize: 0 }), /LBFGS: historySize must be a positive integer, got 0/],
    ['an unknown option', () => new optim.SGD([parameter()], given({ learningRate: 0.1 })), /SGD: there is no option 'learningRate'/],
  ])('%s', (_what, call, words) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(words);
  });
});

describe('a scheduler refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['an unknown option', () => new optim.StepLR(sgd(), 2, given({ gama: 0.1 })), /StepLR: there is no option 'gama'/],
    ['an unknown option of a cosine', () => new optim.CosineAnnealingLR(sgd(), 2, given({ eta: 0.1 })), /CosineAnnealingLR: there is no option 'eta'/],
    ['a word for a factor', () => new optim.MultiStepLR(sgd(), [1], { gamma: given('a') }), /MultiStepLR: gamma must be a number, got the string 'a'/],
    ['one milestone', () => new optim.MultiStepLR(sgd(), given(3)), /MultiStepLR: milestones must be a list/],
    ['a list for gamma', () => new optim.ExponentialLR(sgd(), given([0.1])), /ExponentialLR: gamma/],
    ['a negative power', () => new optim.PolynomialLR(sgd(), { power: -1 }), /PolynomialLR: power must not be negative/],
    ['a cosine of no length', () => new optim.CosineAnnealingLR(sgd(), 0), /tMax must be a number other than 0/],
    ['a rise of no length', () => new optim.CyclicLR(sgd(), 0.01, 0.1, { stepSizeUp: 0 }), /CyclicLR: stepSizeUp must be above 0/],
    ['a word for a rate', () => new optim.CyclicLR(sgd(), 0.01, given('a')), /CyclicLR: maxLr must be a number, or one for each group/],
    ['a division by 0', () => new optim.OneCycleLR(sgd(), 0.1, { totalSteps: 10, divFactor: 0 }), /OneCycleLR: divFactor must be above 0/],
    ['a word for patience', () => new optim.ReduceLROnPlateau(sgd(), { patience: given('a') }), /ReduceLROnPlateau: patience must be a number/],
    ['a number for a function', () => new optim.LambdaLR(sgd(), given(3)), /LambdaLR: factor must be a function/],
  ])('%s', (_what, call, words) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(words);
  });
});

test('options that are undefined are left at their defaults', () => {
  expect(new optim.Adam([parameter()], { lr: undefined }).paramGroups[0].lr).toBe(1e-3);
});

test('LBFGS of no iteration computes the loss and moves nothing', async () => {
  const p = parameter();
  const optimizer = new optim.LBFGS([p], { maxIter: 0 });
  const loss = await optimizer.step(() => {
    optimizer.zeroGrad();
    const value = sum(mul(p, p));
    value.backward();
    return value;
  });
  expect([loss.itemSync(), p.toArraySync()]).toEqual([8.5, [1.5, -2.5]]);
});
