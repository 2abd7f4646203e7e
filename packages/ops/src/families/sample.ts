/**
 * Samples: calls that an op declares for itself, from which `@sconce/testing` makes its tests and gradient checks.
 *
 * Invariant: metadata only. Samples hang on the function they belong to under a symbol, and cost nothing when the
 * function is not imported.
 */

/** A tensor argument: drawn uniformly from [low, high), which keeps away from kinks and poles. */
export interface TensorSample {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: 'float64' | 'int32' | 'bool';
}

/** One call: the tensor arguments and what follows them; the first form is short for one tensor argument. */
export type Sample = TensorSample | { readonly tensors: readonly TensorSample[]; readonly rest?: readonly unknown[] };

/** What the test suite knows about an op. */
export interface OpInfo {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly differentiable: boolean;
}

/** Samples and more of them: a call that may be left out, where a spread would keep its op in every bundle. */
export const withMore = (samples: readonly Sample[], ...more: readonly Sample[]): readonly Sample[] => [...samples, ...more];

const INFO = Symbol.for('sconce.op');

/** Hangs an op's info on its function. */
export const describeOp = <F extends object>(fn: F, info: OpInfo): F =>
  Object.defineProperty(fn, INFO, { value: info });

/** The info of a function of this package, if it is an op. */
export const opInfo = (fn: unknown): OpInfo | undefined =>
  typeof fn === 'function' ? (fn as { [INFO]?: OpInfo })[INFO] : undefined;
