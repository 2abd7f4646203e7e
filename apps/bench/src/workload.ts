/**
 * What a workload is: data, a promise, and the tolerance at which results count as equal.
 *
 * Invariant: every library gets the same arrays, and its result is compared with Sconce's before anything is timed.
 */

export type Dtype = 'float32' | 'int32';

/** An input array: uniform in [-scale, scale), or whole numbers in [0, classes). */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly classes?: number;
}

export interface Input {
  readonly shape: number[];
  readonly dtype: Dtype;
  readonly values: Float32Array | Int32Array;
}

/** A way of running Sconce that a row is about; without one it is this process with all threads. */
export type Variant = 'one thread' | 'Node 24';

export interface Workload {
  /** What libraries know it by. */
  readonly name: string;
  /** What the row is called, where that is not the name. */
  readonly title?: string;
  readonly section: string;
  readonly variant?: Variant;
  readonly inputs: readonly InputSpec[];
  /** Milliseconds that Sconce must not exceed. */
  readonly target: number;
  /** Floating point operations of one run, for rates. */
  readonly flops?: number;
  /** Largest difference between libraries, relative to the largest value of the result. */
  readonly tolerance: number;
}

/** Uniform values in [-1, 1), or in [-scale, scale). */
export const uniform = (shape: readonly number[], scale = 1): InputSpec => ({ shape, scale });

/** Weights of a layer with this many inputs: of the size that keeps activations in bounds. */
export const weights = (...shape: readonly number[]): InputSpec => uniform(shape, 1 / Math.sqrt(shape.slice(1).reduce((n, d) => n * d, 1)));

/** Labels, or indices. */
export const classes = (shape: readonly number[], count: number): InputSpec => ({ shape, scale: 1, classes: count });

/** Random 32-bit words, the same in every run (splitmix32). */
function words(count: number, seed: number): Uint32Array {
  let state = seed | 0;
  return Uint32Array.from({ length: count }, () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  });
}

/** The arrays of a workload; equal calls give equal values. */
export function inputsOf({ inputs }: Workload): Input[] {
  return inputs.map(({ shape, scale, classes: count }, i) => {
    const bits = words(shape.reduce((n, d) => n * d, 1), i + 1);
    return count === undefined
      ? { shape: [...shape], dtype: 'float32', values: Float32Array.from(bits, (w) => (w / 2 ** 31 - 1) * scale) }
      : { shape: [...shape], dtype: 'int32', values: Int32Array.from(bits, (w) => w % count) };
  });
}
