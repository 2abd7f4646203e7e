/**
 * Weights as lengths and directions, and weights divided by their largest singular value: what `weightNorm` and
 * `spectralNorm` compute, in either of their forms.
 *
 * Invariant: the singular vectors are moved by power iteration, outside of gradients; the value that they give is
 * differentiated with them held.
 *
 * Reference: Salimans and Kingma, Weight Normalization (NeurIPS 2016); Miyato et al., Spectral Normalization for Generative
 * Adversarial Networks (ICLR 2018)
 */
import { ArgumentError, assign, describe, hiding, IndexError, noGrad, type Tensor } from '@sconce/core';
import { div, dot, mul, mv, norm, normalize, permute, randn, reshape, t } from '@sconce/ops';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type Module } from '../index.js';

// ── lengths and directions ───────────────────────────────────────────────────────────────────────────────────────────

/** The length of each slice along `dim`, with sizes of 1 for the others; −1, as null, stands for the whole, a 0-d tensor. */
export function lengthsOf(op: string, v: Tensor, dim: number | null): Tensor {
  if (dim === null || dim === -1) return norm(v);
  if (!Number.isInteger(dim) || dim < -v.ndim || dim >= v.ndim) {
    throw new IndexError(`${op}: dim must be null or from ${-v.ndim} to ${v.ndim - 1}, got ${describe(dim)}.`);
  }
  const at = dim < 0 ? dim + v.ndim : dim;
  const others = v.shape.flatMap((_, d) => (d === at ? [] : [d]));
  return norm(v, 2, others, { keepdim: true });
}

/** g · v / ‖v‖. */
export const withLengths = (op: string, g: Tensor, v: Tensor, dim: number | null): Tensor => mul(v, div(g, lengthsOf(op, v, dim)));

// ── the largest singular value ───────────────────────────────────────────────────────────────────────────────────────

export interface SpectralOptions {
  /** Power iterations whenever the weight is read in training. Default 1. */
  readonly nPowerIterations?: number;
  /** Added where a vector is divided by its length. Default 1e-12. */
  readonly eps?: number;
  /** The dimension of the outputs. Default 0, and 1 for transposed convolutions. */
  readonly dim?: number | null;
}

/** What both forms are told, complete. */
export interface Spectral {
  readonly nPowerIterations: number;
  readonly eps: number;
  readonly dim: number;
}

/** Complete options; ArgumentError and IndexError for what cannot be. */
export function spectralOf(op: string, module: Module, weight: Tensor, options: SpectralOptions): Spectral {
  const { nPowerIterations = 1, eps = 1e-12 } = options;
  if (!Number.isInteger(nPowerIterations) || nPowerIterations < 1) {
    throw new ArgumentError(`${op}: nPowerIterations must be a positive integer, got ${describe(nPowerIterations)}.`);
  }
  const transposed = module instanceof ConvTranspose1d || module instanceof ConvTranspose2d || module instanceof ConvTranspose3d;
  const dim = options.dim ?? (transposed ? 1 : 0);
  if (!Number.isInteger(dim) || dim < -weight.ndim || dim >= weight.ndim) {
    throw new IndexError(`${op}: dim must be from ${-weight.ndim} to ${weight.ndim - 1}, got ${describe(dim)}.`);
  }
  return { nPowerIterations, eps, dim: dim < 0 ? dim + weight.ndim : dim };
}

/** A weight as a matrix, one row for each output. */
export function asMatrix(weight: Tensor, { dim }: Spectral): Tensor {
  const order = [dim, ...weight.shape.flatMap((_, d) => (d === dim ? [] : [d]))];
  return reshape(permute(weight, order), [weight.shape[dim], -1]);
}

/** A random direction. */
export const randomDirection = (size: number, like: Tensor, { eps }: Spectral): Tensor =>
  normalize(randn([size], { dtype: like.dtype, device: like.device }), 2, 0, { eps });

/** Moves the singular vectors `u` and `v` of a matrix towards those of its largest value, in place. */
export function iterate(matrix: Tensor, u: Tensor, v: Tensor, { eps }: Spectral, times: number, leftFirst: boolean): void {
  noGrad(() =>
    hiding(() => {
      const left = (): Tensor => normalize(mv(matrix, v), 2, 0, { eps });
      const right = (): Tensor => normalize(mv(t(matrix), u), 2, 0, { eps });
      for (let i = 0; i < times; i++) {
        if (leftFirst) assign(u, left(), 'spectralNorm');
        assign(v, right(), 'spectralNorm');
        if (!leftFirst) assign(u, left(), 'spectralNorm');
      }
    }),
  );
}

/** uᵀWv. */
export const valueBetween = (u: Tensor, matrix: Tensor, v: Tensor): Tensor => dot(u, mv(matrix, v));
