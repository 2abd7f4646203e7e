/**
 * What kind of number an element is: NaN, infinite, finite; and repairing those that are not finite.
 *
 * Invariant: integers and truth values are finite. Floats are told apart by their bits, on every backend.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.isfinite.html
 */
import { alias, ArgumentError, isFloat, requireTensor, type DType, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary, elementwise } from '../families/binary.js';
import { describeOp } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { isFiniteExpr, isInfExpr, isNaNExpr, isNegativeExpr } from '../families/bits.js';
import { where } from './where.js';

/**
 * Whether each element is NaN.
 *
 * @example isnan(tensor([1, NaN]))                       // [false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.isnan.html
 */
export const isnan: Unary = /* @__PURE__ */ unary({ name: 'isnan', result: 'bool', scalar: isNaNExpr });

/**
 * Whether each element is infinite.
 *
 * @example isinf(tensor([1, -Infinity]))                 // [false, true]
 * @see https://pytorch.org/docs/stable/generated/torch.isinf.html
 */
export const isinf: Unary = /* @__PURE__ */ unary({ name: 'isinf', result: 'bool', scalar: isInfExpr });

/**
 * Whether each element is neither NaN nor infinite.
 *
 * @example isfinite(tensor([1, NaN, Infinity]))          // [true, false, false]
 * @see https://pytorch.org/docs/stable/generated/torch.isfinite.html
 */
export const isfinite: Unary = /* @__PURE__ */ unary({ name: 'isfinite', result: 'bool', scalar: isFiniteExpr });

/**
 * Whether each element is +∞.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.isposinf.html
 */
export const isposinf: Unary = /* @__PURE__ */ unary({
  name: 'isposinf',
  result: 'bool',
  scalar: (x) => e.and(isInfExpr(x), e.not(isNegativeExpr(x))),
});

/**
 * Whether each element is −∞.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.isneginf.html
 */
export const isneginf: Unary = /* @__PURE__ */ unary({
  name: 'isneginf',
  result: 'bool',
  scalar: (x) => e.and(isInfExpr(x), isNegativeExpr(x)),
});

/**
 * Whether each element is real, which all are here.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.isreal.html
 */
export const isreal: Unary = /* @__PURE__ */ unary({ name: 'isreal', result: 'bool', scalar: () => e.const(true, 'bool') });

// ── repairs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The largest finite number of each float dtype. */
const LARGEST: Partial<Record<DType, number>> = {
  float64: Number.MAX_VALUE,
  float32: 3.4028234663852886e38,
  bfloat16: 3.3895313892515355e38,
  float16: 65504,
};

const replaced = /* @__PURE__ */ elementwise({
  name: 'nanToNum',
  arity: 4,
  scalar: (x, nan, posinf, neginf) =>
    e.select(isNaNExpr(x), nan, e.select(isInfExpr(x), e.select(isNegativeExpr(x), neginf, posinf), x)),
  grad: [(g, _y, x) => where(isfinite(x), g, 0)],
});

/**
 * NaN and infinities replaced by numbers.
 *
 * @param nan in place of NaN. Default: 0.
 * @param posinf, neginf in place of ±∞. Default: the largest and the lowest number of the dtype.
 * @example nanToNum(tensor([NaN, Infinity]), 0, 1)       // [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nan_to_num.html
 */
export const nanToNum = /* @__PURE__ */ describeOp(
  (input: Tensor, nan: number | null = null, posinf: number | null = null, neginf: number | null = null): Tensor => {
    requireTensor('nanToNum', input);
    if (!isFloat(input.dtype)) return alias(input);
    const largest = LARGEST[input.dtype]!;
    return replaced(input, nan ?? 0, posinf ?? largest, neginf ?? -largest);
  },
  { name: 'nanToNum', samples: [{ shape: [2, 3] }], differentiable: true },
);

const step = /* @__PURE__ */ binary({
  name: 'heaviside',
  numbers: 'none',
  scalar: (x, atZero) => e.select(e.eq(x, 0), atZero, e.cast(e.gt(x, 0), x.dtype)),
});

/**
 * The step function: 0 below 0, 1 above, and `values` at 0.
 *
 * @throws ArgumentError when the dtypes differ; ShapeError when the shapes do not broadcast.
 * @example heaviside(tensor([-1.5, 0, 2]), tensor([0.5]))           // [0, 0.5, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.heaviside.html
 */
export const heaviside = /* @__PURE__ */ describeOp(
  (input: Tensor, values: Tensor): Tensor => {
    requireTensor('heaviside', input);
    requireTensor('heaviside', values, 'values');
    if (input.dtype !== values.dtype) {
      throw new ArgumentError(`heaviside: got ${input.dtype} and ${values.dtype}, expected one dtype. Use values.to('${input.dtype}').`);
    }
    return step(input, values);
  },
  { name: 'heaviside', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }], differentiable: false },
);
