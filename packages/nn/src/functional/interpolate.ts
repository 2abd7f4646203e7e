/**
 * Resizing signals, images and volumes.
 *
 * Invariant: a mode is one sampling along each spatial dimension; the result is their product.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
import { ArgumentError, describe, DTypeError, isFloat, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { describeOp, requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { overWindowSize, resample } from './resample.js';
import type { Adaptive, Interpolation } from './sampling.js';
import { FILTERS, smoothed } from './smoothing.js';

export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic' | 'area';

export interface InterpolateOptions {
  /** The spatial sizes of the result. */
  readonly size?: number | readonly number[] | null;
  /** Or how many times those of the input. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** Default 'nearest'. */
  readonly mode?: InterpolationMode;
  /** Whether the corner elements of input and result lie on each other, rather than their outer edges. Default false. */
  readonly alignCorners?: boolean | null;
  /** Whether positions follow from the sizes, although a factor was given. Default false. */
  readonly recomputeScaleFactor?: boolean | null;
  /** Whether what is finer than the elements of a smaller result is averaged away; in modes 'bilinear' and 'bicubic'. Default false. */
  readonly antialias?: boolean;
}

/** Without `antialias`, which layers do not have. */
export const UPSAMPLE = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor'] as const;

const INTERPOLATE = [...UPSAMPLE, 'antialias'] as const;

interface ModeRow {
  readonly kind: Interpolation['kind'] | 'area';
  /** How many spatial dimensions it is for. */
  readonly ranks: readonly number[];
  /** Whether it knows `alignCorners`. */
  readonly corners: boolean;
}

const MODES: Record<InterpolationMode, ModeRow> = {
  nearest: { kind: 'nearest', ranks: [1, 2, 3], corners: false },
  'nearest-exact': { kind: 'nearest', ranks: [1, 2, 3], corners: false },
  area: { kind: 'area', ranks: [1, 2, 3], corners: false },
  linear: { kind: 'linear', ranks: [1], corners: true },
  bilinear: { kind: 'linear', ranks: [2], corners: true },
  trilinear: { kind: 'linear', ranks: [3], corners: true },
  bicubic: { kind: 'cubic', ranks: [2], corners: true },
};

function modeOf(op: string, mode: InterpolationMode, x: Tensor): ModeRow {
  const row: ModeRow | undefined = MODES[mode];
  if (row === undefined) throw new ArgumentError(`${op}: mode must be one of ${Object.keys(MODES).join(', ')}, got ${describe(mode)}.`);
  if (!row.ranks.includes(x.ndim - 2)) {
    const ranks = row.ranks.map((r) => r + 2).join(', ');
    throw new ShapeError(`${op}: mode '${mode}' takes an input [N, C, …] of ${ranks} dimensions, got ${shapeText(x.shape)}.`);
  }
  return row;
}

/** One number for all spatial dimensions, or one for each. */
function perDimension(op: string, name: string, given: number | readonly number[], rank: number): readonly number[] {
  if (typeof given !== 'number' && !Array.isArray(given)) throw new ArgumentError(`${op}: ${name} must be a positive number or a list of ${rank}, got ${describe(given)}.`);
  const list = typeof given === 'number' ? new Array<number>(rank).fill(given) : (given as readonly number[]);
  if (list.length === rank && list.every((n) => Number.isFinite(n) && n > 0)) return list;
  throw new ArgumentError(`${op}: ${name} must be a positive number or a list of ${rank}, got ${describe(given)}.`);
}

/** The sizes of the result, and the factors that positions follow, where they do not follow from the sizes. */
function targetOf(op: string, from: readonly number[], options: InterpolateOptions): { to: readonly number[]; factors: readonly number[] | null } {
  const { size = null, scaleFactor = null, recomputeScaleFactor } = options;
  if ((size === null) === (scaleFactor === null)) {
    throw new ArgumentError(`${op}: expected either size or scaleFactor, got ${size === null ? 'neither' : 'both'}.`);
  }
  if (size !== null) {
    if (recomputeScaleFactor === true) throw new ArgumentError(`${op}: recomputeScaleFactor goes with scaleFactor, got size.`);
    return { to: perDimension(op, 'size', size, from.length).map((n) => requireInteger(op, 'size', n, 1)), factors: null };
  }
  const factors = perDimension(op, 'scaleFactor', scaleFactor!, from.length);
  const to = from.map((n, d) => Math.floor(n * factors[d]));
  if (to.includes(0)) throw new ShapeError(`${op}: scaleFactor ${shapeText(factors)} leaves nothing of the sizes ${shapeText(from)}.`);
  return { to, factors: recomputeScaleFactor === true ? null : factors };
}

/** Where an output lies in the input. */
function placed(kind: Interpolation['kind'], mode: InterpolationMode, from: number, to: number, factor: number | null, corners: boolean): Interpolation {
  const scale = factor === null ? from / to : 1 / factor;
  if (from === to && kind !== 'cubic' && mode !== 'nearest-exact') return { kind, from, to, scale: 1, center: 0, back: 0 };
  if (corners) return { kind, from, to, scale: to > 1 ? (from - 1) / (to - 1) : 0, center: 0, back: 0 };
  if (kind !== 'nearest') return { kind, from, to, scale, center: 0.5, back: 0.5 };
  return { kind, from, to, scale, center: mode === 'nearest' ? 0 : 0.5, back: 0 };
}

/**
 * The input resized to `size`, or by `scaleFactor`.
 *
 * @param x [N, C, L], [N, C, H, W] or [N, C, D, H, W]
 * @returns the same with other spatial sizes
 * @throws ShapeError when the mode is not for this rank; ArgumentError for a bad size, factor, mode or alignCorners.
 * @example interpolate(images, { scaleFactor: 2, mode: 'bilinear' })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export const interpolate = /* @__PURE__ */ describeOp(
  (x: Tensor, ...rest: Rest<InterpolateOptions, typeof INTERPOLATE>): Tensor => {
    const op = 'interpolate';
    requireTensor(op, x);
    const options = keywords<InterpolateOptions>(op, INTERPOLATE, rest);
    const { mode = 'nearest', alignCorners = null, antialias = false } = options;
    const { kind, corners } = modeOf(op, mode, x);
    if (alignCorners !== null && !corners) {
      throw new ArgumentError(`${op}: alignCorners is for linear, bilinear, trilinear and bicubic, got mode '${mode}'.`);
    }
    if (antialias && mode !== 'bilinear' && mode !== 'bicubic') {
      throw new ArgumentError(`${op}: antialias is for 'bilinear' and 'bicubic', got mode '${mode}'.`);
    }
    const from = x.shape.slice(2);
    if (x.shape.slice(1).includes(0)) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, only the batch may have size 0.`);
    const { to, factors } = targetOf(op, from, options);
    if (kind === 'area') {
      const windows = from.map((n, d): Adaptive => ({ kind: 'adaptive', from: n, to: to[d] }));
      return overWindowSize(resample(x, windows), windows, false);
    }
    if (kind !== 'nearest' && !isFloat(x.dtype)) {
      throw new DTypeError(`${op}: mode '${mode}' takes floats, got ${x.dtype}. Use x.to('float32'), or mode 'nearest'.`);
    }
    const places = from.map((n, d) => placed(kind, mode, n, to[d], factors?.[d] ?? null, alignCorners === true));
    if (!antialias) return resample(x, places);
    return places.reduceRight((y, { scale }, d) => smoothed(y, d + 2, to[d], scale, FILTERS[kind === 'cubic' ? 'cubic' : 'linear']), x);
  },
  {
    name: 'interpolate',
    samples: [
      { tensors: [{ shape: [1, 1, 3, 2] }], rest: [{ size: [2, 5], mode: 'bilinear' }] },
      { tensors: [{ shape: [1, 1, 3, 2] }], rest: [{ scaleFactor: 1.7, mode: 'bicubic', alignCorners: true }] },
      { tensors: [{ shape: [1, 1, 5, 2] }], rest: [{ size: [2, 3], mode: 'bicubic', antialias: true }] },
      { tensors: [{ shape: [1, 1, 5] }], rest: [{ size: 3, mode: 'area' }] },
      { tensors: [{ shape: [1, 1, 5] }], rest: [{ scaleFactor: 0.6 }] },
    ],
    differentiable: true,
  },
);

const upsampleOf = (mode: InterpolationMode, alignCorners: boolean | null) =>
  (x: Tensor, ...rest: Rest<Pick<InterpolateOptions, 'size' | 'scaleFactor'>, readonly ['size', 'scaleFactor']>): Tensor => {
    const { size = null, scaleFactor = null } = keywords<InterpolateOptions>('upsample', ['size', 'scaleFactor'], rest);
    return interpolate(x, { size, scaleFactor, mode, alignCorners });
  };

/** `interpolate` by its older name. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.upsample.html */
export const upsample = interpolate;

/** `interpolate` in mode 'nearest'. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.upsample_nearest.html */
export const upsampleNearest = /* @__PURE__ */ upsampleOf('nearest', null);

/** `interpolate` in mode 'bilinear' with aligned corners. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.upsample_bilinear.html */
export const upsampleBilinear = /* @__PURE__ */ upsampleOf('bilinear', true);
