/**
 * Poisson numbers, each from one uniform number: outcomes are laid one after the other on [0, 1), from the likeliest
 * outwards, each as long as it is likely; the number says in which one it lies.
 *
 * Invariant: a draw takes about √rate steps, and is the same on every backend.
 *
 * Reference: Devroye, Non-Uniform Random Variate Generation (1986), chapter X.3.
 */
import { ArgumentError, cast, computeType, findKnown, noGrad, requireTensor, type Tensor } from '@sconce/core';
import { density } from '../elementwise/incomplete-gamma.js';
import { onlyFloats } from '../families/checks.js';
import { hosted } from '../families/hosted.js';
import { drawUniform } from './draw.js';

function outcome(rate: number, u: number): number {
  if (!(rate >= 0)) throw new ArgumentError(`poisson: rates must not be negative, got ${rate}.`);
  if (rate === 0 || rate === Infinity) return rate;
  const mode = Math.floor(rate);
  let [low, high, last] = [mode, mode, mode];
  let below = density(mode, rate);
  let above = below;
  for (let rest = u - below; rest >= 0; ) {
    const [nextBelow, nextAbove] = [(below * low) / rate, (above * rate) / (high + 1)];
    if (nextBelow === 0 && nextAbove === 0) return mode;
    if (nextAbove >= nextBelow) [high, above] = [high + 1, nextAbove];
    else [low, below] = [low - 1, nextBelow];
    [last, rest] = nextAbove >= nextBelow ? [high, rest - above] : [low, rest - below];
  }
  return last;
}

const poissonOf = /* @__PURE__ */ hosted({ name: 'poisson', numbers: 'none', check: onlyFloats, scalar: outcome });

/**
 * Numbers of events where `input` says how many are expected.
 *
 * @throws ArgumentError for a negative rate, on reading for one that was computed; DTypeError for integers.
 * @example
 * poisson(full([5], 2.5));
 * @see https://pytorch.org/docs/stable/generated/torch.poisson.html
 */
export function poisson(input: Tensor): Tensor {
  requireTensor('poisson', input);
  onlyFloats(input.dtype, 'poisson');
  const wrong = findKnown(input, (rate) => !(rate >= 0));
  if (wrong !== undefined) throw new ArgumentError(`poisson: rates must not be negative, got ${wrong.value} at position ${wrong.position}.`);
  const dtype = computeType(input.dtype) === 'float64' ? 'float64' : 'float32';
  return noGrad(() => cast(poissonOf(input, drawUniform(input.shape, { dtype, device: input.device, requiresGrad: false })), input.dtype));
}
