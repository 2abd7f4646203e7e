/**
 * Floats taken apart, and stepped through, by their bits.
 *
 * Invariant: bits are read as integers of the float's width; a subnormal number is first lifted to a normal one by a
 * multiplication.
 *
 * Reference: IEEE 754-2019; C99 7.12.6.4 (frexp) and 7.12.11.3 (nextafter).
 */
import { computeType, defineOp, DTypeError, NO_ATTRS, record, requireTensor, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { binary } from '../families/binary.js';
import type { DTypeCheck } from '../families/checks.js';
import { parts, type Parts } from '../families/parts.js';
import { describeOp } from '../families/sample.js';
import { mul, neg } from './arithmetic.js';
import { isFiniteExpr, isNaNExpr } from '../families/bits.js';
import { exp2 } from './exponential.js';

/** How a float is laid out: digits of its fraction, the exponent of ½, and what lifts subnormal numbers. */
const LAYOUT = {
  float32: { bits: 'int32', sign: -(2n ** 31n), digits: 23, half: 126, field: 0xff, smallest: 2 ** -126, lift: 25 },
  float64: { bits: 'int64', sign: -(2n ** 63n), digits: 52, half: 1022, field: 0x7ff, smallest: 2 ** -1022, lift: 54 },
} as const;

const layoutOf = (x: Expr) => LAYOUT[x.dtype as keyof typeof LAYOUT];

/** Only what computes in its own bits: a step of a 16-bit float is no step of the float32 that it is computed in. */
const ownBits: DTypeCheck = (dtype, op) => {
  if (!(dtype in LAYOUT)) throw new DTypeError(`${op}: got ${dtype}, expected float32 or float64. Use x.to('float32').`);
};

/** x = mantissa · 2^exponent with ½ ≤ |mantissa| < 1; zero, infinities and NaN are themselves with exponent 0. */
function taken(x: Expr): { mantissa: Expr; exponent: Expr } {
  const { bits, sign, digits, half, field, smallest, lift } = layoutOf(x);
  const subnormal = e.lt(e.abs(x), smallest);
  const pattern = e.bitcast(e.select(subnormal, e.mul(x, 2 ** lift), x), bits);
  const [biased, one] = [e.and(e.shr(pattern, digits), field), e.const(1, bits)];
  const fraction = e.and(pattern, e.or(sign, e.sub(e.shl(one, digits), 1)));
  const exponent = e.sub(biased, e.select(subnormal, e.const(half + lift, bits), half));
  const itself = e.or(e.eq(x, 0), e.not(isFiniteExpr(x)));
  return {
    mantissa: e.select(itself, x, e.bitcast(e.or(fraction, e.shl(e.const(half, bits), digits)), x.dtype)),
    exponent: e.select(itself, e.const(0, 'int32'), e.cast(exponent, 'int32')),
  };
}

const EXPONENT = /* @__PURE__ */ defineOp({ name: 'frexp', form: 'element', lower: (ix, [x]) => taken(x(ix)).exponent });
const MANTISSA = /* @__PURE__ */ defineOp({
  name: 'frexp',
  form: 'element',
  lower: (ix, [x], { dtype }) => e.cast(taken(x(ix)).mantissa, computeType(dtype)),
  grad: (g, { inputs: [x] }) => [mul(g, exp2(neg(exponentOf(x))))],
});

const exponentOf = (x: Tensor): Tensor => record(EXPONENT, [x], NO_ATTRS, x.shape, 'int32');

/**
 * Each element as mantissa · 2^exponent with ½ ≤ |mantissa| < 1.
 *
 * @throws DTypeError for all but float32 and float64.
 * @returns `{ mantissa, exponent }`, the exponent int32
 * @example const { mantissa, exponent } = frexp(tensor([6.5]))      // [0.8125], [3]
 * @see https://pytorch.org/docs/stable/generated/torch.frexp.html
 */
export const frexp = /* @__PURE__ */ describeOp(
  (input: Tensor): Parts<'mantissa' | 'exponent'> => {
    requireTensor('frexp', input);
    ownBits(input.dtype, 'frexp');
    return parts({ mantissa: record(MANTISSA, [input], NO_ATTRS, input.shape, input.dtype), exponent: exponentOf(input) });
  },
  { name: 'frexp', samples: [{ shape: [2, 3], low: 2.1, high: 3.9 }], differentiable: true },
);

/** One step up of a pattern is one away from zero, for both signs; from zero it is the smallest subnormal number. */
function nextExpr(a: Expr, b: Expr): Expr {
  const { bits, sign } = layoutOf(a);
  const [pattern, one] = [e.bitcast(a, bits), e.const(1, bits)];
  const away = e.eq(e.gt(b, a), e.gt(a, 0));
  const stepped = e.bitcast(e.add(pattern, e.select(away, one, e.neg(one))), a.dtype);
  const smallest = e.bitcast(e.or(e.and(e.bitcast(b, bits), sign), one), a.dtype);
  const next = e.select(e.eq(a, b), b, e.select(e.eq(a, 0), smallest, stepped));
  return e.select(e.or(isNaNExpr(a), isNaNExpr(b)), e.add(a, b), next);
}

/**
 * The next number of the dtype after input, towards other.
 *
 * @throws DTypeError for all but float32 and float64; ShapeError when the shapes do not broadcast.
 * @example nextafter(tensor([1.5]), tensor([2.5]))       // [1.5000001]
 * @see https://pytorch.org/docs/stable/generated/torch.nextafter.html
 */
export const nextafter: (input: Tensor, other: Tensor) => Tensor = /* @__PURE__ */ binary({
  name: 'nextafter',
  check: ownBits,
  numbers: 'none',
  scalar: nextExpr,
});
