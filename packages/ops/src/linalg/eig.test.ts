/**
 * Eigenvalues and eigenvectors of matrices that are not symmetric: what they are, PyTorch's order and signs, gradients.
 */
import { cpu } from '@sconce/backend-cpu/sync';
import { DTypeError, fromHost, grad, manualSeed, numbersOf, ShapeError, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { add, matmul, mul, randn, sub, sum, unsqueeze, zeros } from '../index.js';
import { eig, eigvals, LinAlgError } from './index.js';

useSync(cpu());

const F64 = { dtype: 'float64' } as const;
const values = (t: Tensor): number[] => Array.from(numbersOf(t.dataSync(), t.dtype));
const wide = (shape: number[], ...list: number[]): Tensor => fromHost(Float64Array.from(list), shape, 'float64');
const largest = (t: Tensor): number => Math.max(0, ...values(t).map(Math.abs));

/** How far A V is from V diag(λ), and vectors from length 1. */
function error(a: Tensor): number {
  const { eigenvalues: l, eigenvectors: v } = eig(a);
  const [re, im] = [unsqueeze(l.real, -2), unsqueeze(l.imag, -2)];
  const real = sub(matmul(a, v.real), sub(mul(v.real, re), mul(v.imag, im)));
  const imag = sub(matmul(a, v.imag), add(mul(v.real, im), mul(v.imag, re)));
  const lengths = sum(add(mul(v.real, v.real), mul(v.imag, v.imag)), -2);
  return Math.max(largest(real), largest(imag), largest(sub(lengths, 1)));
}

const MATRICES: readonly (readonly [string, () => Tensor])[] = [
  ...[1, 2, 3, 5, 8, 30, 75].map((n) => [`random, ${n}`, () => randn([n, n], F64)] as const),
  ['a batch', () => randn([2, 3, 4, 4], F64)],
  ['none', () => zeros([0, 0], F64)],
  ['zero', () => zeros([3, 3], F64)],
  ['defective', () => wide([3, 3], 2, 1, 0, 0, 2, 1, 0, 0, 2)],
  ['a lower triangle', () => wide([3, 3], 1, 0, 0, 4, 2, 0, 5, 6, 3)],
  ['badly scaled', () => wide([3, 3], 1, 1e6, 0, 1e-6, 2, 1e3, 0, 1e-3, 3)],
  ['a permutation', () => wide([4, 4], 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)],
];

test.each(MATRICES)('A V is V diag(λ): %s', (_name, make) => {
  manualSeed(3);
  const a = make();
  expect(error(a)).toBeLessThan(1e-12);
  const { real, imag } = eigvals(a);
  const [of] = eig(a);
  expect(largest(sub(real, of.real)) + largest(sub(imag, of.imag))).toBe(0);
});

describe("PyTorch's values", () => {
  const near = (t: Tensor, ...list: number[]): void => values(t).forEach((x, i) => expect(x).toBeCloseTo(list[i], 5));
  const { eigenvalues, eigenvectors } = eig(wide([3, 3], 1, 2, 3, -4, 5, 6, 7, -8, 9));

  test('eigenvalues, those with positive imaginary parts first', () => {
    near(eigenvalues.real, 6.000000, 4.500000, 4.500000);
    near(eigenvalues.imag, 0.000000, 4.444097, -4.444097);
  });

  test('eigenvectors with their signs', () => {
    near(eigenvectors.real, -0.559795, -0.421375, -0.421375, -0.671754, -0.741620, -0.741620, -0.485156, -0.219115, -0.219115);
    near(eigenvectors.imag, 0.000000, 0.149810, -0.149810, 0.000000, 0.000000, -0.000000, 0.000000, -0.449431, 0.449431);
  });
});

test('gradients are slopes, of eigenvalues and of what does not depend on angles', () => {
  manualSeed(5);
  const a = randn([5, 5], { ...F64, requiresGrad: true });
  const direction = randn([5, 5], F64);
  const weights = randn([5], F64);
  // Vectors have length 1: only weights of their elements tell them apart.
  const each = randn([5, 5], F64);
  const losses: ((x: Tensor) => Tensor)[] = [
    (x) => sum(mul(eigvals(x).real, mul(eigvals(x).real, weights))),
    (x) => sum(mul(eig(x).eigenvalues.imag, mul(eig(x).eigenvalues.imag, weights))),
    (x) => sum(mul(eigvals(x).imag, mul(eigvals(x).imag, weights))),
    (x) => {
      const { real, imag } = eig(x).eigenvectors;
      return sum(mul(add(mul(real, real), mul(imag, imag)), each));
    },
  ];
  for (const loss of losses) {
    const [g] = grad([loss(a)], [a]);
    const at = (step: number): number => values(loss(add(a.detach(), mul(direction, step))))[0];
    expect(values(sum(mul(g!, direction)))[0]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
  }
});

test('what is refused', () => {
  expect(() => eig(wide([1, 2], 1, 2))).toThrow(ShapeError);
  const a = wide([1, 1], 1);
  expect(() => eig({ real: a, imag: a } as never)).toThrow(DTypeError);
  expect(() => eigvals(fromHost(Int32Array.of(1), [1, 1], 'int32'))).toThrow(DTypeError);
  expect(() => values(eigvals(wide([1, 1], NaN)).real)).toThrow(LinAlgError);
  expect(() => values(eig(wide([2, 1, 1], 1, Infinity)).eigenvectors.real)).toThrow(/matrix 1 of the batch/);
});
