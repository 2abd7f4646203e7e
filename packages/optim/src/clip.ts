/**
 * Clipping of gradients, between `backward` and an optimiser's step. Nothing is read, unless an error is asked for: the factor
 * stays on the device.
 *
 * Invariant: a gradient is changed in place, as the handle that `p.grad` gives.
 *
 * Reference: Pascanu et al., On the difficulty of training recurrent neural networks (ICML 2013).
 */
import { ArgumentError, assign, backendOf, describe, gradientOf, hiding, isTensor, noGrad, requireTensor, StateError, type Tensor } from '@sconce/core';
import { abs, add, amax, clamp, clampMax, div, mul, pow, stack, sum, tensor } from '@sconce/ops';
import { keywords, type Rest } from '@sconce/ops/families';

const gradientsOf = (parameters: Iterable<Tensor> | Tensor): Tensor[] =>
  (isTensor(parameters) ? [parameters] : [...parameters]).flatMap((p) => gradientOf(p) ?? []);

/** Runs what changes gradients in place: what was before is gone then, unless a user has got at it. */
const changing = <R>(fn: () => R): R => noGrad(() => hiding(fn));

interface TotalOptions {
  /** The p of the p-norm; Infinity, or 'inf', for the largest magnitude. Default 2. */
  readonly normType?: number | 'inf';
  /** Whether a norm that is infinite or no number is an error; it is read at once then. Default false. */
  readonly errorIfNonfinite?: boolean;
  /** Taken for PyTorch's sake. */
  readonly foreach?: boolean | null;
}

interface NormOptions extends TotalOptions {
  /** The largest norm that is left as it is. */
  readonly maxNorm: number;
}

const TOTAL = ['normType', 'errorIfNonfinite', 'foreach'] as const;
const NORM = ['maxNorm', ...TOTAL] as const;

/** Throws when a norm is not finite. Gradients are as they were. */
function requireFinite(op: string, norm: Tensor, normType: number): void {
  if (!backendOf(norm.device).syncReads) {
    throw new ArgumentError(`${op}: errorIfNonfinite reads the norm at once, which ${norm.device} cannot. Leave it out, and look at \`await norm.item()\` of the norm that is returned.`);
  }
  const value = norm.itemSync();
  if (Number.isFinite(value)) return;
  throw new StateError(
    `${op}: the total norm of order ${normType} of the gradients is ${value}, so they cannot be clipped. Set { errorIfNonfinite: false } to scale them by it anyway.`,
  );
}

/** The p-norm of all elements of all tensors, as if they were one vector. */
function totalNorm(op: string, tensors: readonly Tensor[], { normType: given = 2, errorIfNonfinite = false }: TotalOptions): Tensor {
  const p = given === 'inf' ? Infinity : given;
  if (!(p > 0)) throw new ArgumentError(`${op}: normType must be above 0, got ${String(p)}.`);
  if (tensors.length === 0) return tensor(0, { dtype: 'float32' });
  const norm = p === Infinity ? amax(stack(tensors.map((x) => amax(abs(x))))) : rootOfPowers(tensors, p);
  if (errorIfNonfinite) requireFinite(op, norm, p);
  return norm;
}

function rootOfPowers(tensors: readonly Tensor[], p: number): Tensor {
  const powers = tensors.map((x) => sum(p === 2 ? mul(x, x) : pow(abs(x), p)));
  return pow(powers.reduce((a, b) => add(a, b)), 1 / p);
}

/** Scales gradients of this norm so that it is at most `maxNorm`. */
function scaleDown(op: string, gradients: readonly Tensor[], maxNorm: number, norm: Tensor): void {
  if (typeof maxNorm !== 'number') throw new ArgumentError(`${op}: maxNorm must be a number, got ${describe(maxNorm)}.`);
  const factor = clampMax(div(maxNorm, add(norm, 1e-6)), 1);
  for (const g of gradients) assign(g, mul(g, factor), op);
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
  const { maxNorm, ...options } = keywords<NormOptions>('clipGradNorm_', NORM, rest);
  return changing(() => {
    const gradients = gradientsOf(parameters);
    const norm = totalNorm('clipGradNorm_', gradients, options);
    scaleDown('clipGradNorm_', gradients, maxNorm, norm);
    return norm;
  });
}

/** PyTorch's earlier name. */
export { clipGradNorm_ as clipGradNorm };

/**
 * The norm of all elements of several tensors, as if they were one vector: (Σ |x|^p)^(1/p).
 *
 * @param rest normType and errorIfNonfinite, by position or in one object
 * @returns a 0-d tensor
 * @throws ArgumentError for a normType that is not above 0; StateError where it is asked for.
 * @example
 * loss.backward();
 * getTotalNorm([...model.parameters()].map((p) => p.grad));
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.get_total_norm.html
 */
export function getTotalNorm(tensors: Iterable<Tensor> | Tensor, ...rest: Rest<TotalOptions, typeof TOTAL>): Tensor {
  return totalNorm('getTotalNorm', isTensor(tensors) ? [tensors] : [...tensors], keywords<TotalOptions>('getTotalNorm', TOTAL, rest));
}

/**
 * Scales all gradients by a norm that is known: g ← g · min(1, maxNorm / (totalNorm + 1e-6)).
 *
 * @param totalNorm a 0-d tensor, such as `getTotalNorm` gives
 * @throws ArgumentError for a `maxNorm` that is no number.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grads_with_norm_.html
 */
export function clipGradsWithNorm_(parameters: Iterable<Tensor> | Tensor, maxNorm: number, totalNorm: Tensor): void {
  requireTensor('clipGradsWithNorm_', totalNorm, 'totalNorm');
  changing(() => scaleDown('clipGradsWithNorm_', gradientsOf(parameters), maxNorm, totalNorm));
}

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
