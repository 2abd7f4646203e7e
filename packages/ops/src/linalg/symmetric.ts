/**
 * Eigenvalues and eigenvectors of a symmetric matrix, on the host in float64: reflections make it tridiagonal, and QL
 * iterations with Wilkinson's shift make that diagonal.
 *
 * The end of a block with the smaller element is the one that converges first, so a block is walked from either end.
 *
 * Invariant: a fixed bound on iterations, so every input ends. Order of work and conventions are LAPACK's (dsytrd,
 * dsteqr), so that eigenvectors have the signs that PyTorch gives them, up to 25 rows; beyond, PyTorch divides and conquers.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 8.3; Parlett, The Symmetric Eigenvalue Problem (1998), 8.13.
 */
import type { Workspace } from '@sconce/core';
import { addRows, block, dot, dots, multiply } from './loops.js';
import { columnsOfProduct, PANEL, reflect, reflections, type Reflections } from './reflections.js';
import { chainOf, EPSILON, lengthOfTwo, rotation, scaleInPlace, sortWith, TINY, turnRows } from './rotations.js';

/** Eigenvalues, ascending, and eigenvectors as rows. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | null;
}

/**
 * T with QᵀAQ = T of the symmetric A, which is overwritten, as its diagonal and what is beside it, and the reflections of Q.
 *
 * A panel's reflections leave A as it is: what they make of it is A − Σ (vᵢwᵢᵀ + wᵢvᵢᵀ), which is subtracted at its end.
 */
function tridiagonalise(work: Workspace, a: Float64Array, n: number): { d: Float64Array; e: Float64Array; all: Reflections } {
  const [d, e] = [new Float64Array(n), new Float64Array(Math.max(n - 1, 0))];
  const all = reflections(work, Math.max(n - 1, 0), n, 1);
  const { v, tau } = all;
  // Rows v₀, w₀, v₁, w₁, … of a panel; `other` names the one that meets it.
  const pairs = work.float64(2 * PANEL * n);
  const met = work.float64(2 * PANEL);
  const exchanged = (count: number, of: (row: number) => number): void => {
    for (let row = 0; row < count; row++) met[row] = of(row ^ 1);
  };
  const products = work.float64(2 * PANEL);
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    for (let k = start; k < end; k++) {
      const [done, row, first] = [2 * (k - start), k * n + k, k * n + k + 1];
      const length = n - k - 1;
      exchanged(done, (i) => pairs[i * n + k]);
      addRows(work, a, row, block(pairs, k, n), met, 0, done, length + 1, -1);
      d[k] = a[row];
      if (length === 0) break;
      v.set(a.subarray(first, first + length), first);
      e[k] = reflect(v, first, first + length, tau, k);
      const [own, w] = [done * n + k + 1, (done + 1) * n + k + 1];
      pairs.set(v.subarray(first, first + length), own);
      if (tau[k] === 0) {
        pairs.fill(0, w, w + length);
        continue;
      }
      dots(work, pairs, w, block(a, first + n, n), v, first, length, length);
      dots(work, products, 0, block(pairs, k + 1, n), v, first, done, length);
      exchanged(done, (i) => products[i]);
      addRows(work, pairs, w, block(pairs, k + 1, n), met, 0, done, length, -1);
      const half = 0.5 * tau[k] * tau[k] * dot(pairs, w, v, first, length);
      for (let i = 0; i < length; i++) pairs[w + i] = tau[k] * pairs[w + i] - half * v[first + i];
    }
    const [left, count] = [n - end, 2 * (end - start)];
    const columns = work.float64(left * count);
    for (let row = 0; row < count; row++) for (let i = 0, from = (row ^ 1) * n + end; i < left; i++) columns[i * count + row] = pairs[from + i];
    multiply(work, block(a, end * n + end, n), block(columns, 0, count), block(pairs, end, n), left, left, count, -1);
    pairs.fill(0);
  }
  return { d, e, all };
}

/** Both eigenvalues of (a b; b c), the greater magnitude first, and a unit eigenvector (cs, sn) of that. */
function eigenOfTwo(a: number, b: number, c: number): { first: number; second: number; cs: number; sn: number } {
  const [sum, difference] = [a + c, a - c];
  const root = Math.hypot(difference, 2 * b);
  const [large, small] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const down = sum < 0;
  const first = sum === 0 ? 0.5 * root : 0.5 * (down ? sum - root : sum + root);
  const second = sum === 0 ? -0.5 * root : (large / first) * small - (b / first) * b;
  const up = difference >= 0;
  const along = up ? difference + root : difference - root;
  let [cs, sn] = [1, 0];
  if (Math.abs(along) > Math.abs(2 * b)) {
    const cot = (-2 * b) / along;
    sn = 1 / Math.sqrt(1 + cot * cot);
    cs = cot * sn;
  } else if (b !== 0) {
    const tan = -along / (2 * b);
    cs = 1 / Math.sqrt(1 + tan * tan);
    sn = tan * cs;
  }
  return down !== up ? { first, second, cs: -sn, sn: cs } : { first, second, cs, sn };
}

/** The most sweeps for each row. */
const SWEEPS = 30;

/**
 * Makes a tridiagonal matrix diagonal: d becomes its eigenvalues, and the rows of z, where there are any, are rotated
 * along. False when it does not converge.
 */
function diagonalise(work: Workspace, d: Float64Array, e: Float64Array, z: Float64Array | null, n: number): boolean {
  let sweeps = 0;
  const chain = chainOf(work, z, n, n);

  /** One QL sweep from `far` towards `near`, whose element converges. */
  function sweep(near: number, far: number, step: number): void {
    const beside = (i: number): number => (step > 0 ? i : i - 1);
    const ratio = (d[near + step] - d[near]) / (2 * e[beside(near)]);
    const root = lengthOfTwo(ratio, 1);
    let turned = 0;
    let g = d[far] - d[near] + e[beside(near)] / (ratio + (ratio < 0 ? -root : root));
    let [sn, cs, p] = [1, 1, 0];
    for (let i = far - step; i !== near - step; i -= step) {
      const b = cs * e[beside(i)];
      const turn = rotation(g, sn * e[beside(i)]);
      cs = turn.cs;
      sn = turn.sn;
      if (i !== far - step) e[beside(i + step)] = turn.r;
      g = d[i + step] - p;
      const r = (d[i] - g) * sn + 2 * cs * b;
      p = sn * r;
      d[i + step] = g + p;
      g = cs * r - b;
      chain.cs[turned] = cs;
      chain.sn[turned++] = sn;
    }
    turnRows(work, chain, far, step > 0 ? -1 : 1, turned);
    d[near] -= p;
    e[beside(near)] = g;
  }

  /** Works on a block whose elements beside the diagonal are not 0, from the end with the smaller element. */
  function block(low: number, high: number): boolean {
    const step = Math.abs(d[high]) < Math.abs(d[low]) ? -1 : 1;
    const last = step > 0 ? high : low;
    let near = step > 0 ? low : high;
    while ((last - near) * step >= 0) {
      let far = near;
      for (; far !== last; far += step) {
        const at = step > 0 ? far : far - 1;
        if (e[at] * e[at] > EPSILON * EPSILON * Math.abs(d[far]) * Math.abs(d[far + step]) + TINY) continue;
        e[at] = 0;
        break;
      }
      if (far === near) near += step;
      else if (far === near + step) {
        const [i, j] = step > 0 ? [near, far] : [far, near];
        const { first, second, cs, sn } = eigenOfTwo(d[i], e[i], d[j]);
        chain.cs[0] = cs;
        chain.sn[0] = sn;
        turnRows(work, chain, i, 1, 1);
        [d[i], d[j], e[i]] = [first, second, 0];
        near += 2 * step;
      } else {
        if (sweeps++ === SWEEPS * n) return false;
        sweep(near, far, step);
      }
    }
    return true;
  }

  for (let low = 0; low < n; ) {
    let high = low;
    while (high < n - 1 && Math.abs(e[high]) > Math.sqrt(Math.abs(d[high])) * Math.sqrt(Math.abs(d[high + 1])) * EPSILON) high++;
    if (high < n - 1) e[high] = 0;
    if (!block(low, high)) return false;
    low = high + 1;
  }
  return true;
}

/**
 * The eigenvalues of a symmetric n × n matrix, ascending, and its eigenvectors as rows where they are asked for. One
 * triangle is read; the matrix is overwritten.
 *
 * @returns null when an element is not finite, or the iteration does not converge.
 */
export function eigenOf(work: Workspace, a: Float64Array, n: number, upper: boolean, withVectors: boolean): Eigen | null {
  // In reverse order of rows and columns the upper triangle is the lower one.
  if (upper) a.reverse();
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
  const scale = scaleInPlace(a);
  if (Number.isNaN(scale)) return null;
  const { d, e, all } = tridiagonalise(work, a, n);
  const vectors = withVectors ? columnsOfProduct(work, all, n) : null;
  if (upper) [d, e, vectors].forEach((x) => x?.reverse());
  if (!diagonalise(work, d, e, vectors, n)) return null;
  sortWith(d, (x, y) => x < y, [[vectors, n]]);
  return { values: d.map((x) => x * scale), vectors };
}
