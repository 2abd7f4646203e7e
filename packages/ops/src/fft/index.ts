/**
 * @sconce/ops/fft: what of `torch.fft` needs no complex numbers: where the zero frequency stands.
 *
 * Reference: https://pytorch.org/docs/stable/fft.html
 */
import { normalizeDims, requireTensor, type Tensor } from '@sconce/core';
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
