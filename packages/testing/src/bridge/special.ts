/**
 * The bridge to `torch.special` and `torch.fft`, where they are not functions of `torch` too.
 */
import * as fft from '@sconce/ops/fft';
import * as special from '@sconce/ops/special';
import * as torch from '@sconce/ops';
import { call, camelCase, type OpBridge } from './call.js';

type Names = Readonly<Record<string, (...args: never[]) => unknown>>;

const UNARY = [
  'airy_ai', 'bessel_j0', 'bessel_j1', 'bessel_y0', 'bessel_y1', 'erfcx', 'i0e', 'i1', 'i1e', 'log_ndtr', 'modified_bessel_i0',
  'modified_bessel_i1', 'modified_bessel_k0', 'modified_bessel_k1', 'ndtri', 'scaled_modified_bessel_k0',
  'scaled_modified_bessel_k1', 'spherical_bessel_j0',
];
const BINARY = [
  'chebyshev_polynomial_t', 'chebyshev_polynomial_u', 'chebyshev_polynomial_v', 'chebyshev_polynomial_w',
  'hermite_polynomial_h', 'hermite_polynomial_he', 'laguerre_polynomial_l', 'legendre_polynomial_p',
  'shifted_chebyshev_polynomial_t', 'shifted_chebyshev_polynomial_u', 'shifted_chebyshev_polynomial_v',
  'shifted_chebyshev_polynomial_w', 'zeta',
];

const own = (names: readonly string[], parameters: readonly string[]): OpBridge =>
  Object.fromEntries(names.map((name) => [`special.${name}`, call((special as Names)[camelCase(name)], parameters)]));

const ALONG_ONE = ['fft', 'hfft', 'ifft', 'ihfft', 'irfft', 'rfft'];
const ALONG_MORE = ['fft2', 'fftn', 'hfft2', 'hfftn', 'ifft2', 'ifftn', 'ihfft2', 'ihfftn', 'irfft2', 'irfftn', 'rfft2', 'rfftn'];

const transforms = (names: readonly string[], parameters: readonly string[]): OpBridge =>
  Object.fromEntries(names.map((name) => [`fft.${name}`, call((fft as Names)[name], ['input', ...parameters])]));

export const specialFunctions: OpBridge = {
  ...own(UNARY, ['input']),
  ...own(BINARY, ['input', 'other']),
  i0: call(torch.i0, ['input']),
  igamma: call(torch.igamma, ['input', 'other']),
  igammac: call(torch.igammac, ['input', 'other']),
  ...transforms(ALONG_ONE, ['n', 'dim', 'norm']),
  ...transforms(ALONG_MORE, ['s', 'dim', 'norm']),
  'fft.fftshift': call(fft.fftshift, ['input', 'dim']),
  'fft.ifftshift': call(fft.ifftshift, ['input', 'dim']),
};
