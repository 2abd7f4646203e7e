/**
 * The loops in which decompositions spend their time, over float64: products of blocks, products with a vector from
 * either side, chains of rotations. Everything else arranges its work so that it is done here.
 *
 * A block lies row by row in an array. Each loop is JavaScript, unless the backend whose routine runs has code of its own
 * for it (`Workspace.run`).
 *
 * Invariant: the order in which an element's terms are added is part of a loop's meaning, so that its result has the same
 * bits wherever it runs.
 *
 * Reference: Goto & van de Geijn, Anatomy of high-performance matrix multiplication (2008); Van Zee et al., Restructuring
 * the tridiagonal and bidiagonal QR algorithms for performance (2014).
 */
import type { Workspace } from '@sconce/core';

/** Where a block begins in an array, and how far its rows are apart. */
export interface Block {
  readonly data: Float64Array;
  readonly at: number;
  readonly stride: number;
}

export const block = (data: Float64Array, at: number, stride: number): Block => ({ data, at, stride });

// ── products of blocks ───────────────────────────────────────────────────────────────────────────────────────────────

/** Terms of a sum that are added before it meets C. */
const DEPTH = 256;

/** C ± AB in place of C, for blocks of m × n, m × k and k × n: terms are added in their order, 256 at a time. */
export function multiply(work: Workspace, c: Block, a: Block, b: Block, m: number, n: number, k: number, sign: 1 | -1): void {
  if (m === 0 || n === 0) return;
  for (let first = 0; first < k; first += DEPTH) {
    const [depth, at] = [Math.min(DEPTH, k - first), a.at + first];
    const below = b.at + first * b.stride;
    if (!work.run('product', [c.data, c.at, c.stride, a.data, at, a.stride, b.data, below, b.stride, m, n, depth, sign])) {
      product(c, a.data, at, a.stride, b.data, below, b.stride, m, n, depth, sign);
    }
  }
}

/** Two columns of B at a time are put side by side; four rows of A meet them. */
function product(c: Block, a: Float64Array, at: number, lda: number, b: Float64Array, below: number, ldb: number, m: number, n: number, k: number, sign: number): void {
  const pair = new Float64Array(2 * k);
  const fours = m - (m % 4);
  for (let j = 0; j < n; j += 2) {
    const isPair = j + 1 < n;
    for (let q = 0, from = below + j; q < k; q++, from += ldb) {
      pair[2 * q] = b[from];
      pair[2 * q + 1] = isPair ? b[from + 1] : 0;
    }
    const to = c.at + j;
    for (let i = 0; i < fours; i += 4) fourRows(c.data, to + i * c.stride, c.stride, a, at + i * lda, lda, pair, k, sign, isPair);
    for (let i = fours; i < m; i++) oneRow(c.data, to + i * c.stride, a, at + i * lda, pair, k, sign, isPair);
  }
}

function fourRows(c: Float64Array, to: number, ldc: number, a: Float64Array, at: number, lda: number, pair: Float64Array, k: number, sign: number, isPair: boolean): void {
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [i0, i1, i2, i3] = [at, at + lda, at + 2 * lda, at + 3 * lda];
  for (let q = 0; q < 2 * k; q += 2) {
    const x = pair[q];
    const y = pair[q + 1];
    const a0 = a[i0++];
    const a1 = a[i1++];
    const a2 = a[i2++];
    const a3 = a[i3++];
    s0 += a0 * x;
    t0 += a0 * y;
    s1 += a1 * x;
    t1 += a1 * y;
    s2 += a2 * x;
    t2 += a2 * y;
    s3 += a3 * x;
    t3 += a3 * y;
  }
  c[to] += sign * s0;
  c[to + ldc] += sign * s1;
  c[to + 2 * ldc] += sign * s2;
  c[to + 3 * ldc] += sign * s3;
  if (!isPair) return;
  c[to + 1] += sign * t0;
  c[to + ldc + 1] += sign * t1;
  c[to + 2 * ldc + 1] += sign * t2;
  c[to + 3 * ldc + 1] += sign * t3;
}

function oneRow(c: Float64Array, to: number, a: Float64Array, at: number, pair: Float64Array, k: number, sign: number, isPair: boolean): void {
  let [s, t] = [0, 0];
  for (let q = 0; q < k; q++) {
    s += a[at + q] * pair[2 * q];
    t += a[at + q] * pair[2 * q + 1];
  }
  c[to] += sign * s;
  if (isPair) c[to + 1] += sign * t;
}

/** AB of an m × k and a k × n matrix. */
export function productOf(work: Workspace, a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const c = work.float64(m * n);
  multiply(work, block(c, 0, n), block(a, 0, k), block(b, 0, n), m, n, k, 1);
  return c;
}

// ── products with a vector ───────────────────────────────────────────────────────────────────────────────────────────

/** Ax in y, from place `to` on, for a block of m × n: every fourth term of a sum in one of four, which are added in pairs. */
export function dots(work: Workspace, y: Float64Array, to: number, a: Block, x: Float64Array, from: number, m: number, n: number): void {
  if (work.run('dots', [y, to, a.data, a.at, a.stride, x, from, m, n])) return;
  for (let i = 0, row = a.at; i < m; i++, row += a.stride) y[to + i] = dot(a.data, row, x, from, n);
}

/** The scalar product of n elements of both. */
export function dot(a: Float64Array, i: number, x: Float64Array, j: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const end = i + n - (n % 4);
  for (; i < end; i += 4, j += 4) {
    s0 += a[i] * x[j];
    s1 += a[i + 1] * x[j + 1];
    s2 += a[i + 2] * x[j + 2];
    s3 += a[i + 3] * x[j + 3];
  }
  let sum = s0 + s2 + (s1 + s3);
  for (let left = n % 4; left > 0; left--) sum += a[i++] * x[j++];
  return sum;
}

/** y ± xA in place of n elements of y, for a block of m × n: its rows are added in their order, four at a time. */
export function addRows(work: Workspace, y: Float64Array, to: number, a: Block, x: Float64Array, from: number, m: number, n: number, sign: 1 | -1): void {
  if (m === 0 || n === 0 || work.run('addRows', [y, to, a.data, a.at, a.stride, x, from, m, n, sign])) return;
  const { data, at, stride } = a;
  const fours = m - (m % 4);
  for (let i = 0, row = at; i < fours; i += 4, row += 4 * stride) {
    const x0 = sign * x[from + i];
    const x1 = sign * x[from + i + 1];
    const x2 = sign * x[from + i + 2];
    const x3 = sign * x[from + i + 3];
    let [i0, i1, i2, i3] = [row, row + stride, row + 2 * stride, row + 3 * stride];
    for (let j = to; j < to + n; j++) y[j] = y[j] + x0 * data[i0++] + x1 * data[i1++] + x2 * data[i2++] + x3 * data[i3++];
  }
  for (let i = fours; i < m; i++) {
    const factor = sign * x[from + i];
    for (let j = to, p = at + i * stride; j < to + n; j++) y[j] += factor * data[p++];
  }
}

// ── rotations ────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Rotations along rows of `a`, which are `width` long, one after the other: for each t < count, rows i = first + t·step and
 * j = i + step become csₜ aᵢ + snₜ aⱼ and csₜ aⱼ − snₜ aᵢ.
 */
export function rotateAlong(work: Workspace, a: Float64Array, width: number, first: number, step: 1 | -1, count: number, cs: Float64Array, sn: Float64Array): void {
  if (count === 0 || work.run('rotateAlong', [a, width, first, step, count, cs, sn])) return;
  const stride = step * width;
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    let at = first * width + j;
    let x0 = a[at];
    let x1 = a[at + 1];
    let x2 = a[at + 2];
    let x3 = a[at + 3];
    for (let t = 0; t < count; t++) {
      const c = cs[t];
      const s = sn[t];
      const next = at + stride;
      const y0 = a[next];
      const y1 = a[next + 1];
      const y2 = a[next + 2];
      const y3 = a[next + 3];
      a[at] = c * x0 + s * y0;
      a[at + 1] = c * x1 + s * y1;
      a[at + 2] = c * x2 + s * y2;
      a[at + 3] = c * x3 + s * y3;
      x0 = c * y0 - s * x0;
      x1 = c * y1 - s * x1;
      x2 = c * y2 - s * x2;
      x3 = c * y3 - s * x3;
      at = next;
    }
    a[at] = x0;
    a[at + 1] = x1;
    a[at + 2] = x2;
    a[at + 3] = x3;
  }
  for (; j < width; j++) {
    let at = first * width + j;
    let x = a[at];
    for (let t = 0; t < count; t++) {
      const y = a[at + stride];
      a[at] = cs[t] * x + sn[t] * y;
      x = cs[t] * y - sn[t] * x;
      at += stride;
    }
    a[at] = x;
  }
}
