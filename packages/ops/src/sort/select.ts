/**
 * Selection: the first few of a row, or the one at a rank, without sorting the rest; and a sort by the same partitions.
 *
 * Which of several equal elements is chosen follows PyTorch on the CPU, which partitions with the C++ library's
 * nth_element for topk, sorts with its sort for the mode, and takes Hoare's scheme for kthvalue.
 *
 * Invariant: afterwards no element before the rank is greater than it, and none after it less.
 *
 * Reference: Hoare, Algorithm 65: Find (1961); Musser, Introspective sorting and selection (1997);
 * aten/src/ATen/native/Sorting.cpp of PyTorch.
 */
import type { Keys } from './keys.js';
import { insertionSort, isLess, rowReader, swap, type Row, type RowOrder, type Rows } from './order.js';

/** A list of first elements is worth its upkeep while it is this much shorter than the row. */
const MUCH_SHORTER = 64;

/** Whether the first `count` of a row are those of its stable order; of equal ones at the end, those that come first in the row. */
export const isFirstOfOrder = (count: number, size: number): boolean => count * MUCH_SHORTER <= size;
/** Lengths up to which a sort leaves its parts to insertion. */
const SHORT = 16;

/** Selects rows: the first `count` elements are the least, in order. */
export function selector(keys: Keys, rows: Rows, count: number): RowOrder {
  const read = rowReader(keys, rows);
  return (start) => {
    const row = read(start);
    if (isFirstOfOrder(count, rows.size)) {
      selectFirst(row, count);
    } else {
      nthElement(row, count - 1);
      partitionSort(row, 0, count - 1);
    }
    return row;
  };
}

/** Keeps the least elements in a sorted list at the front while the row goes by. */
function selectFirst(row: Row, count: number): void {
  for (let i = 0; i < row.positions.length && count > 0; i++) {
    let j = i;
    if (i >= count) {
      if (!isLess(row, i, count - 1)) continue;
      swap(row, i, (j = count - 1));
    }
    for (; j > 0 && isLess(row, j, j - 1); j--) swap(row, j, j - 1);
  }
}

/** How many partitions within one another a selection may take before medians of three count as failing. */
const roundsFor = (size: number): number => 2 * Math.ceil(Math.log2(size + 1));

/** Fills the places that the median of three is taken from with elements from anywhere, once it keeps failing. */
function mixIfFailing(row: Row, first: number, last: number, rounds: number): void {
  if (rounds > 0) return;
  let state = last - rounds;
  for (const place of [first, first + 1, first + ((last - first) >> 1), last - 1]) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    swap(row, place, first + (state % (last - first)));
  }
}

/** Puts the element of rank `nth` in its place, those before it before, those after it after. */
export function nthElement(row: Row, nth: number): void {
  let first = 0;
  let last = row.positions.length;
  for (let rounds = roundsFor(last); last - first > 3; rounds--) {
    mixIfFailing(row, first, last, rounds);
    const cut = partition(row, first, last);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  insertionSort(row, first, last);
}

/** Moves the median of three to the front and divides the rest by it; gives where the greater ones begin. */
function partition(row: Row, first: number, last: number): number {
  swap(row, first, medianOf(row, first + 1, first + ((last - first) >> 1), last - 1));
  let i = first + 1;
  let j = last;
  for (;;) {
    while (isLess(row, i, first)) i++;
    j--;
    while (isLess(row, first, j)) j--;
    if (i >= j) return i;
    swap(row, i, j);
    i++;
  }
}

function medianOf(row: Row, a: number, b: number, c: number): number {
  if (isLess(row, a, b)) return isLess(row, b, c) ? b : isLess(row, a, c) ? c : a;
  return isLess(row, a, c) ? a : isLess(row, b, c) ? c : b;
}

/** Sorts the elements from `first` to before `last`; equal ones end in any order. */
export function partitionSort(row: Row, first: number, last: number): void {
  const sortParts = (from: number, to: number, rounds: number): void => {
    for (; to - from > SHORT; rounds--) {
      mixIfFailing(row, from, to, rounds);
      const cut = partition(row, from, to);
      sortParts(cut, to, rounds - 1);
      to = cut;
    }
  };
  sortParts(first, last, roundsFor(last - first));
  insertionSort(row, first, last);
}

/** As `nthElement`, with the pivot kept at the front until the partition meets. */
export function quickSelect(row: Row, nth: number): void {
  let left = 0;
  let right = row.positions.length - 1;
  for (let rounds = roundsFor(right); right > left + 1; rounds--) {
    mixIfFailing(row, left, right + 1, rounds);
    swap(row, left + ((right - left) >> 1), left + 1);
    for (const [a, b] of [[left + 1, right], [left, right], [left + 1, left]]) if (isLess(row, b, a)) swap(row, a, b);
    let i = left + 1;
    let j = right;
    for (;;) {
      do i++;
      while (isLess(row, i, left));
      do j--;
      while (isLess(row, left, j));
      if (j < i) break;
      swap(row, i, j);
    }
    swap(row, left, j);
    if (j <= nth) left = i;
    if (j >= nth) right = j - 1;
  }
  if (right === left + 1 && isLess(row, right, left)) swap(row, left, right);
}
