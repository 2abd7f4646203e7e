/**
 * Reductions over any axes, and what goes along one axis, are what float64 arithmetic over plain arrays says.
 */
import { isFloat, numbersOf, type Tensor } from '@sconce/core';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { axes, axis, plain, wide } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { alongLines, difference, dropped, fold, toTensor, type Plain } from './plain.js';

type Values = readonly number[];

interface Reduction {
  readonly of: (x: Tensor, dims: readonly number[], keepdim: boolean) => Tensor;
  readonly by: (values: Values) => number;
}

const total = (v: Values): number => v.reduce((a, b) => a + b, 0);
const mean = (v: Values): number => total(v) / v.length;
const variance = (v: Values, correction = 1): number => {
  const middle = mean(v);
  return total(v.map((x) => (x - middle) ** 2)) / Math.max(0, v.length - correction);
};
const logsumexp = (v: Values): number => {
  const most = Math.max(...v);
  return most + Math.log(total(v.map((x) => Math.exp(x - most))));
};

const REDUCTIONS: Record<string, Reduction> = {
  sum: { of: (x, d, keepdim) => torch.sum(x, d, { keepdim }), by: total },
  mean: { of: (x, d, keepdim) => torch.mean(x, d, { keepdim }), by: mean },
  amax: { of: (x, d, keepdim) => torch.amax(x, d, { keepdim }), by: (v) => Math.max(...v) },
  amin: { of: (x, d, keepdim) => torch.amin(x, d, { keepdim }), by: (v) => Math.min(...v) },
  var: { of: (x, d, keepdim) => torch.var(x, d, { keepdim }), by: (v) => variance(v) },
  'std, whole population': { of: (x, d, keepdim) => torch.std(x, d, { keepdim, correction: 0 }), by: (v) => Math.sqrt(variance(v, 0)) },
  logsumexp: { of: (x, d, keepdim) => torch.logsumexp(x, d, { keepdim }), by: logsumexp },
  norm: { of: (x, d, keepdim) => torch.norm(x, 2, d, { keepdim }), by: (v) => Math.hypot(...v) },
  'norm of order 1': { of: (x, d, keepdim) => torch.norm(x, 1, d, { keepdim }), by: (v) => total(v.map(Math.abs)) },
  countNonzero: {
    of: (x, d, keepdim) => {
      const counts = torch.countNonzero(x, d);
      return keepdim ? torch.reshape(counts, torch.sum(x, d, { keepdim }).shape) : counts;
    },
    by: (v) => v.filter((x) => x !== 0).length,
  },
};

/** Reductions over one axis. */
const OVER_ONE: Record<string, Reduction> = {
  prod: { of: (x, [d], keepdim) => torch.prod(torch.mul(x, 0.25), d, { keepdim }), by: (v) => v.reduce((a, b) => a * b * 0.25, 1) },
  argmax: { of: (x, [d], keepdim) => torch.argmax(x, d, { keepdim }), by: (v) => v.indexOf(Math.max(...v)) },
  argmin: { of: (x, [d], keepdim) => torch.argmin(x, d, { keepdim }), by: (v) => v.indexOf(Math.min(...v)) },
  any: { of: (x, [d], keepdim) => torch.any(torch.gt(x, 6), d, { keepdim }), by: (v) => Number(v.some((i) => i > 6)) },
  all: { of: (x, [d], keepdim) => torch.all(torch.gt(x, -7), d, { keepdim }), by: (v) => Number(v.every((i) => i > -7)) },
  median: { of: (x, [d], keepdim) => torch.median(x, d, { keepdim }).values, by: (v) => [...v].sort((a, b) => a - b)[(v.length - 1) >> 1] },
};

const running = (join: (a: number, b: number) => number) => (v: Values): number[] => {
  let last: number | undefined;
  return v.map((x) => (last = last === undefined ? x : join(last, x)));
};
const orderOf = (v: Values, sign: number): number[] => v.map((_, i) => i).sort((i, j) => sign * (v[i] - v[j]) || i - j);

/** What takes a line to a line. */
const LINES: Record<string, { readonly of: (x: Tensor, dim: number) => Tensor; readonly line: (values: Values) => Values }> = {
  cumsum: { of: (x, d) => torch.cumsum(x, d), line: running((a, b) => a + b) },
  cumprod: { of: (x, d) => torch.cumprod(torch.mul(x, 0.25), d), line: (v) => running((a, b) => a * b)(v.map((x) => x * 0.25)) },
  cummax: { of: (x, d) => torch.cummax(x, d).values, line: running(Math.max) },
  logcumsumexp: { of: (x, d) => torch.logcumsumexp(x, d), line: running((a, b) => logsumexp([a, b])) },
  softmax: { of: (x, d) => torch.softmax(x, d), line: (v) => v.map((x) => Math.exp(x - logsumexp(v))) },
  logSoftmax: { of: (x, d) => torch.logSoftmax(x, d), line: (v) => v.map((x) => x - logsumexp(v)) },
  sort: { of: (x, d) => torch.sort(x, d).values, line: (v) => [...v].sort((a, b) => a - b) },
  'argsort, descending': { of: (x, d) => torch.argsort(x, d, { descending: true, stable: true }), line: (v) => orderOf(v, -1) },
};

/** With the axes of a subset, from the front or from the back. */
const withAxes = (x: fc.Arbitrary<Plain>): fc.Arbitrary<[Plain, number[]]> => x.chain((p) => fc.tuple(fc.constant(p), axes(p.shape.length)));
const withAxis = (x: fc.Arbitrary<Plain>): fc.Arbitrary<[Plain, number]> => x.chain((p) => fc.tuple(fc.constant(p), axis(p.shape.length)));
const small = { minRank: 1, minSize: 1 };
const fromFront = (d: number, { shape }: Plain): number => (d < 0 ? d + shape.length : d);

describe.each(DEVICES)('on $device', ({ device, share, start }) => {
  beforeAll(start);
  const dtype = device === 'cpu' ? 'float64' : 'float32';
  const tolerance = dtype === 'float64' ? 1e-12 : 2e-5;
  const agree = async (got: Tensor, { shape, values }: Plain): Promise<void> => {
    expect(got.shape).toEqual(shape);
    const found = Array.from(numbersOf(await got.data(), got.dtype), Number);
    expect(difference(found, values, isFloat(got.dtype) ? tolerance : 0)).toBeUndefined();
  };

  describe.each(Object.entries(REDUCTIONS))('%s', (_, { of, by }) => {
    property('is that of plain arrays over any axes', [withAxes(fc.oneof(plain({ ...small, minRank: 0 }), wide())), fc.boolean()], async ([x, dims], keepdim) => {
      const over = dims.length === 0 ? x.shape.map((_, d) => d) : dims.map((d) => fromFront(d, x));
      const want = fold(x, over, by);
      await agree(of(toTensor(x, dtype), dims, keepdim), keepdim ? want : dropped(want, over));
    }, { runs: 25 * share });
  });

  describe.each(Object.entries(OVER_ONE))('%s', (_, { of, by }) => {
    property('is that of plain arrays over any axis', [withAxis(fc.oneof(plain(small), wide())), fc.boolean()], async ([x, dim], keepdim) => {
      const over = [fromFront(dim, x)];
      const want = fold(x, over, by);
      await agree(of(toTensor(x, dtype), [dim], keepdim), keepdim ? want : dropped(want, over));
    }, { runs: 25 * share });
  });

  describe.each(Object.entries(LINES))('%s', (_, { of, line }) => {
    property('is that of plain arrays along any axis', [withAxis(fc.oneof(plain(small), wide()))], async ([x, dim]) => {
      await agree(of(toTensor(x, dtype), dim), alongLines(x, fromFront(dim, x), line));
    }, { runs: 25 * share });
  });

  property('sums of nothing are 0, and products 1', [withAxes(plain({ minRank: 1 }))], async ([x, dims]) => {
    const over = dims.length === 0 ? x.shape.map((_, d) => d) : dims.map((d) => fromFront(d, x));
    await agree(torch.sum(toTensor(x, dtype), dims), dropped(fold(x, over, total), over));
    const signs = { ...x, values: x.values.map(Math.sign) };
    await agree(torch.prod(toTensor(signs, dtype)), { shape: [], values: [signs.values.reduce((a, b) => a * b, 1)] });
  }, { runs: 25 * share });
});
