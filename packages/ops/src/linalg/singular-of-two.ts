/**
 * Singular values and vectors of two by two, (f g; 0 h): what iterations on a bidiagonal matrix end with, and what their
 * shifts are taken from.
 *
 * Invariant: nothing overflows or underflows on the way, unless the result does; signs are LAPACK's.
 *
 * Reference: https://netlib.org/lapack (dlas2, dlasv2)
 */
import { EPSILON, lengthOfTwo } from './rotations.js';

/** The smaller singular value of (f g; 0 h). */
export function lesserOfTwo(f: number, g: number, h: number): number {
  const [small, large, beside] = [Math.min(Math.abs(f), Math.abs(h)), Math.max(Math.abs(f), Math.abs(h)), Math.abs(g)];
  if (small === 0) return 0;
  const [sum, difference] = [1 + small / large, (large - small) / large];
  if (beside < large) {
    const square = (beside / large) ** 2;
    return (small * 2) / (Math.sqrt(sum * sum + square) + Math.sqrt(difference * difference + square));
  }
  const ratio = large / beside;
  if (ratio === 0) return (small * large) / beside;
  return (2 * small * ratio) / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
}

export interface Turn {
  readonly cs: number;
  readonly sn: number;
}

export const signOf = (x: number): number => (x < 0 || Object.is(x, -0) ? -1 : 1);

/** Rotations from both sides that make (f g; 0 h) diagonal, and what is then on the diagonal, the greater first. */
export function singularOfTwo(f: number, g: number, h: number): { first: number; second: number; left: Turn; right: Turn } {
  const exchanged = Math.abs(h) > Math.abs(f);
  const [top, bottom] = exchanged ? [h, f] : [f, h];
  const [large, small, beside] = [Math.abs(top), Math.abs(bottom), Math.abs(g)];
  let [first, second, left, right]: [number, number, Turn, Turn] = [large, small, { cs: 1, sn: 0 }, { cs: 1, sn: 0 }];
  if (beside !== 0 && large / beside < EPSILON) {
    [first, second] = [beside, small > 1 ? large / (beside / small) : (large / beside) * small];
    [left, right] = [{ cs: 1, sn: bottom / g }, { cs: top / g, sn: 1 }];
  } else if (beside !== 0) {
    const gap = (large - small) / large;
    const slope = g / top;
    const sum = 2 - gap;
    const s = lengthOfTwo(sum, slope);
    const r = lengthOfTwo(gap, slope);
    const mean = 0.5 * (s + r);
    let tan = (slope / (s + sum) + slope / (r + gap)) * (1 + mean);
    if (slope * slope === 0) tan = gap === 0 ? 2 * signOf(top) * signOf(g) : g / (signOf(top) * (large - small)) + slope / sum;
    const length = lengthOfTwo(tan, 2);
    right = { cs: 2 / length, sn: tan / length };
    left = { cs: (right.cs + right.sn * slope) / mean, sn: ((bottom / top) * right.sn) / mean };
    [first, second] = [large * mean, small / mean];
  }
  if (exchanged) [left, right] = [{ cs: right.sn, sn: right.cs }, { cs: left.sn, sn: left.cs }];
  const across = beside > large ? signOf(right.sn) * signOf(left.cs) * signOf(g) : null;
  const sign = across ?? (exchanged ? signOf(right.sn) * signOf(left.sn) * signOf(h) : signOf(right.cs) * signOf(left.cs) * signOf(f));
  return { first: sign * first, second: sign * signOf(f) * signOf(h) * second, left, right };
}
