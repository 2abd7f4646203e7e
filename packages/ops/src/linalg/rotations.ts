/**
 * Givens rotations on the host, and what iterations on them share: bounds of float64, the scale of a matrix, an order.
 *
 * Reference: Golub & Van Loan, Matrix Computations (2013), 5.1; Anderson, Discontinuous plane rotations (2000).
 */
import type { Workspace } from '@sconce/core';
import { rotateAlong } from './loops.js';

/** The relative error of one rounding. */
export const EPSILON = 2 ** -53;
/** The least float64 whose reciprocal is finite. */
export const TINY = 2 ** -1022;

/** √(f² + g²). */
export function lengthOfTwo(f: number, g: number): number {
  const squares = f * f + g * g;
  return squares > 1e-280 && squares < 1e280 ? Math.sqrt(squares) : Math.hypot(f, g);
}

/** The rotation with cs f + sn g = r and cs g − sn f = 0, where cs is not negative. */
export function rotation(f: number, g: number): { cs: number; sn: number; r: number } {
  if (g === 0) return { cs: 1, sn: 0, r: f };
  if (f === 0) return { cs: 0, sn: g < 0 ? -1 : 1, r: Math.abs(g) };
  const length = lengthOfTwo(f, g);
  const r = f < 0 ? -length : length;
  return { cs: Math.abs(f) / length, sn: g / r, r };
}

/** Rotations of neighbouring rows of a matrix whose rows are `width` long, one after the other, and where they are kept. */
export interface Chain {
  readonly rows: Float64Array | null;
  readonly width: number;
  readonly cs: Float64Array;
  readonly sn: Float64Array;
}

/** Of at most `count` rotations; null: nothing is rotated. */
export const chainOf = (work: Workspace, rows: Float64Array | null, width: number, count: number): Chain => ({ rows, width, cs: work.float64(count), sn: work.float64(count) });

/** Rotates rows first and first + step, then first + step and first + 2 step, … with the first `count` rotations that are kept. */
export function turnRows(work: Workspace, { rows, width, cs, sn }: Chain, first: number, step: 1 | -1, count: number): void {
  if (rows !== null) rotateAlong(work, rows, width, first, step, count, cs, sn);
}

/** Exchanges rows i and j. */
export function exchange(a: Float64Array, width: number, i: number, j: number): void {
  const row = a.slice(i * width, (i + 1) * width);
  a.copyWithin(i * width, j * width, (j + 1) * width);
  a.set(row, j * width);
}

/** Sorts values, with the rows that belong to them, by selection. */
export function sortWith(values: Float64Array, before: (a: number, b: number) => boolean, rows: readonly (readonly [Float64Array | null, number])[]): void {
  for (let i = 0; i < values.length - 1; i++) {
    let best = i;
    for (let j = i + 1; j < values.length; j++) if (before(values[j], values[best])) best = j;
    if (best === i) continue;
    [values[i], values[best]] = [values[best], values[i]];
    for (const [a, width] of rows) if (a !== null) exchange(a, width, i, best);
  }
}

/** Divides by the largest magnitude when squares would leave float64's range, and says by what; NaN when not all are finite. */
export function scaleInPlace(a: Float64Array): number {
  let largest = 0;
  for (const x of a) {
    if (!Number.isFinite(x)) return NaN;
    largest = Math.max(largest, Math.abs(x));
  }
  if (largest === 0 || (largest > 1e-100 && largest < 1e100)) return 1;
  for (let i = 0; i < a.length; i++) a[i] /= largest;
  return largest;
}
