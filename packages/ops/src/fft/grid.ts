/**
 * Transforms along two dimensions, or along any: along each of them in turn, as `line.ts` says for one.
 *
 * Those of real signals halve the last of the dimensions: the frequencies up to n/2 along it say everything.
 *
 * Invariant: nothing is rounded between the dimensions.
 *
 * Reference: https://pytorch.org/docs/stable/fft.html
 */
import type { Tensor } from '@sconce/core';
import type { Complex, Signal } from './complex.js';
import { grid, LAST_TWO, oneSidedOf, realOf, wholeOf, type GridTransform } from './kinds.js';

// Each takes (input, s, dim, norm), or options { s, dim, norm } in the place of what is left out.

// ── along two dimensions ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The Fourier transform, along two dimensions.
 *
 * @param input real or `{ real, imag }`
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example fft2(tensor([[1, 2], [3, 4]])).real;                   // [[10, -2], [-4, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fft2.html
 */
export const fft2: GridTransform<Signal, Complex> = /* @__PURE__ */ grid('fft2', true, wholeOf, LAST_TWO);

/**
 * The inverse of `fft2`.
 *
 * @param input real or `{ real, imag }`
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example ifft2(fft2(tensor([[1, 2], [3, 4]]))).real;            // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ifft2.html
 */
export const ifft2: GridTransform<Signal, Complex> = /* @__PURE__ */ grid('ifft2', false, wholeOf, LAST_TWO);

/**
 * The Fourier transform of a real signal, for frequencies up to n/2 of the last of the dimensions.
 *
 * @param input real
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example rfft2(tensor([[1, 2], [3, 4]])).real;                  // [[10, -2], [-4, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.rfft2.html
 */
export const rfft2: GridTransform<Tensor, Complex> = /* @__PURE__ */ grid('rfft2', true, oneSidedOf, LAST_TWO);

/**
 * The inverse of `rfft2`: the real signal with these frequencies.
 *
 * @param input real or `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @param s points along each dimension; −1 for the size that there is. Default of the last: 2(size − 1)
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns real, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example irfft2(rfft2(tensor([[1, 2, 3], [4, 5, 6]])), [2, 3]);  // [[1, 2, 3], [4, 5, 6]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.irfft2.html
 */
export const irfft2: GridTransform<Signal, Tensor> = /* @__PURE__ */ grid('irfft2', false, realOf, LAST_TWO);

/**
 * The real Fourier transform of a conjugate-symmetric signal, given up to n/2 along the last of the dimensions.
 *
 * @param input real or `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @param s points along each dimension; −1 for the size that there is. Default of the last: 2(size − 1)
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns real, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example hfft2(tensor([[1, 2], [3, 4]]));                       // [[10, -2], [-4, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.hfft2.html
 */
export const hfft2: GridTransform<Signal, Tensor> = /* @__PURE__ */ grid('hfft2', true, realOf, LAST_TWO);

/**
 * The inverse of `hfft2`.
 *
 * @param input real
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: the last two
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example ihfft2(tensor([[10, -2], [-4, 0]])).real;              // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ihfft2.html
 */
export const ihfft2: GridTransform<Tensor, Complex> = /* @__PURE__ */ grid('ihfft2', false, oneSidedOf, LAST_TWO);

// ── along several dimensions ────────────────────────────────────────────────────────────────────────────────────────

/**
 * The Fourier transform, along several dimensions.
 *
 * @param input real or `{ real, imag }`
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example fftn(tensor([[1, 2], [3, 4]]), { dim: [0] }).real;      // [[4, 6], [-2, -2]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftn.html
 */
export const fftn: GridTransform<Signal, Complex> = /* @__PURE__ */ grid('fftn', true, wholeOf);

/**
 * The inverse of `fftn`.
 *
 * @param input real or `{ real, imag }`
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example ifftn(fftn(tensor([[1, 2], [3, 4]]))).real;            // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ifftn.html
 */
export const ifftn: GridTransform<Signal, Complex> = /* @__PURE__ */ grid('ifftn', false, wholeOf);

/**
 * The Fourier transform of a real signal, for frequencies up to n/2 of the last of the dimensions.
 *
 * @param input real
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example rfftn(tensor([[1, 2], [3, 4]])).real;                  // [[10, -2], [-4, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.rfftn.html
 */
export const rfftn: GridTransform<Tensor, Complex> = /* @__PURE__ */ grid('rfftn', true, oneSidedOf);

/**
 * The inverse of `rfftn`: the real signal with these frequencies.
 *
 * @param input real or `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @param s points along each dimension; −1 for the size that there is. Default of the last: 2(size − 1)
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns real, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example irfftn(rfftn(tensor([[1, 2], [3, 4]])));               // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.irfftn.html
 */
export const irfftn: GridTransform<Signal, Tensor> = /* @__PURE__ */ grid('irfftn', false, realOf);

/**
 * The real Fourier transform of a conjugate-symmetric signal, given up to n/2 along the last of the dimensions.
 *
 * @param input real or `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @param s points along each dimension; −1 for the size that there is. Default of the last: 2(size − 1)
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns real, of the lengths
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example hfftn(tensor([[1, 2], [3, 4]]));                       // [[10, -2], [-4, 0]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.hfftn.html
 */
export const hfftn: GridTransform<Signal, Tensor> = /* @__PURE__ */ grid('hfftn', true, realOf);

/**
 * The inverse of `hfftn`.
 *
 * @param input real
 * @param s points along each dimension; −1 for the size that there is.
 * @param dim default: those that `s` has lengths for, otherwise all
 * @param norm as of `fft`, with the product of all lengths for n
 * @returns `{ real, imag }`, ⌊n/2⌋ + 1 along the last of the dimensions
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example ihfftn(tensor([[10, -2], [-4, 0]])).real;              // [[1, 2], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ihfftn.html
 */
export const ihfftn: GridTransform<Tensor, Complex> = /* @__PURE__ */ grid('ihfftn', false, oneSidedOf);
