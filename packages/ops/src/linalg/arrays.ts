/**
 * Matrices on the host: float64 algorithms over one matrix at a time.
 *
 * Invariant: a matrix is row-major in a Float64Array of its own; what a function returns is new or said to be in place.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 3.1, 3.4, 4.2.
 */

/** AB of an m × k and a k × n matrix. Four rows of B are taken at a time, so that a row of the result is read and written once for them. */
export function productOf(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const [at, b0, b1, b2, b3] = [i * k + p, p * n, (p + 1) * n, (p + 2) * n, (p + 3) * n];
      const [a0, a1, a2, a3] = [a[at], a[at + 1], a[at + 2], a[at + 3]];
      for (let j = 0; j < n; j++) c[row + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
    for (; p < k; p++) for (let j = 0, factor = a[i * k + p]; j < n; j++) c[row + j] += factor * b[p * n + j];
  }
  return c;
}

/** What elimination did besides overwriting its matrix. */
export interface Elimination {
  /** Row i was exchanged with row pivots[i], which count from 1. */
  readonly pivots: Int32Array;
  /** Which diagonal element of U is 0 first, from 1; 0 for none. */
  readonly info: number;
}

/** Gaussian elimination of an m × n matrix in place: L below the diagonal (ones on it), U above. Rows are exchanged with `pivoting`. */
export function eliminate(lu: Float64Array, m: number, n: number, pivoting = true): Elimination {
  const pivots = Int32Array.from({ length: Math.min(m, n) }, (_, i) => i + 1);
  let info = 0;
  for (let k = 0; k < pivots.length; k++) {
    let best = k;
    if (pivoting) for (let i = k + 1; i < m; i++) if (Math.abs(lu[i * n + k]) > Math.abs(lu[best * n + k])) best = i;
    pivots[k] = best + 1;
    if (best !== k) for (let j = 0; j < n; j++) [lu[k * n + j], lu[best * n + j]] = [lu[best * n + j], lu[k * n + j]];
    const pivot = lu[k * n + k];
    if (pivot === 0) {
      if (info === 0) info = k + 1;
      continue;
    }
    for (let i = k + 1; i < m; i++) {
      const factor = (lu[i * n + k] /= pivot);
      if (factor !== 0) for (let j = k + 1; j < n; j++) lu[i * n + j] -= factor * lu[k * n + j];
    }
  }
  return { pivots, info };
}

/** A is P⁻¹LU: L below the diagonal (ones on it), U above, in one matrix; rows in this order; the sign of the order. */
export interface Factors extends Elimination {
  readonly lu: Float64Array;
  readonly order: Int32Array;
  readonly sign: number;
}

/** The factors of an n × n matrix, which is overwritten. */
export function factorise(lu: Float64Array, n: number): Factors {
  const { pivots, info } = eliminate(lu, n, n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  pivots.forEach((pivot, i) => {
    if (pivot === i + 1) return;
    sign = -sign;
    [order[i], order[pivot - 1]] = [order[pivot - 1], order[i]];
  });
  return { lu, pivots, order, sign, info };
}

/** Solves TX = B in place of B, n × m, for a triangular T. */
export function substitute(t: Float64Array, b: Float64Array, n: number, m: number, upper: boolean, unit: boolean): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const [first, last] = upper ? [i + 1, n] : [0, i];
    for (let k = first; k < last; k++) {
      const factor = t[i * n + k];
      for (let j = 0; j < m; j++) b[i * m + j] -= factor * b[k * m + j];
    }
    if (!unit) for (let j = 0; j < m; j++) b[i * m + j] /= t[i * n + i];
  }
}

/** X with AX = B, from the factors of A. */
export function solveFactored({ lu, order }: Factors, b: Float64Array, n: number, m: number): Float64Array {
  const x = new Float64Array(n * m);
  order.forEach((row, i) => x.set(b.subarray(row * m, (row + 1) * m), i * m));
  substitute(lu, x, n, m, false, true);
  substitute(lu, x, n, m, true, false);
  return x;
}

/** The lower triangle L with LLᵀ = A, of which the lower triangle is read, in place of A; which minor is not positive, from 1, or 0. */
export function choleskyInPlace(a: Float64Array, n: number): number {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i === j && !(sum > 0)) return j + 1;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
    a.fill(0, j * n + j + 1, (j + 1) * n);
  }
  return 0;
}
