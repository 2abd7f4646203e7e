/**
 * Clipping of gradients, between `backward` and an optimiser's step. Nothing is read: the factor stays on the device.
 *
 * Invariant: a gradient is changed in place, as the handle that `p.grad` gives.
 *
 * Reference: Pascanu et al., On the difficulty of training recurrent neural networks (ICML 2013).
 */
import { ArgumentError, assign, gradientOf, hiding, isTensor, noGrad, type Tensor } from '@sconce/core';
import { abs, add, amax, clamp, clampMax, div, mul, pow, stack, sum, tensor } from '@sconce/ops';

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

/**
 * Scales all gradients together so that their norm is at most `maxNorm`: g ← g · min(1, maxNorm / (‖g‖ + 1e-6)).
 *
 * @param normType the p of the p-norm; Infinity for the largest magnitude. Default 2.
 * @returns the norm before clipping, a 0-d tensor.
 * @throws ArgumentError for a norm that is no number, or not above 0.
 * @example
 * loss.backward();
 * clipGradNorm_(model.parameters(), 1.0);
 * optimizer.step();
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export function clipGradNorm_(parameters: Iterable<Tensor> | Tensor, maxNorm: number, normType = 2): Tensor {
  if (typeof maxNorm !== 'number') throw new ArgumentError(`clipGradNorm_: maxNorm must be a number, got ${String(maxNorm)}.`);
  if (!(normType > 0)) throw new ArgumentError(`clipGradNorm_: normType must be above 0, got ${String(normType)}.`);
  const gradients = gradientsOf(parameters);
  if (gradients.length === 0) return tensor(0, { dtype: 'float32' });
  return changing(() => {
    const norm = totalNorm(gradients, normType);
    const factor = clampMax(div(maxNorm, add(norm, 1e-6)), 1);
    for (const g of gradients) assign(g, mul(g, factor), 'clipGradNorm_');
    return norm;
  });
}

/** PyTorch's earlier name. */
export { clipGradNorm_ as clipGradNorm };

/**
 * Limits every element of every gradient to [−clipValue, clipValue].
 *
 * @throws ArgumentError when `clipValue` is negative or no number.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue_(parameters: Iterable<Tensor> | Tensor, clipValue: number): void {
  if (!(clipValue >= 0)) throw new ArgumentError(`clipGradValue_: clipValue must be a non-negative number, got ${String(clipValue)}.`);
  changing(() => {
    for (const g of gradientsOf(parameters)) assign(g, clamp(g, -clipValue, clipValue), 'clipGradValue_');
  });
}
