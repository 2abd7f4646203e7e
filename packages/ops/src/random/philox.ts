/**
 * Philox 4x32-10: random bits as a function of a counter and a key.
 *
 * Ten rounds multiply two of the four counter words to 64 bits and mix the halves with the others and the key, which
 * advances by the Weyl constants. Everything is 32-bit integer arithmetic, so every backend gives the same bits, and no
 * element waits for another.
 *
 * Reference: Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011); Random123.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57];
const WEYL = [0x9e3779b9, 0xbb67ae85];

export type Words2 = readonly [Expr, Expr];
export type Words4 = readonly [Expr, Expr, Expr, Expr];

const word = (x: number): Expr => e.const(x | 0, 'int32');

/** The four words of random bits for a counter and a key. */
export function philox(counter: Words4, key: Words2): Words4 {
  let [a, b, c, d] = counter;
  for (let round = 0; round < ROUNDS; round++) {
    const [k0, k1] = key.map((k, i) => (round === 0 ? k : e.add(k, word(Math.imul(WEYL[i], round)))));
    const [m0, m1] = MULTIPLIERS.map(word);
    [a, b, c, d] = [
      e.xor(e.xor(e.umulhi(c, m1), b), k0),
      e.mul(c, m1),
      e.xor(e.xor(e.umulhi(a, m0), d), k1),
      e.mul(a, m0),
    ];
  }
  return [a, b, c, d];
}

/** a < b as unsigned numbers. */
const below = (a: Expr, b: Expr): Expr => e.lt(e.xor(a, word(0x80000000)), e.xor(b, word(0x80000000)));

/** The counter words of element i of a draw that starts at a 64-bit position, given as its lower and upper word. */
export function counterAt(i: Expr, [low, high]: Words2): Words4 {
  const position = e.add(low, i);
  const carry = e.cast(below(position, low), 'int32');
  return [position, e.add(high, carry), word(0), word(0)];
}
