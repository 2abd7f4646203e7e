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
import { passOf, type Pass } from './passes.js';
import { factoredRoots, planes, roots, swapped, type Planes } from './roots.js';

/**
 * Transforms `columns` columns of n points, point by point: x is [n, columns], y is room of the same size. The result is in
 * the one that is returned; both are overwritten.
 */
export type Transform = (x: Planes, y: Planes, columns: number) => Planes;

/** Up to here a length goes through passes. */
const MOST_IN_PASSES = 4096;
/** A larger prime is a convolution. */
const LARGEST_RADIX = 31;
/** Points that are worked on together at most: they and their results stay in the second cache. */
const BLOCK = 8192;
/** Columns that fill a cache line, and points below which there are more of them: more rows would meet in one cache set. */
const LINE = 8;
const FEW = 1024;
/** Lengths of plans that are kept, added up. */
const KEPT = 2 ** 20;

// ── columns in blocks ────────────────────────────────────────────────────────────────────────────────────────────────

/** Where columns lie: column c begins at ⌊c/inner⌋·outer + c mod inner, and its points stand `step` apart. */
export interface Columns {
  readonly inner: number;
  readonly outer: number;
  readonly step: number;
}

/** The beginnings of `count` columns from `first` on. */
export function beginnings({ inner, outer }: Columns, first: number, count: number): Int32Array {
  const begin = new Int32Array(count);
  for (let c = 0; c < count; c++) begin[c] = Math.floor((first + c) / inner) * outer + ((first + c) % inner);
  return begin;
}

/** What is done with `count` columns from `first` on, and a block that holds them side by side. */
export type Block = (block: Planes, first: number, count: number) => void;

/** Takes `total` columns through blocks of `n` points: `load` fills one, `store` gets its transform. */
export function inBlocks(n: number, total: number, transform: Transform, load: Block, store: Block): void {
  const most = Math.min(total, Math.max(1, Math.floor(Math.min(BLOCK / n, Math.max(LINE, FEW / n)))));
  const [x, y] = [planes(n * most), planes(n * most)];
  for (let first = 0; first < total; first += most) {
    const count = Math.min(most, total - first);
    load(x, first, count);
    store(transform(x, y, count), first, count);
  }
}

/** Whether columns begin one after the other. */
const isRun = (begin: Int32Array): boolean => begin.length > 1 && begin[begin.length - 1] - begin[0] === begin.length - 1;

/** Copies columns of n points: point j of column c is at a[c] + j·stepA, and goes to b[c] + j·stepB. */
function copyColumns(x: Planes, a: Int32Array, stepA: number, y: Planes, b: Int32Array, stepB: number, n: number): void {
  const { re: xr, im: xi } = x;
  const { re: yr, im: yi } = y;
  const count = a.length;
  if (isRun(a) && isRun(b)) {
    for (let j = 0; j < n; j++) {
      const from = a[0] + j * stepA;
      const to = b[0] + j * stepB;
      for (let c = 0; c < count; c++) {
        yr[to + c] = xr[from + c];
        yi[to + c] = xi[from + c];
      }
    }
    return;
  }
  for (let c = 0; c < count; c++) {
    for (let j = 0, from = a[c], to = b[c]; j < n; j++, from += stepA, to += stepB) {
      yr[to] = xr[from];
      yi[to] = xi[from];
    }
  }
}

/** Where the columns of a block begin. */
const inBlock = (count: number): Int32Array => Int32Array.from({ length: count }, (_, c) => c);

/** Loads columns of `n` points. */
export const loadFrom = (source: Planes, at: Columns, n: number): Block => (block, first, count) =>
  copyColumns(source, beginnings(at, first, count), at.step, block, inBlock(count), count, n);

/** Stores columns of `n` points. */
export const storeTo = (target: Planes, at: Columns, n: number): Block => (block, first, count) =>
  copyColumns(block, inBlock(count), count, target, beginnings(at, first, count), at.step, n);

/** Transforms columns of `n` points where they are. */
export function transformColumns(x: Planes, n: number, at: Columns, total: number): void {
  if (n === 1 || total === 0) return;
  const transform = transformOf(n);
  if (at.step > 1 || n <= BLOCK) return inBlocks(n, total, transform, loadFrom(x, at, n), storeTo(x, at, n));
  // Long rows are blocks as they are.
  const y = planes(n);
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

function inPasses(n: number, primes: readonly number[]): Transform {
  let length = n;
  const passes = radicesOf(primes).map((r): { pass: Pass; w: Planes; r: number; m: number } => {
    const [whole, m] = [length, length / r];
    length = m;
    const w = roots(whole, m * (r - 1), (i) => Math.floor(i / (r - 1)) * ((i % (r - 1)) + 1));
    return { pass: passOf(r), w, r, m };
  });
  return (x, y, columns) => {
    let [from, to, s] = [x, y, columns];
    for (const { pass, w, r, m } of passes) {
      pass(from, to, w, m, s);
      [from, to, s] = [to, from, s * r];
    }
    return from;
  };
}

// ── long lengths ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The divisor of n nearest to √n from below. */
function middleDivisor(n: number): number {
  let d = Math.floor(Math.sqrt(n));
  while (n % d !== 0) d--;
  return d;
}

/** Columns j₂ of x as [n₁, n₂] first, then the factors e^(−2πi·j₂k₁/n), then rows k₁, which become columns of the result. */
function split(n: number): Transform {
  const n1 = middleDivisor(n);
  const n2 = n / n1;
  const [ofColumns, ofRows] = [transformOf(n1), transformOf(n2)];
  const { coarse, fine, bits } = factoredRoots(n);
  const mask = 2 ** bits - 1;
  return (x, y, columns) => {
    const width = n2 * columns;
    const at: Columns = { inner: width, outer: 0, step: width };
    inBlocks(n1, width, ofColumns, loadFrom(x, at, n1), ({ re, im }, first, count) => {
      const { re: outR, im: outI } = x;
      const rows = Int32Array.from({ length: count }, (_, c) => Math.floor((first + c) / columns));
      for (let k = 0; k < n1; k++) {
        const from = k * count;
        const to = k * width + first;
        for (let c = 0; c < count; c++) {
          const power = k * rows[c];
          const p = power >>> bits;
          const q = power & mask;
          const wr = coarse.re[p] * fine.re[q] - coarse.im[p] * fine.im[q];
          const wi = coarse.re[p] * fine.im[q] + coarse.im[p] * fine.re[q];
          const r = re[from + c];
          const i = im[from + c];
          outR[to + c] = r * wr - i * wi;
          outI[to + c] = r * wi + i * wr;
        }
      }
    });
    const across = n1 * columns;
    const rows: Columns = { inner: columns, outer: width, step: columns };
    inBlocks(n2, across, ofRows, loadFrom(x, rows, n2), storeTo(y, { inner: across, outer: 0, step: across }, n2));
    return y;
  };
}

// ── large primes ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The least product of a power of two and one of these that is at least n. */
const roundLength = (n: number): number => Math.min(...[1, 3, 5, 9, 15].map((f) => f * 2 ** Math.max(0, Math.ceil(Math.log2(n / f)))));

/** As jk = (j² + k² − (j − k)²)/2, a transform is a convolution with e^(πij²/n) between two products with its conjugate. */
function convolved(n: number): Transform {
  const m = roundLength(2 * n - 1);
  const inner = transformOf(m);
  // j² modulo 2n, from (j + 1)² = j² + 2j + 1, in integers.
  let square = 0;
  const chirp = roots(2 * n, n, (j) => {
    const here = square;
    square = (square + 2 * j + 1) % (2 * n);
    return here;
  });
  const kernel = planes(m);
  for (let j = 0; j < n; j++) {
    for (const i of [j, (m - j) % m]) {
      kernel.re[i] = chirp.re[j] / m;
      kernel.im[i] = -chirp.im[j] / m;
    }
  }
  const response = inner(kernel, planes(m), 1);
  return (x, y, columns) => {
    const [a, b] = [planes(m * columns), planes(m * columns)];
    multiplyRows(x, chirp, a, n, columns);
    const product = inner(a, b, columns);
    multiplyRows(product, response, product, m, columns);
    const other = product === a ? b : a;
    const back = swapped(inner(swapped(product), swapped(other), columns));
    multiplyRows(back, chirp, y, n, columns);
    return y;
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

function makeTransform(n: number): Transform {
  const primes = primesOf(n);
  const largest = primes.at(-1) ?? 1;
  if (n <= MOST_IN_PASSES && largest <= LARGEST_RADIX) return inPasses(n, primes);
  return primes.length > 1 ? split(n) : convolved(n);
}

const kept = /* @__PURE__ */ new Map<number, Transform>();
let keptLength = 0;

/** The transform of n points, n ≥ 1. */
export function transformOf(n: number): Transform {
  const known = kept.get(n);
  if (known !== undefined) return known;
  const made = makeTransform(n);
  if (keptLength + n > KEPT) {
    kept.clear();
    keptLength = 0;
  }
  kept.set(n, made);
  keptLength += n;
  return made;
}
