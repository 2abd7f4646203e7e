/**
 * Transforms along one dimension.
 *
 *   fft    X_k = Σ_j x_j e^(−2πijk/n)                    of real or complex numbers
 *   rfft   the X_k for k up to n/2                        of real numbers, for which the others are conjugates of these
 *   hfft   the real X_k                                   of the x_j for j up to n/2, the others being conjugates of these
 *
 * and their inverses, with e^(2πijk/n) and divided by n.
 *
 * Invariant: float64 inside, O(n log n) for every n; each can be differentiated, again too.
 *
 * Reference: https://pytorch.org/docs/stable/fft.html
 */
import type { Tensor } from '@sconce/core';
import type { Complex, Signal } from './complex.js';
import { line, oneSidedOf, realOf, wholeOf, type LineTransform } from './kinds.js';

// Each takes (input, n, dim, norm), or options { n, dim, norm } in the place of what is left out. Half-precision floats
// are not transformed, as in PyTorch.

/**
 * The Fourier transform of a signal, X_k = Σ_j x_j e^(−2πijk/n).
 *
 * @param input [..., n], real or `{ real, imag }`
 * @param n points: zeros are put at the end of the signal, or it is cut. Default: its size
 * @param dim default: the last
 * @param norm what is divided by n: 'backward' (default) the inverse, 'forward' this, 'ortho' both by √n
 * @returns `{ real, imag }` [..., n]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * fft(tensor([1, 2, 3, 4])).real;                        // [10, -2, -2, -2]
 * fft(tensor([1, 2, 3, 4]), { norm: 'ortho' }).imag;     // [0, 1, 0, -1]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fft.html
 */
export const fft: LineTransform<Signal, Complex> = /* @__PURE__ */ line('fft', true, wholeOf);

/**
 * The inverse of `fft`, x_j = Σ_k X_k e^(2πijk/n) / n.
 *
 * @param input [..., n], real or `{ real, imag }`
 * @param n points: zeros are put at the end of the signal, or it is cut. Default: its size
 * @param dim default: the last
 * @param norm as of `fft`
 * @returns `{ real, imag }` [..., n]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * ifft(fft(tensor([1, 2, 3, 4]))).real;                  // [1, 2, 3, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ifft.html
 */
export const ifft: LineTransform<Signal, Complex> = /* @__PURE__ */ line('ifft', false, wholeOf);

/**
 * The frequencies up to n/2 of the Fourier transform of a real signal; the others are their conjugates.
 *
 * @param input [..., n], real
 * @param n points: zeros are put at the end of the signal, or it is cut. Default: its size
 * @param dim default: the last
 * @param norm as of `fft`
 * @returns `{ real, imag }` [..., ⌊n/2⌋ + 1]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * rfft(tensor([1, 2, 3, 4])).imag;                       // [0, 2, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.rfft.html
 */
export const rfft: LineTransform<Tensor, Complex> = /* @__PURE__ */ line('rfft', true, oneSidedOf);

/**
 * The inverse of `rfft`: the real signal with these frequencies up to n/2.
 *
 * @param input [..., ⌊n/2⌋ + 1], real or `{ real, imag }`; imaginary parts at 0 and n/2 are not read
 * @param n points of the result. Default: 2(size − 1), so say it where the signal was odd
 * @param dim default: the last
 * @param norm as of `fft`
 * @returns [..., n]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * irfft(rfft(tensor([1, 2, 3, 4, 5])), 5);               // [1, 2, 3, 4, 5]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.irfft.html
 */
export const irfft: LineTransform<Signal, Tensor> = /* @__PURE__ */ line('irfft', false, realOf);

/**
 * The real Fourier transform of a signal that is conjugate-symmetric, given by its points up to n/2.
 *
 * @param input [..., ⌊n/2⌋ + 1], real or `{ real, imag }`; imaginary parts at 0 and n/2 are not read
 * @param n points of the result. Default: 2(size − 1)
 * @param dim default: the last
 * @param norm as of `fft`
 * @returns [..., n]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * hfft(tensor([1, 2, 3]));                               // [8, -2, 0, -2]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.hfft.html
 */
export const hfft: LineTransform<Signal, Tensor> = /* @__PURE__ */ line('hfft', true, realOf);

/**
 * The inverse of `hfft`: the points up to n/2 of the signal whose transform is real.
 *
 * @param input [..., n], real
 * @param n points: zeros are put at the end of the signal, or it is cut. Default: its size
 * @param dim default: the last
 * @param norm as of `fft`
 * @returns `{ real, imag }` [..., ⌊n/2⌋ + 1]
 * @throws ArgumentError for no points or an unknown norm; ShapeError for an empty dimension; IndexError, DTypeError.
 * @example
 * ihfft(tensor([8, -2, 0, -2])).real;                    // [1, 2, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.fft.ihfft.html
 */
export const ihfft: LineTransform<Tensor, Complex> = /* @__PURE__ */ line('ihfft', false, oneSidedOf);
