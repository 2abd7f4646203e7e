/**
 * Cumulative ops: what has been joined up to each position of a dimension.
 *
 * Invariant: NaN stays once it has been met. The positions of `cummax` and `cummin` are the last ones that attain the
 * value.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.cumsum.html
 */
import { cast, constantLike, defineOp, isGradEnabled, normalizeDim, record, requireTensor, type Attrs, type DType, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { div, eq, logicalAnd, mul, where } from '../elementwise/index.js';
import { isNaNExpr } from '../families/bits.js';
import { checkOptions } from '../families/options.js';
import { parts, type Parts } from '../families/parts.js';
import { describeOp } from '../families/sample.js';
import { scanOp, type ScanAttrs, type ScanOp } from '../families/scan.js';
import { scatterAdd } from '../index/scatter.js';
import { gatheredFromTheEnd, productBeside } from '../reduce/products.js';
import { sumType } from '../reduce/sum.js';
import { flip } from '../view/index.js';

export interface CumulativeOptions {
  /** Cast the input to this dtype first, and give the result in it. */
  readonly dtype?: DType;
}

const SAMPLES = [{ tensors: [{ shape: [2, 3] }], rest: [0] }, { tensors: [{ shape: [2, 3] }], rest: [-1] }];

/** The same scan from the last element to the first. */
const fromTheEnd =
  (scan: ScanOp): ScanOp =>
  (x, attrs, dtype) =>
    flip(scan(flip(x, [attrs.dim]), attrs, dtype), [attrs.dim]);

/** A scan as users call it. */
const cumulative = (name: string, scan: ScanOp): ((x: Tensor, dim: number, options?: CumulativeOptions) => Tensor) =>
  describeOp(
    (x: Tensor, dim: number, options: CumulativeOptions = {}): Tensor => {
      requireTensor(name, x);
      checkOptions(name, options, ['dtype']);
      const { dtype = sumType(x.dtype) } = options;
      return scan(cast(x, dtype), { dim: normalizeDim(name, dim, x.ndim) }, dtype);
    },
    { name, samples: SAMPLES, differentiable: true },
  );

// ── sums and products ────────────────────────────────────────────────────────────────────────────────────────────────

const sums: ScanOp = /* @__PURE__ */ scanOp('cumsum', 'sum', (g, { attrs }) => [sumsFromTheEnd(g, attrs as ScanAttrs, g.dtype)]);
const sumsFromTheEnd: ScanOp = /* @__PURE__ */ fromTheEnd(sums);

/**
 * y_k = Σ x_i over i ≤ k along `dim`. Integers and bool are summed in int32.
 *
 * @throws IndexError when `dim` is out of range.
 * @example
 * cumsum(tensor([1, 2, 3]), 0);                          // [1, 3, 6]
 * @see https://pytorch.org/docs/stable/generated/torch.cumsum.html
 */
export const cumsum = /* @__PURE__ */ cumulative('cumsum', sums);

/**
 * Of y_j the derivative by x_k is the product of the others up to j. Before the first zero that is y_j / x_k; at the
 * first zero it is the product with that zero as 1; after it, 0. Those cases are not differentiated again.
 */
const products: ScanOp = /* @__PURE__ */ scanOp('cumprod', 'prod', (g, { inputs: [x], output, attrs }) => {
  const a = attrs as ScanAttrs;
  if (isGradEnabled()) return [mul(productBeside(x, a.dim, 1), gatheredFromTheEnd(g, x, a.dim))];
  const isZero = eq(x, 0);
  const zeros = sums(cast(isZero, 'int32'), a, 'int32');
  const isFirst = logicalAnd(isZero, eq(zeros, 1));
  const without = products(where(isFirst, 1, x), a, x.dtype);
  const before = div(sumsFromTheEnd(mul(g, output), a, g.dtype), x);
  const at = sumsFromTheEnd(mul(g, without), a, g.dtype);
  return [where(eq(zeros, 0), before, where(isFirst, at, 0))];
});

/**
 * y_k = Π x_i over i ≤ k along `dim`. Integers and bool are multiplied in int32.
 *
 * @throws IndexError when `dim` is out of range.
 * @example
 * cumprod(tensor([1, 2, 3]), 0);                         // [1, 2, 6]
 * @see https://pytorch.org/docs/stable/generated/torch.cumprod.html
 */
export const cumprod = /* @__PURE__ */ cumulative('cumprod', products);

// ── extremes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The position along `dim` where an element is the extreme so far, 0 elsewhere. */
const ATTAINED = /* @__PURE__ */ defineOp({
  name: 'attained',
  form: 'element',
  lower: (ix, [x, extreme], { attrs }) => {
    const [a, b] = [x(ix), extreme(ix)].map((value) => (value.dtype === 'bool' ? e.cast(value, 'int32') : value));
    return e.select(e.or(e.eq(a, b), e.and(isNaNExpr(a), isNaNExpr(b))), ix[(attrs as ScanAttrs).dim], 0);
  },
});

const lastPositions: ScanOp = /* @__PURE__ */ scanOp('lastPosition', 'max');

/** Where the extremes so far are: the greatest position up to each one that attains them. */
function positionsOf(x: Tensor, extremes: Tensor, attrs: Attrs): Tensor {
  if (x.ndim === 0) return cast(constantLike(x, 0), 'int32');
  return lastPositions(record(ATTAINED, [x, extremes], attrs, x.shape, 'int32'), attrs as ScanAttrs, 'int32');
}

function cumulativeExtreme(name: string, combine: 'max' | 'min'): (x: Tensor, dim: number) => Parts<'values' | 'indices'> {
  const scan: ScanOp = scanOp(name, combine, (g, { inputs: [x], output, attrs }) => {
    const { dim } = attrs as ScanAttrs;
    return [scatterAdd(constantLike(x, 0), dim, positionsOf(x, output, attrs), g)];
  });
  const call = (x: Tensor, dim: number): Parts<'values' | 'indices'> => {
    requireTensor(name, x);
    const attrs: ScanAttrs = { dim: normalizeDim(name, dim, x.ndim) };
    const values = scan(x, attrs, x.dtype);
    return parts({ values, indices: positionsOf(x, values, attrs) });
  };
  return describeOp(call, { name, samples: SAMPLES, differentiable: true });
}

/**
 * The greatest element up to each position of `dim`, and where it is.
 *
 * @returns `{ values, indices }`; `indices` are int32.
 * @throws IndexError when `dim` is out of range.
 * @example
 * const [values, indices] = cummax(tensor([1, 3, 2]), 0);                          // [1, 3, 3], [0, 1, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.cummax.html
 */
export const cummax = /* @__PURE__ */ cumulativeExtreme('cummax', 'max');

/**
 * The least element up to each position of `dim`, and where it is.
 *
 * @returns `{ values, indices }`; `indices` are int32.
 * @throws IndexError when `dim` is out of range.
 * @example
 * const [values, indices] = cummin(tensor([2, 3, 1]), 0);                          // [2, 2, 1], [0, 0, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.cummin.html
 */
export const cummin = /* @__PURE__ */ cumulativeExtreme('cummin', 'min');
