/**
 * What the golden runner asks of a tensor library, and what it answers: the seam that keeps the runner free of any
 * tensor class, backend or op.
 *
 * Invariant: the bridges only rename and reorder; the harness only moves data and differentiates; the runner only
 * compares.
 */
import type { DType } from '@sconce/core';
import type { Decoded, DecodedCall, PlainTensor } from './decode.js';

/** A tensor library on one backend. */
export interface Harness<T> {
  /** The device that tensors are made on; it names the backend, by which tolerances are chosen. */
  readonly device: string;
  /** The dtypes that the device has. */
  readonly dtypes: readonly DType[];
  isTensor(value: unknown): value is T;
  makeTensor(plain: PlainTensor, options: { readonly requiresGrad: boolean }): T;
  readTensor(tensor: T): Promise<PlainTensor>;
  /**
   * The gradients of the sum over all outputs of sum(output * weight), null where an input has no influence. Outputs
   * that no gradient passes through count as constants.
   */
  gradients(outputs: readonly T[], weights: readonly T[], inputs: readonly T[]): (T | null)[];
  /** Whether an error is one that the library throws on purpose. */
  isTypedError(error: unknown): boolean;
}

/** A harness that can also train, for the records of optimisers. */
export interface TrainingHarness<T> extends Harness<T> {
  /** mean((x @ w + b - y)^2). */
  leastSquares(x: T, w: T, b: T, y: T): T;
  backward(loss: T): void;
}

/** What a module must offer to be checked. */
export interface GoldenModule<T> {
  loadStateDict(state: Record<string, T>): unknown;
  stateDict(): Readonly<Record<string, T>>;
  namedParameters(): Iterable<readonly [string, T]>;
  train(mode?: boolean): unknown;
  forward(...inputs: Decoded<T>[]): unknown;
  toString(): string;
}

export interface GoldenOptimizer {
  readonly paramGroups: readonly { readonly lr: number }[];
  step(closure?: () => unknown): unknown;
  zeroGrad(): void;
}

export interface GoldenScheduler {
  step(metric?: number): unknown;
}

/** PyTorch's names and argument orders, leading to ours. */
export interface Bridges<T> {
  readonly ops: Readonly<Record<string, (call: DecodedCall<T>) => unknown>>;
  readonly modules: Readonly<Record<string, (call: DecodedCall<T>) => GoldenModule<T>>>;
  readonly optimizers: Readonly<
    Record<string, (call: { params: readonly T[]; options: Record<string, Decoded<T>> }) => GoldenOptimizer>
  >;
  readonly schedulers: Readonly<
    Record<string, (call: { optimizer: GoldenOptimizer; options: Record<string, Decoded<T>> }) => GoldenScheduler>
  >;
}

export type ResultKind = 'forward' | 'gradient' | 'error';

/** What became of one sample. */
export interface SampleResult {
  /** Its position in the record. */
  readonly sample: number;
  readonly kind: ResultKind;
  readonly status: 'pass' | 'fail' | 'skip';
  /** What went wrong, or why the sample was skipped. */
  readonly message?: string;
}
