/**
 * A matrix as a bidiagonal one between reflections from both sides, with which its singular values begin.
 *
 * A panel's reflections leave A as it is: what they make of it is A − Σ lᵢrᵢᵀ, which is subtracted at its end. Of each pair
 * of rows, the first l is a reflection from the left, and the second r one from the right.
 *
 * Invariant: order of work and conventions are LAPACK's (dgebrd), on which the signs of singular vectors depend.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 5.4.8; Dongarra, Hammarling & Sorensen, Block reduction of
 * matrices to condensed forms for eigenvalue computations (1989).
 */
import type { Workspace } from '@sconce/core';
import { addRows, block, dots, multiply } from './loops.js';
import { PANEL, reflect, reflections, type Reflections } from './reflections.js';

/** The diagonal d and what is above it, e, with A = left · bidiagonal · rightᵀ. */
export interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly left: Reflections;
  readonly right: Reflections;
}

/** The upper bidiagonal matrix of a tall m × n matrix, which is overwritten, and the reflections from both sides. */
export function bidiagonalise(work: Workspace, a: Float64Array, m: number, n: number): Bidiagonal {
  const [d, e] = [new Float64Array(n), new Float64Array(Math.max(n - 1, 0))];
  const [left, right] = [reflections(work, n, m, 0), reflections(work, Math.max(n - 1, 0), n, 1)];
  const [l, r] = [work.float64(2 * PANEL * m), work.float64(2 * PANEL * n)];
  const [met, column] = [work.float64(2 * PANEL), work.float64(m)];
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    for (let k = start; k < end; k++) {
      const [below, beside] = [m - k, n - k - 1];
      let done = 2 * (k - start);
      for (let i = k; i < m; i++) column[i] = a[i * n + k];
      for (let row = 0; row < done; row++) met[row] = r[row * n + k];
      addRows(work, column, k, block(l, k, m), met, 0, done, below, -1);
      const v = k * m + k;
      left.v.set(column.subarray(k, m), v);
      d[k] = reflect(left.v, v, v + below, left.tau, k);
      if (beside === 0) break;

      l.set(left.v.subarray(v, v + below), done * m + k);
      const y = done * n + k + 1;
      addRows(work, r, y, block(a, k * n + k + 1, n), left.v, v, below, beside, 1);
      dots(work, met, 0, block(l, k, m), left.v, v, done, below);
      addRows(work, r, y, block(r, k + 1, n), met, 0, done, beside, -1);
      for (let j = y; j < y + beside; j++) r[j] *= left.tau[k];
      done++;

      const row = k * n + k + 1;
      for (let i = 0; i < done; i++) met[i] = l[i * m + k];
      addRows(work, a, row, block(r, k + 1, n), met, 0, done, beside, -1);
      right.v.set(a.subarray(row, row + beside), row);
      e[k] = reflect(right.v, row, row + beside, right.tau, k);
      r.set(right.v.subarray(row, row + beside), done * n + k + 1);
      const x = done * m + k + 1;
      dots(work, l, x, block(a, row + n, n), right.v, row, below - 1, beside);
      dots(work, met, 0, block(r, k + 1, n), right.v, row, done, beside);
      addRows(work, l, x, block(l, k + 1, m), met, 0, done, below - 1, -1);
      for (let i = x; i < x + below - 1; i++) l[i] *= right.tau[k];
    }
    const [height, width, count] = [m - end, n - end, 2 * (end - start)];
    const columns = work.float64(height * count);
    for (let row = 0; row < count; row++) for (let i = 0, from = row * m + end; i < height; i++) columns[i * count + row] = l[from + i];
    multiply(work, block(a, end * n + end, n), block(columns, 0, count), block(r, end, n), height, width, count, -1);
    l.fill(0);
    r.fill(0);
  }
  return { d, e, left, right };
}
