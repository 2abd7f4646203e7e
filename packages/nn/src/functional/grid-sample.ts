/**
 * Spatial transformers: grids of positions from affine maps, and images sampled there.
 *
 * Invariant: positions run from −1 to 1 over the image, x first; gradients reach the image and the grid.
 *
 * Reference: Jaderberg et al., Spatial Transformer Networks (NIPS 2015)
 */
import { ArgumentError, describe, DTypeError, isFloat, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { abs, add, arange, div, eq, expand, floor, fmod, ge, le, matmul, mul, reshape, select, stack, sub, transpose, where } from '@sconce/ops';
import { describeOp, requireSizes } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { sampleAt, type GridMode, type GridPadding } from './sample-at.js';

export interface GridSampleOptions {
  /** Default 'bilinear', which is trilinear for volumes; 'bicubic' is for images. */
  readonly mode?: 'bilinear' | 'nearest' | 'bicubic';
  /** What lies outside: zeros, the nearest border, or the mirrored image. Default 'zeros'. */
  readonly paddingMode?: GridPadding;
  /** Whether −1 and 1 are the centers of the corner elements rather than their outer edges. Default false. */
  readonly alignCorners?: boolean | null;
}

const GRID_SAMPLE = ['mode', 'paddingMode', 'alignCorners'] as const;

const MODES: Record<string, GridMode> = { bilinear: 'linear', nearest: 'nearest', bicubic: 'cubic' };
const PADDINGS: readonly GridPadding[] = ['zeros', 'border', 'reflection'];

/** Moved into 0 … n − 1; what is moved has no gradient. */
const clipped = (p: Tensor, n: number): Tensor => where(le(p, 0), 0, where(ge(p, n - 1), n - 1, p));

/** Mirrored at low and low + span as often as it takes. */
function reflected(p: Tensor, low: number, span: number): Tensor {
  if (span === 0) return mul(p, 0);
  const from = abs(sub(p, low));
  const rest = fmod(from, span);
  const even = eq(fmod(floor(div(from, span)), 2), 0);
  return add(where(even, rest, sub(span, rest)), low);
}

/** Positions of −1 … 1 as positions of 0 … n − 1. */
function positionOf(coordinate: Tensor, n: number, mode: GridMode, padding: GridPadding, corners: boolean): Tensor {
  const p = corners ? mul(add(coordinate, 1), (n - 1) / 2) : div(sub(mul(add(coordinate, 1), n), 1), 2);
  if (mode === 'cubic' || padding === 'zeros') return p;
  if (padding === 'border') return clipped(p, n);
  return clipped(corners ? reflected(p, 0, n - 1) : reflected(p, -0.5, n), n);
}

/**
 * Images sampled at the positions of a grid: out[n, c, o] = image n, channel c, at grid[n, o].
 *
 * @param x [N, C, H, W] or [N, C, D, H, W]
 * @param grid [N, Hout, Wout, 2] or [N, Dout, Hout, Wout, 3], positions (x, y, z) between −1 and 1
 * @returns [N, C, Hout, Wout] or [N, C, Dout, Hout, Wout]
 * @throws ShapeError when the shapes do not fit; DTypeError for different dtypes; ArgumentError for a bad mode.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html
 */
export const gridSample = /* @__PURE__ */ describeOp(
  (x: Tensor, grid: Tensor, ...rest: Rest<GridSampleOptions, typeof GRID_SAMPLE>): Tensor => {
    const op = 'gridSample';
    requireTensor(op, x);
    requireTensor(op, grid, 'grid');
    const { mode = 'bilinear', paddingMode = 'zeros', alignCorners } = keywords<GridSampleOptions>(op, GRID_SAMPLE, rest);
    const kind: GridMode | undefined = MODES[mode];
    if (kind === undefined) throw new ArgumentError(`${op}: mode must be 'bilinear', 'nearest' or 'bicubic', got ${describe(mode)}.`);
    if (!PADDINGS.includes(paddingMode)) throw new ArgumentError(`${op}: paddingMode must be 'zeros', 'border' or 'reflection', got ${describe(paddingMode)}.`);
    const rank = x.ndim - 2;
    if ((rank !== 2 && rank !== 3) || grid.ndim !== x.ndim || grid.shape[x.ndim - 1] !== rank || grid.shape[0] !== x.shape[0]) {
      throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)} and a grid of ${shapeText(grid.shape)}, expected [N, C, …] and [N, …, number of spatial dimensions], of images or volumes.`);
    }
    if (x.shape.slice(1).includes(0)) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, only the batch may have size 0.`);
    if (!isFloat(x.dtype) || grid.dtype !== x.dtype) throw new DTypeError(`${op}: input is ${x.dtype} and grid is ${grid.dtype}, expected one float dtype.`);
    if (kind === 'cubic' && rank !== 2) throw new ShapeError(`${op}: mode 'bicubic' is for images [N, C, H, W], got ${shapeText(x.shape)}.`);
    const corners = alignCorners === true;
    const plane = x.shape.slice(2);
    const positions = plane.map((n, d) => positionOf(select(grid, -1, rank - 1 - d), n, kind, paddingMode, corners));
    return sampleAt(x, positions, { mode: kind, padding: paddingMode, alignCorners: corners });
  },
  {
    name: 'gridSample',
    samples: [
      { tensors: [{ shape: [1, 2, 3, 3] }, { shape: [1, 2, 2, 2], low: -0.9, high: 0.9 }] },
      { tensors: [{ shape: [1, 1, 3, 4] }, { shape: [1, 2, 1, 2], low: -1.5, high: 1.5 }], rest: [{ mode: 'bicubic', paddingMode: 'reflection' }] },
    ],
    differentiable: true,
  },
);

/**
 * The grid of positions that affine maps send the elements of images to, for `gridSample`.
 *
 * @param theta [N, 2, 3] for images, [N, 3, 4] for volumes
 * @param size the shape of the images, [N, C, H, W] or [N, C, D, H, W]
 * @returns [N, H, W, 2] or [N, D, H, W, 3]
 * @throws ShapeError when theta is not for such images; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html
 */
export const affineGrid = /* @__PURE__ */ describeOp(
  (theta: Tensor, size: readonly number[], alignCorners: boolean | null = false): Tensor => {
    const op = 'affineGrid';
    requireTensor(op, theta, 'theta');
    const [n, , ...plane] = requireSizes(op, size);
    const rank = plane.length;
    if (!isFloat(theta.dtype)) throw new DTypeError(`${op}: theta must be floating point, got ${theta.dtype}. Use x.to('float32').`);
    if ((rank !== 2 && rank !== 3) || theta.ndim !== 3 || theta.shape[0] !== n || theta.shape[1] !== rank || theta.shape[2] !== rank + 1) {
      throw new ShapeError(`${op}: got theta of shape ${shapeText(theta.shape)} for images of ${shapeText(size)}, expected [${n}, ${rank}, ${rank + 1}].`);
    }
    const options = { dtype: theta.dtype, device: theta.device };
    const along = (d: number): Tensor => {
      const steps = arange(plane[d], options);
      const m = plane[d];
      const line = alignCorners === true ? (m > 1 ? sub(mul(steps, 2 / (m - 1)), 1) : mul(steps, 0)) : sub(div(add(mul(steps, 2), 1), m), 1);
      return expand(reshape(line, [m, ...new Array<number>(rank - 1 - d).fill(1)]), plane);
    };
    const coordinates = plane.map((_, d) => along(rank - 1 - d));
    const one = add(mul(coordinates[0], 0), 1);
    const base = reshape(stack([...coordinates, one], -1), [plane.reduce((a, b) => a * b, 1), rank + 1]);
    return reshape(matmul(base, transpose(theta, 1, 2)), [n, ...plane, rank]);
  },
  {
    name: 'affineGrid',
    samples: [{ tensors: [{ shape: [1, 2, 3] }], rest: [[1, 1, 2, 3]] }],
    differentiable: true,
  },
);
