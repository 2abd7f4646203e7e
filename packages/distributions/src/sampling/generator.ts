/**
 * Random numbers for one element whose sampler takes as many as chance will have it, as rejection does.
 *
 * Each element of a draw gets two words of the seeded generator, which start a small one of its own. So samples do not
 * depend on how many numbers their neighbours take, and are the same on every backend.
 *
 * Reference: Doty-Humphrey, PractRand: sfc32; Marsaglia, A convenient method for generating normal variables (1964).
 */

/** Numbers uniform in (0, 1), of 53 bits. */
export type Random = () => number;

/** Steps after which the state no longer shows its start. */
const WARM_UP = 15;

/** A generator that is started by two words. */
export function generator(first: number, second: number): Random {
  let [a, b, c, counter] = [first | 0, second | 0, 0x9e3779b9 | 0, 1];
  const word = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < WARM_UP; i++) word();
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6) + 0.5) * 2 ** -53;
}

/** A normal number. */
export function normal(random: Random): number {
  for (;;) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    const square = x * x + y * y;
    if (square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}
