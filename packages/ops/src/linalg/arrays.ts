/**
 * Matrices on the host: float64 algorithms over one matrix at a time. Each halves its matrix until it is narrow, and what
 * remains between the halves is a product of blocks.
 *
 * Invariant: a matrix is row-major in a Float64Array of its own; what a function returns is new or said to be in place.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 3.1, 3.4, 4.2; Toledo, Locality of reference in LU decomposition
 * with partial pivoting (1997).
 */
import type { Workspace } from '@sconce/core';
import { block, multiply, type Block } from './loops.js';

/** Up to so many columns, rows or unknowns are worked on one by one. */
const NARROW = 8;

/** Half of a number, a multiple of 4 from 8 on. */
const halfOf = (n: number): number => (n < 8 ? n >> 1 : (n >> 3) << 2);

const within = ({ data, at, stride }: Block, row: number, column: number): Block => block(data, at + row * stride + column, stride);

/** Aᵀ of an m × n matrix, in squares that lie in few lines of the cache. */
export function transposed(work: Workspace, a: Float64Array, m: number, n: number): Float64Array {
  const t = work.float64(m * n);
  transposeInto(t, block(a, 0, n), m, n);
  return t;
}

/** The transpose of an m × n block, whose rows are m long. */
function transposeInto(t: Float64Array, { data, at, stride }: Block, m: number, n: number): void {
  const SIDE = 16;
  for (let i0 = 0; i0 < m; i0 += SIDE) {
    for (let j0 = 0; j0 < n; j0 += SIDE) {
      const [iEnd, jEnd] = [Math.min(m, i0 + SIDE), Math.min(n, j0 + SIDE)];
      for (let j = j0; j < jEnd; j++) for (let i = i0, from = at + i0 * stride + j; i < iEnd; i++, from += stride) t[j * m + i] = data[from];
    }
  }
}

// ── triangles ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Solves TX = B in place of B, for a triangle T of n × n and a block of n × m. */
function solveBlock(work: Workspace, t: Block, b: Block, n: number, m: number, upper: boolean, unit: boolean): void {
  if (n > NARROW) {
    const half = halfOf(n);
    const [near, far] = [{ at: 0, n: half }, { at: half, n: n - half }];
    const [first, second] = upper ? [far, near] : [near, far];
    solveBlock(work, within(t, first.at, first.at), within(b, first.at, 0), first.n, m, upper, unit);
    multiply(work, within(b, second.at, 0), within(t, second.at, first.at), within(b, first.at, 0), second.n, m, first.n, -1);
    solveBlock(work, within(t, second.at, second.at), within(b, second.at, 0), second.n, m, upper, unit);
    return;
  }
  const { data: x, at, stride } = b;
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const [first, last] = upper ? [i + 1, n] : [0, i];
    const row = at + i * stride;
    for (let k = first; k < last; k++) {
      const factor = t.data[t.at + i * t.stride + k];
      for (let j = row, other = at + k * stride; j < row + m; j++, other++) x[j] -= factor * x[other];
    }
    if (unit) continue;
    const divisor = t.data[t.at + i * t.stride + i];
    for (let j = row; j < row + m; j++) x[j] /= divisor;
  }
}

/** Solves TX = B in place of B, n × m, for a triangular T. */
export function substitute(work: Workspace, t: Float64Array, b: Float64Array, n: number, m: number, upper: boolean, unit: boolean): void {
  solveBlock(work, block(t, 0, n), block(b, 0, m), n, m, upper, unit);
}

/** The lower triangle L with LLᵀ = A in a block of n × n, whose rows right of it are left as they are; as `choleskyInPlace`. */
function choleskyBlock(work: Workspace, a: Block, n: number): number {
  if (n > NARROW) {
    const half = halfOf(n);
    const rest = n - half;
    const first = choleskyBlock(work, a, half);
    if (first > 0) return first;
    const side = within(a, half, 0);
    const turned = work.float64(half * rest);
    transposeInto(turned, side, rest, half);
    solveBlock(work, a, block(turned, 0, rest), half, rest, false, false);
    for (let i = 0; i < rest; i++) for (let j = 0, to = side.at + i * side.stride; j < half; j++) side.data[to + j] = turned[j * rest + i];
    // Of the square that remains, rows up to the diagonal, some at a time.
    const GROUP = 64;
    for (let i = 0; i < rest; i += GROUP) {
      const rows = Math.min(GROUP, rest - i);
      multiply(work, within(a, half + i, half), within(side, i, 0), block(turned, 0, rest), rows, i + rows, half, -1);
    }
    const second = choleskyBlock(work, within(a, half, half), rest);
    return second > 0 ? half + second : 0;
  }
  const { data, at, stride } = a;
  for (let j = 0; j < n; j++) {
    const pivotRow = at + j * stride;
    for (let i = j; i < n; i++) {
      const row = at + i * stride;
      let sum = data[row + j];
      for (let k = 0; k < j; k++) sum -= data[row + k] * data[pivotRow + k];
      if (i === j && !(sum > 0)) return j + 1;
      data[row + j] = i === j ? Math.sqrt(sum) : sum / data[pivotRow + j];
    }
  }
  return 0;
}

/** The lower triangle L with LLᵀ = A, of which the lower triangle is read, in place of A; which minor is not positive, from 1, or 0. */
export function choleskyInPlace(work: Workspace, a: Float64Array, n: number): number {
  const info = choleskyBlock(work, block(a, 0, n), n);
  const columns = info > 0 ? info - 1 : n;
  for (let i = 0; i < columns; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  return info;
}

// ── elimination ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What elimination did besides overwriting its matrix. */
export interface Elimination {
  /** Row i was exchanged with row pivots[i], which count from 1. */
  readonly pivots: Int32Array;
  /** Which diagonal element of U is 0 first, from 1; 0 for none. */
  readonly info: number;
}

/** Exchanges rows i and j of a block of n columns. */
function exchangeRows({ data, at, stride }: Block, n: number, i: number, j: number): void {
  for (let p = at + i * stride, q = at + j * stride, end = p + n; p < end; p++, q++) {
    const x = data[p];
    data[p] = data[q];
    data[q] = x;
  }
}

/** Eliminates in a block of m × n, where n ≤ m; pivots count from the first row of the block. Which diagonal element is 0 first. */
function eliminateBlock(work: Workspace, a: Block, m: number, n: number, pivots: Int32Array, pivoting: boolean): number {
  if (n > NARROW) {
    const half = halfOf(n);
    const right = within(a, 0, half);
    const first = eliminateBlock(work, a, m, half, pivots.subarray(0, half), pivoting);
    finishRight(work, a, right, n - half, m, half, pivots);
    const below = pivots.subarray(half, n);
    const second = eliminateBlock(work, within(a, half, half), m - half, n - half, below, pivoting);
    for (let i = 0; i < n - half; i++) {
      if (below[i] !== i + 1) exchangeRows(within(a, half, 0), half, i, below[i] - 1);
      below[i] += half;
    }
    return first > 0 ? first : second > 0 ? half + second : 0;
  }
  const { data, at, stride } = a;
  let info = 0;
  for (let k = 0; k < n; k++) {
    let best = k;
    if (pivoting) {
      let most = Math.abs(data[at + k * stride + k]);
      for (let i = k + 1, from = at + i * stride + k; i < m; i++, from += stride) {
        if (!(Math.abs(data[from]) > most)) continue;
        most = Math.abs(data[from]);
        best = i;
      }
    }
    pivots[k] = best + 1;
    if (best !== k) exchangeRows(a, n, k, best);
    const top = at + k * stride;
    const pivot = data[top + k];
    if (pivot === 0) {
      if (info === 0) info = k + 1;
      continue;
    }
    for (let i = k + 1, row = at + i * stride; i < m; i++, row += stride) {
      const factor = (data[row + k] /= pivot);
      for (let j = k + 1; j < n; j++) data[row + j] -= factor * data[top + j];
    }
  }
  return info;
}

/** What elimination of the first `n` columns of m rows does to `width` columns right of them. */
function finishRight(work: Workspace, a: Block, right: Block, width: number, m: number, n: number, pivots: Int32Array): void {
  for (let i = 0; i < n; i++) if (pivots[i] !== i + 1) exchangeRows(right, width, i, pivots[i] - 1);
  solveBlock(work, a, right, n, width, false, true);
  multiply(work, within(right, n, 0), within(a, n, 0), right, m - n, width, n, -1);
}

/** Gaussian elimination of an m × n matrix in place: L below the diagonal (ones on it), U above. Rows are exchanged with `pivoting`. */
export function eliminate(work: Workspace, lu: Float64Array, m: number, n: number, pivoting = true): Elimination {
  const k = Math.min(m, n);
  const pivots = new Int32Array(k);
  const whole = block(lu, 0, n);
  const info = eliminateBlock(work, whole, m, k, pivots, pivoting);
  finishRight(work, whole, within(whole, 0, k), n - k, m, k, pivots);
  return { pivots, info };
}

/** A is P⁻¹LU: L below the diagonal (ones on it), U above, in one matrix; rows in this order; the sign of the order. */
export interface Factors extends Elimination {
  readonly lu: Float64Array;
  readonly order: Int32Array;
  readonly sign: number;
}

/** The factors of an n × n matrix, which is overwritten. */
export function factorise(work: Workspace, lu: Float64Array, n: number): Factors {
  const { pivots, info } = eliminate(work, lu, n, n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  pivots.forEach((pivot, i) => {
    if (pivot === i + 1) return;
    sign = -sign;
    [order[i], order[pivot - 1]] = [order[pivot - 1], order[i]];
  });
  return { lu, pivots, order, sign, info };
}

/** X with AX = B, from the factors of A. */
export function solveFactored(work: Workspace, { lu, order }: Factors, b: Float64Array, n: number, m: number): Float64Array {
  const x = work.float64(n * m);
  order.forEach((row, i) => x.set(b.subarray(row * m, (row + 1) * m), i * m));
  substitute(work, lu, x, n, m, false, true);
  substitute(work, lu, x, n, m, true, false);
  return x;
}
