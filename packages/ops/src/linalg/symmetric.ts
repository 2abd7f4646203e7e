/**
 * Eigenvalues and eigenvectors of a symmetric matrix, on the host in float64: reflections make it tridiagonal, and QL
 * iterations with Wilkinson's shift make that diagonal.
 *
 * The end of a block with the smaller element is the one that converges first, so a block is walked from either end.
 *
 * Invariant: a fixed bound on iterations, so every input ends. Order of work and conventions are LAPACK's (dsytd2,
 * dsteqr), so that eigenvectors have the signs that PyTorch gives them, up to 25 rows; beyond, PyTorch divides and conquers.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 8.3; Parlett, The Symmetric Eigenvalue Problem (1998), 8.13.
 */
import { columnsOfProduct, reflectionOf, type Reflection } from './reflections.js';
import { EPSILON, rotate, rotation, scaleInPlace, sortWith, TINY } from './rotations.js';

/** Eigenvalues, ascending, and eigenvectors as rows. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | null;
}

/** T with QᵀAQ = T in place of the symmetric A, as its diagonal and what is beside it, and the reflections of Q. */
function tridiagonalise(a: Float64Array, n: number): { d: Float64Array; e: Float64Array; reflections: Reflection[] } {
  const [d, e] = [new Float64Array(n), new Float64Array(Math.max(n - 1, 0))];
  const reflections: Reflection[] = [];
  const w = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    d[k] = a[k * n + k];
    if (k === n - 1) break;
    const first = k + 1;
    const { reflection, beta } = reflectionOf(a.slice(k * n + first, (k + 1) * n), first);
    const { v, tau } = reflection;
    e[k] = beta;
    reflections.push(reflection);
    if (tau === 0) continue;
    let product = 0;
    for (let i = 0; i < v.length; i++) {
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += a[(first + i) * n + first + j] * v[j];
      w[i] = tau * sum;
      product += w[i] * v[i];
    }
    for (let i = 0; i < v.length; i++) w[i] -= 0.5 * tau * product * v[i];
    for (let i = 0; i < v.length; i++) {
      const row = (first + i) * n + first;
      for (let j = 0; j < v.length; j++) a[row + j] -= v[i] * w[j] + w[i] * v[j];
    }
  }
  return { d, e, reflections };
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
function diagonalise(d: Float64Array, e: Float64Array, z: Float64Array | null, n: number): boolean {
  let sweeps = 0;
  const turn = (i: number, j: number, cs: number, sn: number): void => {
    if (z !== null) rotate(z, n, i, j, cs, sn);
  };

  /** One QL sweep from `far` towards `near`, whose element converges. */
  function sweep(near: number, far: number, step: number): void {
    const beside = (i: number): number => (step > 0 ? i : i - 1);
    const ratio = (d[near + step] - d[near]) / (2 * e[beside(near)]);
    const root = Math.hypot(ratio, 1);
    let g = d[far] - d[near] + e[beside(near)] / (ratio + (ratio < 0 ? -root : root));
    let [sn, cs, p] = [1, 1, 0];
    for (let i = far - step; i !== near - step; i -= step) {
      const b = cs * e[beside(i)];
      const turned = rotation(g, sn * e[beside(i)]);
      ({ cs, sn } = turned);
      if (i !== far - step) e[beside(i + step)] = turned.r;
      g = d[i + step] - p;
      const r = (d[i] - g) * sn + 2 * cs * b;
      p = sn * r;
      d[i + step] = g + p;
      g = cs * r - b;
      turn(i + step, i, cs, sn);
    }
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
        turn(i, j, cs, sn);
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
export function eigenOf(a: Float64Array, n: number, upper: boolean, withVectors: boolean): Eigen | null {
  // In reverse order of rows and columns the upper triangle is the lower one.
  if (upper) a.reverse();
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
  const scale = scaleInPlace(a);
  if (Number.isNaN(scale)) return null;
  const { d, e, reflections } = tridiagonalise(a, n);
  const vectors = withVectors ? columnsOfProduct(reflections, n, n) : null;
  if (upper) [d, e, vectors].forEach((x) => x?.reverse());
  if (!diagonalise(d, e, vectors, n)) return null;
  sortWith(d, (x, y) => x < y, [[vectors, n]]);
  return { values: d.map((x) => x * scale), vectors };
}
