/**
 * The gradient of a function that is known at points of a grid: second-order differences inside, one-sided ones at the
 * edges.
 *
 * Invariant: each is a product of the samples with weights that depend on the distances alone, so gradients pass through.
 *
 * Reference: Fornberg, Generation of finite difference formulas on arbitrarily spaced grids (1988);
 * https://pytorch.org/docs/stable/generated/torch.gradient.html
 */
import { ArgumentError, cast, describe, floatFor, isTensor, normalizeDim, normalizeDims, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, div, mul, neg, sub } from '../elementwise/index.js';
import { checkOptions } from '../families/options.js';
import { cat, narrow, reshape } from '../view/index.js';
import { diff } from './calculus.js';

export interface GradientOptions {
  /** The distance of points along every dimension; or for each dimension its distance or the coordinates of its points. Default: 1. */
  readonly spacing?: number | readonly (number | Tensor)[] | null;
  /** The dimensions. Default: all. */
  readonly dim?: number | readonly number[] | null;
  /** Whether the edges are estimated from two points (1, the default) or from three (2). */
  readonly edgeOrder?: 1 | 2;
}

/** The samples from `start` on, `count` of them. */
type Samples = (start: number, count: number) => Tensor;

const along = (x: Tensor, dim: number): Samples => (start, count) => narrow(x, dim, start, count);

/** The sum of samples times weights. */
const weighted = (terms: readonly (readonly [Tensor, Tensor | number])[]): Tensor =>
  terms.map(([x, w]) => mul(x, w)).reduce((a, b) => add(a, b));

/** Points `h` apart. */
function evenly(f: Samples, n: number, dim: number, edgeOrder: number, h: number): Tensor {
  const inside = div(sub(f(2, n - 2), f(0, n - 2)), 2 * h);
  const edge = (at: readonly number[]): Tensor =>
    edgeOrder === 1
      ? div(sub(f(at[1], 1), f(at[0], 1)), h)
      : div(weighted([[f(at[0], 1), -1.5], [f(at[1], 1), 2], [f(at[2], 1), -0.5]]), h);
  return cat([edge([0, 1, 2]), inside, neg(edge([n - 1, n - 2, n - 3]))], dim);
}

/** Points at coordinates, whose distances are `dx`. */
function unevenly(f: Samples, n: number, dim: number, edgeOrder: number, dx: Samples): Tensor {
  const [left, right] = [dx(0, n - 2), dx(1, n - 2)];
  const inside = weighted([
    [f(0, n - 2), neg(div(right, mul(left, add(left, right))))],
    [f(1, n - 2), div(sub(right, left), mul(left, right))],
    [f(2, n - 2), div(left, mul(right, add(left, right)))],
  ]);
  /** From an edge inwards, `near` and `far` being the distances of its points; the sign turns with the direction. */
  const edge = (at: readonly number[], near: Tensor, far?: Tensor): Tensor => {
    if (far === undefined) return div(sub(f(at[1], 1), f(at[0], 1)), near);
    const both = add(near, far);
    return weighted([
      [f(at[0], 1), neg(div(add(both, near), mul(near, both)))],
      [f(at[1], 1), div(both, mul(near, far))],
      [f(at[2], 1), neg(div(near, mul(far, both)))],
    ]);
  };
  const first = edgeOrder === 1 ? edge([0, 1], dx(0, 1)) : edge([0, 1, 2], dx(0, 1), dx(1, 1));
  const last = edgeOrder === 1 ? edge([n - 1, n - 2], dx(n - 2, 1)) : edge([n - 1, n - 2, n - 3], dx(n - 2, 1), dx(n - 3, 1));
  return cat([first, inside, neg(last)], dim);
}

/** The distance or the coordinates for each dimension. */
function spacings({ spacing }: GradientOptions, x: Tensor, dims: readonly number[]): readonly (number | Tensor)[] {
  if (spacing === undefined || spacing === null) return dims.map(() => 1);
  if (typeof spacing === 'number') return dims.map(() => spacing);
  if (!Array.isArray(spacing)) throw new ArgumentError(`gradient: spacing must be a number or a list, got ${describe(spacing)}.`);
  if (spacing.length !== dims.length) {
    throw new ArgumentError(`gradient: got ${spacing.length} spacings for ${dims.length} dimensions, expected as many, or one number for all.`);
  }
  (spacing as readonly unknown[]).forEach((h, i) => {
    if (typeof h === 'number') return;
    requireTensor('gradient', h, `spacing[${i}]`);
    if (h.ndim !== 1 || h.shape[0] !== x.shape[dims[i]]) {
      throw new ShapeError(`gradient: the coordinates for dimension ${dims[i]} are ${shapeText(h.shape)}, expected [${x.shape[dims[i]]}].`);
    }
  });
  return spacing as readonly (number | Tensor)[];
}

/**
 * The derivative along each dimension of a function with these samples: (f(x + h) − f(x − h)) / 2h inside, and one-sided
 * differences at the edges.
 *
 * @param x samples at the points of a grid; integers are taken as floats
 * @param options `spacing`, `dim`, `edgeOrder`: distances or coordinates, dimensions, and points used at an edge
 * @returns one tensor of the shape of `x` for each dimension
 * @throws ArgumentError for spacings that do not match the dimensions; ShapeError unless a dimension has edgeOrder + 1 points.
 * @example
 * const [slope] = gradient(tensor([1, 4, 9, 16]));       // [3, 4, 6, 7]
 * @see https://pytorch.org/docs/stable/generated/torch.gradient.html
 */
export function gradient(x: Tensor, options: GradientOptions = {}): Tensor[] {
  requireTensor('gradient', x);
  checkOptions('gradient', options, ['spacing', 'dim', 'edgeOrder']);
  const { edgeOrder = 1 } = options;
  if (edgeOrder !== 1 && edgeOrder !== 2) throw new ArgumentError(`gradient: edgeOrder must be 1 or 2, got ${describe(edgeOrder)}.`);
  const sorted = normalizeDims('gradient', options.dim, x.ndim);
  const dims = Array.isArray(options.dim) ? (options.dim as readonly number[]).map((d) => normalizeDim('gradient', d, x.ndim)) : sorted;
  const distances = spacings(options, x, dims);
  const y = cast(x, floatFor(x.dtype));
  return dims.map((dim, i) => {
    const n = x.shape[dim];
    if (!(n > edgeOrder)) {
      throw new ShapeError(`gradient: dimension ${dim} of ${shapeText(x.shape)} has ${n ?? 1} points, expected at least ${edgeOrder + 1}.`);
    }
    const h = distances[i];
    if (!isTensor(h)) return evenly(along(y, dim), n, dim, edgeOrder, h);
    const dx = reshape(diff(cast(h, floatFor(h.dtype))), y.shape.map((_, d) => (d === dim ? n - 1 : 1)));
    return unevenly(along(y, dim), n, dim, edgeOrder, along(dx, dim));
  });
}
