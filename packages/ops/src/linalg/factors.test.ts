/**
 * Decompositions where records do not reach: matrices that are singular, graded, empty or not finite, of which factors are
 * multiplied again; PyTorch's signs; what is compiled.
 */
import { cpu } from '@sconce/backend-cpu/sync';
import { ArgumentError, AutogradError, DTypeError, fromHost, manualSeed, numbersOf, planStatistics, ShapeError, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { add, diagEmbed, eye, matmul, mT, mul, randn, sub, sum, tril, unsqueeze, zeros } from '../index.js';
import { cond, eigh, eigvalsh, householderProduct, LinAlgError, lstsq, lu, luFactor, luFactorEx, luSolve, luUnpack, matrixExp, matrixNorm, matrixRank, norm, pinv, qr, svd, svdvals } from './index.js';

useSync(cpu());

const F64 = { dtype: 'float64' } as const;
const values = (t: Tensor): number[] => Array.from(numbersOf(t.dataSync(), t.dtype));
const wide = (shape: number[], ...list: number[]): Tensor => fromHost(Float64Array.from(list), shape, 'float64');
const largest = (t: Tensor): number => Math.max(0, ...values(t).map(Math.abs));
const apart = (a: Tensor, b: Tensor): number => largest(sub(a, b));
/** How far the columns of Q are from orthonormal. */
const skewness = (q: Tensor): number => apart(matmul(mT(q), q), eye(q.shape.at(-1)!, F64));

const SHAPES = [[1, 1], [5, 5], [3, 5], [5, 3], [2, 9], [9, 2], [30, 30], [70, 70], [37, 130], [130, 37], [75, 101], [0, 0], [0, 3], [3, 0], [2, 3, 4, 3], [0, 2, 2]];

/** Matrices of a shape: random, of rank 1, of equal and of falling singular values, 0, and 1. */
function matricesOf(shape: number[]): Record<string, Tensor> {
  manualSeed(shape.join().length);
  const [m, n] = shape.slice(-2);
  const batch = shape.slice(0, -2);
  const k = Math.min(m, n);
  const [left, right] = [qr(randn([...batch, m, k], F64)).Q, qr(randn([...batch, n, k], F64)).Q];
  const from = (s: (i: number) => number): Tensor => matmul(mul(left, fromHost(Float64Array.from({ length: k }, (_, i) => s(i)), [k], 'float64')), mT(right));
  return {
    random: randn(shape, F64),
    'of rank 1': matmul(randn([...batch, m, 1], F64), randn([...batch, 1, n], F64)),
    repeated: from((i) => (i < k / 2 ? 2 : 1)),
    graded: from((i) => 10 ** (-14 * (i / k))),
    zero: zeros(shape, F64),
    one: add(zeros(shape, F64), eye(m, n, F64)),
  };
}

describe.each(SHAPES.map((shape) => ({ shape })))('of shape $shape', ({ shape }) => {
  const [m, n] = shape.slice(-2);
  const k = Math.min(m, n);
  const cases = Object.entries(matricesOf(shape));

  test.each(cases)('singular values and vectors of a %s matrix give it back', (_name, a) => {
    for (const fullMatrices of [false, true]) {
      const { U, S, Vh } = svd(a, { fullMatrices });
      expect([U.shape.at(-1), Vh.shape.at(-2)]).toEqual(fullMatrices ? [m, n] : [k, k]);
      const spread = fullMatrices ? matmul(matmul(eye(m, k, F64), diagEmbed(S)), eye(k, n, F64)) : diagEmbed(S);
      expect(apart(matmul(matmul(U, spread), Vh), a)).toBeLessThan(1e-12);
      expect(skewness(U) + skewness(mT(Vh))).toBeLessThan(1e-12);
      expect(apart(S, svdvals(a))).toBeLessThan(1e-13);
      expect(values(S).every((s, i, all) => s >= 0 && (i % k === 0 || s <= all[i - 1]))).toBe(true);
    }
  });

  test.each(cases)('reflections and exchanged rows of a %s matrix give it back', (_name, a) => {
    for (const mode of ['reduced', 'complete'] as const) {
      const { Q, R } = qr(a, mode);
      expect(Q.shape.at(-1)).toBe(mode === 'complete' ? m : k);
      expect(apart(matmul(Q, R), a)).toBeLessThan(1e-12);
      expect(skewness(Q)).toBeLessThan(1e-13);
      expect(largest(tril(R, -1))).toBe(0);
    }
    expect(apart(qr(a, 'r').R, qr(a).R)).toBe(0);
    const { P, L, U } = lu(a);
    expect(apart(matmul(P, matmul(L, U)), a)).toBeLessThan(1e-12);
    expect(largest(L)).toBeLessThanOrEqual(1);
    const { LU, pivots } = luFactorEx(a);
    const [p, l, u] = luUnpack(LU, pivots);
    expect(apart(matmul(p, matmul(l, u)), a)).toBeLessThan(1e-12);
  });

  if (m !== n) return;
  test.each(cases)('eigenvalues and eigenvectors of a %s matrix give it back', (_name, a) => {
    const symmetric = add(a, mT(a));
    for (const triangle of ['L', 'U'] as const) {
      const { eigenvalues, eigenvectors } = eigh(triangle === 'L' ? tril(symmetric) : mT(tril(symmetric)), triangle);
      expect(apart(matmul(mul(eigenvectors, unsqueeze(eigenvalues, -2)), mT(eigenvectors)), symmetric)).toBeLessThan(1e-12);
      expect(skewness(eigenvectors)).toBeLessThan(1e-12);
      expect(apart(eigenvalues, eigvalsh(symmetric, triangle))).toBeLessThan(1e-12);
    }
  });
});

describe('signs are those that PyTorch gives', () => {
  const a = wide([3, 2], 1, 2, 3, 4, 5, 6);
  const near = (t: Tensor, ...list: number[]): void => values(t).forEach((x, i) => expect(x).toBeCloseTo(list[i], 4));

  test('in singular vectors', () => {
    near(svd(a, { fullMatrices: false }).U, -0.2298, 0.8835, -0.5247, 0.2408, -0.8196, -0.4019);
    near(svd(a).Vh, -0.6196, -0.7849, -0.7849, 0.6196);
  });

  test('in Q and R', () => near(qr(a).R, -5.9161, -7.4374, 0, 0.8281));

  test('in eigenvectors', () => near(eigh(wide([2, 2], 2, 1, 1, 3)).eigenvectors, -0.8507, 0.5257, 0.5257, 0.8507));
});

test('small singular values are right to their last digits', () => {
  const [, least] = values(svdvals(wide([2, 2], 1, 1, 0, 1e-20)));
  expect(least / (1e-20 / Math.SQRT2)).toBeCloseTo(1, 12);
  const chain = wide([3, 3], 1, 1e8, 0, 0, 1, 1e8, 0, 0, 1);
  expect(values(svdvals(chain))[2] / 1e-16).toBeCloseTo(1, 6);
});

test('magnitudes near the ends of float64 do no harm', () => {
  for (const scale of [1e-200, 1e200]) {
    const a = mul(wide([2, 2], 3, 0, 4, 5), scale);
    expect(values(svdvals(a)).map((s) => s / scale)[0]).toBeCloseTo(Math.sqrt(45));
    expect(values(eigvalsh(mul(wide([2, 2], 2, 1, 1, 2), scale)))[1] / scale).toBeCloseTo(3);
    expect(apart(matmul(qr(a).Q, qr(a).R), a) / scale).toBeLessThan(1e-14);
  }
});

test('what is not finite ends in an error, or in NaN where there is no iteration', () => {
  for (const bad of [NaN, Infinity]) {
    const a = wide([2, 2], 1, bad, bad, 2);
    for (const call of [() => svdvals(a), () => svd(a).U, () => eigvalsh(a), () => eigh(a).eigenvectors, () => pinv(a), () => matrixNorm(a, 2), () => lstsq(a, a).solution]) {
      expect(() => values(call())).toThrow(LinAlgError);
    }
    expect(values(qr(a).R).some(Number.isNaN)).toBe(true);
    expect(values(matrixExp(a)).every(Number.isNaN)).toBe(true);
  }
  expect(() => values(svdvals(wide([2, 1, 1], 1, NaN)))).toThrow(/matrix 1 of the batch/);
});

test('solutions from factors, from either side and for the transpose', () => {
  const a = randn([3, 4, 4], F64);
  const { LU, pivots } = luFactor(a);
  const b = randn([2, 1, 4, 3], F64);
  expect(apart(matmul(a, luSolve(LU, pivots, b)), b)).toBeLessThan(1e-10);
  expect(apart(matmul(mT(a), luSolve(LU, pivots, b, { adjoint: true })), b)).toBeLessThan(1e-10);
  const c = randn([3, 2, 4], F64);
  expect(apart(matmul(luSolve(LU, pivots, c, { left: false }), a), c)).toBeLessThan(1e-10);
  const bare = lu(add(a, mul(eye(4, F64), 9)), { pivot: false });
  expect(bare.P.shape).toEqual([0]);
  expect(apart(matmul(bare.L, bare.U), add(a, mul(eye(4, F64), 9)))).toBeLessThan(1e-12);
  expect(() => values(luFactor(wide([2, 2], 1, 2, 2, 4)).LU)).toThrow(/the diagonal element 2 of U is 0/);
  expect(values(luFactorEx(wide([2, 2], 1, 2, 2, 4)).info)).toEqual([2]);
  expect(() => values(luSolve(LU, add(pivots, 4), b))).toThrow(/pivots hold/);
});

test('least squares are least, and of several the shortest', () => {
  const [a, b] = [randn([2, 6, 3], F64), randn([2, 6, 2], F64)];
  for (const driver of ['gels', 'gelsy', 'gelsd', 'gelss'] as const) {
    const { solution, residuals, rank, singularValues } = lstsq(a, b, null, { driver });
    expect(largest(matmul(mT(a), sub(matmul(a, solution), b)))).toBeLessThan(1e-12);
    const wanted = sum(mul(sub(matmul(a, solution), b), sub(matmul(a, solution), b)), -2);
    if (driver !== 'gelsy') expect(apart(residuals, wanted)).toBeLessThan(1e-12);
    expect([residuals.shape, rank.shape, singularValues.shape]).toEqual([
      driver === 'gelsy' ? [0] : [2, 2], driver === 'gels' ? [0] : [2], driver === 'gelsd' || driver === 'gelss' ? [2, 3] : [0],
    ]);
  }
  const flat = wide([3, 2], 1, 2, 2, 4, 3, 6);
  const { solution, rank } = lstsq(flat, wide([3], 1, 1, 1));
  expect(values(rank)).toEqual([1]);
  values(solution).forEach((x, i) => expect(x).toBeCloseTo([3 / 35, 6 / 35][i]));
  expect(() => values(lstsq(zeros([3, 2], F64), zeros([3, 2], F64), null, { driver: 'gels' }).solution)).toThrow(/full rank/);
});

test('ranks, pseudo-inverses, condition numbers and norms of what is singular', () => {
  const a = wide([2, 2], 1, 2, 2, 4);
  expect(values(matrixRank(a))).toEqual([1]);
  expect(values(matrixRank(a, { hermitian: true }))).toEqual([1]);
  expect(values(matrixRank(wide([2, 2], 3, 0, 0, 1), { tol: 2 }))).toEqual([1]);
  expect(values(matrixRank(wide([2, 2], 3, 0, 0, 1), { rtol: 0.5 }))).toEqual([1]);
  expect(values(matrixRank(wide([2, 2, 2], 3, 0, 0, 1, 3, 0, 0, 1), { atol: wide([2], 0, 2) }))).toEqual([2, 1]);
  expect(apart(matmul(matmul(a, pinv(a)), a), a)).toBeLessThan(1e-14);
  expect(apart(pinv(a, { hermitian: true }), pinv(a))).toBeLessThan(1e-15);
  for (const p of [1, 'fro', 'nuc', -Infinity] as const) expect(values(cond(a, p))).toEqual([Infinity]);
  expect(values(norm(wide([2, 2], 3, 0, 0, 4), 'nuc'))[0]).toBeCloseTo(7);
  expect(matrixNorm(zeros([2, 3, 4], F64), 1, [0, 2], { keepdim: true }).shape).toEqual([1, 3, 1]);
});

test('exponentials, of a large norm too', () => {
  const turn = matrixExp(wide([2, 2], 0, -Math.PI * 7, Math.PI * 7, 0));
  expect(apart(turn, mul(eye(2, F64), -1))).toBeLessThan(1e-12);
  expect(values(matrixExp(wide([2, 2], 0, 5, 0, 0)))).toEqual([1, 5, 0, 1]);
  expect(matrixExp(zeros([0, 0], F64)).shape).toEqual([0, 0]);
});

test('wrong calls are refused at the call', () => {
  const a = wide([2, 2], 1, 2, 3, 4);
  expect(() => qr(a, 'full' as never)).toThrow(ArgumentError);
  expect(() => eigh(a, 'X' as never)).toThrow(ArgumentError);
  expect(() => eigh(wide([1, 2], 1, 2))).toThrow(ShapeError);
  expect(() => svd(wide([2], 1, 2))).toThrow(ShapeError);
  expect(() => lstsq(a, wide([3], 1, 2, 3))).toThrow(ShapeError);
  expect(() => lstsq(a, a, null, { driver: 'qr' as never })).toThrow(ArgumentError);
  expect(() => norm(a, 3)).toThrow(ArgumentError);
  expect(() => norm(zeros([2, 2, 2], F64), 2)).toThrow(ShapeError);
  expect(() => matrixNorm(a, 'nuclear' as never)).toThrow(ArgumentError);
  expect(() => cond(wide([1, 2], 1, 2), 1)).toThrow(ShapeError);
  expect(() => householderProduct(wide([1, 2], 1, 2), wide([1], 1))).toThrow(ShapeError);
  expect(() => luSolve(a, wide([2], 1, 2), a)).toThrow(DTypeError);
  const tall = fromHost(Float64Array.of(1, 2), [2, 1], 'float64', { requiresGrad: true });
  expect(() => sum(qr(tall, 'complete').R).backward()).toThrow(AutogradError);
  expect(() => sum(qr(tall, 'r').R).backward()).toThrow(/mode 'r'/);
});

test('a second matrix of the same shape compiles nothing', () => {
  const run = (): number => {
    const x = randn([4, 3], { ...F64, requiresGrad: true });
    const { U, S } = svd(x, { fullMatrices: false });
    add(sum(mul(U, U)), sum(S)).backward();
    return values(x.grad!).length;
  };
  run();
  const before = planStatistics().compiled;
  run();
  expect(planStatistics().compiled).toBe(before);
});
