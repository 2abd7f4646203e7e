/**
 * The order of a row: positions sorted by key, stable.
 *
 * Short rows are sorted by insertion, long ones by their digits from the least significant on (radix sort: no
 * comparisons, three passes over a million float32). When only the first few positions are asked for, they are kept in
 * a short sorted list while the row goes by.
 *
 * Invariant: equal keys keep their order.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
import type { Shape } from '@sconce/core';
import type { Keys } from './keys.js';

/** Row lengths up to which insertion is quicker than counting digits. */
const SHORT = 48;
/** A list of first positions is worth its upkeep while it is this much shorter than the row. */
const FEW = 16;

/** How the rows along a dimension lie in a row-major array: row (o, i) starts at o * size * inner + i, in steps of `inner`. */
export interface Rows {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export const rowsAlong = (shape: Shape, dim: number): Rows => ({
  outer: shape.slice(0, dim).reduce((n, d) => n * d, 1),
  size: shape[dim] ?? 1,
  inner: shape.slice(dim + 1).reduce((n, d) => n * d, 1),
});

/** Calls `visit` with the start of each row, and its number. */
export function forEachRow({ outer, size, inner }: Rows, visit: (start: number, row: number) => void): void {
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * size * inner + i, o * inner + i);
}

/** One row's keys, without gaps. */
interface RowKeys {
  readonly high: Uint32Array;
  readonly low: Uint32Array | null;
}

/**
 * Sorts rows of these keys. The result gives, for the row at `start`, the positions of its elements in order; at least
 * the first `count` of them are right. The array is used again for the next row.
 */
export function orderer(keys: Keys, { size, inner }: Rows, count: number): (start: number) => Int32Array {
  const row: RowKeys = { high: new Uint32Array(size), low: keys.low === null ? null : new Uint32Array(size) };
  const positions = new Int32Array(size);
  const other = new Int32Array(size);
  const few = keys.low === null && count * FEW <= size;
  return (start) => {
    for (let i = 0; i < size; i++) row.high[i] = keys.high[start + i * inner];
    if (row.low !== null) for (let i = 0; i < size; i++) row.low[i] = keys.low![start + i * inner];
    if (few) return selectFirst(row.high, positions, count);
    for (let i = 0; i < size; i++) positions[i] = i;
    if (size <= SHORT) return insertionSort(row, positions);
    return radixSort(row, keys.bits, positions, other);
  };
}

function insertionSort({ high, low }: RowKeys, positions: Int32Array): Int32Array {
  for (let i = 1; i < positions.length; i++) {
    const p = positions[i];
    let j = i - 1;
    while (j >= 0) {
      const q = positions[j];
      if (high[q] < high[p] || (high[q] === high[p] && (low === null || low[q] <= low[p]))) break;
      positions[j + 1] = q;
      j--;
    }
    positions[j + 1] = p;
  }
  return positions;
}

function radixSort({ high, low }: RowKeys, bits: number, positions: Int32Array, other: Int32Array): Int32Array {
  const digit = positions.length < 4096 ? 8 : 11;
  let [from, to] = [positions, other];
  const words: [Uint32Array, number][] = low === null ? [[high, bits]] : [[low, 32], [high, bits]];
  const counts = new Int32Array(1 << digit);
  for (const [word, width] of words) {
    for (let shift = 0; shift < width; shift += digit) {
      if (!countDigits(word, shift, counts)) continue;
      moveByDigit(word, shift, counts, from, to);
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Makes of `counts` where each digit's positions begin; false when all digits are equal. */
function countDigits(word: Uint32Array, shift: number, counts: Int32Array): boolean {
  const mask = counts.length - 1;
  counts.fill(0);
  for (let i = 0; i < word.length; i++) counts[(word[i] >>> shift) & mask]++;
  if (counts[(word[0] >>> shift) & mask] === word.length) return false;
  let sum = 0;
  for (let d = 0; d < counts.length; d++) {
    const n = counts[d];
    counts[d] = sum;
    sum += n;
  }
  return true;
}

function moveByDigit(word: Uint32Array, shift: number, counts: Int32Array, from: Int32Array, to: Int32Array): void {
  const mask = counts.length - 1;
  for (let i = 0; i < from.length; i++) {
    const p = from[i];
    to[counts[(word[p] >>> shift) & mask]++] = p;
  }
}

/** The positions of the `count` least keys, in order, at the front of `positions`. */
function selectFirst(high: Uint32Array, positions: Int32Array, count: number): Int32Array {
  let length = 0;
  for (let i = 0; i < high.length && count > 0; i++) {
    const key = high[i];
    if (length === count) {
      if (key >= high[positions[count - 1]]) continue;
      length--;
    }
    let j = length++;
    for (; j > 0 && high[positions[j - 1]] > key; j--) positions[j] = positions[j - 1];
    positions[j] = i;
  }
  return positions;
}
