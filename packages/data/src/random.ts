/**
 * Random orders on the host, from the seeded generator: the numbers that `randperm` of @sconce/ops draws.
 *
 * Element i of a draw is the first word of Philox 4x32-10 at the draw's counter plus i, so equal seeds give equal orders.
 *
 * Reference: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).
 */
import { reserveRandom } from '@sconce/core';

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function upperProduct(a: number, b: number): number {
  const [a1, a0, b1, b0] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const cross = a0 * b1 + (middle % 0x10000);
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** The first of the four words of random bits, for a counter of 64 bits and a key. */
function philoxWord(low: number, high: number, key: readonly [number, number]): number {
  let [a, b, c, d] = [low >>> 0, high >>> 0, 0, 0];
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    [a, b, c, d] = [
      (upperProduct(c, 0xcd9e8d57) ^ b ^ k0) >>> 0,
      Math.imul(c, 0xcd9e8d57) >>> 0,
      (upperProduct(a, 0xd2511f53) ^ d ^ k1) >>> 0,
      Math.imul(a, 0xd2511f53) >>> 0,
    ];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return a;
}

/** Random words of 32 bits, one after the other. */
export function randomWords(n: number): number[] {
  const { key, counter: [low, high] } = reserveRandom(n);
  return Array.from({ length: n }, (_, i) => {
    const position = (low >>> 0) + i;
    return philoxWord(position, high + Number(position >= 2 ** 32), key);
  });
}

/** The integers from 0 to n − 1 in a random order (Fisher and Yates). */
export function randomOrder(n: number): number[] {
  const order = new Array<number>(n);
  randomWords(n).forEach((word, i) => {
    const j = Math.floor((word * (i + 1)) / 2 ** 32);
    order[i] = order[j];
    order[j] = i;
  });
  return order;
}
