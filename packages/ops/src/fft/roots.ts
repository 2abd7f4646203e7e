/**
 * Roots of unity: e^(−2πik/n).
 *
 * Invariant: each is computed from its own k, never from its neighbour, at an angle of at most π/4; so its error does not
 * grow with n, and 1, i, −1 and −i are exact.
 *
 * Reference: Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), 1.4.
 */

import type { Workspace } from '@sconce/core';
import { ON_HOST } from '../families/index.js';

/** Complex numbers in float64: real parts in one array, imaginary parts in the other. */
export interface Planes {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export const planes = (work: Workspace, size: number): Planes => ({ re: work.float64(size), im: work.float64(size) });

/** What transforms backwards where a forward transform is applied to it, and its result is read the same way. */
export const swapped = ({ re, im }: Planes): Planes => ({ re: im, im: re });

/** Writes e^(−2πik/n) at place i. */
function setRoot({ re, im }: Planes, i: number, k: number, n: number): void {
  const turned = 8 * (k % n);
  const octant = Math.floor(turned / n);
  const within = turned - octant * n;
  const angle = (Math.PI / 4) * ((octant % 2 === 0 ? within : n - within) / n);
  const [near, far] = [Math.cos(angle), Math.sin(angle)];
  const isSteep = ((octant + 1) & 2) !== 0;
  const [x, y] = isSteep ? [far, near] : [near, far];
  re[i] = octant >= 2 && octant < 6 ? -x : x;
  im[i] = octant < 4 ? 0 - y : y;
}

/** `count` roots e^(−2πi·k(j)/n), by j. */
export function roots(n: number, count: number, k: (j: number) => number = (j) => j): Planes {
  const table = planes(ON_HOST, count);
  for (let j = 0; j < count; j++) setRoot(table, j, k(j), n);
  return table;
}

/** All roots e^(−2πik/n), as products of one of few coarse and one of few fine roots. */
export interface FactoredRoots {
  readonly coarse: Planes;
  readonly fine: Planes;
  /** k is its coarse part times 2^bits, plus its fine part. */
  readonly bits: number;
}

export function factoredRoots(n: number): FactoredRoots {
  const bits = Math.ceil(Math.log2(n) / 2);
  const size = 2 ** bits;
  return { coarse: roots(n, Math.ceil(n / size), (j) => j * size), fine: roots(n, Math.min(size, n)), bits };
}

/** Writes `count` of these roots: that of `first`, of `first + step`, and so on, all below n. */
export function writeRoots({ coarse: { re: cr, im: ci }, fine: { re: fr, im: fi }, bits }: FactoredRoots, { re, im }: Planes, first: number, step: number, count: number): void {
  const mask = 2 ** bits - 1;
  for (let j = 0, k = first; j < count; j++, k += step) {
    const p = k >>> bits;
    const q = k & mask;
    re[j] = cr[p] * fr[q] - ci[p] * fi[q];
    im[j] = cr[p] * fi[q] + ci[p] * fr[q];
  }
}
