/**
 * Decompositions of low rank, and what LAPACK leaves of QR: products give the matrix back.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, manualSeed, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { beforeAll, expect, test } from 'vitest';
import { abs, at, diagEmbed, matmul, max, mT, randn, sub, sum, triu } from '../index.js';
import { geqrf, householderProduct, ormqr, pcaLowrank, svdLowrank, svdvals } from './index.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const furthest = (a: Tensor, b: Tensor): number => max(abs(sub(a, b))).itemSync();

test.each([[[6, 4]], [[4, 6]], [[2, 7, 3]]])('%j of rank 2 is what its factors give', (shape) => {
  manualSeed(3);
  const like = { dtype: 'float64' } as const;
  const a = matmul(randn([...shape.slice(0, -1), 2], like), randn([2, shape.at(-1)!], like));
  const { U, S, V } = svdLowrank(a, 3);
  expect([U.shape.at(-1), S.shape.at(-1), V.shape.at(-2)]).toEqual([3, 3, shape.at(-1)]);
  expect(furthest(matmul(matmul(U, diagEmbed(S)), mT(V)), a)).toBeLessThan(1e-12);
});

test('principal components of points on a line', () => {
  manualSeed(0);
  const a = tensor([[0.5, 1], [1, 2], [1.5, 3]], { dtype: 'float64', requiresGrad: true });
  const { S, V } = pcaLowrank(a, 1);
  expect(abs(V).toArraySync()).toEqual([[expect.closeTo(0.4472, 3)], [expect.closeTo(0.8944, 3)]]);
  expect(S.itemSync()).toBeCloseTo(Math.sqrt(2.5), 6);
  sum(S).backward();
  expect(a.grad!.shape).toEqual([3, 2]);
  expect(pcaLowrank(a).S.shape).toEqual([2]);
  expect(furthest(pcaLowrank(a, 2, { center: false }).S, svdvals(a))).toBeLessThan(1e-12);
  expect(() => pcaLowrank(a, 3)).toThrow(ArgumentError);
  expect(() => svdLowrank(a, 1, { niter: -1 })).toThrow(ArgumentError);
});

test('reflections', () => {
  const a = tensor([[3, 1], [4, 2], [0, 5]], { dtype: 'float64' });
  const { a: both, tau } = geqrf(a);
  expect(furthest(matmul(householderProduct(both, tau), at(triu(both), ':2')), a)).toBeLessThan(1e-14);
  expect(furthest(ormqr(both, tau, triu(both)), a)).toBeLessThan(1e-14);
  expect(furthest(ormqr(both, tau, a, { transpose: true }), triu(both))).toBeLessThan(1e-14);
  expect(furthest(ormqr(both, tau, mT(a), { left: false }), mT(ormqr(both, tau, a, { transpose: true })))).toBeLessThan(1e-14);
  expect(() => ormqr(both, tau, mT(a))).toThrow(ShapeError);
});
