/**
 * Max pooling: the largest element of each window, where it was, and the way back.
 *
 * Invariant: padding never wins. Indices are int32 and flat in the plane of the spatial dimensions, as in PyTorch.
 *
 * Reference: https://pytorch.org/docs/stable/nn.functional.html#pooling-functions
 */
import { DTypeError, isInteger, requireTensor, sameShape, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { describeOp, requireSizes } from '@sconce/ops/families';
import { keywords, sizes, type Rest, type Size } from '../arguments.js';
import { maxOver, positionOfMax } from './extremes.js';
import { putInto } from './plane.js';
import { poolWindows, requireSpatial, type WindowOptions } from './spatial.js';

export interface MaxPoolOptions extends WindowOptions {
  /** Whether to give `[values, indices]`. Default false. */
  readonly returnIndices?: boolean;
}

const MAX_POOL = ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices'] as const;

/** Values, or with `returnIndices: true` values and indices. */
export type Pooled<R> = R extends readonly [...unknown[], { readonly returnIndices: true }] ? [Tensor, Tensor] : Tensor;

type MaxPoolRest = Rest<MaxPoolOptions, typeof MAX_POOL>;

function maxPool<R>(op: string, rank: number, x: Tensor, kernelSize: Size, rest: readonly unknown[]): Pooled<R> {
  const options = keywords<MaxPoolOptions>(op, MAX_POOL, rest);
  const windows = poolWindows(op, requireSpatial(op, x, rank), kernelSize, options);
  const values = maxOver(x, windows);
  return (options.returnIndices === true ? [values, positionOfMax(x, windows)] : values) as Pooled<R>;
}

/**
 * The largest element of each window of a signal.
 *
 * @param x [N, C, L] or [C, L]
 * @returns [N, C, Lout], or with `returnIndices: true` that and the positions of the maxima
 * @throws ShapeError for another rank or a window that does not fit; ArgumentError for a bad size.
 * @example maxPool1d(tensor([[1, 3, 2, 4]]), 2)           // [[3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html
 */
export const maxPool1d = /* @__PURE__ */ describeOp(
  <const R extends MaxPoolRest>(x: Tensor, kernelSize: Size, ...rest: R): Pooled<R> =>
    maxPool('maxPool1d', 1, x, kernelSize, rest),
  {
    name: 'maxPool1d',
    samples: [{ tensors: [{ shape: [2, 7] }], rest: [3, { stride: 2, padding: 1 }] }],
    differentiable: true,
  },
);

/**
 * The largest element of each window of an image.
 *
 * @param x [N, C, H, W] or [C, H, W]
 * @returns [N, C, Hout, Wout], or with `returnIndices: true` that and the positions of the maxima
 * @throws ShapeError for another rank or a window that does not fit; ArgumentError for a bad size.
 * @example maxPool2d(tensor([[[1, 3], [2, 4]]]), 2)       // [[[4]]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 */
export const maxPool2d = /* @__PURE__ */ describeOp(
  <const R extends MaxPoolRest>(x: Tensor, kernelSize: Size, ...rest: R): Pooled<R> =>
    maxPool('maxPool2d', 2, x, kernelSize, rest),
  {
    name: 'maxPool2d',
    samples: [{ tensors: [{ shape: [1, 5, 4] }], rest: [2, { stride: 1, dilation: 2 }] }],
    differentiable: true,
  },
);

/**
 * The largest element of each window of a volume.
 *
 * @param x [N, C, D, H, W] or [C, D, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html
 */
export const maxPool3d = /* @__PURE__ */ describeOp(
  <const R extends MaxPoolRest>(x: Tensor, kernelSize: Size, ...rest: R): Pooled<R> =>
    maxPool('maxPool3d', 3, x, kernelSize, rest),
  {
    name: 'maxPool3d',
    samples: [{ tensors: [{ shape: [1, 2, 3, 3] }], rest: [2, { ceilMode: true }] }],
    differentiable: true,
  },
);

// ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface MaxUnpoolOptions {
  /** Default: the kernel's size. */
  readonly stride?: Size | null;
  readonly padding?: Size;
  /** The result's shape, or its spatial sizes. Default: what a pooling without overhang came from. */
  readonly outputSize?: readonly number[] | null;
}

const MAX_UNPOOL = ['stride', 'padding', 'outputSize'] as const;

function maxUnpool(op: string, rank: number, x: Tensor, indices: Tensor, kernelSize: Size, options: MaxUnpoolOptions): Tensor {
  const from = requireSpatial(op, x, rank);
  requireTensor(op, indices, 'indices');
  if (!isInteger(indices.dtype)) throw new DTypeError(`${op}: indices must be integers, got ${indices.dtype}. Take them from a max pooling with returnIndices.`);
  if (!sameShape(x.shape, indices.shape)) {
    throw new ShapeError(`${op}: got indices of shape ${shapeText(indices.shape)}, expected ${shapeText(x.shape)}, the shape of the input.`);
  }
  const kernel = sizes(op, 'kernelSize', kernelSize, rank);
  const stride = sizes(op, 'stride', options.stride ?? kernel, rank);
  const padding = sizes(op, 'padding', options.padding ?? 0, rank, 0);
  const exact = from.map((n, d) => (n - 1) * stride[d] + kernel[d] - 2 * padding[d]);
  const plane = unpooledSize(op, x, exact, stride, options.outputSize ?? null);
  if (plane.some((n) => n < 0)) throw new ShapeError(`${op}: padding ${shapeText(padding)} leaves less than nothing, spatial sizes ${shapeText(plane)}. Use less padding.`);
  return putInto(x, indices, plane, 'set');
}

function unpooledSize(op: string, x: Tensor, exact: readonly number[], stride: readonly number[], asked: readonly number[] | null): readonly number[] {
  if (asked === null) return exact;
  const given = requireSizes(op, asked);
  const plane = given.length === x.ndim ? given.slice(-exact.length) : given;
  const fits = plane.length === exact.length && plane.every((n, d) => Math.abs(n - exact[d]) < Math.max(stride[d], 1));
  if (!fits) {
    const range = exact.map((n, d) => `${n - stride[d] + 1} to ${n + stride[d] - 1}`).join(', ');
    throw new ShapeError(`${op}: got outputSize ${shapeText(given)}, expected spatial sizes of ${range}.`);
  }
  return plane;
}

/**
 * Puts pooled elements back where they came from, among zeros: the partial inverse of `maxPool1d`.
 *
 * @param x [N, C, L] or [C, L]
 * @param indices of the same shape, from a max pooling with `returnIndices`
 * @throws ShapeError for shapes that do not fit; IndexError when it is computed, for an index outside the result.
 * @example const [y, at] = maxPool1d(x, 2, { returnIndices: true }); maxUnpool1d(y, at, 2)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html
 */
export const maxUnpool1d = (x: Tensor, indices: Tensor, kernelSize: Size, ...rest: Rest<MaxUnpoolOptions, typeof MAX_UNPOOL>): Tensor =>
  maxUnpool('maxUnpool1d', 1, x, indices, kernelSize, keywords('maxUnpool1d', MAX_UNPOOL, rest));

/** As `maxUnpool1d`, of images. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html */
export const maxUnpool2d = (x: Tensor, indices: Tensor, kernelSize: Size, ...rest: Rest<MaxUnpoolOptions, typeof MAX_UNPOOL>): Tensor =>
  maxUnpool('maxUnpool2d', 2, x, indices, kernelSize, keywords('maxUnpool2d', MAX_UNPOOL, rest));

/** As `maxUnpool1d`, of volumes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html */
export const maxUnpool3d = (x: Tensor, indices: Tensor, kernelSize: Size, ...rest: Rest<MaxUnpoolOptions, typeof MAX_UNPOOL>): Tensor =>
  maxUnpool('maxUnpool3d', 3, x, indices, kernelSize, keywords('maxUnpool3d', MAX_UNPOOL, rest));
