/**
 * Schedulers against rates and momenta that PyTorch 1.13 gives for the same settings.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, StateError, tensor, useSync } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { Adam, SGD } from '../index.js';
import * as schedulers from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const sgd = (): SGD => new SGD([tensor([0.5], { requiresGrad: true })], { lr: 0.2, momentum: 0.9 });
const adam = (): Adam => new Adam([tensor([0.5], { requiresGrad: true })], { lr: 0.2 });

type Made<O> = (optimizer: O) => { step(): void };

function follow<T>(scheduler: { step(): void }, steps: number, read: () => T): T[] {
  return [read(), ...Array.from({ length: steps }, () => (scheduler.step(), read()))];
}

test('what a scheduler needs may stand among its options', () => {
  const rates = (make: Made<SGD>): number[] => {
    const optimizer = sgd();
    return follow(make(optimizer), 4, () => optimizer.paramGroups[0].lr);
  };
  const pairs: readonly (readonly [Made<SGD>, Made<SGD>])[] = [
    [(o) => new schedulers.StepLR(o, { stepSize: 2, gamma: 0.5 }), (o) => new schedulers.StepLR(o, 2, { gamma: 0.5 })],
    [(o) => new schedulers.MultiStepLR(o, { milestones: [1, 3] }), (o) => new schedulers.MultiStepLR(o, [1, 3])],
    [(o) => new schedulers.ExponentialLR(o, { gamma: 0.9 }), (o) => new schedulers.ExponentialLR(o, 0.9)],
    [(o) => new schedulers.LambdaLR(o, { lrLambda: (n) => 1 / (n + 1) }), (o) => new schedulers.LambdaLR(o, (n) => 1 / (n + 1))],
    [(o) => new schedulers.CosineAnnealingLR(o, { tMax: 3, etaMin: 0.1 }), (o) => new schedulers.CosineAnnealingLR(o, 3, { etaMin: 0.1 })],
    [(o) => new schedulers.OneCycleLR(o, { maxLr: 1, totalSteps: 9 }), (o) => new schedulers.OneCycleLR(o, 1, { totalSteps: 9 })],
    [(o) => new schedulers.CyclicLR(o, { baseLr: 0.1, maxLr: 1, stepSizeUp: 3 }), (o) => new schedulers.CyclicLR(o, 0.1, 1, { stepSizeUp: 3 })],
  ];
  for (const [byName, byPosition] of pairs) expect(rates(byName)).toEqual(rates(byPosition));
  expect(() => new schedulers.StepLR(sgd(), { stepSize: 2 }, { gamma: 0.5 })).toThrow(ArgumentError);
  expect(() => new schedulers.StepLR(sgd(), { gamma: 0.5 } as unknown as number)).toThrow(/stepSize must be a positive integer, got an object/);
});

test('a rate is never divided by a factor of 0', () => {
  expect(() => new schedulers.LinearLR(sgd(), { startFactor: 0 })).toThrow(/startFactor must be above 0/);
  const frozen = new schedulers.ConstantLR(sgd(), { factor: 0, totalIters: 2 });
  frozen.step();
  expect(() => frozen.step()).toThrow(ArgumentError);
});

describe('rates', () => {
  test.each<[string, Made<SGD>, number[]]>([
    ['MultiStepLR', (o) => new schedulers.MultiStepLR(o, [2, 5, 5], { gamma: 0.5 }), [0.2, 0.2, 0.1, 0.1, 0.1, 0.025, 0.025, 0.025]],
    ['LinearLR', (o) => new schedulers.LinearLR(o, { startFactor: 0.25, endFactor: 0.75, totalIters: 4 }), [0.05, 0.075, 0.1, 0.125, 0.15, 0.15, 0.15]],
    ['PolynomialLR', (o) => new schedulers.PolynomialLR(o, { totalIters: 4, power: 2 }), [0.2, 0.1125, 0.05, 0.0125, 0, 0, 0]],
    ['LambdaLR', (o) => new schedulers.LambdaLR(o, (epoch) => 0.5 ** epoch), [0.2, 0.1, 0.05, 0.025]],
    ['MultiplicativeLR', (o) => new schedulers.MultiplicativeLR(o, () => 0.5), [0.2, 0.1, 0.05, 0.025]],
    ['CosineAnnealingLR', (o) => new schedulers.CosineAnnealingLR(o, 3, { etaMin: 0.05 }), [0.2, 0.1625, 0.0875, 0.05, 0.0875, 0.1625, 0.2, 0.1625, 0.0875]],
    ['CosineAnnealingWarmRestarts', (o) => new schedulers.CosineAnnealingWarmRestarts(o, 3), [0.2, 0.15, 0.05, 0.2, 0.15, 0.05, 0.2, 0.15]],
    [
      'SequentialLR of two',
      (o) => new schedulers.SequentialLR(o, [new schedulers.ConstantLR(o, { factor: 0.1, totalIters: 2 }), new schedulers.ExponentialLR(o, 0.9)], [3]),
      [0.02, 0.02, 0.2, 0.2, 0.18, 0.162, 0.1458],
    ],
    [
      'SequentialLR of three',
      (o) =>
        new schedulers.SequentialLR(
          o,
          [new schedulers.LinearLR(o, { startFactor: 0.1, totalIters: 3 }), new schedulers.CosineAnnealingLR(o, 4), new schedulers.StepLR(o, 2)],
          [3, 7],
        ),
      [0.02, 0.08, 0.14, 0.2, 0.1707106781, 0.1, 0.02928932188, 0.2, 0.2, 0.02, 0.02],
    ],
    [
      'ChainedScheduler',
      (o) => new schedulers.ChainedScheduler([new schedulers.ConstantLR(o, { factor: 0.1, totalIters: 2 }), new schedulers.ExponentialLR(o, 0.9)]),
      [0.02, 0.018, 0.162, 0.1458, 0.13122],
    ],
  ])('%s', (_, make, want) => {
    const optimizer = sgd();
    const rates = follow(make(optimizer), want.length - 1, () => optimizer.paramGroups[0].lr);
    expect(rates).toEqual(want.map((lr) => expect.closeTo(lr, 9) as number));
  });
});

describe('rates and momenta', () => {
  const check = (optimizer: SGD | Adam, scheduler: { step(): void }, rates: number[], momenta: number[]): void => {
    const [group] = optimizer.paramGroups;
    const read = (): [number, number] => [group.lr, 'betas' in group ? group.betas[0] : group.momentum];
    const seen = follow(scheduler, rates.length - 1, read);
    expect(seen).toEqual(rates.map((lr, i): unknown => [expect.closeTo(lr, 8), expect.closeTo(momenta[i], 7)]));
  };

  test('OneCycleLR in three phases', () => {
    const optimizer = sgd();
    const scheduler = new schedulers.OneCycleLR(optimizer, 0.5, { totalSteps: 10, threePhase: true, annealStrategy: 'linear' });
    check(optimizer, scheduler, [0.02, 0.26, 0.5, 0.26, 0.02, 0.0160004, 0.0120008, 0.0080012, 0.0040016, 2e-6], [0.95, 0.9, 0.85, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95]);
  });

  test('OneCycleLR of Adam, whose momentum is its first beta', () => {
    const optimizer = adam();
    const scheduler = new schedulers.OneCycleLR(optimizer, 0.5, { epochs: 2, stepsPerEpoch: 4, pctStart: 0.5, divFactor: 10, finalDivFactor: 100 });
    check(optimizer, scheduler, [0.05, 0.1625, 0.3875, 0.5, 0.4268499186, 0.25025, 0.0736500814, 0.0005], [0.95, 0.925, 0.875, 0.85, 0.86464466, 0.9, 0.93535534, 0.95]);
    expect(() => follow(scheduler, 2, () => 0)).toThrow(/beyond the 8 steps/);
  });

  test('CyclicLR that shrinks by step', () => {
    const optimizer = sgd();
    const scheduler = new schedulers.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 2, stepSizeDown: 3, mode: 'exp_range', gamma: 0.9 });
    check(optimizer, scheduler, [0.01, 0.0505, 0.0829, 0.05374, 0.029683, 0.01, 0.033914845, 0.053046721, 0.0358280326], [0.9, 0.855, 0.819, 0.8514, 0.87813, 0.9, 0.87342795, 0.85217031, 0.87130219]);
  });

  test('CyclicLR with a height of its own', () => {
    const optimizer = sgd();
    const scheduler = new schedulers.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 2, scaleFn: () => 1 });
    check(optimizer, scheduler, [0.01, 0.055, 0.1, 0.055, 0.01, 0.055, 0.1], [0.9, 0.85, 0.8, 0.85, 0.9, 0.85, 0.8]);
  });
});

describe('ReduceLROnPlateau', () => {
  test('waits, cools down, and stops at the least rate', () => {
    const optimizer = sgd();
    const scheduler = new schedulers.ReduceLROnPlateau(optimizer, { mode: 'max', factor: 0.5, patience: 0, cooldown: 1, thresholdMode: 'abs', threshold: 0.1, minLr: 0.08 });
    const rates = [1, 1.05, 1, 1, 1, 1].map((metric) => (scheduler.step(metric), optimizer.paramGroups[0].lr));
    expect(rates).toEqual([0.2, 0.1, 0.1, 0.08, 0.08, 0.08]);
    expect(() => scheduler.step(tensor(1) as never)).toThrow('Use await loss.item()');
  });
});

describe('state', () => {
  test('goes on where another was', () => {
    const [first, second] = [sgd(), sgd()];
    const scheduler = new schedulers.CosineAnnealingLR(first, 10);
    follow(scheduler, 4, () => 0);
    const other = new schedulers.CosineAnnealingLR(second, 10);
    second.loadStateDict(first.stateDict());
    other.loadStateDict(scheduler.stateDict());
    [scheduler, other].forEach((s) => s.step());
    expect(other.getLastLr()).toEqual(scheduler.getLastLr());
    expect(() => other.loadStateDict({ lastEpoch: 1, baseLrs: [1, 2] })).toThrow(StateError);
  });

  test('a run that goes on needs the first rates', () => {
    expect(() => new schedulers.StepLR(sgd(), 3, { lastEpoch: 4 })).toThrow('groups need their initialLr');
    const optimizer = sgd();
    optimizer.paramGroups[0].initialLr = 0.2;
    expect(new schedulers.CosineAnnealingLR(optimizer, 10, { lastEpoch: 4 }).getLastLr()).toEqual([0.1]);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ['factors above 1', () => new schedulers.ConstantLR(sgd(), { factor: 2 }), /factor must be in \[0, 1\], got 2/],
  ['a list that is too long', () => new schedulers.LambdaLR(sgd(), [() => 1, () => 1]), /got 2 values, expected one for each of 1 groups/],
  ['no number of steps', () => new schedulers.OneCycleLR(sgd(), 1), /neither totalSteps nor both/],
  ['an unknown mode', () => new schedulers.CyclicLR(sgd(), 0, 1, { mode: 'square' as never }), /mode must be one of/],
  ['a plateau factor of 1', () => new schedulers.ReduceLROnPlateau(sgd(), { factor: 1 }), /factor must be below 1/],
  ['milestones that do not fit', () => new schedulers.SequentialLR(sgd(), [], []), /got no schedulers/],
  ['schedulers of others', () => new schedulers.ChainedScheduler([new schedulers.StepLR(sgd(), 1), new schedulers.StepLR(sgd(), 1)]), /belong to one optimiser/],
])('rejects %s', (_, make, message) => {
  expect(make).toThrow(ArgumentError);
  expect(make).toThrow(message);
});

test.each([
  ['cos', 4, [[0.5, 0.1], [0.434099, 0.114645], [0.275, 0.15], [0.115901, 0.185355], [0.05, 0.2], [0.05, 0.2]]],
  ['linear', 3, [[0.5, 0.1], [0.35, 0.133333], [0.2, 0.166667], [0.05, 0.2], [0.05, 0.2], [0.05, 0.2]]],
  ['cos', 0, Array.from({ length: 6 }, () => [0.05, 0.2])],
] as const)('SWALR, %s in %i epochs', (annealStrategy, annealEpochs, expected) => {
  const groups = [0.5, 0.1].map((lr) => ({ params: [tensor([0.5], { requiresGrad: true })], lr }));
  const optimizer = new SGD(groups, { lr: 0.5 });
  const rates = follow(new schedulers.SWALR(optimizer, [0.05, 0.2], { annealEpochs, annealStrategy }), 5, () => optimizer.paramGroups.map(({ lr }) => lr));
  rates.forEach((pair, i) => pair.forEach((rate, k) => expect(rate).toBeCloseTo(expected[i][k], 5)));
  expect(() => new schedulers.SWALR(optimizer, { swaLr: 0.1, annealStrategy: 'step' as never })).toThrow(/'cos' or 'linear'/);
});
