/**
 * Singular values and vectors, on the host in float64: a matrix is made bidiagonal (`bidiagonal.ts`), and QR iterations
 * that shift by zero where a shift would cost digits make that diagonal, small singular values included.
 *
 * Invariant: a fixed bound on iterations, so every input ends. Order of work and conventions are LAPACK's (dgesdd,
 * dbdsqr), so that singular vectors have the signs that PyTorch gives them, up to 25 of them; beyond, PyTorch divides and
 * conquers.
 *
 * Reference: Demmel & Kahan, Accurate singular values of bidiagonal matrices (1990); Golub & Van Loan, Matrix
 * Computations (2013), 8.6.
 */
import type { Workspace } from '@sconce/core';
import { transposed } from './arrays.js';
import { bidiagonalise, type Bidiagonal } from './bidiagonal.js';
import { productOf } from './loops.js';
import { columnsOfProduct, triangularise, type Reflections } from './reflections.js';
import { chainOf, EPSILON, rotation, scaleInPlace, sortWith, TINY, turnRows, type Chain } from './rotations.js';
import { lesserOfTwo, signOf, singularOfTwo, type Turn } from './singular-of-two.js';

/** A = U diag(values) Vᵀ: values descending, singular vectors as rows. */
export interface Singular {
  readonly values: Float64Array;
  readonly left: Float64Array | null;
  readonly right: Float64Array | null;
}

/** How many singular vectors are wanted: none, one for each singular value, or whole bases. */
export type Vectors = 'none' | 'reduced' | 'complete';

// ── iterations ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Singular values are wanted to this relative error. */
const TOLERANCE = Math.max(10, Math.min(100, EPSILON ** -0.125)) * EPSILON;
/** The most sweeps over the matrix for each row. */
const SWEEPS = 6;

/** An upper bidiagonal matrix with the vectors that are rotated along, as rows. */
interface Rotated {
  readonly work: Workspace;
  readonly n: number;
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly left: Chain;
  readonly right: Chain;
}

/** Rotates rows i and i + 1 alone. */
function turnOnce(work: Workspace, chain: Chain, i: number, { cs, sn }: Turn): void {
  chain.cs[0] = cs;
  chain.sn[0] = sn;
  turnRows(work, chain, i, 1, 1);
}

/** One sweep over a block from `first` to `last`, whose element converges; upwards, left and right exchange their parts. */
function sweep({ work, d, e, left, right }: Rotated, first: number, last: number, shift: number): void {
  const step = first < last ? 1 : -1;
  const beside = (i: number): number => (step > 0 ? i : i - 1);
  const [nearby, across] = step > 0 ? [right, left] : [left, right];
  let turned = 0;
  const keep = (near: Turn, far: Turn): void => {
    nearby.cs[turned] = near.cs;
    nearby.sn[turned] = near.sn;
    across.cs[turned] = far.cs;
    across.sn[turned++] = far.sn;
  };
  const turnBoth = (): void => {
    for (const chain of [nearby, across]) turnRows(work, chain, first, step, turned);
  };
  if (shift === 0) {
    let [near, far] = [rotation(1, 0), rotation(1, 0)];
    for (let i = first; i !== last; i += step) {
      near = rotation(d[i] * near.cs, e[beside(i)]);
      if (i !== first) e[beside(i - step)] = far.sn * near.r;
      far = rotation(far.cs * near.r, d[i + step] * near.sn);
      d[i] = far.r;
      keep(near, far);
    }
    const rest = d[last] * near.cs;
    d[last] = rest * far.cs;
    e[beside(last - step)] = rest * far.sn;
    return turnBoth();
  }
  let f = (Math.abs(d[first]) - shift) * (signOf(d[first]) + shift / d[first]);
  let g = e[beside(first)];
  for (let i = first; i !== last; i += step) {
    const [here, next] = [beside(i), beside(i + step)];
    const near = rotation(f, g);
    if (i !== first) e[beside(i - step)] = near.r;
    f = near.cs * d[i] + near.sn * e[here];
    e[here] = near.cs * e[here] - near.sn * d[i];
    g = near.sn * d[i + step];
    d[i + step] *= near.cs;
    const far = rotation(f, g);
    d[i] = far.r;
    f = far.cs * e[here] + far.sn * d[i + step];
    d[i + step] = far.cs * d[i + step] - far.sn * e[here];
    if (i + step !== last) {
      g = far.sn * e[next];
      e[next] *= far.cs;
    }
    keep(near, far);
  }
  turnBoth();
  e[beside(last - step)] = f;
}

/** Sets the first element beside the diagonal to 0 that is negligible; else a lower bound of the singular values. */
function splitBlock({ d, e }: Rotated, first: number, last: number): { split: boolean; least: number } {
  const step = first < last ? 1 : -1;
  const beside = (i: number): number => (step > 0 ? i : i - 1);
  const end = beside(last - step);
  if (Math.abs(e[end]) <= TOLERANCE * Math.abs(d[last])) {
    e[end] = 0;
    return { split: true, least: 0 };
  }
  let bound = Math.abs(d[first]);
  let least = bound;
  for (let i = first; i !== last; i += step) {
    const size = Math.abs(e[beside(i)]);
    if (size <= TOLERANCE * bound) {
      e[beside(i)] = 0;
      return { split: true, least: 0 };
    }
    bound = Math.abs(d[i + step]) * (bound / (bound + size));
    least = Math.min(least, bound);
  }
  return { split: false, least };
}

/** What is negligible beside the diagonal, whatever is near it. */
function thresholdOf({ n, d, e }: Rotated): number {
  let bound = Math.abs(d[0]);
  let least = bound;
  for (let i = 1; i < n && least !== 0; i++) {
    bound = Math.abs(d[i]) * (bound / (bound + Math.abs(e[i - 1])));
    least = Math.min(least, bound);
  }
  return Math.max((TOLERANCE * least) / Math.sqrt(n), SWEEPS * n * n * TINY);
}

/** Makes the matrix diagonal; false when it does not converge. */
function diagonalise(rotated: Rotated): boolean {
  const { work, n, d, e } = rotated;
  const threshold = thresholdOf(rotated);
  let [end, low, previousLow, previousEnd, down, steps] = [n - 1, 0, -1, -1, true, 0];
  while (end > 0) {
    if (steps > SWEEPS * n * n) return false;
    let largest = Math.abs(d[end]);
    for (low = end; low > 0 && Math.abs(e[low - 1]) > threshold; low--) largest = Math.max(largest, Math.abs(d[low - 1]), Math.abs(e[low - 1]));
    if (low > 0) e[low - 1] = 0;
    if (low === end) {
      end--;
      continue;
    }
    if (low === end - 1) {
      const { first, second, left, right } = singularOfTwo(d[low], e[low], d[end]);
      [d[low], e[low], d[end]] = [first, 0, second];
      turnOnce(work, rotated.right, low, right);
      turnOnce(work, rotated.left, low, left);
      end -= 2;
      continue;
    }
    if (low > previousEnd || end < previousLow) down = Math.abs(d[low]) >= Math.abs(d[end]);
    const [first, last] = down ? [low, end] : [end, low];
    const { split, least } = splitBlock(rotated, first, last);
    if (split) continue;
    [previousLow, previousEnd] = [low, end];
    let shift = 0;
    if (n * TOLERANCE * (least / largest) > Math.max(EPSILON, 0.01 * TOLERANCE)) {
      shift = down ? lesserOfTwo(d[end - 1], e[end - 1], d[end]) : lesserOfTwo(d[low], e[low], d[low + 1]);
      if (d[first] !== 0 && (shift / d[first]) ** 2 < EPSILON) shift = 0;
    }
    steps += end - low;
    sweep(rotated, first, last, shift);
    const beside = down ? end - 1 : low;
    if (Math.abs(e[beside]) <= threshold) e[beside] = 0;
  }
  return true;
}

// ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of an upper bidiagonal matrix, or with `lower` a lower one; the rows of `left` and `right` are rotated along. */
function ofBidiagonal(work: Workspace, { d, e }: Bidiagonal, lower: boolean, left: Float64Array | null, right: Float64Array | null, widths: readonly [number, number]): Float64Array | null {
  const n = d.length;
  const rotated: Rotated = { work, n, d, e, left: chainOf(work, left, widths[0], n), right: chainOf(work, right, widths[1], n) };
  if (lower) {
    const { cs, sn } = rotated.left;
    for (let i = 0; i < n - 1; i++) {
      const turn = rotation(d[i], e[i]);
      [d[i], e[i], d[i + 1]] = [turn.r, turn.sn * d[i + 1], turn.cs * d[i + 1]];
      [cs[i], sn[i]] = [turn.cs, turn.sn];
    }
    turnRows(work, rotated.left, 0, 1, n - 1);
  }
  if (!diagonalise(rotated)) return null;
  // Of one alone LAPACK turns the left vector.
  const [turned, width] = n === 1 ? [left, widths[0]] : [right, widths[1]];
  for (let i = 0; i < n; i++) {
    if (d[i] >= 0) continue;
    d[i] = -d[i];
    if (turned !== null) for (let j = i * width; j < (i + 1) * width; j++) turned[j] = -turned[j];
  }
  sortWith(d, (x, y) => x > y, [[left, widths[0]], [right, widths[1]]]);
  return d.map(Math.abs);
}

/** Of a tall matrix: `turned` when it is the transpose of one whose bidiagonal matrix is taken for a lower one. */
function direct(work: Workspace, a: Float64Array, m: number, n: number, vectors: Vectors, turned: boolean): Singular | null {
  const reduced = bidiagonalise(work, a, m, n);
  const rows = (all: Reflections): Float64Array | null => (vectors === 'none' ? null : columnsOfProduct(work, all, vectors === 'reduced' ? n : all.size));
  const [tall, square] = [rows(reduced.left), rows(reduced.right)];
  const [left, right, widths]: [Float64Array | null, Float64Array | null, [number, number]] = turned ? [square, tall, [n, m]] : [tall, square, [m, n]];
  const values = ofBidiagonal(work, reduced, turned, left, right, widths);
  return values === null ? null : { values, left, right };
}

/** Of a matrix that is much taller than wide, or with `turned` of the transpose of one: first its triangle. The matrix is given by its transpose. */
function byTriangle(work: Workspace, a: Float64Array, m: number, n: number, vectors: Vectors, turned: boolean): Singular | null {
  const { r, q } = triangularise(work, a, m, n);
  const inner = direct(work, turned ? transposed(work, r, n, n) : r, n, n, vectors, false);
  if (inner === null || vectors === 'none') return inner;
  const [short, other] = turned ? [inner.right!, inner.left!] : [inner.left!, inner.right!];
  const long = columnsOfProduct(work, q, vectors === 'reduced' ? n : m);
  long.set(productOf(work, short, long, n, n, m));
  return turned ? { ...inner, left: other, right: long } : { ...inner, left: long, right: other };
}

/**
 * The singular values of an m × n matrix, descending, and its singular vectors as rows where they are asked for. The
 * matrix is overwritten.
 *
 * @returns null when an element is not finite, or the iteration does not converge.
 */
export function singularOf(work: Workspace, a: Float64Array, m: number, n: number, vectors: Vectors): Singular | null {
  const scale = scaleInPlace(a);
  if (Number.isNaN(scale)) return null;
  const isWide = m < n;
  const [long, short] = isWide ? [n, m] : [m, n];
  const far = long >= Math.floor((short * 11) / 6);
  // The triangle is made of the transpose, and both ways take a wide matrix by its transpose.
  const given = far === isWide ? a : transposed(work, a, m, n);
  const found = (far ? byTriangle : direct)(work, given, long, short, vectors, isWide);
  return found === null ? null : { ...found, values: found.values.map((x) => x * scale) };
}
