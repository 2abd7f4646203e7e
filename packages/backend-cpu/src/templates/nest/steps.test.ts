import { beforeAll, describe, expect, it, vi } from 'vitest';
import { axisRef, freshAxis, loadOf, stageRef, useSync, type Combine, type DType, type Expr, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import type { Kernel } from '@sconce/compiler';
import { disagreement, evaluateOn, joined, made, noise, useBoth, type Make } from '../../oracle.js';
import { cpuSync } from '../../sync.js';
import type { CompiledKernel } from '../../code/kernel-module.js';
import { buildKernel } from '../build.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

const COMBINES: readonly Combine[] = ['sum', 'prod', 'max', 'min', 'argmax', 'argmin'];
const isArg = (combine: Combine): boolean => combine.startsWith('arg');

/** Reduces these dimensions. */
function reduce(combine: Combine, x: Tensor, dims: readonly number[], dtype: DType = x.dtype): Tensor {
  const kept = x.shape.filter((_, d) => !dims.includes(d));
  return joined('reduce', `${combine} of ${dims.join()}`, [x], kept, (ix, [y]) =>
    e.reduce(combine, dims.map((d) => y.shape[d]), (r) => {
      const [own, rest] = [[...r], [...ix]];
      return y(y.shape.map((_, d) => (dims.includes(d) ? own : rest).shift()!));
    }), isArg(combine) ? 'int32' : dtype);
}

/** Long, with what is left over along the lanes; in lanes of results; several results; axes that do not collapse. */
const SHAPES: readonly (readonly [Shape, readonly number[]])[] = [
  [[131_149], [0]], [[30_011, 5], [0]], [[2, 131_079], [1]], [[50_003, 3], [0]], [[4001, 2, 35], [0, 2]], [[2, 3, 70_001], [0, 2]],
];

const agrees = (build: (make: Make) => readonly Tensor[], tolerance = 1e-5): void => expect(disagreement(build, tolerance)).toBe(null);

/** A kernel that sums `length` elements, `step` apart, for each of `count` results, whose first ones are `apart`. */
function sumOf(count: number, length: number, apart: number, step: number): CompiledKernel {
  const [i, r] = [freshAxis(count, 'i'), freshAxis(length, 'r')];
  const value = loadOf(0, 'float32', e.add(e.mul(axisRef(i), apart), e.mul(axisRef(r), step)));
  const kernel: Kernel = {
    name: 'sum',
    grid: [i],
    stages: [
      { kind: 'reduce', id: 1, combine: 'sum', axes: [r], value, dtype: 'float32' },
      { kind: 'store', axes: [], slot: 1, index: axisRef(i), value: stageRef(1, 'float32') },
    ],
    buffers: [
      { label: 'x', storage: 'float32', size: count * length, access: 'read', scope: 'global' },
      { label: 'out', storage: 'float32', size: count, access: 'write', scope: 'global' },
    ],
    scalars: [],
  };
  return buildKernel(kernel, { numberOf: () => 0 }, { shared: true, maximumPages: 1, fused: false, wide: false });
}

const phasesOf = (rows: number, columns: number): CompiledKernel['phases'] => sumOf(rows, columns, columns, 1).phases;

it('writes steps out where there are many points, and loops over them where there are few', () => {
  const bytes = (count: number, steps: number): number => sumOf(count, steps, 1, count).module.encode().length;
  expect(bytes(8, 30) - bytes(8, 12)).toBeLessThan(8);
  expect(bytes(4096, 16) - bytes(4096, 12)).toBeGreaterThan(40);
});

it('cuts long sums of few results, into parts that depend on the shape', () => {
  expect(phasesOf(1, 1 << 20)).toEqual([{ name: 'step1', units: 64 }, { name: 'step2', units: 1 }]);
  expect(phasesOf(3, 1 << 18)).toEqual([{ name: 'step1', units: 3 * 16 }, { name: 'step2', units: 3 }]);
  expect(phasesOf(16, 1 << 18)).toEqual([{ name: 'run', units: 16 }]);
  expect(phasesOf(1, 1 << 16)).toEqual([{ name: 'run', units: 1 }]);
});

describe('sweeps that are cut', () => {
  it.each(COMBINES)('%s', (combine) => {
    // Sums without cancellation, and products that are exact.
    const values: Partial<Record<Combine, (i: number) => number>> = { sum: (i) => noise(i) + 2, prod: (i) => (i % 20_011 === 0 ? 2 : i % 7 === 3 ? -1 : 1) };
    for (const [shape, dims] of SHAPES) agrees((make) => [reduce(combine, make(values[combine] ?? noise, shape), dims)]);
  });

  it.each(['float64', 'int32', 'int64', 'bool'] as const)('%s', (dtype) => {
    const value = dtype === 'bool' ? (i: number) => Number(i % 1000 === 999) : (i: number) => Math.round(noise(i) * 9);
    for (const combine of ['sum', 'max', 'argmin'] as const) {
      if (dtype === 'bool' && combine === 'sum') continue;
      for (const [shape, dims] of SHAPES.slice(0, 2)) agrees((make) => [reduce(combine, make(value, shape, dtype), dims)]);
    }
  });

  it('finds the first of equals, and NaN, in whatever part', () => {
    for (const at of [[100_000, 130_000], [20_000, 131_148], [131_147, 131_148]]) {
      for (const peak of [7, NaN]) {
        const value = (i: number): number => (at.includes(i) ? peak : noise(i));
        const [[found]] = evaluateOn('cpu', (make) => [reduce('argmax', make(value, [131_149]), [0])]);
        expect(found).toBe(at[0]);
        expect(evaluateOn('cpu', (make) => [reduce('max', make(value, [131_149]), [0])])).toEqual([[peak]]);
      }
    }
  });

  it('follow each other: a variance, a softmax', () => {
    for (const shape of [[131_149], [2, 131_149]]) {
      agrees((make) => {
        const x = make((i) => noise(i) * 3 + 1, shape);
        const last = x.ndim - 1;
        const row = (ix: readonly Expr[]): Expr[] => ix.slice(0, last);
        const mean = made('mean', [reduce('sum', x, [last])], shape.slice(0, last), (ix, [s]) => e.div(s(ix), 131_149));
        const square = made('square', [x, mean], shape, (ix, [a, m]) => e.mul(e.sub(a(ix), m(row(ix))), e.sub(a(ix), m(row(ix)))));
        const powers = made('power', [x, reduce('max', x, [last])], shape, (ix, [a, m]) => e.exp(e.sub(a(ix), m(row(ix)))));
        const shares = made('share', [powers, reduce('sum', powers, [last])], shape, (ix, [p, s]) => e.div(p(ix), s(row(ix))));
        return [reduce('sum', square, [last]), mean, shares];
      });
    }
  });

  it('give the same bits whatever the number of threads', () => {
    const bits = [1, 2, 5].map((threads) => {
      useSync(cpuSync({ threads }));
      return evaluateOn('cpu', (make) => SHAPES.map(([shape, dims]) => reduce('sum', make((i) => noise(i) / 3, shape), dims)));
    });
    expect(bits[1]).toEqual(bits[0]);
    expect(bits[2]).toEqual(bits[0]);
  });
});
