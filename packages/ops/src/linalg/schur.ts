/**
 * The real Schur form of a square matrix, on the host in float64: reflections make it zero below the diagonal beside the
 * main one, and QR sweeps with two shifts at once make it triangular but for blocks of two, which are pairs of conjugate
 * eigenvalues.
 *
 * Invariant: a fixed bound on sweeps, so every input ends.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 7.4, 7.5; Smith et al., EISPACK (1976), orthes and hqr2.
 */
import type { Workspace } from '@sconce/core';
import { reflect } from './reflections.js';

/** T = ZᵀAZ in the place of A, the columns of Z, and the eigenvalues. */
export interface Schur {
  readonly z: Float64Array | null;
  readonly real: Float64Array;
  readonly imag: Float64Array;
}

/** The distance from 1 to the next number. */
const EPSILON = 2 ** -52;
/** The most sweeps for one eigenvalue. */
const SWEEPS = 60;

/** A reflection of up to three rows and columns, 1 − (1, q, r)ᵀ(x, y, z). */
interface Reflector {
  x: number;
  y: number;
  z: number;
  q: number;
  r: number;
}

/** Makes rows and columns from `low` to `high` zero below the diagonal beside the main one, and gives the product of reflections. */
function hessenberg(work: Workspace, h: Float64Array, n: number, low: number, high: number, withVectors: boolean): Float64Array | null {
  const z = withVectors ? work.float64(n * n) : null;
  if (z !== null) for (let i = 0; i < n; i++) z[i * n + i] = 1;
  const [tau, v, sums] = [new Float64Array(1), new Float64Array(n), new Float64Array(n)];
  /** MH of rows of a matrix. */
  const fromRight = (m: Float64Array, first: number): void => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = first; j <= high; j++) sum += m[i * n + j] * v[j];
      sum *= tau[0];
      for (let j = first; j <= high; j++) m[i * n + j] -= sum * v[j];
    }
  };
  for (let k = low; k < high - 1; k++) {
    const first = k + 1;
    for (let i = first; i <= high; i++) v[i] = h[i * n + k];
    const beta = reflect(v, first, high + 1, tau, 0);
    if (tau[0] === 0) continue;
    h[first * n + k] = beta;
    for (let i = first + 1; i <= high; i++) h[i * n + k] = 0;
    sums.fill(0);
    for (let i = first; i <= high; i++) for (let j = first; j < n; j++) sums[j] += v[i] * h[i * n + j];
    for (let i = first; i <= high; i++) for (let j = first, factor = tau[0] * v[i]; j < n; j++) h[i * n + j] -= factor * sums[j];
    fromRight(h, first);
    if (z !== null) fromRight(z, first);
  }
  return z;
}

/** Two shifts as the roots of (x − s)(y − s) − w. */
interface Shifts {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

/** Both eigenvalues of the last block of two; of real ones twice that which is nearer to the last element. */
function shiftsOf(h: Float64Array, n: number, end: number): Shifts {
  const at = end * n + end;
  const [x, y, w] = [h[at], h[at - n - 1], h[at - 1] * h[at - n]];
  const half = (y - x) / 2;
  const square = half * half + w;
  if (square <= 0) return { x, y, w };
  const root = Math.sqrt(square);
  const nearer = x + (Math.abs(half + root) <= Math.abs(half - root) ? half + root : half - root);
  return { x: nearer, y: nearer, w: 0 };
}

/** Others, where the usual ones go round in circles. */
function otherShifts(h: Float64Array, n: number, end: number): Shifts {
  const at = end * n + end;
  const size = Math.abs(h[at - 1]) + Math.abs(h[at - n - 2]);
  return { x: h[at] + 0.75 * size, y: h[at] + 0.75 * size, w: -0.4375 * size * size };
}

/** The reflector that starts a sweep of rows first … end with both shifts, and at which row m it may start. */
function begin(h: Float64Array, n: number, first: number, end: number, { x, y, w }: Shifts): { m: number; p: number; q: number; r: number } {
  for (let m = end - 2; ; m--) {
    const at = m * n + m;
    const z = h[at];
    const [u, v] = [x - z, y - z];
    let p = (u * v - w) / h[at + n] + h[at + 1];
    let q = h[at + n + 1] - z - u - v;
    let r = h[at + 2 * n + 1];
    const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
    [p, q, r] = [p / size, q / size, r / size];
    if (m === first) return { m, p, q, r };
    const small = Math.abs(h[at - 1]) * (Math.abs(q) + Math.abs(r));
    if (small < EPSILON * Math.abs(p) * (Math.abs(h[at - n - 1]) + Math.abs(z) + Math.abs(h[at + n + 1]))) return { m, p, q, r };
  }
}

/** Applies a reflector to rows k … of columns `from` to `to`. */
function reflectRowsOf(a: Float64Array, n: number, k: number, { x, y, z, q, r }: Reflector, three: boolean, from: number, to: number): void {
  for (let i = k * n + from, end = k * n + to; i < end; i++) {
    const sum = a[i] + q * a[i + n] + (three ? r * a[i + 2 * n] : 0);
    a[i] -= sum * x;
    a[i + n] -= sum * y;
    if (three) a[i + 2 * n] -= sum * z;
  }
}

/** Applies a reflector to columns k … of rows `from` to `to`. */
function reflectColumnsOf(a: Float64Array, n: number, k: number, { x, y, z, q, r }: Reflector, three: boolean, from: number, to: number): void {
  for (let i = from * n + k, end = to * n + k; i < end; i += n) {
    const sum = x * a[i] + y * a[i + 1] + (three ? z * a[i + 2] : 0);
    a[i] -= sum;
    a[i + 1] -= sum * q;
    if (three) a[i + 2] -= sum * r;
  }
}

/** One sweep with two shifts. */
function sweep(h: Float64Array, z: Float64Array | null, n: number, first: number, end: number, shifts: Shifts): void {
  const start = begin(h, n, first, end, shifts);
  const { m } = start;
  let { p, q, r } = start;
  for (let i = m + 2; i <= end; i++) {
    h[i * n + i - 2] = 0;
    if (i > m + 2) h[i * n + i - 3] = 0;
  }
  const [rowsFrom, columnsTo] = z === null ? [first, end + 1] : [0, n];
  for (let k = m; k < end; k++) {
    const three = k !== end - 1;
    const before = k * n + k - 1;
    let size = 1;
    if (k !== m) {
      [p, q, r] = [h[before], h[before + n], three ? h[before + 2 * n] : 0];
      size = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (size === 0) continue;
      [p, q, r] = [p / size, q / size, r / size];
    }
    const length = Math.sqrt(p * p + q * q + r * r) * (p < 0 ? -1 : 1);
    if (length === 0) continue;
    if (k !== m) h[before] = -length * size;
    else if (first !== m) h[before] = -h[before];
    p += length;
    const by: Reflector = { x: p / length, y: q / length, z: r / length, q: q / p, r: r / p };
    reflectRowsOf(h, n, k, by, three, k, columnsTo);
    reflectColumnsOf(h, n, k, by, three, rowsFrom, Math.min(end, k + 3) + 1);
    if (z !== null) reflectColumnsOf(z, n, k, by, three, 0, n);
  }
}

/**
 * Both eigenvalues of the block of rows end − 1 and end, which becomes triangular where they are real, and of equal
 * diagonal elements where they are complex.
 */
function splitPair(h: Float64Array, z: Float64Array | null, n: number, end: number, real: Float64Array, imag: Float64Array): void {
  const at = (end - 1) * n + end - 1;
  const [above, below, last] = [h[at + 1], h[at + n], h[at + n + 1]];
  const half = (h[at] - last) / 2;
  const square = half * half + above * below;
  const root = Math.sqrt(Math.abs(square));
  let [cs, sn] = [1, 0];
  if (square < 0) {
    real.fill(last + half, end - 1, end + 1);
    [imag[end - 1], imag[end]] = [root, -root];
    const both = above + below;
    const length = Math.hypot(both, 2 * half);
    if (length > 0) {
      cs = Math.sqrt(0.5 * (1 + Math.abs(both) / length));
      sn = (-half / (length * cs)) * (both < 0 ? -1 : 1);
    }
  } else {
    const far = half >= 0 ? half + root : half - root;
    real[end - 1] = last + far;
    real[end] = far === 0 ? real[end - 1] : last - (above * below) / far;
    const length = Math.hypot(below, far);
    if (length > 0) [cs, sn] = [far / length, below / length];
  }
  for (let i = at; i < end * n; i++) [h[i], h[i + n]] = [cs * h[i] + sn * h[i + n], cs * h[i + n] - sn * h[i]];
  const turn = (a: Float64Array, rows: number): void => {
    for (let i = end - 1; i < rows * n; i += n) [a[i], a[i + 1]] = [cs * a[i] + sn * a[i + 1], cs * a[i + 1] - sn * a[i]];
  };
  turn(h, end + 1);
  if (z !== null) turn(z, n);
  if (square < 0) [h[at], h[at + n + 1]] = [real[end], real[end]];
  else h[at + n] = 0;
}

/**
 * The Schur form of an n × n matrix, which is overwritten; outside of rows and columns `low` to `high` it is triangular.
 *
 * @returns null when the sweeps do not converge.
 */
export function schurOf(work: Workspace, h: Float64Array, n: number, low: number, high: number, withVectors: boolean): Schur | null {
  const z = hessenberg(work, h, n, low, high, withVectors);
  const [real, imag] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) if (i < low || i > high) real[i] = h[i * n + i];
  let norm = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(i - 1, 0); j < n; j++) norm += Math.abs(h[i * n + j]);
  let sweeps = 0;
  for (let end = high; end >= low; ) {
    let first = end;
    for (; first > low; first--) {
      const at = first * n + first;
      const size = Math.abs(h[at - n - 1]) + Math.abs(h[at]);
      if (Math.abs(h[at - 1]) >= EPSILON * (size === 0 ? norm : size)) continue;
      h[at - 1] = 0;
      break;
    }
    if (first >= end - 1) {
      if (first === end) real[end] = h[end * n + end];
      else splitPair(h, z, n, end, real, imag);
      end = first - 1;
      sweeps = 0;
      continue;
    }
    if (sweeps++ === SWEEPS) return null;
    const shifts = sweeps % 10 === 0 ? otherShifts(h, n, end) : shiftsOf(h, n, end);
    sweep(h, z, n, first, end, shifts);
  }
  return { z, real, imag };
}
