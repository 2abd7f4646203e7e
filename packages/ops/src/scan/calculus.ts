/**
 * Calculus on samples: differences, and integrals by the trapezoidal rule.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.trapezoid.html
 */
import { ArgumentError, broadcastShapes, cast, describe, floatFor, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, div, logicalXor, mul, sub } from '../elementwise/index.js';
import { requireInteger } from '../families/arguments.js';
import { noBool } from '../families/checks.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { sum } from '../reduce/sum.js';
import { cat, narrow, reshape } from '../view/index.js';
import { cumsum } from './cumulative.js';

export interface DiffOptions {
  /** Put before the input along the dimension. */
  readonly prepend?: Tensor | null;
  /** Put after the input along the dimension. */
  readonly append?: Tensor | null;
}

/** All but the last and all but the first element along `dim`. */
function neighbours(x: Tensor, dim: number): [Tensor, Tensor] {
  const count = Math.max(x.shape[dim] - 1, 0);
  return [narrow(x, dim, 0, count), narrow(x, dim, x.shape[dim] - count, count)];
}

/**
 * The differences x_{i+1} − x_i along `dim`, taken `n` times; of bool, whether neighbours differ.
 *
 * @param n how many times. Default: 1.
 * @param dim Default: the last.
 * @param options `prepend`, `append`: what to put before and after the input.
 * @throws ShapeError for a scalar; IndexError when `dim` is out of range; ArgumentError for a negative n.
 * @example
 * diff(tensor([1, 4, 9, 16]));                           // [3, 5, 7]
 * @see https://pytorch.org/docs/stable/generated/torch.diff.html
 */
export const diff = /* @__PURE__ */ describeOp(
  (x: Tensor, n = 1, dim = -1, options: DiffOptions = {}): Tensor => {
    requireTensor('diff', x);
    checkOptions('diff', options, ['prepend', 'append']);
    requireInteger('diff', 'n', n, 0);
    if (x.ndim === 0) throw new ShapeError('diff: got a scalar, expected at least 1 dimension.');
    const d = normalizeDim('diff', dim, x.ndim);
    const pieces = [options.prepend, x, options.append].filter((piece) => piece !== undefined && piece !== null);
    for (const piece of pieces) requireTensor('diff', piece, 'prepend or append');
    if (n === 0) return reshape(x, x.shape);
    let y = pieces.length > 1 ? cat(pieces, d) : x;
    const times = Math.min(n, y.shape[d]);
    for (let i = 0; i < times; i++) {
      const [left, right] = neighbours(y, d);
      y = y.dtype === 'bool' ? logicalXor(left, right) : sub(right, left);
    }
    return y;
  },
  { name: 'diff', samples: [{ shape: [2, 4] }, { tensors: [{ shape: [4, 2] }], rest: [2, 0] }], differentiable: true },
);

export interface TrapezoidOptions {
  /** The distance of neighbouring points. Default: 1. */
  readonly dx?: number;
  /** The dimension that points lie along. Default: the last. */
  readonly dim?: number;
}

type Trapezoid = (y: Tensor, x?: Tensor | null, options?: TrapezoidOptions) => Tensor;

/** The distances of the points, in a shape that broadcasts to the pieces. */
function distances(op: string, y: Tensor, x: Tensor, dim: number): Tensor {
  if (x.ndim === 0) throw new ShapeError(`${op}: x must have at least 1 dimension.`);
  const along = x.ndim === 1 ? reshape(x, y.shape.map((_, d) => (d === dim ? x.shape[0] : 1))) : x;
  const own = along.ndim - y.ndim + dim;
  if (own < 0 || along.shape[own] !== y.shape[dim]) {
    throw new ShapeError(`${op}: x is ${shapeText(x.shape)}, expected ${y.shape[dim]} points along dimension ${dim} of ${shapeText(y.shape)}.`);
  }
  broadcastShapes(op, along.shape, y.shape);
  return diff(along, 1, own);
}

/** The areas of the trapezoids between neighbouring points. */
function areas(op: string, y: Tensor, x: Tensor | null | undefined, options: TrapezoidOptions): { pieces: Tensor; dim: number } {
  requireTensor(op, y, 'y');
  checkOptions(op, options, ['dx', 'dim']);
  if (y.ndim === 0) throw new ShapeError(`${op}: y must have at least 1 dimension.`);
  const dim = normalizeDim(op, options.dim ?? -1, y.ndim);
  noBool(y.dtype, op);
  const [left, right] = neighbours(y, dim);
  const sums = add(left, right);
  if (x === undefined || x === null) {
    const dx: unknown = options.dx ?? 1;
    if (typeof dx !== 'number') throw new ArgumentError(`${op}: dx must be a number, got ${describe(dx)}.`);
    return { pieces: mul(cast(sums, floatFor(sums.dtype)), dx / 2), dim };
  }
  if (options.dx !== undefined) throw new ArgumentError(`${op}: got both x and dx, expected one of them.`);
  requireTensor(op, x, 'x');
  const pieces = div(mul(sums, distances(op, y, x, dim)), 2);
  return { pieces, dim: pieces.ndim - y.ndim + dim };
}

const SAMPLES = [{ shape: [2, 4] }, { tensors: [{ shape: [2, 4] }, { shape: [4] }] }];

/**
 * The integral of `y` along a dimension by the trapezoidal rule, Σ (y_i + y_{i+1}) / 2 · (x_{i+1} − x_i).
 *
 * @param x the points: of the shape of `y`, or [points]. Default: `dx` apart.
 * @param options `dx`, the distance of points (default 1); `dim` (default the last)
 * @throws ShapeError when the shapes do not fit; IndexError when `dim` is out of range.
 * @example
 * trapezoid(tensor([1, 5, 10]));                         // 10.5
 * @see https://pytorch.org/docs/stable/generated/torch.trapezoid.html
 */
export const trapezoid: Trapezoid = /* @__PURE__ */ describeOp(
  (y: Tensor, x?: Tensor | null, options: TrapezoidOptions = {}): Tensor => {
    const { pieces, dim } = areas('trapezoid', y, x, options);
    return sum(pieces, dim);
  },
  { name: 'trapezoid', samples: SAMPLES, differentiable: true },
);

/** PyTorch's older name of `trapezoid`. */
export const trapz = trapezoid;

/**
 * The integral of `y` up to each point but the first, by the trapezoidal rule.
 *
 * @param x the points: of the shape of `y`, or [points]. Default: `dx` apart.
 * @param options `dx`, the distance of points (default 1); `dim` (default the last)
 * @throws ShapeError when the shapes do not fit; IndexError when `dim` is out of range.
 * @example
 * cumulativeTrapezoid(tensor([1, 5, 10]));               // [3, 10.5]
 * @see https://pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html
 */
export const cumulativeTrapezoid: Trapezoid = /* @__PURE__ */ describeOp(
  (y: Tensor, x?: Tensor | null, options: TrapezoidOptions = {}): Tensor => {
    const { pieces, dim } = areas('cumulativeTrapezoid', y, x, options);
    return cumsum(pieces, dim);
  },
  { name: 'cumulativeTrapezoid', samples: SAMPLES, differentiable: true },
);
