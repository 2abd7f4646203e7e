/**
 * Linear algebra where records do not reach: errors on reading, batches that broadcast, gradients of gradients.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { DTypeError, fromHost, grad, numbersOf, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { add, eye, matmul, mul, randn, reshape, sub, sum } from '../index.js';
import {
  cholesky, choleskyEx, cond, det, inv, invEx, LinAlgError, logdet, lstsq, matrixExp, matrixNorm, matrixPower, matrixRank, pinv, slogdet, solve, solveTriangular, tensorinv,
} from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const values = (t: Tensor): number[] => Array.from(numbersOf(t.dataSync(), t.dtype));
const wide = (shape: number[], ...list: number[]): Tensor => fromHost(Float64Array.from(list), shape, 'float64');
const largest = (t: Tensor): number => Math.max(...values(t).map(Math.abs));

const SINGULAR = wide([2, 2], 1, 2, 2, 4);

describe('a matrix that has none', () => {
  test('of inverses is said when the result is read', () => {
    const x = inv(SINGULAR);
    expect(() => values(x)).toThrow(LinAlgError);
    expect(() => values(x)).toThrow(/inv: A is singular/);
    expect(() => values(solve(SINGULAR, wide([2], 1, 1)))).toThrow(LinAlgError);
    expect(values(invEx(SINGULAR).info)).toEqual([2]);
    const batch = wide([2, 2, 2], 1, 0, 0, 1, 1, 2, 2, 4);
    expect(() => values(inv(batch))).toThrow(/matrix 1 of the batch/);
    expect(values(det(SINGULAR))[0]).toBeCloseTo(0);
    expect(values(slogdet(SINGULAR).logabsdet)).toEqual([-Infinity]);
  });

  test('of roots is said when the result is read', () => {
    const x = wide([2, 2], 1, 2, 2, 1);
    expect(() => values(cholesky(x))).toThrow(/leading minor of order 2/);
    expect(values(choleskyEx(x).info)).toEqual([2]);
  });

  test('shape or dtype for it is refused at the call', () => {
    expect(() => inv(wide([2, 1], 1, 2))).toThrow(ShapeError);
    expect(() => inv(wide([2], 1, 2))).toThrow(ShapeError);
    expect(() => inv(tensor([[1]]))).toThrow(DTypeError);
    expect(() => solve(SINGULAR, wide([3], 1, 2, 3))).toThrow(ShapeError);
  });
});

test('solutions solve, for batches that broadcast and from either side', () => {
  const a = add(randn([3, 1, 4, 4], { dtype: 'float64' }), mul(eye(4, { dtype: 'float64' }), 5));
  const b = randn([2, 4, 3], { dtype: 'float64' });
  const x = solve(a, b);
  expect(x.shape).toEqual([3, 2, 4, 3]);
  expect(largest(sub(matmul(a, x), b))).toBeLessThan(1e-12);
  const c = randn([3, 4], { dtype: 'float64' });
  expect(largest(sub(matmul(solve(a, c, { left: false }), a), c))).toBeLessThan(1e-12);
  const t = solveTriangular(a, c, { upper: true, left: false, unitriangular: true });
  expect(t.shape).toEqual([3, 1, 3, 4]);
  expect(largest(sub(matmul(matrixPower(a, -2), matmul(a, a)), eye(4, { dtype: 'float64' })))).toBeLessThan(1e-10);
});

test('an inverse can be differentiated twice', () => {
  const x = fromHost(Float64Array.of(2), [1, 1], 'float64', { requiresGrad: true });
  const [first] = grad([sum(inv(x))], [x], { createGraph: true });
  const [second] = grad([sum(first!)], [x]);
  expect([values(first!)[0], values(second!)[0]]).toEqual([-0.25, 0.25]);
});

describe('by hand', () => {
  const a = wide([2, 2], 1, -2, 3, 4);

  test('norms of every order, and condition numbers', () => {
    expect(([1, -1, Infinity, -Infinity] as const).map((ord) => values(matrixNorm(a, ord))[0])).toEqual([6, 4, 7, 3]);
    const [two, minusTwo] = ([2, -2] as const).map((p) => values(cond(wide([2, 2], 4, 0, 0, 0.5), p))[0]);
    expect([two, minusTwo]).toEqual([8, 0.125]);
  });

  test('signs of determinants, and their logarithms', () => {
    const turned = wide([2, 2], -2, 0, 0, 1);
    expect([values(slogdet(turned).sign), values(slogdet(turned).logabsdet)]).toEqual([[-1], [Math.log(2)]]);
    expect([values(logdet(turned)), values(logdet(mul(turned, turned)))]).toEqual([[NaN], [Math.log(4)]]);
  });

  test('the exponential of a long turn', () => {
    const turn = values(matrixExp(wide([2, 2], 0, -200, 200, 0)));
    [Math.cos(200), -Math.sin(200), Math.sin(200), Math.cos(200)].forEach((x, i) => expect(turn[i]).toBeCloseTo(x, 10));
  });

  test('what is small counts down to the precision of the dtype, or to what is asked for', () => {
    const small = (s: number): Tensor => wide([2, 2], 1, 0, 0, s);
    expect([2 ** -40, 2 ** -60].map((s) => [values(matrixRank(small(s)))[0], values(pinv(small(s)))[3]])).toEqual([[2, 2 ** 40], [1, 0]]);
    expect(values(pinv(small(0.125), { atol: wide([], 0.01), rtol: 0.5 }))).toEqual([1, 0, 0, 0]);
    expect(values(pinv(small(0.125), { atol: wide([], 0.01), rtol: 0.1 }))).toEqual([1, 0, 0, 8]);
  });

  test('residuals are of more equations than unknowns', () => {
    const residuals = (rows: number): number[] => lstsq(eye(rows, 2, { dtype: 'float64' }), reshape(wide([rows], ...[3, 4, 5].slice(0, rows)), [rows, 1]), null, { driver: 'gelsd' }).residuals.shape.slice();
    expect([residuals(2), residuals(3)]).toEqual([[0], [1]]);
  });

  test('the inverse of a map between tensors goes from the second to the first', () => {
    const x = reshape(add(eye(6, { dtype: 'float64' }), randn([6, 6], { dtype: 'float64' })), [2, 3, 6]);
    const y = tensorinv(x);
    expect(y.shape).toEqual([6, 2, 3]);
    expect(largest(sub(matmul(reshape(y, [6, 6]), reshape(x, [6, 6])), eye(6, { dtype: 'float64' })))).toBeLessThan(1e-8);
  });
});
