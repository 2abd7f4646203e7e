/**
 * Frequencies: which ones a transform gives, and where the zero frequency stands.
 *
 * Reference: https://pytorch.org/docs/stable/fft.html
 */
import { ArgumentError, describe, DTypeError, isFloat, normalizeDims, requireTensor, tensor, type Tensor, type TensorOptions } from '@sconce/core';
import { requireInteger } from '../families/index.js';
import { roll } from '../index.js';

const shifted = (op: string, x: Tensor, dim: number | readonly number[] | null | undefined, shift: (size: number) => number): Tensor => {
  requireTensor(op, x);
  const dims = normalizeDims(op, dim, x.ndim);
  return roll(x, dims.length === 0 ? 0 : dims.map((d) => shift(x.shape[d])), dims);
};

/**
 * The elements moved so that the zero frequency, which comes first, stands in the middle of each dimension.
 *
 * @param dim the dimensions. Default: all.
 * @throws IndexError when a dimension is out of range.
 * @example
 * fftshift(tensor([0, 1, 2, -2, -1]));                   // [-2, -1, 0, 1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftshift.html
 */
export const fftshift = (x: Tensor, dim?: number | readonly number[] | null): Tensor => shifted('fftshift', x, dim, (n) => Math.floor(n / 2));

/**
 * The elements moved back to where they were before `fftshift`.
 *
 * @param dim the dimensions. Default: all.
 * @throws IndexError when a dimension is out of range.
 * @example
 * ifftshift(tensor([-2, -1, 0, 1, 2]));                  // [0, 1, 2, -2, -1]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ifftshift.html
 */
export const ifftshift = (x: Tensor, dim?: number | readonly number[] | null): Tensor => shifted('ifftshift', x, dim, (n) => -Math.floor(n / 2));

/** Multiples of 1/(nd), as a tensor. */
function multiples(op: string, whole: Float64Array, n: number, d: number, options: TensorOptions): Tensor {
  const { dtype = 'float32' } = options;
  if (!isFloat(dtype)) throw new DTypeError(`${op}: got dtype ${dtype}, expected floating point. Leave dtype out.`);
  return tensor(whole.map((k) => k * (1 / (n * d))), { ...options, dtype });
}

/** `f(n, d, options)` and `f(n, options)`. */
function spacingOf(op: string, d: number | TensorOptions | undefined, options: TensorOptions): { d: number; options: TensorOptions } {
  if (typeof d === 'object') return { d: 1, options: d };
  if (d !== undefined && typeof d !== 'number') throw new ArgumentError(`${op}: d must be a number, got ${describe(d)}.`);
  return { d: d ?? 1, options };
}

/**
 * The frequencies of `fft`, in its order: 0, 1, …, −2, −1, each divided by nd.
 *
 * @param n points
 * @param d distance between samples. Default: 1.
 * @throws ArgumentError, DTypeError.
 * @example
 * fftfreq(5);                                            // [0, 0.2, 0.4, -0.4, -0.2]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftfreq.html
 */
export function fftfreq(n: number, d?: number | TensorOptions, options: TensorOptions = {}): Tensor {
  const spacing = spacingOf('fftfreq', d, options);
  requireInteger('fftfreq', 'n', n, 0);
  return multiples('fftfreq', Float64Array.from({ length: n }, (_, k) => (2 * k < n ? k : k - n)), n, spacing.d, spacing.options);
}

/**
 * The frequencies of `rfft`, in its order: 0, 1, …, ⌊n/2⌋, each divided by nd.
 *
 * @param n points
 * @param d distance between samples. Default: 1.
 * @throws ArgumentError, DTypeError.
 * @example
 * rfftfreq(5);                                           // [0, 0.2, 0.4]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html
 */
export function rfftfreq(n: number, d?: number | TensorOptions, options: TensorOptions = {}): Tensor {
  const spacing = spacingOf('rfftfreq', d, options);
  requireInteger('rfftfreq', 'n', n, 0);
  return multiples('rfftfreq', Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k), n, spacing.d, spacing.options);
}
