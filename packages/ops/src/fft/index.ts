/**
 * @sconce/ops/fft: `torch.fft`, with complex numbers as pairs `{ real, imag }`, and the few functions of such pairs that
 * go with it; and `torch.stft`, which is made of them.
 *
 * Reference: https://pytorch.org/docs/stable/fft.html
 */
export type { GridOptions, LineOptions, Norm } from './arguments.js';
export {
  complex, complexAbs, complexAngle, complexConj, complexMul, polar, viewAsComplex, viewAsReal, type Complex, type ComplexParts, type Signal,
} from './complex.js';
export { fftfreq, fftshift, ifftshift, rfftfreq } from './frequencies.js';
export { fft2, fftn, hfft2, hfftn, ifft2, ifftn, ihfft2, ihfftn, irfft2, irfftn, rfft2, rfftn } from './grid.js';
export type { GridTransform, LineTransform } from './kinds.js';
export { fft, hfft, ifft, ihfft, irfft, rfft } from './line.js';
export { istft, stft, type IstftOptions, type StftOptions } from './stft.js';
