/**
 * The passes of a transform of mixed radix, after Stockham: each takes r points that stand n/r apart, transforms them, and
 * leaves results in their final order, so that nothing is permuted by reversed digits.
 *
 * A pass reads x as [r, m, s] and writes y as [m, r, s], where r·m is the length still to be transformed and s counts what
 * is already transformed, times columns that go along:
 *
 *   y[p, k, q] = e^(−2πi·pk/(rm)) Σ_j x[j, p, q] e^(−2πi·jk/r)
 *
 * A pass is JavaScript, unless the backend whose routine runs has code of its own for it (`Workspace.run`), which gives the
 * same bits.
 *
 * Invariant: x and y are different memory; x is not written.
 *
 * Reference: Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), 1.7; Winograd's short transforms.
 */
import type { Workspace } from '@sconce/core';
import { roots, type Planes } from './roots.js';

/** @param w the factors e^(−2πi·pk/(rm)) at p(r − 1) + k − 1, for k from 1 */
export type Pass = (work: Workspace, x: Planes, y: Planes, w: Planes, m: number, s: number) => void;

/**
 * One p of a pass: points from x[from] on, `step` apart, to y[to] on, `s` apart, and as many beside each as `s` says. Its
 * factors are from w[at] on.
 */
type Points = (
  xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, wr: Float64Array, wi: Float64Array,
  at: number, from: number, step: number, to: number, s: number,
) => void;

const passBy =
  (r: number, points: Points): Pass =>
  (work, { re: xr, im: xi }, { re: yr, im: yi }, { re: wr, im: wi }, m, s) => {
    if (work.run(`radix${r}`, [xr, xi, yr, yi, wr, wi, m, s])) return;
    for (let p = 0; p < m; p++) points(xr, xi, yr, yi, wr, wi, (r - 1) * p, p * s, m * s, r * p * s, s);
  };

const radix2: Points = (xr, xi, yr, yi, wr, wi, at, from, step, to, s) => {
  const cr = wr[at];
  const ci = wi[at];
  for (let q = 0; q < s; q++) {
    const a = from + q;
    const b = a + step;
    const dr = xr[a] - xr[b];
    const di = xi[a] - xi[b];
    yr[to + q] = xr[a] + xr[b];
    yi[to + q] = xi[a] + xi[b];
    yr[to + s + q] = dr * cr - di * ci;
    yi[to + s + q] = dr * ci + di * cr;
  }
};

const SIN3 = 0.8660254037844386;

const radix3: Points = (xr, xi, yr, yi, wr, wi, at, from, step, to, s) => {
  const c1r = wr[at];
  const c1i = wi[at];
  const c2r = wr[at + 1];
  const c2i = wi[at + 1];
  for (let q = 0; q < s; q++) {
    const a = from + q;
    const b = a + step;
    const c = b + step;
    const sr = xr[b] + xr[c];
    const si = xi[b] + xi[c];
    const dr = SIN3 * (xr[b] - xr[c]);
    const di = SIN3 * (xi[b] - xi[c]);
    const mr = xr[a] - 0.5 * sr;
    const mi = xi[a] - 0.5 * si;
    const r1 = mr + di;
    const i1 = mi - dr;
    const r2 = mr - di;
    const i2 = mi + dr;
    const t = to + q;
    const t1 = t + s;
    const t2 = t1 + s;
    yr[t] = xr[a] + sr;
    yi[t] = xi[a] + si;
    yr[t1] = r1 * c1r - i1 * c1i;
    yi[t1] = r1 * c1i + i1 * c1r;
    yr[t2] = r2 * c2r - i2 * c2i;
    yi[t2] = r2 * c2i + i2 * c2r;
  }
};

const radix4: Points = (xr, xi, yr, yi, wr, wi, at, from, step, to, s) => {
  const c1r = wr[at];
  const c1i = wi[at];
  const c2r = wr[at + 1];
  const c2i = wi[at + 1];
  const c3r = wr[at + 2];
  const c3i = wi[at + 2];
  for (let q = 0; q < s; q++) {
    const a = from + q;
    const b = a + step;
    const c = b + step;
    const d = c + step;
    const t = to + q;
    const t1 = t + s;
    const t2 = t1 + s;
    const t3 = t2 + s;
    const sumR = xr[a] + xr[c];
    const sumI = xi[a] + xi[c];
    const difR = xr[a] - xr[c];
    const difI = xi[a] - xi[c];
    const oddR = xr[b] + xr[d];
    const oddI = xi[b] + xi[d];
    const turnR = xi[b] - xi[d];
    const turnI = xr[d] - xr[b];
    const r1 = difR + turnR;
    const i1 = difI + turnI;
    const r2 = sumR - oddR;
    const i2 = sumI - oddI;
    const r3 = difR - turnR;
    const i3 = difI - turnI;
    yr[t] = sumR + oddR;
    yi[t] = sumI + oddI;
    yr[t1] = r1 * c1r - i1 * c1i;
    yi[t1] = r1 * c1i + i1 * c1r;
    yr[t2] = r2 * c2r - i2 * c2i;
    yi[t2] = r2 * c2i + i2 * c2r;
    yr[t3] = r3 * c3r - i3 * c3i;
    yi[t3] = r3 * c3i + i3 * c3r;
  }
};

const COS5 = 0.3090169943749474;
const COS5_TWICE = -0.8090169943749475;
const SIN5 = 0.9510565162951535;
const SIN5_TWICE = 0.5877852522924731;

const radix5: Points = (xr, xi, yr, yi, wr, wi, at, from, step, to, s) => {
  const c1r = wr[at];
  const c1i = wi[at];
  const c2r = wr[at + 1];
  const c2i = wi[at + 1];
  const c3r = wr[at + 2];
  const c3i = wi[at + 2];
  const c4r = wr[at + 3];
  const c4i = wi[at + 3];
  for (let q = 0; q < s; q++) {
    const a = from + q;
    const b = a + step;
    const c = b + step;
    const d = c + step;
    const e = d + step;
    const t = to + q;
    const t1 = t + s;
    const t2 = t1 + s;
    const t3 = t2 + s;
    const t4 = t3 + s;
    const sum1R = xr[b] + xr[e];
    const sum1I = xi[b] + xi[e];
    const sum2R = xr[c] + xr[d];
    const sum2I = xi[c] + xi[d];
    const dif1R = xr[b] - xr[e];
    const dif1I = xi[b] - xi[e];
    const dif2R = xr[c] - xr[d];
    const dif2I = xi[c] - xi[d];
    const even1R = xr[a] + COS5 * sum1R + COS5_TWICE * sum2R;
    const even1I = xi[a] + COS5 * sum1I + COS5_TWICE * sum2I;
    const even2R = xr[a] + COS5_TWICE * sum1R + COS5 * sum2R;
    const even2I = xi[a] + COS5_TWICE * sum1I + COS5 * sum2I;
    const odd1R = SIN5 * dif1I + SIN5_TWICE * dif2I;
    const odd1I = SIN5 * dif1R + SIN5_TWICE * dif2R;
    const odd2R = SIN5_TWICE * dif1I - SIN5 * dif2I;
    const odd2I = SIN5_TWICE * dif1R - SIN5 * dif2R;
    const r1 = even1R + odd1R;
    const i1 = even1I - odd1I;
    const r2 = even2R + odd2R;
    const i2 = even2I - odd2I;
    const r3 = even2R - odd2R;
    const i3 = even2I + odd2I;
    const r4 = even1R - odd1R;
    const i4 = even1I + odd1I;
    yr[t] = xr[a] + sum1R + sum2R;
    yi[t] = xi[a] + sum1I + sum2I;
    yr[t1] = r1 * c1r - i1 * c1i;
    yi[t1] = r1 * c1i + i1 * c1r;
    yr[t2] = r2 * c2r - i2 * c2i;
    yi[t2] = r2 * c2i + i2 * c2r;
    yr[t3] = r3 * c3r - i3 * c3i;
    yi[t3] = r3 * c3i + i3 * c3r;
    yr[t4] = r4 * c4r - i4 * c4i;
    yi[t4] = r4 * c4i + i4 * c4r;
  }
};

/** A prime from 7 on: points j and r − j are taken together, as they meet conjugate roots. */
function oddRadix(r: number): Pass {
  const half = (r - 1) / 2;
  const { re: cos, im: minusSin } = roots(r, half * half, (i) => (Math.floor(i / half) + 1) * ((i % half) + 1));
  const [sumR, sumI, difR, difI] = Array.from({ length: 4 }, () => new Float64Array(half));
  return (_work, { re: xr, im: xi }, { re: yr, im: yi }, { re: wr, im: wi }, m, s) => {
    const step = m * s;
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < s; q++) {
        const from = p * s + q;
        const to = r * p * s + q;
        let allR = xr[from];
        let allI = xi[from];
        for (let j = 0; j < half; j++) {
          const a = from + (j + 1) * step;
          const b = from + (r - 1 - j) * step;
          allR += sumR[j] = xr[a] + xr[b];
          allI += sumI[j] = xi[a] + xi[b];
          difR[j] = xr[a] - xr[b];
          difI[j] = xi[a] - xi[b];
        }
        yr[to] = allR;
        yi[to] = allI;
        for (let k = 0; k < half; k++) {
          let evenR = xr[from];
          let evenI = xi[from];
          let oddR = 0;
          let oddI = 0;
          for (let j = 0; j < half; j++) {
            const c = cos[k * half + j];
            const d = minusSin[k * half + j];
            evenR += sumR[j] * c;
            evenI += sumI[j] * c;
            oddR -= difI[j] * d;
            oddI += difR[j] * d;
          }
          const w1 = p * (r - 1) + k;
          const w2 = p * (r - 1) + r - 2 - k;
          const r1 = evenR + oddR;
          const i1 = evenI + oddI;
          const r2 = evenR - oddR;
          const i2 = evenI - oddI;
          const t1 = to + (k + 1) * s;
          const t2 = to + (r - 1 - k) * s;
          yr[t1] = r1 * wr[w1] - i1 * wi[w1];
          yi[t1] = r1 * wi[w1] + i1 * wr[w1];
          yr[t2] = r2 * wr[w2] - i2 * wi[w2];
          yi[t2] = r2 * wi[w2] + i2 * wr[w2];
        }
      }
    }
  };
}

const POINTS: Readonly<Record<number, Points>> = { 2: radix2, 3: radix3, 4: radix4, 5: radix5 };

export const passOf = (radix: number): Pass => (radix in POINTS ? passBy(radix, POINTS[radix]) : oddRadix(radix));
