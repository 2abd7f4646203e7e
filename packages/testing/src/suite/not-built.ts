/**
 * Recorded calls of what Sconce does not have yet, by group. The golden suite runs everything else; an entry here whose
 * bridge exists fails the suite, so the list only shrinks.
 */
import type { RunnableGroup } from '../golden/index.js';

const words = (text: string): string[] => text.trim().split(/\s+/);
const named = (prefix: string, text: string): string[] => words(text).map((name) => `${prefix}${name}`);

const LINEAR_ALGEBRA = [
  ...words('lu lu_solve lu_unpack matrix_exp norm.nuc pinverse qr svd'),
  ...named('linalg.', `cond det.singular eigh eigvalsh householder_product lstsq lstsq.grad_oriented lu lu_factor lu_factor_ex
    lu_solve matrix_norm matrix_rank matrix_rank.hermitian norm norm.subgradients_at_zero pinv pinv.hermitian pinv.singular qr
    svd svdvals`),
];
const FOURIER = named('fft.', 'hfft hfft2 hfftn irfft irfft2 irfftn');
const ops = new Set([...LINEAR_ALGEBRA, ...FOURIER]);

export const NOT_BUILT: Readonly<Record<RunnableGroup, ReadonlySet<string>>> = {
  ops,
  modules: new Set(),
  /** Rejected calls of the same ops. */
  errors: ops,
  optim: new Set(),
  schedulers: new Set(),
};
