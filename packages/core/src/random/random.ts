/**
 * The state of the random generator: a seed and how many numbers have been drawn.
 *
 * Numbers are counter-based: element i of a draw is a function of (seed, offset + i) alone, computed by the kernel that
 * needs it. So the same seed gives the same bits on every backend and for every number of threads.
 *
 * Reference: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011): Philox 4x32-10.
 */

import { ArgumentError } from '../errors.js';

let key = 0n;
let offset = 0n;

/**
 * Starts the generator over. Equal seeds give equal numbers, on every device.
 *
 * @throws ArgumentError for what is no integer.
 */
export function manualSeed(value: number | bigint): void {
  setRandomState(seeded(value));
}

/** Where random numbers begin that have this seed. */
export function seeded(seed: number | bigint): RandomState {
  if (typeof seed !== 'bigint' && !Number.isInteger(seed)) throw new ArgumentError(`manualSeed: the seed must be an integer, got ${seed}.`);
  return { seed: BigInt.asUintN(64, BigInt(seed)), offset: 0n };
}

/**
 * Starts the generator over from a seed drawn by chance, and gives it.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.seed.html
 */
export function seed(): number {
  const drawn = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  manualSeed(drawn);
  return drawn;
}

/**
 * The seed that the generator started from; a bigint where no number is exact.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.initial_seed.html
 */
export const initialSeed = (): number | bigint => (key <= Number.MAX_SAFE_INTEGER ? Number(key) : key);

/** Where the random numbers are: what `setRandomState` goes back to. */
export interface RandomState {
  readonly seed: bigint;
  readonly offset: bigint;
}

/** The present state of the random numbers. */
export const getRandomState = (): RandomState => ({ seed: key, offset });
/** Goes back to a state of the random numbers, which then come again. */
export function setRandomState(state: RandomState): void {
  ({ seed: key, offset } = state);
}

const low = (x: bigint): number => Number(BigInt.asIntN(32, x));
const high = (x: bigint): number => Number(BigInt.asIntN(32, x >> 32n));

/** Reserves `count` numbers: the key and the first counter of the draw, each as two signed 32-bit words. */
export function reserveRandom(count: number): { key: readonly [number, number]; counter: readonly [number, number] } {
  const draw = { key: [low(key), high(key)], counter: [low(offset), high(offset)] } as const;
  offset += BigInt(count);
  return draw;
}
