/**
 * Transforms of real numbers along one dimension, and back: half the frequencies say everything, as X₋ₖ is the conjugate
 * of Xₖ.
 *
 * An even number of points is taken as half as many complex ones, x₂ⱼ + i·x₂ⱼ₊₁, and the transforms of the even and of the
 * odd points are told apart by that symmetry; an odd number is taken as complex numbers.
 *
 * Invariant: rows are never paired with each other, so a NaN stays in its row.
 *
 * Reference: Press et al., Numerical Recipes (2007), 12.3.
 */
import type { Workspace } from '@sconce/core';
import { beginnings, inBlocks, type Columns } from './columns.js';
import { factoredRoots, planes, writeRoots, type Planes } from './roots.js';
import { transformOf } from './transform.js';

/** Where the columns of a dimension lie in an array of this shape. */
export function columnsOf(shape: readonly number[], d: number): { readonly at: Columns; readonly total: number } {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const inner = product(shape.slice(d + 1));
  return { at: { inner, outer: inner * shape[d], step: inner }, total: product(shape.slice(0, d)) * inner };
}

/** The first `count` roots e^(−2πik/n). */
function rootsUpTo(work: Workspace, n: number, count: number): Planes {
  const all = planes(work, count);
  writeRoots(factoredRoots(n), all, 0, 1, count);
  return all;
}

/**
 * Transforms real numbers forwards along d. The result has the frequencies up to n/2, or all where its shape has room.
 *
 * @param x of `shape`
 * @param out of `shape`, but for its size along d
 */
export function realPass(work: Workspace, x: Float64Array | Float32Array, shape: readonly number[], out: Planes, outShape: readonly number[], d: number): void {
  const n = shape[d];
  const { at: from, total } = columnsOf(shape, d);
  const { at: to } = columnsOf(outShape, d);
  const bins = Math.floor(n / 2) + 1;
  const mirrored = outShape[d] === n;
  const { re: outR, im: outI } = out;
  const isEven = n % 2 === 0;
  const points = isEven ? n / 2 : n;
  const factors = rootsUpTo(work, n, bins);
  inBlocks(
    work,
    points,
    total,
    transformOf(work, points),
    ({ re, im }, first, count) => {
      const step = isEven ? 2 * from.step : from.step;
      beginnings(from, first, count).forEach((begin, c) => {
        for (let j = 0, i = begin, to = c; j < points; j++, i += step, to += count) {
          re[to] = x[i];
          im[to] = isEven ? x[i + from.step] : 0;
        }
      });
    },
    ({ re, im }, first, count) => {
      const begin = beginnings(to, first, count);
      for (let k = 0; k < bins; k++) {
        const wr = factors.re[k];
        const wi = factors.im[k];
        const a = (k % points) * count;
        const b = ((points - k) % points) * count;
        const place = k * to.step;
        const other = (n - k) * to.step;
        for (let c = 0; c < count; c++) {
          let r = re[a + c];
          let s = im[a + c];
          if (isEven) {
            const oddR = (s + im[b + c]) / 2;
            const oddI = (re[b + c] - r) / 2;
            r = (r + re[b + c]) / 2 + oddR * wr - oddI * wi;
            s = (s - im[b + c]) / 2 + oddR * wi + oddI * wr;
          }
          outR[begin[c] + place] = r;
          outI[begin[c] + place] = s;
          if (mirrored && k > 0 && other !== place) {
            outR[begin[c] + other] = r;
            outI[begin[c] + other] = 0 - s;
          }
        }
      }
    },
  );
}

/**
 * Transforms the frequencies up to n/2 of real numbers backwards along d: x_j = Σ_k X_k e^(2πijk/n) over all k. The
 * imaginary parts of X₀ and of X at n/2, which real numbers do not have, are not read.
 *
 * @param out of `outShape`; each sum is divided by `divisor`
 */
export function realPassBack(work: Workspace, x: Planes, shape: readonly number[], out: Float32Array | Float64Array, outShape: readonly number[], d: number, divisor: number): void {
  const n = outShape[d];
  const { at: from, total } = columnsOf(shape, d);
  const { at: to } = columnsOf(outShape, d);
  const isEven = n % 2 === 0;
  const points = isEven ? n / 2 : n;
  const half = Math.floor(n / 2);
  const { re: xr, im: xi } = x;
  const factors = rootsUpTo(work, n, points);
  // A forward transform of exchanged parts is a backward one, so real parts go into `im`.
  inBlocks(
    work,
    points,
    total,
    transformOf(work, points),
    ({ re, im }, first, count) => {
      const begin = beginnings(from, first, count);
      for (let k = 0; k < points; k++) {
        const wr = factors.re[k];
        const wi = factors.im[k];
        const isBelow = k <= half;
        const a = (isBelow ? k : n - k) * from.step;
        const b = (half - k) * from.step;
        const sign = k === 0 ? 0 : isBelow ? 1 : -1;
        for (let c = 0; c < count; c++) {
          let r = xr[begin[c] + a];
          // A factor of 0 would make a NaN of an infinity.
          let s = sign === 0 ? 0 : sign * xi[begin[c] + a];
          if (isEven) {
            const otherR = xr[begin[c] + b];
            const otherS = sign === 0 ? 0 : xi[begin[c] + b];
            const difR = r - otherR;
            const difS = s + otherS;
            const oddR = difR * wr + difS * wi;
            const oddS = difS * wr - difR * wi;
            r += otherR - oddS;
            s += oddR - otherS;
          }
          im[k * count + c] = r;
          re[k * count + c] = s;
        }
      }
    },
    ({ re, im }, first, count) => {
      const step = isEven ? 2 * to.step : to.step;
      beginnings(to, first, count).forEach((begin, c) => {
        for (let j = 0, i = begin, from = c; j < points; j++, i += step, from += count) {
          out[i] = im[from] / divisor;
          if (isEven) out[i + to.step] = re[from] / divisor;
        }
      });
    },
  );
}
