/**
 * Householder reflections H = 1 − τvvᵀ, and the QR factorisation, on the host in float64. Several reflections together are
 * 1 − VTVᵀ with a triangle T, so what they are applied to meets them in products of blocks.
 *
 * Invariant: v starts with 1, and H turns its vector into β e₁ with β of the other sign than the vector's first element,
 * so that nothing cancels; where all but that element are 0 already, H is 1. These are LAPACK's conventions, so Q and R
 * have PyTorch's signs.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 5.1, 5.2; Schreiber & Van Loan, A storage-efficient WY
 * representation for products of Householder transformations (1989).
 */
import type { Workspace } from '@sconce/core';
import { block, dot, multiply, type Block } from './loops.js';

/** H₀, H₁, …: row i of `v`, which is `size` long, holds vᵢ, whose 1 is at i + shift, with zeros before it. */
export interface Reflections {
  readonly v: Float64Array;
  readonly tau: Float64Array;
  readonly size: number;
  readonly shift: number;
}

export const reflections = (work: Workspace, count: number, size: number, shift: number): Reflections => ({
  v: work.float64(count * size), tau: new Float64Array(count), size, shift,
});

/** Reflections that are applied together. */
export const PANEL = 32;

// ── one ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Below and above these, squares of float64 underflow or overflow. */
const SMALL_SQUARES = 1e-280;
const LARGE_SQUARES = 1e280;

/** The length of the elements from `first` to `end`. */
function lengthOf(x: Float64Array, first: number, end: number): number {
  let squares = 0;
  for (let i = first; i < end; i++) squares += x[i] * x[i];
  if (squares > SMALL_SQUARES && squares < LARGE_SQUARES) return Math.sqrt(squares);
  let largest = 0;
  for (let i = first; i < end; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return 0;
  squares = 0;
  for (let i = first; i < end; i++) squares += (x[i] / largest) ** 2;
  return largest * Math.sqrt(squares);
}

/** The reflection that turns the elements from `at` to `end` into β e₁: they become its v, τ goes to tau[i]. Gives β. */
export function reflect(x: Float64Array, at: number, end: number, tau: Float64Array, i: number): number {
  const alpha = x[at];
  const rest = lengthOf(x, at + 1, end);
  x[at] = 1;
  tau[i] = 0;
  if (rest === 0) return alpha;
  const beta = -Math.hypot(alpha, rest) * (alpha < 0 || Object.is(alpha, -0) ? -1 : 1);
  for (let j = at + 1; j < end; j++) x[j] /= alpha - beta;
  tau[i] = (beta - alpha) / beta;
  return beta;
}

// ── several ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** T of the reflections from `first` on: H_first H_first+1 … = 1 − VTVᵀ, upper; with `turned` its transpose. */
function triangleOf(work: Workspace, { v, tau, size }: Reflections, first: number, count: number, columns: Float64Array, from: number, turned: boolean): Float64Array {
  const length = size - from;
  const products = work.float64(count * count);
  multiply(work, block(products, 0, count), block(v, first * size + from, size), block(columns, 0, count), count, count, length, 1);
  const t = work.float64(count * count);
  const [rowStep, columnStep] = turned ? [1, count] : [count, 1];
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * rowStep + k * columnStep] * products[k * count + j];
      t[i * rowStep + j * columnStep] = -tau[first + j] * sum;
    }
    t[j * rowStep + j * columnStep] = tau[first + j];
  }
  return t;
}

/** XH_first H_first+1 … in place of X, whose rows are as long as reflections; with `backwards` X … H_first+1 H_first. */
function reflectRows(work: Workspace, x: Block, rows: number, all: Reflections, first: number, count: number, backwards: boolean): void {
  const { v, size, shift } = all;
  const from = first + shift;
  const length = size - from;
  if (rows === 0 || length === 0) return;
  work.scope(() => {
    const columns = work.float64(length * count);
    for (let i = 0; i < count; i++) for (let j = i, p = (first + i) * size + from; j < length; j++) columns[j * count + i] = v[p + j];
    const t = triangleOf(work, all, first, count, columns, from, backwards);
    const [inner, turned] = [work.float64(rows * count), work.float64(rows * count)];
    const right = block(x.data, x.at + from, x.stride);
    multiply(work, block(inner, 0, count), right, block(columns, 0, count), rows, count, length, 1);
    multiply(work, block(turned, 0, count), block(inner, 0, count), block(t, 0, count), rows, count, count, 1);
    multiply(work, right, block(turned, 0, count), block(v, first * size + from, size), rows, length, count, -1);
  });
}

/** Where panels of reflections begin, and how many are in each, in the order in which they are applied. */
function panels(total: number, backwards: boolean): { readonly first: number; readonly count: number }[] {
  const all = Array.from({ length: Math.ceil(total / PANEL) }, (_, i) => ({ first: i * PANEL, count: Math.min(PANEL, total - i * PANEL) }));
  return backwards ? all.reverse() : all;
}

/** XH₀H₁… in place of X, whose rows are as long as reflections; with `backwards` X…H₁H₀. */
export function reflectAll(work: Workspace, x: Float64Array, rows: number, all: Reflections, backwards: boolean): void {
  for (const { first, count } of panels(all.tau.length, backwards)) reflectRows(work, block(x, 0, all.size), rows, all, first, count, backwards);
}

/** The first `count` columns of H₀H₁…, which are as long as reflections, as rows. */
export function columnsOfProduct(work: Workspace, all: Reflections, count: number): Float64Array {
  const { size, shift, tau } = all;
  const rows = work.float64(count * size);
  for (let i = 0; i < count; i++) rows[i * size + i] = 1;
  for (const { first, count: together } of panels(tau.length, true)) {
    // Rows before are still those of the identity, which these reflections leave as they are.
    const from = first + shift;
    reflectRows(work, block(rows, from * size, size), Math.max(0, count - from), all, first, together, true);
  }
  return rows;
}

// ── QR ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A = QR: R is [min(m, n), n], and Q the product of the reflections. */
export interface Triangular {
  readonly r: Float64Array;
  readonly q: Reflections;
}

/** Columns that are reflected one by one; of more, the first half is reflected, then applied to the second. */
const FEW = 4;

/** Reflects columns from `first` to `end`, rows of `turned`: the reflections go to q and the diagonal of R to r. */
function reflectColumns(work: Workspace, turned: Float64Array, m: number, n: number, first: number, end: number, r: Float64Array, q: Reflections): void {
  if (end - first > FEW) {
    const middle = (first + end) >> 1;
    reflectColumns(work, turned, m, n, first, middle, r, q);
    reflectRows(work, block(turned, middle * m, m), end - middle, q, first, middle - first, false);
    reflectColumns(work, turned, m, n, middle, end, r, q);
    return;
  }
  const { v, tau } = q;
  for (let j = first; j < end; j++) {
    const [row, length] = [j * m + j, m - j];
    v.set(turned.subarray(row, row + length), row);
    r[j * n + j] = reflect(v, row, row + length, tau, j);
    for (let i = j + 1; i < end; i++) {
      const other = row + (i - j) * m;
      const scale = tau[j] * dot(turned, other, v, row, length);
      for (let p = other, from = row; from < row + length; p++, from++) turned[p] -= scale * v[from];
    }
  }
}

/** The factors of an m × n matrix, which is given by its transpose and overwritten. */
export function triangularise(work: Workspace, turned: Float64Array, m: number, n: number): Triangular {
  const k = Math.min(m, n);
  const q = reflections(work, k, m, 0);
  const r = work.float64(k * n);
  for (const { first, count } of panels(k, false)) {
    const end = first + count;
    reflectColumns(work, turned, m, n, first, end, r, q);
    reflectRows(work, block(turned, end * m, m), n - end, q, first, count, false);
  }
  for (let j = 0; j < n; j++) for (let i = 0; i < Math.min(j, k); i++) r[i * n + j] = turned[j * m + i];
  return { r, q };
}
