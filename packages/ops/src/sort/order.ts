/**
 * The order of a row: positions sorted by key, stable.
 *
 * Short rows are sorted by insertion, long ones by their digits from the least significant on (radix sort: no
 * comparisons, three passes over a million float32).
 *
 * Invariant: equal keys keep their order.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
import type { Shape } from '@sconce/core';
import type { Keys } from './keys.js';

/** Row lengths up to which insertion is quicker than counting digits. */
const SHORT = 48;

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

/** One row's keys, without gaps, and the positions that they came from. */
export interface Row {
  readonly high: Uint32Array;
  readonly low: Uint32Array | null;
  readonly positions: Int32Array;
}

const rowOf = (size: number, twoWords: boolean): Row => ({
  high: new Uint32Array(size),
  low: twoWords ? new Uint32Array(size) : null,
  positions: new Int32Array(size),
});

/** Takes a row and does something to the order of its elements. The row is used again. */
export type RowOrder = (start: number) => Row;

/** Takes the row at a start as it is. */
export function rowReader(keys: Keys, { size, inner }: Rows): RowOrder {
  const row = rowOf(size, keys.low !== null);
  return (start) => {
    for (let i = 0; i < size; i++) row.high[i] = keys.high[start + i * inner];
    if (row.low !== null) for (let i = 0; i < size; i++) row.low[i] = keys.low![start + i * inner];
    for (let i = 0; i < size; i++) row.positions[i] = i;
    return row;
  };
}

/** Sorts rows. */
export function orderer(keys: Keys, rows: Rows): RowOrder {
  const read = rowReader(keys, rows);
  const spare = rowOf(rows.size > SHORT ? rows.size : 0, keys.low !== null);
  return (start) => {
    const row = read(start);
    if (rows.size > SHORT) return radixSort(row, spare, keys.bits);
    insertionSort(row, 0, rows.size);
    return row;
  };
}

/** Whether the key at i is less than the one at j. */
export const isLess = ({ high, low }: Row, i: number, j: number): boolean =>
  high[i] < high[j] || (low !== null && high[i] === high[j] && low[i] < low[j]);

/** Exchanges the elements at i and j. */
export function swap({ high, low, positions }: Row, i: number, j: number): void {
  const [h, p] = [high[i], positions[i]];
  high[i] = high[j];
  high[j] = h;
  positions[i] = positions[j];
  positions[j] = p;
  if (low === null) return;
  const l = low[i];
  low[i] = low[j];
  low[j] = l;
}

/** Sorts the elements from `first` to before `last`. */
export function insertionSort(row: Row, first: number, last: number): void {
  for (let i = first + 1; i < last; i++) {
    for (let j = i; j > first && isLess(row, j, j - 1); j--) swap(row, j, j - 1);
  }
}

/** Keys move with their positions, so that every pass reads memory in order. */
function radixSort(row: Row, spare: Row, bits: number): Row {
  const digit = row.positions.length < 4096 ? 8 : 11;
  const counts = new Int32Array(1 << digit);
  let [from, to] = [row, spare];
  for (const word of from.low === null ? (['high'] as const) : (['low', 'high'] as const)) {
    for (let shift = 0; shift < (word === 'low' ? 32 : bits); shift += digit) {
      if (!countDigits(from[word]!, shift, counts)) continue;
      moveByDigit(from, to, word, shift, counts);
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Makes of `counts` where each digit's elements begin; false when all digits are equal. */
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

function moveByDigit(from: Row, to: Row, word: 'low' | 'high', shift: number, counts: Int32Array): void {
  const mask = counts.length - 1;
  const { high, positions } = from;
  const { high: toHigh, positions: toPositions } = to;
  if (word === 'high') {
    for (let i = 0; i < high.length; i++) {
      const key = high[i];
      const j = counts[(key >>> shift) & mask]++;
      toHigh[j] = key;
      toPositions[j] = positions[i];
    }
    return;
  }
  const [low, toLow] = [from.low!, to.low!];
  for (let i = 0; i < high.length; i++) {
    const key = low[i];
    const j = counts[(key >>> shift) & mask]++;
    toLow[j] = key;
    toHigh[j] = high[i];
    toPositions[j] = positions[i];
  }
}
