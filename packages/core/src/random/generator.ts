/**
 * Generators of their own: a seed and a count that are not those of the program's random numbers.
 *
 * Invariant: what is drawn with a generator leaves the program's random numbers where they were, and the other way round.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.Generator.html
 */
import { getRandomState, seeded, setRandomState, type RandomState } from './random.js';

/** PyTorch's first seed. */
const FIRST_SEED = 67280421310721n;

/**
 * Random numbers that are drawn apart from those of the program.
 *
 * @example
 * const generator = new Generator().manualSeed(42);
 * drawing(generator, () => rand([2]));      // the same two numbers in every program
 * @see https://pytorch.org/docs/stable/generated/torch.Generator.html
 */
export class Generator {
  private state: RandomState = seeded(FIRST_SEED);

  /** Starts over; equal seeds give equal numbers. */
  manualSeed(seed: number | bigint): this {
    this.state = seeded(seed);
    return this;
  }
  /** The seed that it started from. */
  initialSeed(): bigint {
    return this.state.seed;
  }
  /** Where it is: what `setState` goes back to. */
  getState(): RandomState {
    return this.state;
  }
  setState(state: RandomState): this {
    this.state = state;
    return this;
  }
}

/** Runs `fn`, whose random numbers come from a generator; without one, from the program's. */
export function drawing<R>(generator: Generator | null | undefined, fn: () => R): R {
  if (generator === null || generator === undefined) return fn();
  const before = getRandomState();
  setRandomState(generator.getState());
  try {
    return fn();
  } finally {
    generator.setState(getRandomState());
    setRandomState(before);
  }
}
