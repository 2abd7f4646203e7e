import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, Generator, getRngState, initialSeed, manualSeed, noGrad, planStatistics, seed, setRngState, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { full, zeros } from '../creation/index.js';
import {
  bernoulli, binomial, cauchy_, exponential_, geometric_, logNormal_, multinomial, normal, poisson, rand, randint, randintLike, randn, randnLike, random_,
  randperm, uniform, uniform_,
} from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const values = (t: Tensor): number[] => Array.from(t.dataSync() as ArrayLike<number>);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

/** Moments of many numbers against those of their distribution, within five standard errors. */
function expectMoments(xs: readonly number[], center: number, deviation: number): void {
  const error = (5 * deviation) / Math.sqrt(xs.length);
  expect(Math.abs(mean(xs) - center)).toBeLessThan(error);
  expect(Math.abs(Math.sqrt(mean(xs.map((x) => (x - center) ** 2))) - deviation)).toBeLessThan(2 * error);
}

describe('draws', () => {
  test('the upper 24 bits of the first word of each counter, exactly', () => {
    manualSeed(0);
    expect(values(rand(1))).toEqual([(0x6627e8d5 >>> 8) * 2 ** -24]);
  });

  test('equal seeds give equal numbers, and an element depends on its position in the stream alone', () => {
    manualSeed(7);
    const [a, b] = [values(rand(2, 3)), values(rand([4]))];
    manualSeed(7);
    expect(values(rand(10))).toEqual([...a, ...b]);
    manualSeed(8);
    expect(values(rand(2, 3))).not.toEqual(a);
  });

  test('the order of the calls decides, not the order of reading', () => {
    manualSeed(1);
    const [a, b] = [rand(3), rand(3)];
    const read = [values(b), values(a)];
    manualSeed(1);
    expect([values(rand(3)), values(rand(3))]).toEqual([read[1], read[0]]);
  });

  test('another draw compiles nothing', () => {
    values(randn(5, 5));
    const before = planStatistics().compiled;
    values(randn(5, 5));
    manualSeed(123456789012345n);
    values(randn(5, 5));
    expect(planStatistics().compiled).toBe(before);
  });

  test.each(['float32', 'float64', 'float16', 'bfloat16'] as const)('uniform and normal moments in %s', (dtype) => {
    manualSeed(3);
    const u = Array.from(rand([4000], { dtype }).to('float64').dataSync() as Float64Array);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThan(1);
    expectMoments(u, 0.5, Math.sqrt(1 / 12));
    expectMoments(Array.from(randn([4000], { dtype }).to('float64').dataSync() as Float64Array), 0, 1);
  });

  test('normal takes numbers and tensors, uniform an interval', () => {
    manualSeed(4);
    expectMoments(values(normal(2, 3, [4000])), 2, 3);
    expectMoments(values(uniform(-1, 3, [4000])), 1, 4 / Math.sqrt(12));
    const y = normal(tensor([0, 100]), tensor([0, 0]));
    expect(values(y)).toEqual([0, 100]);
    expect(values(normal(tensor([1.5, 2.5]), 0))).toEqual([1.5, 2.5]);
  });

  test('integers cover their interval', () => {
    manualSeed(5);
    const dice = values(randint(1, 7, [600]));
    expect([...new Set(dice)].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(randint(3, [2]).dtype).toBe('int32');
    const wide = values(randint(-(2 ** 31), 2 ** 31 - 1, [200], { dtype: 'float64' }));
    expect(Math.max(...wide)).toBeGreaterThan(2 ** 30);
    expect(Math.min(...wide)).toBeLessThan(-(2 ** 30));
    const large = Array.from(randint(2 ** 40, 2 ** 40 + 3, [50], { dtype: 'int64' }).dataSync() as BigInt64Array, Number);
    expect([...new Set(large)].sort()).toEqual([2 ** 40, 2 ** 40 + 1, 2 ** 40 + 2]);
    expect(randintLike(zeros(2, 2), 5).dtype).toBe('float32');
  });

  test('bernoulli takes a probability each, or one for all', () => {
    manualSeed(6);
    expectMoments(values(bernoulli(full([3000], 0.3))), 0.3, Math.sqrt(0.21));
    expect(values(bernoulli(tensor([0, 1, 0, 1], { dtype: 'float32' })))).toEqual([0, 1, 0, 1]);
    expect(values(bernoulli(zeros(4), 1))).toEqual([1, 1, 1, 1]);
  });

  test('permutations hold every number once', () => {
    manualSeed(8);
    const p = values(randperm(50));
    expect([...p].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(p).not.toEqual([...p].sort((a, b) => a - b));
    expect(values(randperm(0))).toEqual([]);
    const firsts = Array.from({ length: 300 }, () => values(randperm(3))[0]);
    expect(Math.abs(mean(firsts) - 1)).toBeLessThan(0.25);
  });

  test('multinomial draws in proportion, and without replacement never twice', () => {
    manualSeed(9);
    const drawn = values(multinomial(tensor([1, 0, 3], { dtype: 'float32' }), 2000, { replacement: true }));
    expect(drawn).not.toContain(1);
    expect(Math.abs(drawn.filter((x) => x === 2).length / 2000 - 0.75)).toBeLessThan(0.05);
    const rows = multinomial(tensor([[1, 2, 3], [0, 1, 1]], { dtype: 'float32' }), 2);
    expect(rows.shape).toEqual([2, 2]);
    const [a, b, c, d] = values(rows);
    expect(a).not.toBe(b);
    expect([c, d].sort()).toEqual([1, 2]);
  });

  test('in-place forms keep shape, dtype and what a leaf is', () => {
    const w = zeros([100], { requiresGrad: true });
    noGrad(() => uniform_(w, 2, 3));
    expect(w.isLeaf && w.requiresGrad).toBe(true);
    expect(Math.min(...values(w))).toBeGreaterThanOrEqual(2);
  });

  test('like forms take dtype and shape, and no gradient passes', () => {
    const x = zeros([2, 3], { dtype: 'float64', requiresGrad: true });
    const y = randnLike(x);
    expect([y.dtype, y.shape, y.requiresGrad]).toEqual(['float64', [2, 3], false]);
    expect(normal(x, 1).requiresGrad).toBe(false);
  });

  test('wrong calls say what is wrong', async () => {
    expect(() => rand([2], { dtype: 'int32' })).toThrow(DTypeError);
    expect(() => randint(3, 3, [2])).toThrow(ArgumentError);
    expect(() => rand(-1)).toThrow(ShapeError);
    expect(() => normal(0, -1, [2])).toThrow(/std must not be negative/);
    expect(() => bernoulli(zeros(2), 1.5)).toThrow(/from 0 to 1/);
    expect(() => multinomial(tensor([0.5, 0.5]), 3)).toThrow(/without replacement/);
    await expect(multinomial(tensor([0.5, -1]), 1).data()).rejects.toThrow(/not negative, got -1 at position 1/);
  });
});

describe('other distributions', () => {
  const empty = (): Tensor => zeros([4000], { dtype: 'float64' });

  test('have the moments of theirs', () => {
    manualSeed(11);
    expectMoments(values(exponential_(empty(), 2)), 0.5, 0.5);
    expectMoments(values(geometric_(empty(), 0.4)), 2.5, Math.sqrt(0.6) / 0.4);
    expectMoments(values(logNormal_(empty(), -1, 0.5)).map(Math.log), -1, 0.5);
    expectMoments(values(cauchy_(empty(), 3, 2)).map((x) => Math.atan((x - 3) / 2)), 0, Math.PI / Math.sqrt(12));
    expectMoments(values(poisson(full([4000], 3.5))), 3.5, Math.sqrt(3.5));
    expectMoments(values(poisson(full([4000], 1e4, { dtype: 'float64' }))), 1e4, 100);
  });

  test('give whole numbers where they count', () => {
    const counts = values(geometric_(zeros([500], { dtype: 'int32' }), 0.3));
    expect(Math.min(...counts)).toBe(1);
    expect(values(poisson(full([200], 0.7))).every((x) => Number.isInteger(x) && x >= 0)).toBe(true);
    expect(values(poisson(zeros(3)))).toEqual([0, 0, 0]);
    const dice = values(random_(zeros([300]), 1, 7));
    expect([Math.min(...dice), Math.max(...dice)]).toEqual([1, 6]);
    for (const [dtype, end] of [['uint8', 256], ['float16', 2048]] as const) {
      const most = Math.max(...values(random_(zeros([300], { dtype })).to('float32')));
      expect([most > end / 2, most <= end]).toEqual([true, true]);
    }
  });

  test('say what is wrong', () => {
    expect(() => exponential_(zeros(2), 0)).toThrow(ArgumentError);
    expect(() => cauchy_(zeros([2], { dtype: 'int32' }))).toThrow(DTypeError);
    expect(() => geometric_(zeros(2), 1)).toThrow(ArgumentError);
    expect(() => poisson(tensor([1, -2.5]))).toThrow('got -2.5 at position 1');
    expect(() => random_(zeros(2), 3, 3)).toThrow(ArgumentError);
  });
});

describe('binomial numbers', () => {
  test.each([[10, 0.3], [1000, 0.5], [3, 0.9]])('of %i trials of probability %f', (n, p) => {
    manualSeed(4);
    const xs = values(binomial(full([4000], n, { dtype: 'float32' }), tensor(p)));
    expect(xs.every((x) => Number.isInteger(x) && x >= 0 && x <= n)).toBe(true);
    expectMoments(xs, n * p, Math.sqrt(n * p * (1 - p)));
  });

  test('certain ones, of arguments that broadcast', () => {
    expect(binomial(tensor([10.5, 3]), tensor([[1.5], [0]], { dtype: 'float32' })).toArraySync()).toEqual([[10.5, 3], [0, 0]]);
    expect(binomial(tensor([-1.5]), tensor([0.5])).toArraySync()).toEqual([0]);
    expect(() => binomial(tensor([10]), tensor([0.5]))).toThrow(DTypeError);
    expect(() => binomial(tensor([1.5]), tensor([0.5], { dtype: 'float64' }))).toThrow(DTypeError);
    expect(() => binomial(tensor([1.5, 2]), tensor([0.5, 0.5, 0.5]))).toThrow(ShapeError);
  });
});

describe('seeds', () => {
  test('are told, and drawn by chance', () => {
    manualSeed(12);
    expect(initialSeed()).toBe(12);
    manualSeed(2n ** 63n);
    expect(initialSeed()).toBe(2n ** 63n);
    manualSeed(-1);
    expect(initialSeed()).toBe(2n ** 64n - 1n);
    manualSeed(Number.MAX_SAFE_INTEGER);
    expect(initialSeed()).toBe(Number.MAX_SAFE_INTEGER);
    expect([seed(), seed()]).not.toEqual([initialSeed(), initialSeed()]);
    expect(seed()).toBe(initialSeed());
    expect(() => manualSeed(1.5)).toThrow(ArgumentError);
    expect(() => manualSeed('1' as never)).toThrow(ArgumentError);
  });

  test('and states come again', () => {
    const state = getRngState();
    const first = values(rand(3));
    setRngState(state);
    expect(values(rand(3))).toEqual(first);
  });

  test('a generator of its own leaves the program\'s where it was', () => {
    const draws = (generator: Generator): unknown[] =>
      [rand(2, { generator }), randn([2], { generator }), randint(9, [3], { generator }), randperm(5, { generator }), normal(0, 1, [2], { generator }), multinomial(tensor([0.5, 0.5]), 4, { replacement: true, generator })].map(values);
    manualSeed(1);
    const plain = values(rand(3));
    manualSeed(1);
    const first = draws(new Generator().manualSeed(42));
    expect(values(rand(3))).toEqual(plain);
    expect(draws(new Generator().manualSeed(42))).toEqual(first);
    manualSeed(42);
    expect(values(rand(2))).toEqual(first[0]);
  });
});
