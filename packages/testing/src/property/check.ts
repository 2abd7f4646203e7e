/**
 * Properties as tests: what must hold for all values of some arbitraries, tried on many, and where it does not hold, on
 * ever smaller ones.
 *
 * Invariant: one seed for everyone, so a test does the same in every run. SCONCE_SEED=n (or `random`) takes another,
 * SCONCE_RUNS=n tries n times as many; a failure names its seed and the smallest values found.
 *
 * Reference: https://fast-check.dev/docs/core-blocks/runners/
 */
import fc from 'fast-check';
import { test } from 'vitest';

/** One arbitrary for each argument. */
export type Arbitraries<Args extends readonly unknown[]> = { readonly [K in keyof Args]: fc.Arbitrary<Args[K]> };

const { SCONCE_SEED = '1', SCONCE_RUNS = '1' } = process.env;
const seed = SCONCE_SEED === 'random' ? Date.now() | 0 : Number(SCONCE_SEED);
const times = Number(SCONCE_RUNS);
if (!Number.isInteger(seed)) throw new Error(`SCONCE_SEED is ${SCONCE_SEED}, expected an integer or random`);
if (!(times > 0)) throw new Error(`SCONCE_RUNS is ${SCONCE_RUNS}, expected a positive number`);

/** A test that tries `holds`, which throws where it does not, on so many values. */
export function property<Args extends readonly unknown[]>(
  name: string,
  arbitraries: Arbitraries<Args>,
  holds: (...args: Args) => void | Promise<void>,
  { runs = 100 }: { readonly runs?: number } = {},
): void {
  const numRuns = Math.ceil(runs * times);
  const limit = 60_000 * Math.max(1, times);
  const given = fc.tuple(...arbitraries) as unknown as fc.Arbitrary<Args>;
  test(name, async () => {
    const holdsFor = fc.asyncProperty(given, async (args) => holds(...args));
    // Shrinking ends before the test does, which would take the values with it.
    const inTime = fc.interruptAfterTimeLimit(limit * 0.8, { failOnInterrupt: true });
    await fc.assert(holdsFor, { seed, numRuns, includeErrorInReport: true, plugins: [inTime] });
  }, limit);
}
