/**
 * Gradients of decompositions against differences, once and twice, of the parts that callers use together.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { grad, tensor, useSync, type Tensor } from '@sconce/core';
import { abs, add, eye, mT, mul, sum } from '@sconce/ops';
import { cond, det, eigh, eigvalsh, householderProduct, lstsq, lu, luFactor, luSolve, matrixExp, matrixNorm, pinv, qr, svd, svdvals } from '@sconce/ops/linalg';
import { describe, expect, test } from 'vitest';
import { draw, FLOAT64, gradcheck } from '../suite/gradcheck.js';

useSync(createBackend(interpreterTarget('cpu')));

type Fn = (...xs: Tensor[]) => Tensor;

interface Case {
  readonly f: Fn;
  readonly shapes: readonly (readonly number[])[];
}

const total = (...xs: Tensor[]): Tensor => xs.map((x) => sum(mul(x, add(x, 1)))).reduce((a, b) => add(a, b));
const symmetric = (x: Tensor): Tensor => add(x, mT(x));

const CASES: Record<string, Case> = {
  'a square Q and R': { f: (x) => total(...qr(x)), shapes: [[3, 3]] },
  'a tall Q and R': { f: (x) => total(...qr(x)), shapes: [[4, 2]] },
  'a wide Q and R': { f: (x) => total(...qr(x)), shapes: [[2, 2, 4]] },
  'a square L and U': { f: (x) => total(...[...lu(x)].slice(1)), shapes: [[3, 3]] },
  'a tall L and U': { f: (x) => total(...[...lu(x)].slice(1)), shapes: [[4, 2]] },
  'a wide L and U': { f: (x) => total(...[...lu(x)].slice(1)), shapes: [[2, 4]] },
  'a solution from factors': { f: (x, b) => { const { LU, pivots } = luFactor(x); return luSolve(LU, pivots, b, { adjoint: true }); }, shapes: [[3, 3], [3, 2]] },
  'eigenvalues': { f: (x) => eigvalsh(symmetric(x)), shapes: [[2, 3, 3]] },
  'eigenvalues and eigenvectors': { f: (x) => { const { eigenvalues, eigenvectors } = eigh(symmetric(x), 'U'); return total(eigenvalues, abs(eigenvectors)); }, shapes: [[3, 3]] },
  'singular values': { f: svdvals, shapes: [[2, 3, 4]] },
  'square singular vectors': { f: (x) => { const { U, S, Vh } = svd(x); return total(S, abs(U), abs(Vh)); }, shapes: [[3, 3]] },
  'tall singular vectors': { f: (x) => { const { U, S, Vh } = svd(x, { fullMatrices: false }); return total(S, abs(U), abs(Vh)); }, shapes: [[4, 2]] },
  'wide singular vectors': { f: (x) => { const { U, S, Vh } = svd(x, { fullMatrices: false }); return total(S, abs(U), abs(Vh)); }, shapes: [[2, 5]] },
  'a pseudo-inverse': { f: (x) => pinv(x), shapes: [[4, 2]] },
  'a wide pseudo-inverse': { f: (x) => pinv(x), shapes: [[2, 4]] },
  'least squares': { f: (x, b) => lstsq(x, b).solution, shapes: [[4, 2], [4]] },
  'a product of reflections': { f: (x, tau) => householderProduct(x, tau), shapes: [[4, 3], [2]] },
  'an exponential': { f: matrixExp, shapes: [[2, 2, 2]] },
  'a determinant': { f: det, shapes: [[3, 3]] },
  'a nuclear norm': { f: (x) => matrixNorm(x, 'nuc'), shapes: [[3, 2]] },
  'a condition number': { f: (x) => cond(add(x, mul(eye(3, { dtype: 'float64' }), 5)), 'fro'), shapes: [[3, 3]] },
};

const SETTINGS = { device: 'cpu', reference: 'cpu', ...FLOAT64, rtol: 1e-3, atol: 1e-4 };

describe.each(Object.entries(CASES))('%s', (_name, { f, shapes }) => {
  const drawn = draw({ tensors: shapes.map((shape) => ({ shape })) }, 11);

  test('once', async () => {
    expect(await gradcheck(f as (...args: never[]) => unknown, drawn, SETTINGS)).toBeUndefined();
  });

  test('twice', async () => {
    const gradients: (...xs: Tensor[]) => Tensor[] = (...xs) => {
      const tracked = xs.map((x) => (x.requiresGrad ? x : x.requiresGrad_()));
      const y = f(...tracked);
      return grad(sum(mul(y, y)), tracked, { createGraph: true }).map((g) => g!);
    };
    expect(await gradcheck(gradients as (...args: never[]) => unknown, drawn, { ...SETTINGS, rtol: 5e-3, atol: 1e-3 })).toBeUndefined();
  }, 60_000);
});

test('a singular determinant has the gradient of its cofactors', () => {
  const slope = (rows: number[][]): unknown => {
    const x = tensor(rows, { dtype: 'float64', requiresGrad: true });
    det(x).backward();
    return x.grad!.toArraySync();
  };
  const round = (list: unknown): number[][] => (list as number[][]).map((row) => row.map((v) => Math.round(v * 1e9) / 1e9 + 0));
  expect(round(slope([[1, 2], [2, 4]]))).toEqual([[4, -2], [-2, 1]]);
  expect(round(slope([[1, 0, 0], [0, 2, 0], [0, 0, 0]]))).toEqual([[0, 0, 0], [0, 0, 0], [0, 0, 2]]);
  expect(round(slope([[0, 0, 0], [0, 3, 0], [0, 0, 0]]))).toEqual([[0, 0, 0], [0, 0, 0], [0, 0, 0]]);
});

test('gradients of values that are equal are finite, as long as no vectors are asked for', () => {
  const x = eye(3, { dtype: 'float64' }).requiresGrad_();
  add(sum(svd(x).S), sum(eigh(x).eigenvalues)).backward();
  expect(x.grad!.toArraySync()).toEqual([[2, 0, 0], [0, 2, 0], [0, 0, 2]]);
});
