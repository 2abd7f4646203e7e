/**
 * Windows: weights of n samples in a row, small at the ends, for spectra of pieces of a signal.
 *
 * A periodic window leaves out the last of n + 1 points, so that the next one goes on where it ends: for spectra. A
 * symmetric one has all of its points: for filters.
 *
 * Invariant: only the number of points is structure. A window of one point is 1.
 *
 * Reference: Harris, On the Use of Windows for Harmonic Analysis with the Discrete Fourier Transform (1978);
 * https://pytorch.org/docs/stable/torch.html#spectral-ops
 */
import { ArgumentError, computeType, defineOp, describe, DTypeError, isFloat, NO_ATTRS, noGrad, type Tensor, type TensorOptions } from '@sconce/core';
import * as e from '@sconce/core/e';
import { mul, sub } from '../elementwise/arithmetic.js';
import { trueDivide } from '../elementwise/division.js';
import { i0 } from '../elementwise/modified-bessel.js';
import { sqrt, square } from '../elementwise/power.js';
import { abs } from '../elementwise/sign.js';
import { requireInteger } from '../families/arguments.js';
import { ones } from './fill.js';
import { made, requireNumber, scalarFor, targetOf, type Target } from './make.js';

/** What makes n points of a window, whose last would be the one at `end`. */
type Points = (shape: readonly [number], end: number, target: Target) => Tensor;

function window(op: string, n: number, periodic: boolean, options: TensorOptions, points: Points): Tensor {
  const target = targetOf(op, options, 'float32');
  if (!isFloat(target.dtype)) throw new DTypeError(`${op}: got dtype ${target.dtype}, expected a float.`);
  requireInteger(op, 'windowLength', n, 0);
  if (typeof periodic !== 'boolean') throw new ArgumentError(`${op}: periodic must be true or false, got ${describe(periodic)}.`);
  if (n < 2) return ones([n], options);
  const y = noGrad(() => points([n], periodic ? n : n - 1, { ...target, requiresGrad: false }));
  return target.requiresGrad ? y.requiresGrad_() : y;
}

// ── sums of cosines ──────────────────────────────────────────────────────────────────────────────────────────────────

const COSINES = /* @__PURE__ */ defineOp({
  name: 'cosineWindow',
  form: 'element',
  lower: ([i], [step, a, b, c], { dtype }) => {
    const angle = e.mul(e.cast(i, computeType(dtype)), step([]));
    return e.add(e.sub(a([]), e.mul(b([]), e.cos(angle))), e.mul(c([]), e.cos(e.mul(angle, 2))));
  },
});

/** a − b cos(2πi/end) + c cos(4πi/end) */
const cosines = (op: string, a: number, b: number, c = 0): Points =>
  (shape, end, target) => made(COSINES, [(2 * Math.PI) / end, a, b, c].map((x) => scalarFor(op, target, x)), NO_ATTRS, shape, target);

/**
 * ½ − ½ cos(2πi/N), with N = `windowLength` for a periodic window and one less for a symmetric one.
 *
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @example
 * hannWindow(4);      // [0.0, 0.5, 1.0, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.hann_window.html
 */
export const hannWindow = (windowLength: number, periodic = true, options: TensorOptions = {}): Tensor =>
  window('hannWindow', windowLength, periodic, options, cosines('hannWindow', 0.5, 0.5));

/**
 * α − β cos(2πi/N), with N = `windowLength` for a periodic window and one less for a symmetric one.
 *
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @see https://pytorch.org/docs/stable/generated/torch.hamming_window.html
 */
export function hammingWindow(windowLength: number, periodic = true, alpha = 0.54, beta = 0.46, options: TensorOptions = {}): Tensor {
  const op = 'hammingWindow';
  requireNumber(op, 'alpha', alpha);
  requireNumber(op, 'beta', beta);
  return window(op, windowLength, periodic, options, cosines(op, alpha, beta));
}

/**
 * 0.42 − 0.5 cos(2πi/N) + 0.08 cos(4πi/N), with N = `windowLength` for a periodic window and one less for a symmetric one.
 *
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @see https://pytorch.org/docs/stable/generated/torch.blackman_window.html
 */
export const blackmanWindow = (windowLength: number, periodic = true, options: TensorOptions = {}): Tensor =>
  window('blackmanWindow', windowLength, periodic, options, cosines('blackmanWindow', 0.42, 0.5, 0.08));

// ── from −1 to 1 ─────────────────────────────────────────────────────────────────────────────────────────────────────

const RAMP = /* @__PURE__ */ defineOp({
  name: 'ramp',
  form: 'element',
  lower: ([i], [end], { dtype }) => e.div(e.sub(e.mul(e.cast(i, computeType(dtype)), 2), end([])), end([])),
});

/** 2i/end − 1, never beyond ±1. */
const ramp = (op: string, shape: readonly [number], end: number, target: Target): Tensor =>
  made(RAMP, [scalarFor(op, target, end)], NO_ATTRS, shape, target);

/**
 * The triangle 1 − |2i/N − 1|, with N = `windowLength` for a periodic window and one less for a symmetric one.
 *
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @see https://pytorch.org/docs/stable/generated/torch.bartlett_window.html
 */
export const bartlettWindow = (windowLength: number, periodic = true, options: TensorOptions = {}): Tensor =>
  window('bartlettWindow', windowLength, periodic, options, (...all) => sub(1, abs(ramp('bartlettWindow', ...all))));

/**
 * I₀(β √(1 − (2i/N − 1)²)) / I₀(β), with N = `windowLength` for a periodic window and one less for a symmetric one.
 *
 * @throws ArgumentError for a negative length; DTypeError for a dtype that is no float.
 * @see https://pytorch.org/docs/stable/generated/torch.kaiser_window.html
 */
export function kaiserWindow(windowLength: number, periodic = true, beta = 12, options: TensorOptions = {}): Tensor {
  const op = 'kaiserWindow';
  requireNumber(op, 'beta', beta);
  return window(op, windowLength, periodic, options, (shape, end, target) => {
    const height = sqrt(sub(1, square(ramp(op, shape, end, target))));
    return trueDivide(i0(mul(height, beta)), i0(scalarFor(op, target, beta)));
  });
}
