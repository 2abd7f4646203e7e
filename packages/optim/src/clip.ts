/**
 * Clipping of gradients, between `backward` and an optimiser's step. Nothing is read, unless an error is asked for: the factor
 * stays on the device.
 *
 * Invariant: a gradient is changed in place, as the handle that `p.grad` gives.
 *
 * Reference: Pascanu et al., On the difficulty of training recurrent neural networks (ICML 2013).
 */
import { ArgumentError, assign, backendOf, describe, gradientOf, hiding, isTensor, noGrad, StateError, type Tensor } from '@sconce/core';
import { abs, add, amax, clamp, clampMax, div, mul, pow, stack, sum, tensor } from '@sconce/ops';
import { keywords, type Rest } from '@sconce/ops/families';

const gradientsOf = (parameters: Iterable<Tensor> | Tensor): Tensor[] =>
  (isTensor(parameters) ? [parameters] : [...parameters]).flatMap((p) => gradientOf(p) ?? []);

/** Runs what changes gradients in place: what was before is gone then, unless a user has got at it. */
const changing = <R>(fn: () => R): R => noGrad(() => hiding(fn));

/** The p-norm of all elements of all gradients, as if they were one vector. */
function totalNorm(gradients: readonly Tensor[], p: number): Tensor {
  if (p === Infinity) return amax(stack(gradients.map((g) => amax(abs(g)))));
  const powers = gradients.map((g) => sum(p === 2 ? mul(g, g) : pow(abs(g), p)));
  return pow(powers.reduce((a, b) => add(a, b)), 1 / p);
}

interface NormOptions {
  /** The largest norm that is left as it is. */
  readonly maxNorm: number;
  /** The p of the p-norm; Infinity, or 'inf', for the largest magnitude. Default 2. */
  readonly normType?: number | 'inf';
  /** Whether a norm that is infinite or no number is an error; it is read at once then. Default false. */
  readonly errorIfNonfinite?: boolean;
  /** Taken for PyTorch's sake. */
  readonly foreach?: boolean | null;
}

const NORM = ['maxNorm', 'normType', 'errorIfNonfinite', 'foreach'] as const;

/** Throws when a norm is not finite. Gradients are as they were. */
function requireFinite(norm: Tensor, normType: number): void {
  if (!backendOf(norm.device).syncReads) {
    throw new ArgumentError(`clipGradNorm_: errorIfNonfinite reads the norm at once, which ${norm.device} cannot. Leave it out, and look at \`await norm.item()\` of the norm that is returned.`);
  }
  const value = norm.itemSync();
  if (Number.isFinite(value)) return;
  throw new StateError(
    `clipGradNorm_: the total norm of order ${normType} of the gradients is ${value}, so they cannot be clipped. Set { errorIfNonfinite: false } to scale them by it anyway.`,
  );
}

/**
 * Scales all gradients together so that their norm is at most `maxNorm`: g ← g · min(1, maxNorm / (‖g‖ + 1e-6)).
 *
 * @param rest maxNorm, normType and errorIfNonfinite, by position or in one object
 * @returns the norm before clipping, a 0-d tensor.
 * @throws ArgumentError for a norm that is no number, or not above 0; StateError where it is asked for.
 * @example
 * loss.backward();
 * clipGradNorm_(model.parameters(), 1.0);
 * optimizer.step();
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm_(parameters: Iterable<Tensor> | Tensor, ...rest: Rest<NormOptions, typeof NORM>): Tensor {
  const { maxNorm, normType: given = 2, errorIfNonfinite = false } = keywords<NormOptions>('clipGradNorm_', NORM, rest);
  const normType = given === 'inf' ? Infinity : given;
  if (typeof maxNorm !== 'number') throw new ArgumentError(`clipGradNorm_: maxNorm must be a number, got ${describe(maxNorm)}.`);
  if (!(normType > 0)) throw new ArgumentError(`clipGradNorm_: normType must be above 0, got ${String(normType)}.`);
  const gradients = gradientsOf(parameters);
  if (gradients.length === 0) return tensor(0, { dtype: 'float32' });
  return changing(() => {
    const norm = totalNorm(gradients, normType);
    if (errorIfNonfinite) requireFinite(norm, normType);
    const factor = clampMax(div(maxNorm, add(norm, 1e-6)), 1);
    for (const g of gradients) assign(g, mul(g, factor), 'clipGradNorm_');
    return norm;
  });
}

/** PyTorch's earlier name. */
export { clipGradNorm_ as clipGradNorm };

interface ValueOptions {
  /** The largest magnitude of an element. */
  readonly clipValue: number;
  /** Taken for PyTorch's sake. */
  readonly foreach?: boolean | null;
}

const VALUE = ['clipValue', 'foreach'] as const;

/**
 * Limits every element of every gradient to [−clipValue, clipValue].
 *
 * @throws ArgumentError when `clipValue` is negative or no number.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue_(parameters: Iterable<Tensor> | Tensor, ...rest: Rest<ValueOptions, typeof VALUE>): void {
  const { clipValue } = keywords<ValueOptions>('clipGradValue_', VALUE, rest);
  if (!(clipValue >= 0)) throw new ArgumentError(`clipGradValue_: clipValue must be a non-negative number, got ${describe(clipValue)}.`);
  changing(() => {
    for (const g of gradientsOf(parameters)) assign(g, clamp(g, -clipValue, clipValue), 'clipGradValue_');
  });
}
