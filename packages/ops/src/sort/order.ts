/**
 * The order of a row: positions sorted by key, stable.
 *
 * Short rows are sorted by insertion, long ones by their digits (`radix.ts`).
 *
 * Invariant: equal keys keep their order.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
import type { Shape } from '@sconce/core';
import type { Keys } from './keys.js';
import { radixRoom, radixSort } from './radix.js';

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
    copyRow(row.high, keys.high, start, inner);
    if (row.low !== null) copyRow(row.low, keys.low!, start, inner);
    for (let i = 0; i < size; i++) row.positions[i] = i;
    return row;
  };
}

function copyRow(row: Uint32Array, all: Uint32Array, start: number, step: number): void {
  if (step === 1) row.set(all.subarray(start, start + row.length));
  else for (let i = 0; i < row.length; i++) row[i] = all[start + i * step];
}

/** Sorts rows: the positions in order. */
export function orderer(keys: Keys, rows: Rows): (start: number) => Pick<Row, 'positions'> {
  const { size } = rows;
  const read = rowReader(keys, rows);
  if (size <= SHORT) {
    return (start) => {
      const row = read(start);
      insertionSort(row, 0, size);
      return row;
    };
  }
  const room = radixRoom(size);
  return (start) => {
    const row = read(start);
    if (row.low !== null) radixSort(row.low, row.positions, 32, room);
    radixSort(row.high, row.positions, keys.bits, room);
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
