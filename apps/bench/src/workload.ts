/**
 * Workloads: what is measured, over which data, and what we promise. Libraries implement them under the same names.
 *
 * Invariant: every library gets the same input arrays, and its result is compared with Sconce's before anything is timed.
 */

export interface Workload {
  readonly name: string;
  /** Shapes of the input arrays, in order. */
  readonly inputs: readonly (readonly number[])[];
  /** Milliseconds that Sconce must not exceed on two threads. */
  readonly target?: number;
  /** Floating point operations of one run, for rates. */
  readonly flops?: number;
  /** Largest relative difference of results between libraries. */
  readonly tolerance: number;
}

/** What a library prepares for a workload. */
export interface Subject {
  /** One timed run. It ends when the result is there. */
  run(): void | Promise<void>;
  /** The result of a run, for the comparison. */
  result(): Promise<ArrayLike<number>>;
}

export interface Library {
  readonly name: string;
  readonly version: string;
  /** Subjects by workload; a library need not have all. */
  readonly subjects: Readonly<Record<string, (inputs: readonly Float32Array[]) => Subject | Promise<Subject>>>;
}

const cube = (n: number): Pick<Workload, 'inputs' | 'flops'> => ({ inputs: [[n, n], [n, n]], flops: 2 * n ** 3 });
const Mi = 1 << 20;

/** The rows of the table. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'matmul 1024', ...cube(1024), target: 25, tolerance: 1e-4 },
  { name: 'matmul 256', ...cube(256), target: 0.6, tolerance: 1e-4 },
  { name: 'matmul 64, read', ...cube(64), target: 0.03, tolerance: 1e-4 },
  { name: 'MLP step 64x784-128-10, SGD, loss read', inputs: [[64, 784], [784, 128], [128, 10]], target: 0.59, tolerance: 1e-3 },
  { name: 'conv2d 1x64x56x56, 64 of 3x3', inputs: [[1, 64, 56, 56], [64, 64, 3, 3]], target: 4, flops: 2 * 64 * 64 * 9 * 56 * 56, tolerance: 1e-4 },
  { name: 'softmax 128x1000', inputs: [[128, 1000]], target: 0.11, tolerance: 1e-4 },
  { name: 'exp 1Mi', inputs: [[Mi]], target: 0.9, tolerance: 1e-5 },
  { name: 'gelu 1Mi', inputs: [[Mi]], target: 1.5, tolerance: 1e-4 },
  { name: 'sum 1Mi, read', inputs: [[Mi]], target: 0.08, tolerance: 1e-4 },
  { name: 'relu(a*b+a) 1e6', inputs: [[1e6], [1e6]], target: 0.3, tolerance: 1e-5 },
  { name: 'add 16, read', inputs: [[16], [16]], target: 0.004, tolerance: 1e-6 },
  { name: 'layerNorm 512x768', inputs: [[512, 768]], tolerance: 1e-3 },
  { name: 'cross-entropy 128x1000, forward and backward', inputs: [[128, 1000]], tolerance: 1e-3 },
  { name: 'transpose 2048x2048', inputs: [[2048, 2048]], tolerance: 0 },
  { name: 'sum over the outer axis 1000x1000', inputs: [[1000, 1000]], tolerance: 1e-4 },
  { name: 'cumsum 1000x1000', inputs: [[1000, 1000]], tolerance: 1e-3 },
  { name: 'sort 1e6', inputs: [[1e6]], tolerance: 0 },
  { name: 'matrix-vector 4096', inputs: [[4096, 4096], [4096, 1]], flops: 2 * 4096 ** 2, tolerance: 1e-3 },
];

/** Values in [-1, 1), the same in every run (splitmix32). */
export function valuesFor(shape: readonly number[], seed: number): Float32Array {
  let state = seed | 0;
  return Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Class labels for cross-entropy and the MLP. */
export const labelsFor = (count: number, classes: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * 7) % classes);
