/**
 * Fourier transforms of any length, in float64: y_k = Σ_j x_j e^(−2πijk/n), of many columns side by side.
 *
 * Small lengths go through passes of mixed radix. Long ones are split into n = n₁·n₂, transforms of √n points that stay in
 * the cache, with one product between them. A large prime is a convolution with e^(πij²/n), made by transforms of a length
 * that is a product of small primes. So every length takes O(n log n).
 *
 * Invariant: plans depend on n alone; a transform of a column does not depend on those beside it.
 *
 * Reference: Bailey, FFTs in external or hierarchical memory (1990); Bluestein, A linear filtering approach to the
 * computation of discrete Fourier transform (1970).
 */
import type { Workspace } from '@sconce/core';
import { ON_HOST } from '../families/index.js';
import { beginnings, BLOCK, inBlocks, loadFrom, storeTo, type Columns, type Transform } from './columns.js';
import { passOf, type Pass } from './passes.js';
import { factoredRoots, planes, roots, swapped, writeRoots, type Planes } from './roots.js';

/** Up to here a length goes through passes. */
const MOST_IN_PASSES = 4096;
/** A larger prime is a convolution. */
const LARGEST_RADIX = 31;
/** Lengths of plans that are kept, added up. */
const KEPT = 2 ** 20;

/** Roots and lengths, from which the transform of a routine is made. */
type Plan = (work: Workspace) => Transform;

/** Transforms columns of `n` points where they are. */
export function transformColumns(work: Workspace, x: Planes, n: number, at: Columns, total: number): void {
  if (n === 1 || total === 0) return;
  const transform = transformOf(work, n);
  if (at.step > 1 || n <= BLOCK) return inBlocks(work, n, total, transform, loadFrom(work, x, at, n), storeTo(work, x, at, n));
  // Long rows are blocks as they are.
  const y = planes(work, n);
  for (const begin of beginnings(at, 0, total)) {
    const row = { re: x.re.subarray(begin, begin + n), im: x.im.subarray(begin, begin + n) };
    const result = transform(row, y, 1);
    if (result === row) continue;
    row.re.set(result.re);
    row.im.set(result.im);
  }
}

// ── small lengths ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The prime factors of n, least first. */
function primesOf(n: number): number[] {
  const primes: number[] = [];
  for (let p = 2; p * p <= n; p++) for (; n % p === 0; n /= p) primes.push(p);
  return n > 1 ? [...primes, n] : primes;
}

/** Pairs of twos as fours, the rest as they are. */
function radicesOf(primes: readonly number[]): number[] {
  const twos = primes.filter((p) => p === 2).length;
  const fours = new Array<number>(Math.floor(twos / 2)).fill(4);
  return [...fours, ...(twos % 2 === 1 ? [2] : []), ...primes.filter((p) => p > 2)];
}

function inPasses(n: number, primes: readonly number[]): Plan {
  let length = n;
  const passes = radicesOf(primes).map((r): { pass: Pass; w: Planes; r: number; m: number } => {
    const [whole, m] = [length, length / r];
    length = m;
    const w = roots(whole, m * (r - 1), (i) => Math.floor(i / (r - 1)) * ((i % (r - 1)) + 1));
    return { pass: passOf(r), w, r, m };
  });
  return (work) => {
    const lent = passes.map((p) => ({ ...p, w: lentRoots(work, p.w) }));
    return (x, y, columns) => {
      let [from, to, s] = [x, y, columns];
      for (const { pass, w, r, m } of lent) {
        pass(work, from, to, w, m, s);
        [from, to, s] = [to, from, s * r];
      }
      return from;
    };
  };
}

/** Roots where the loops of a backend can read them. */
function lentRoots(work: Workspace, w: Planes): Planes {
  if (work === ON_HOST) return w;
  const lent = planes(work, w.re.length);
  lent.re.set(w.re);
  lent.im.set(w.im);
  return lent;
}

// ── long lengths ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The divisor of n nearest to √n from below. */
function middleDivisor(n: number): number {
  let d = Math.floor(Math.sqrt(n));
  while (n % d !== 0) d--;
  return d;
}

/** Columns j₂ of x as [n₁, n₂] first, then the factors e^(−2πi·j₂k₁/n), then rows k₁, which become columns of the result. */
function split(n: number): Plan {
  const n1 = middleDivisor(n);
  const n2 = n / n1;
  const factors = factoredRoots(n);
  return (work) => {
    const [ofColumns, ofRows] = [transformOf(work, n1), transformOf(work, n2)];
    const lent = { coarse: lentRoots(work, factors.coarse), fine: lentRoots(work, factors.fine) };
    const row = planes(ON_HOST, BLOCK);
    return (x, y, columns) => {
      const width = n2 * columns;
      const at: Columns = { inner: width, outer: 0, step: width };
      inBlocks(work, n1, width, ofColumns, loadFrom(work, x, at, n1), ({ re, im }, first, count) => {
        const { re: outR, im: outI } = x;
        const { re: wr, im: wi } = row;
        const { coarse, fine } = lent;
        if (columns === 1 && work.run('twist', [re, im, count, outR, outI, first, width, n1, coarse.re, coarse.im, fine.re, fine.im, factors.bits])) return;
        const start = Math.floor(first / columns);
        const different = Math.floor((first + count - 1) / columns) - start + 1;
        for (let k = 0; k < n1; k++) {
          writeRoots(factors, row, k * start, k, different);
          const from = k * count;
          const to = k * width + first;
          for (let c = 0, place = 0, left = (start + 1) * columns - first; c < count; c++, left--) {
            if (left === 0) {
              place++;
              left = columns;
            }
            const r = re[from + c];
            const i = im[from + c];
            outR[to + c] = r * wr[place] - i * wi[place];
            outI[to + c] = r * wi[place] + i * wr[place];
          }
        }
      });
      const across = n1 * columns;
      const rows: Columns = { inner: columns, outer: width, step: columns };
      inBlocks(work, n2, across, ofRows, loadFrom(work, x, rows, n2), storeTo(work, y, { inner: across, outer: 0, step: across }, n2));
      return y;
    };
  };
}

// ── large primes ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The least product of a power of two and one of these that is at least n. */
const roundLength = (n: number): number => Math.min(...[1, 3, 5, 9, 15].map((f) => f * 2 ** Math.max(0, Math.ceil(Math.log2(n / f)))));

/** As jk = (j² + k² − (j − k)²)/2, a transform is a convolution with e^(πij²/n) between two products with its conjugate. */
function convolved(n: number): Plan {
  const m = roundLength(2 * n - 1);
  // j² modulo 2n, from (j + 1)² = j² + 2j + 1, in integers.
  let square = 0;
  const chirp = roots(2 * n, n, (j) => {
    const here = square;
    square = (square + 2 * j + 1) % (2 * n);
    return here;
  });
  const kernel = planes(ON_HOST, m);
  for (let j = 0; j < n; j++) {
    for (const i of [j, (m - j) % m]) {
      kernel.re[i] = chirp.re[j] / m;
      kernel.im[i] = -chirp.im[j] / m;
    }
  }
  const response = transformOf(ON_HOST, m)(kernel, planes(ON_HOST, m), 1);
  return (work) => {
    const inner = transformOf(work, m);
    return (x, y, columns) =>
      work.scope(() => {
        const [a, b] = [planes(work, m * columns), planes(work, m * columns)];
        multiplyRows(x, chirp, a, n, columns);
        const product = inner(a, b, columns);
        multiplyRows(product, response, product, m, columns);
        const other = product === a ? b : a;
        const back = swapped(inner(swapped(product), swapped(other), columns));
        multiplyRows(back, chirp, y, n, columns);
        return y;
      });
  };
}

/** out[j, c] = x[j, c]·w[j]. */
function multiplyRows(x: Planes, w: Planes, out: Planes, n: number, columns: number): void {
  for (let j = 0; j < n; j++) {
    const wr = w.re[j];
    const wi = w.im[j];
    for (let i = j * columns; i < (j + 1) * columns; i++) {
      const r = x.re[i];
      const s = x.im[i];
      out.re[i] = r * wr - s * wi;
      out.im[i] = r * wi + s * wr;
    }
  }
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function planOf(n: number): Plan {
  const primes = primesOf(n);
  const largest = primes.at(-1) ?? 1;
  if (n <= MOST_IN_PASSES && largest <= LARGEST_RADIX) return inPasses(n, primes);
  return primes.length > 1 ? split(n) : convolved(n);
}

const kept = /* @__PURE__ */ new Map<number, Plan>();
let keptLength = 0;

/** The transform of n points, n ≥ 1. */
export function transformOf(work: Workspace, n: number): Transform {
  const known = kept.get(n);
  if (known !== undefined) return known(work);
  const plan = planOf(n);
  if (keptLength + n > KEPT) {
    kept.clear();
    keptLength = 0;
  }
  kept.set(n, plan);
  keptLength += n;
  return plan(work);
}
