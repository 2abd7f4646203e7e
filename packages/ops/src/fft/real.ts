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
import { beginnings, inBlocks, transformOf, type Columns } from './transform.js';
import { roots, type Planes } from './roots.js';

/** Where the columns of a dimension lie in an array of this shape. */
export function columnsOf(shape: readonly number[], d: number): { readonly at: Columns; readonly total: number } {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const inner = product(shape.slice(d + 1));
  return { at: { inner, outer: inner * shape[d], step: inner }, total: product(shape.slice(0, d)) * inner };
}

/**
 * Transforms real numbers forwards along d. The result has the frequencies up to n/2, or all where its shape has room.
 *
 * @param x of `shape`
 * @param out of `shape`, but for its size along d
 */
export function realPass(x: Float64Array, shape: readonly number[], out: Planes, outShape: readonly number[], d: number): void {
  const n = shape[d];
  const { at: from, total } = columnsOf(shape, d);
  const { at: to } = columnsOf(outShape, d);
  const bins = Math.floor(n / 2) + 1;
  const mirrored = outShape[d] === n;
  const isEven = n % 2 === 0;
  const points = isEven ? n / 2 : n;
  const w = roots(n, bins);
  inBlocks(
    points,
    total,
    transformOf(points),
    ({ re, im }, first, count) => {
      const begin = beginnings(from, first, count);
      for (let j = 0; j < points; j++) {
        for (let c = 0; c < count; c++) {
          const i = begin[c] + (isEven ? 2 * j : j) * from.step;
          re[j * count + c] = x[i];
          im[j * count + c] = isEven ? x[i + from.step] : 0;
        }
      }
    },
    ({ re, im }, first, count) => {
      const begin = beginnings(to, first, count);
      for (let k = 0; k < bins; k++) {
        for (let c = 0; c < count; c++) {
          const a = (k % points) * count + c;
          let r = re[a];
          let s = im[a];
          if (isEven) {
            const b = ((points - k) % points) * count + c;
            const oddR = (s + im[b]) / 2;
            const oddI = (re[b] - r) / 2;
            r = (r + re[b]) / 2 + oddR * w.re[k] - oddI * w.im[k];
            s = (s - im[b]) / 2 + oddR * w.im[k] + oddI * w.re[k];
          }
          const i = begin[c] + k * to.step;
          out.re[i] = r;
          out.im[i] = s;
          if (mirrored && k > 0) {
            const other = begin[c] + (n - k) * to.step;
            out.re[other] = r;
            if (other !== i) out.im[other] = 0 - s;
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
export function realPassBack(x: Planes, shape: readonly number[], out: Float32Array | Float64Array, outShape: readonly number[], d: number, divisor: number): void {
  const n = outShape[d];
  const { at: from, total } = columnsOf(shape, d);
  const { at: to } = columnsOf(outShape, d);
  const isEven = n % 2 === 0;
  const points = isEven ? n / 2 : n;
  const half = Math.floor(n / 2);
  const w = roots(n, half + 1);
  // A forward transform of exchanged parts is a backward one, so real parts go into `im`.
  inBlocks(
    points,
    total,
    transformOf(points),
    ({ re, im }, first, count) => {
      const begin = beginnings(from, first, count);
      for (let k = 0; k < points; k++) {
        for (let c = 0; c < count; c++) {
          const isBelow = k <= half;
          const a = begin[c] + (isBelow ? k : n - k) * from.step;
          let r = x.re[a];
          let s = k === 0 ? 0 : isBelow ? x.im[a] : 0 - x.im[a];
          if (isEven) {
            const b = begin[c] + (half - k) * from.step;
            const [otherR, otherS] = [x.re[b], k === 0 ? 0 : x.im[b]];
            const [difR, difS] = [r - otherR, s + otherS];
            const oddR = difR * w.re[k] + difS * w.im[k];
            const oddS = difS * w.re[k] - difR * w.im[k];
            r += otherR - oddS;
            s += oddR - otherS;
          }
          im[k * count + c] = r;
          re[k * count + c] = s;
        }
      }
    },
    ({ re, im }, first, count) => {
      const begin = beginnings(to, first, count);
      for (let j = 0; j < points; j++) {
        for (let c = 0; c < count; c++) {
          const i = begin[c] + (isEven ? 2 * j : j) * to.step;
          out[i] = im[j * count + c] / divisor;
          if (isEven) out[i + to.step] = re[j * count + c] / divisor;
        }
      }
    },
  );
}
