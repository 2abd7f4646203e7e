/**
 * Quantiles: the value below which a share of each row lies, between the sorted elements that enclose it.
 *
 * Invariant: NaN in a row makes its quantiles NaN; `nanquantile` leaves it out.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.quantile.html
 */
import { ArgumentError, cast, DTypeError, isTensor, ShapeError, shapeText, tensor, type Tensor } from '@sconce/core';
import { ceil, clampMin, floor, isnan, lerp, logicalNot, mul, round, sub, where } from '../elementwise/index.js';
import { describeOp } from '../families/sample.js';
import { gather } from '../index/gather.js';
import { reduceArguments, requireElements, type KeepdimOptions } from '../reduce/arguments.js';
import { floatType, sum } from '../reduce/sum.js';
import { movedim, reshape, select } from '../view/index.js';
import { sort } from './argsort.js';

export interface QuantileOptions extends KeepdimOptions {
  /** What to give between two elements. Default: 'linear'. */
  readonly interpolation?: keyof typeof PLACES;
}

/** The rank at which to read, for a rank between two elements. */
const PLACES = {
  linear: (rank: Tensor) => rank,
  midpoint: (rank: Tensor) => rank,
  lower: (rank: Tensor) => floor(rank),
  higher: (rank: Tensor) => ceil(rank),
  nearest: (rank: Tensor) => round(rank),
};

/** The shares as a vector of the input's dtype. */
function sharesOf(op: string, q: number | readonly number[] | Tensor, x: Tensor): Tensor {
  if (isTensor(q)) {
    if (q.ndim > 1) throw new ShapeError(`${op}: q must have at most 1 dimension, got ${shapeText(q.shape)}.`);
    if (q.dtype !== x.dtype) throw new DTypeError(`${op}: q must be ${x.dtype} as the input is, got ${q.dtype}. Use q.to('${x.dtype}').`);
    return reshape(q, [-1]);
  }
  const list = typeof q === 'number' ? [q] : q;
  if (!Array.isArray(list) || list.some((share) => typeof share !== 'number' || !(share >= 0 && share <= 1))) {
    throw new ArgumentError(`${op}: q must be between 0 and 1, got ${String(q)}.`);
  }
  return tensor(list as number[], { dtype: x.dtype, device: x.device });
}

/** The quantiles of rows along the last dimension: […, n] and [q] make […, q]. */
function ofRows(rows: Tensor, shares: Tensor, interpolation: keyof typeof PLACES, ignoreNaN: boolean): Tensor {
  const n = rows.shape.at(-1)!;
  const sorted = sort(rows).values;
  const isNumber = cast(logicalNot(isnan(sorted)), rows.dtype);
  const last = ignoreNaN
    ? mul(shares, clampMin(sub(sum(isNumber, -1, { keepdim: true }), 1), 0))
    : where(isnan(reshape(select(sorted, -1, n - 1), [...rows.shape.slice(0, -1), 1])), n - 1, mul(shares, n - 1));
  const rank = PLACES[interpolation](last);
  const at = (place: Tensor): Tensor => gather(sorted, -1, cast(place, 'int32'));
  const lower = floor(rank);
  if (interpolation !== 'linear' && interpolation !== 'midpoint') return at(lower);
  return lerp(at(lower), at(ceil(rank)), interpolation === 'midpoint' ? 0.5 : sub(rank, lower));
}

type Quantile = (x: Tensor, q: number | readonly number[] | Tensor, dim?: number | null, options?: QuantileOptions) => Tensor;

function define(name: string, ignoreNaN: boolean): Quantile {
  const call: Quantile = (x, q, dim, given) => {
    const { attrs, options } = reduceArguments<QuantileOptions>(name, x, dim, given, ['keepdim', 'interpolation']);
    floatType(name, x, undefined);
    requireElements(name, x, x.shape.map((_, d) => d));
    const { interpolation = 'linear' } = options;
    if (!Object.hasOwn(PLACES, interpolation)) {
      throw new ArgumentError(`${name}: interpolation must be one of ${Object.keys(PLACES).join(', ')}, got '${String(interpolation)}'.`);
    }
    const shares = sharesOf(name, q, x);
    const all = dim === undefined || dim === null || x.ndim === 0;
    const rows = all ? reshape(x, [-1]) : movedim(x, attrs.dims[0], -1);
    const quantiles = movedim(ofRows(rows, shares, interpolation, ignoreNaN), -1, 0);
    const kept = x.shape.flatMap((size, d) => (all || d === attrs.dims[0] ? (attrs.keepdim ? [1] : []) : [size]));
    const many = isTensor(q) ? q.ndim === 1 : typeof q !== 'number';
    return reshape(quantiles, many ? [shares.shape[0], ...kept] : kept);
  };
  return describeOp(call, { name, samples: [{ tensors: [{ shape: [2, 5] }], rest: [0.3, 1] }], differentiable: true });
}

/**
 * The quantiles `q` along `dim`, or of all elements, interpolated between neighbours.
 *
 * @param q shares between 0 and 1: a number, or a list or vector of them, which become the first dimension.
 * @param options `interpolation`: 'linear', 'lower', 'higher', 'midpoint' or 'nearest'; `keepdim`.
 * @throws DTypeError for integers; ShapeError when there is no element; ArgumentError for a share outside 0 to 1.
 * @example
 * quantile(tensor([0.5, 1.5, 2.5]), 0.25);               // 1
 * @see https://pytorch.org/docs/stable/generated/torch.quantile.html
 */
export const quantile = /* @__PURE__ */ define('quantile', false);

/**
 * As `quantile`, of what is not NaN.
 *
 * @throws as `quantile`.
 * @see https://pytorch.org/docs/stable/generated/torch.nanquantile.html
 */
export const nanquantile = /* @__PURE__ */ define('nanquantile', true);
