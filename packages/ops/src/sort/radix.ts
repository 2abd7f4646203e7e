/**
 * Radix sort: positions in the order of their keys, by the keys' digits from the least significant on.
 *
 * A key and its position lie side by side and move together, so that a pass reads memory in order and writes one run for
 * each of 256 digits, few enough for the first cache. All digits are counted in one reading of the keys.
 *
 * Invariant: equal keys keep their order.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
const DIGIT_BITS = 8;
const DIGITS = 1 << DIGIT_BITS;

/** Room for a row of pairs, twice. */
export interface RadixRoom {
  readonly pairs: Int32Array;
  readonly spare: Int32Array;
}

export const radixRoom = (size: number): RadixRoom => ({ pairs: new Int32Array(2 * size), spare: new Int32Array(2 * size) });

/** Puts positions in the order of `keys[position]`, of which the lowest `bits` may differ. */
export function radixSort(keys: Uint32Array, positions: Int32Array, bits: number, room: RadixRoom): void {
  let { pairs: from, spare: to } = room;
  for (let i = 0; i < positions.length; i++) {
    from[2 * i] = keys[positions[i]];
    from[2 * i + 1] = positions[i];
  }
  const counts = countDigits(keys);
  for (let digit = 0; digit * DIGIT_BITS < bits; digit++) {
    const starts = counts.subarray(digit * DIGITS, (digit + 1) * DIGITS);
    if (starts.includes(keys.length)) continue;
    startsOf(starts);
    moveByDigit(from, to, digit * DIGIT_BITS, starts);
    [from, to] = [to, from];
  }
  for (let i = 0; i < positions.length; i++) positions[i] = from[2 * i + 1];
}

/** How often each value of each digit occurs, the lowest digit first. */
function countDigits(keys: Uint32Array): Int32Array {
  const counts = new Int32Array(4 * DIGITS);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] | 0;
    counts[key & 0xff]++;
    counts[((key >>> 8) & 0xff) | DIGITS]++;
    counts[((key >>> 16) & 0xff) | (2 * DIGITS)]++;
    counts[(key >>> 24) | (3 * DIGITS)]++;
  }
  return counts;
}

/** Makes of counts where in an array of pairs each digit's elements begin. */
function startsOf(counts: Int32Array): void {
  let sum = 0;
  for (let d = 0; d < DIGITS; d++) {
    const n = counts[d];
    counts[d] = sum;
    sum += 2 * n;
  }
}

function moveByDigit(from: Int32Array, to: Int32Array, shift: number, starts: Int32Array): void {
  for (let i = 0; i < from.length; i += 2) {
    const key = from[i];
    const digit = (key >>> shift) & (DIGITS - 1);
    const at = starts[digit];
    starts[digit] = at + 2;
    to[at] = key;
    to[at + 1] = from[i + 1];
  }
}
