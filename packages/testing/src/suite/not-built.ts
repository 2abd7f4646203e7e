/**
 * Recorded calls of what Sconce does not have yet, by group. The golden suite runs everything else; an entry here whose
 * bridge exists fails the suite, so the list only shrinks.
 */
import type { RunnableGroup } from '../golden/index.js';

const words = (text: string): string[] => text.trim().split(/\s+/);
const named = (prefix: string, text: string): string[] => words(text).map((name) => `${prefix}${name}`);

const LINEAR_ALGEBRA = [
  ...words('cholesky cholesky_inverse cholesky_solve logdet lu lu_solve lu_unpack matrix_exp norm.nuc pinverse qr svd'),
  ...named('linalg.', `cholesky cholesky_ex cond det det.singular eigh eigvalsh householder_product inv inv_ex lstsq
    lstsq.grad_oriented lu lu_factor lu_factor_ex lu_solve matrix_norm matrix_power matrix_rank matrix_rank.hermitian norm
    norm.subgradients_at_zero pinv pinv.hermitian pinv.singular qr slogdet solve solve_ex solve_triangular svd svdvals
    tensorinv tensorsolve vander`),
];
const FOURIER = named('fft.', 'fftshift hfft hfft2 hfftn ifftshift irfft irfft2 irfftn');
const SPECIAL = [
  ...words('i0 igamma igammac'),
  ...named('special.', `airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u
    chebyshev_polynomial_v chebyshev_polynomial_w erfcx hermite_polynomial_h hermite_polynomial_he i0e i1 i1e
    laguerre_polynomial_l legendre_polynomial_p log_ndtr modified_bessel_i0 modified_bessel_i1 modified_bessel_k0
    modified_bessel_k1 ndtri scaled_modified_bessel_k0 scaled_modified_bessel_k1 shifted_chebyshev_polynomial_t
    shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w spherical_bessel_j0 zeta`),
];

const ops = new Set([...LINEAR_ALGEBRA, ...FOURIER, ...SPECIAL]);

export const NOT_BUILT: Readonly<Record<RunnableGroup, ReadonlySet<string>>> = {
  ops,
  modules: new Set(),
  /** Rejected calls of the same ops. */
  errors: ops,
  optim: new Set(),
  schedulers: new Set(),
};
