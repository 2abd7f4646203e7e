/**
 * Sums and means.
 *
 * Invariant: integers and bool are summed in int32, int64 in int64; means are of floats.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.sum.html
 */
import {
  alias,
  cast,
  describe,
  DTypeError,
  isDType,
  isFloat,
  requireTensor,
  sameShape,
  ShapeError,
  shapeText,
  type DType,
  type Shape,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { div, isnan, logicalNot, where } from '../elementwise/index.js';
import { reduceOp, spread, sumOver, sumTo, type ReduceAttrs } from '../families/reduce.js';
import { reduction, type DTypeOptions, type KeepdimOptions } from './arguments.js';

type SumOptions = KeepdimOptions & DTypeOptions;

/** The dtype in which elements of `dtype` are summed or multiplied. */
export const sumType = (dtype: DType): DType => (isFloat(dtype) || dtype === 'int64' ? dtype : 'int32');

/** The dtype of a mean, or of what else is defined for floats only. */
export function floatType(op: string, x: Tensor, dtype: DType | undefined): DType {
  const result = dtype ?? x.dtype;
  if (!isDType(result)) throw new DTypeError(`${op}: got ${describe(result)} for dtype, expected the name of one. Use 'float32', 'float64', ….`);
  if (isFloat(result)) return result;
  const remedy = dtype === undefined ? `Use x.to('float32')` : `Use dtype: 'float32'`;
  throw new DTypeError(`${op}: got ${result}, expected floating point. ${remedy}.`);
}

/**
 * The sum Σ x over `dim`, or over all elements.
 *
 * @param dim a dimension or a list; absent: all.
 * @param options `keepdim` keeps reduced dimensions with size 1; `dtype` casts the input first.
 * @throws IndexError when a dimension is out of range.
 * @example
 * sum(tensor([[1, 2], [3, 4]]), 1);                      // [3, 7]
 * @see https://pytorch.org/docs/stable/generated/torch.sum.html
 */
export const sum = /* @__PURE__ */ reduction<SumOptions>({
  name: 'sum',
  options: ['keepdim', 'dtype'],
  run: (x, attrs, { dtype = sumType(x.dtype) }) => sumOver(cast(x, dtype), attrs, dtype),
});

const withoutNaN = (x: Tensor): Tensor => where(isnan(x), 0, x);

/**
 * The sum over `dim` of what is not NaN.
 *
 * @throws IndexError when a dimension is out of range.
 * @example
 * nansum(tensor([1, NaN, 2]));                           // 3
 * @see https://pytorch.org/docs/stable/generated/torch.nansum.html
 */
export const nansum = /* @__PURE__ */ reduction<SumOptions>({
  name: 'nansum',
  options: ['keepdim', 'dtype'],
  run: (x, attrs, { dtype = sumType(x.dtype) }) => sumOver(withoutNaN(cast(x, dtype)), attrs, dtype),
});

/** The mean over `dims`, in a float dtype to which the input has been cast. */
export const meanOver = /* @__PURE__ */ reduceOp(
  'mean',
  'sum',
  (g, { inputs: [x], attrs }) => {
    const a = attrs as ReduceAttrs;
    return [spread(div(g, countOver(x.shape, a.dims)), x.shape, a)];
  },
  (x, compute) => e.cast(x, compute),
  (joined, count) => e.div(joined, count),
);

/** How many elements are joined into one. */
export const countOver = (shape: Shape, dims: readonly number[]): number => dims.reduce((n, d) => n * shape[d], 1);

/**
 * The mean Σ x / n over `dim`, or over all n elements.
 *
 * @throws DTypeError for integers without `dtype`; IndexError when a dimension is out of range.
 * @example
 * mean(tensor([[1, 2], [3, 5]]).to('float32'), 1);       // [1.5, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.mean.html
 */
export const mean = /* @__PURE__ */ reduction<SumOptions>({
  name: 'mean',
  options: ['keepdim', 'dtype'],
  run: (x, attrs, { dtype }) => {
    const type = floatType('mean', x, dtype);
    return meanOver(cast(x, type), attrs, type);
  },
});

/**
 * The mean over `dim` of what is not NaN.
 *
 * @throws DTypeError for integers without `dtype`; IndexError when a dimension is out of range.
 * @example
 * nanmean(tensor([1, NaN, 2]));                          // 1.5
 * @see https://pytorch.org/docs/stable/generated/torch.nanmean.html
 */
export const nanmean = /* @__PURE__ */ reduction<SumOptions>({
  name: 'nanmean',
  options: ['keepdim', 'dtype'],
  run: (x, attrs, { dtype }) => {
    const type = floatType('nanmean', x, dtype);
    const wide = cast(x, type);
    return div(sumOver(withoutNaN(wide), attrs, type), sumOver(cast(logicalNot(isnan(wide)), type), attrs, type));
  },
});

/**
 * The sum over what broadcasting `size` to the shape of `x` would repeat.
 *
 * @throws ShapeError when `size` does not broadcast to the shape of `x`.
 * @example
 * sumToSize(tensor([[1, 2], [3, 4]]), [1, 2]);           // [[4, 6]]
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.sum_to_size.html
 */
export function sumToSize(x: Tensor, size: Shape): Tensor {
  requireTensor('sumToSize', x);
  const shift = x.ndim - size.length;
  if (shift < 0 || size.some((n, d) => n !== 1 && n !== x.shape[shift + d])) {
    throw new ShapeError(`sumToSize: ${shapeText(size)} does not broadcast to ${shapeText(x.shape)}, the shape of the input.`);
  }
  if (size.length > 0 && sameShape(size, x.shape)) return alias(x);
  return sumTo(cast(x, sumType(x.dtype)), size);
}
