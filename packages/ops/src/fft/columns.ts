/**
 * Columns of numbers in blocks: a transform works on some side by side, in memory that stays in the cache.
 *
 * Invariant: which columns are together depends on their length and number alone.
 */
import type { Workspace } from '@sconce/core';
import { planes, type Planes } from './roots.js';

/**
 * Transforms `columns` columns of n points, point by point: x is [n, columns], y is room of the same size. The result is in
 * the one that is returned; both are overwritten.
 */
export type Transform = (x: Planes, y: Planes, columns: number) => Planes;

/** Points that are worked on together at most: they and their results stay in the second cache. */
export const BLOCK = 8192;
/** Columns that fill a cache line, and points below which there are more of them: more rows would meet in one cache set. */
const LINE = 8;
const FEW = 1024;
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
export function inBlocks(work: Workspace, n: number, total: number, transform: Transform, load: Block, store: Block): void {
  const most = Math.min(total, Math.max(1, Math.floor(Math.min(BLOCK / n, Math.max(LINE, FEW / n)))));
  work.scope(() => {
    const [x, y] = [planes(work, n * most), planes(work, n * most)];
    for (let first = 0; first < total; first += most) {
      const count = Math.min(most, total - first);
      load(x, first, count);
      store(transform(x, y, count), first, count);
    }
  });
}

/** How far apart columns begin, when all are as far apart; else null. */
function pitchOf(begin: Int32Array): number | null {
  const pitch = begin.length > 1 ? begin[1] - begin[0] : 1;
  for (let c = 2; c < begin.length; c++) if (begin[c] - begin[c - 1] !== pitch) return null;
  return pitch;
}

/** Copies columns of n points: point j of column c is at a[c] + j·stepA, and goes to b[c] + j·stepB. */
function copyColumns(work: Workspace, x: Planes, a: Int32Array, stepA: number, y: Planes, b: Int32Array, stepB: number, n: number): void {
  const [pitchA, pitchB] = [pitchOf(a), pitchOf(b)];
  for (const [from, to] of [[x.re, y.re], [x.im, y.im]]) {
    if (pitchA === null || pitchB === null) {
      for (let c = 0; c < a.length; c++) copyGrid(work, from, a[c], stepA, 0, to, b[c], stepB, 0, n, 1);
    } else copyGrid(work, from, a[0], stepA, pitchA, to, b[0], stepB, pitchB, n, a.length);
  }
}

/** Copies n × count numbers: number c of j is at at + j·outer + c·inner. */
function copyGrid(
  work: Workspace, x: Float64Array, xAt: number, xOuter: number, xInner: number, y: Float64Array, yAt: number, yOuter: number, yInner: number, n: number, count: number,
): void {
  if (work.run('copyGrid', [x, xAt, xOuter, xInner, y, yAt, yOuter, yInner, n, count])) return;
  for (let j = 0; j < n; j++) {
    for (let c = 0, from = xAt + j * xOuter, to = yAt + j * yOuter; c < count; c++, from += xInner, to += yInner) y[to] = x[from];
  }
}

/** Where the columns of a block begin. */
const inBlock = (count: number): Int32Array => Int32Array.from({ length: count }, (_, c) => c);

/** Loads columns of `n` points. */
export const loadFrom = (work: Workspace, source: Planes, at: Columns, n: number): Block => (block, first, count) =>
  copyColumns(work, source, beginnings(at, first, count), at.step, block, inBlock(count), count, n);

/** Stores columns of `n` points. */
export const storeTo = (work: Workspace, target: Planes, at: Columns, n: number): Block => (block, first, count) =>
  copyColumns(work, block, inBlock(count), count, target, beginnings(at, first, count), at.step, n);

