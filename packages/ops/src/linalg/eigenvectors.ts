/**
 * Eigenvalues and eigenvectors of square matrices, on the host in float64: the matrix is balanced, brought to Schur form T,
 * whose eigenvectors are found by substitution from their last element upwards, and turned back.
 *
 * Invariant: conjugate eigenvalues are neighbours, that with the positive imaginary part first. A vector has length 1, and
 * of a complex one the largest element is real: LAPACK's conventions (dgeev), which are PyTorch's.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 7.6.4; Smith et al., EISPACK (1976), hqr2.
 */
import type { Workspace } from '@sconce/core';
import { balance, unbalance } from './balance.js';
import { productOf } from './loops.js';
import { rotation, scaleInPlace } from './rotations.js';
import { schurOf, type Schur } from './schur.js';

/** Eigenvalues; eigenvectors as columns of two n × n matrices. */
export interface ComplexEigen {
  readonly real: Float64Array;
  readonly imag: Float64Array;
  readonly vectors: { readonly real: Float64Array; readonly imag: Float64Array } | null;
}

const EPSILON = 2 ** -52;

/** (a + ib) / (c + id), after Smith. */
function quotient(a: number, b: number, c: number, d: number): [number, number] {
  if (Math.abs(c) > Math.abs(d)) {
    const ratio = d / c;
    const divisor = c + ratio * d;
    return [(a + ratio * b) / divisor, (b - ratio * a) / divisor];
  }
  const ratio = c / d;
  const divisor = d + ratio * c;
  return [(ratio * a + b) / divisor, (ratio * b - a) / divisor];
}

/** Σ t[i, j] t[j, column] for j from `from` to `to`. */
function sumOf(t: Float64Array, n: number, i: number, column: number, from: number, to: number): number {
  let sum = 0;
  for (let j = from; j <= to; j++) sum += t[i * n + j] * t[j * n + column];
  return sum;
}

/** Divides columns that have grown large. */
function scaleColumns(t: Float64Array, n: number, first: number, last: number, columns: readonly number[]): void {
  const size = Math.max(...columns.map((column) => Math.abs(t[first * n + column])));
  if (EPSILON * size * size <= 1) return;
  for (const column of columns) for (let j = first; j <= last; j++) t[j * n + column] /= size;
}

/** The eigenvector of the real eigenvalue at `end`, in column `end` of T. */
function realVector(t: Float64Array, n: number, end: number, { real, imag }: Schur, norm: number): void {
  const value = real[end];
  let [from, below, sumBelow] = [end, 0, 0];
  t[end * n + end] = 1;
  for (let i = end - 1; i >= 0; i--) {
    const at = i * n;
    const own = t[at + i] - value;
    const sum = sumOf(t, n, i, end, from, end);
    if (imag[i] < 0) {
      [below, sumBelow] = [own, sum];
      continue;
    }
    from = i;
    if (imag[i] === 0) t[at + end] = -sum / (own === 0 ? EPSILON * norm : own);
    else {
      const [x, y] = [t[at + i + 1], t[at + n + i]];
      const found = (x * sumBelow - below * sum) / ((real[i] - value) ** 2 + imag[i] ** 2);
      t[at + end] = found;
      t[at + n + end] = Math.abs(x) > Math.abs(below) ? (-sum - own * found) / x : (-sumBelow - y * found) / below;
    }
    scaleColumns(t, n, i, end, [end]);
  }
}

/** The eigenvector of the conjugate eigenvalues at `end` − 1 and `end`: its parts are columns of T. */
function complexVector(t: Float64Array, n: number, end: number, { real, imag }: Schur, norm: number): void {
  const [p, q] = [real[end], imag[end]];
  const [re, im] = [end - 1, end];
  const corner = re * n + re;
  // The parts of the last two elements, (1, 0) and (0, −q/t₁₂) or as many times as much; both diagonal elements are p.
  const above = t[corner + 1];
  const isAbove = Math.abs(above) >= Math.abs(t[corner + n]);
  const [first, second] = isAbove ? [1, -q / above] : [q / t[corner + n], 1];
  [t[corner], t[corner + 1]] = [first, 0];
  [t[corner + n], t[corner + n + 1]] = [0, second];
  let [from, below, belowR, belowI] = [end - 1, 0, 0, 0];
  for (let i = end - 2; i >= 0; i--) {
    const at = i * n;
    const own = t[at + i] - p;
    const [sumR, sumI] = [sumOf(t, n, i, re, from, end), sumOf(t, n, i, im, from, end)];
    if (imag[i] < 0) {
      [below, belowR, belowI] = [own, sumR, sumI];
      continue;
    }
    from = i;
    if (imag[i] === 0) [t[at + re], t[at + im]] = quotient(-sumR, -sumI, own, q);
    else {
      const [x, y] = [t[at + i + 1], t[at + n + i]];
      let divisorR = (real[i] - p) ** 2 + imag[i] ** 2 - q * q;
      const divisorI = (real[i] - p) * 2 * q;
      if (divisorR === 0 && divisorI === 0) divisorR = EPSILON * norm * (Math.abs(own) + Math.abs(q) + Math.abs(x) + Math.abs(y) + Math.abs(below));
      const [r, s] = quotient(x * belowR - below * sumR + q * sumI, x * belowI - below * sumI - q * sumR, divisorR, divisorI);
      [t[at + re], t[at + im]] = [r, s];
      const next = at + n;
      [t[next + re], t[next + im]] =
        Math.abs(x) > Math.abs(below) + Math.abs(q)
          ? [(-sumR - own * r + q * s) / x, (-sumI - own * s - q * r) / x]
          : quotient(-belowR - y * r, -belowI - y * s, below, q);
    }
    scaleColumns(t, n, i, end, [re, im]);
  }
}

/** Makes columns that are the parts of a vector as long as 1 together, and its largest element real. */
function normalise(v: Float64Array, n: number, re: number, im: number | null): void {
  let [squares, largest, most] = [0, 0, -1];
  for (let i = 0; i < n; i++) {
    const square = v[i * n + re] ** 2 + (im === null ? 0 : v[i * n + im] ** 2);
    squares += square;
    if (square > most) [most, largest] = [square, i];
  }
  const length = Math.sqrt(squares);
  for (let i = 0; i < n; i++) {
    v[i * n + re] /= length;
    if (im !== null) v[i * n + im] /= length;
  }
  if (im === null) return;
  const { cs, sn } = rotation(v[largest * n + re], v[largest * n + im]);
  for (let i = 0; i < n * n; i += n) [v[i + re], v[i + im]] = [cs * v[i + re] + sn * v[i + im], cs * v[i + im] - sn * v[i + re]];
  v[largest * n + im] = 0;
}

/**
 * The eigenvalues of an n × n matrix, and its eigenvectors where they are asked for. The matrix is overwritten.
 *
 * @returns null when an element is not finite, or the sweeps do not converge.
 */
export function complexEigenOf(work: Workspace, a: Float64Array, n: number, withVectors: boolean): ComplexEigen | null {
  const scale = scaleInPlace(a);
  if (Number.isNaN(scale)) return null;
  const balanced = balance(a, n);
  const schur = schurOf(work, a, n, balanced.low, balanced.high, withVectors);
  if (schur === null) return null;
  const { real, imag, z } = schur;
  const values = { real: real.map((x) => x * scale), imag: imag.map((x) => x * scale) };
  if (z === null) return { ...values, vectors: null };
  let norm = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(i - 1, 0); j < n; j++) norm += Math.abs(a[i * n + j]);
  for (let end = n - 1; end >= 0; end--) {
    if (imag[end] === 0) realVector(a, n, end, schur, norm === 0 ? 1 : norm);
    else complexVector(a, n, end--, schur, norm);
  }
  for (let i = 1; i < n; i++) a.fill(0, i * n, i * n + i);
  const v = productOf(work, z, a, n, n, n);
  unbalance(v, n, balanced);
  const [re, im] = [v, work.float64(n * n)];
  for (let j = 0; j < n; j++) {
    if (imag[j] === 0) {
      normalise(v, n, j, null);
      continue;
    }
    normalise(v, n, j, j + 1);
    for (let i = 0; i < n * n; i += n) {
      [im[i + j], im[i + j + 1]] = [v[i + j + 1], -v[i + j + 1]];
      re[i + j + 1] = re[i + j];
    }
    j++;
  }
  return { ...values, vectors: { real: re, imag: im } };
}
