/**
 * pow in simpler instructions: |x|^y = 2^(y·log₂|x|), with the logarithm and the product in two floats each, because the
 * error of the exponent is the relative error of the result; integers by repeated squaring.
 *
 * A float cut to its upper 12 bits by its bits gives exact products. log₂ of the mantissa m is
 * log₂ c + (2/ln 2)·artanh(s), s = (m − c)/(m + c), with a c that keeps |s| below 0.09.
 *
 * Invariant: float32, at most 4 ulp; the special cases are C99's. Integers wrap around; an exponent below 0 gives the
 * truncated value.
 *
 * Reference: Dekker, A floating-point technique for extending the available precision (1971); C99 annex F.9.4.4.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { exp2OfSum } from './exponential.js';
import { splitExponent } from './logarithm.js';
import {
  bitsOf,
  floatOf,
  horner,
  INFINITY_BITS,
  isNaNBits,
  magnitudeBits,
  ONE_BITS,
  rounded,
  SIGN_BIT,
  upperHalf,
} from './parts.js';
import * as js from './scalar.js';

/** A number as the sum of two floats, the upper with at most 12 bits where it will be multiplied. */
interface Double {
  readonly upper: Expr;
  readonly lower: Expr;
}

/** The mantissa is taken from 0.84 to 1.68, and divided by 1 or, above the border, by the centre. */
const LOWEST_MANTISSA_BITS = 0x3f570a3d;
const BORDER = 1.19;
const CENTRE = 1.40625;
const LOG2_CENTRE_UPPER = 1007 / 2048;
const LOG2_CENTRE_LOWER = 1.5387757967471078e-4;

const TWO_OVER_LN2 = 2.8853900817779268;
const TWO_OVER_LN2_UPPER = 2.884765625;
const TWO_OVER_LN2_LOWER = 6.24456777927e-4;

/** (artanh(s) − s)/s³ in s² */
const ARTANH = [0.333333343, 0.199992314, 0.144544378];

/** log₂ of a positive number, to about 2⁻³³ of itself. */
function doubleLog2(x: Expr): Double {
  const { k, m } = splitExponent(x, LOWEST_MANTISSA_BITS);
  const above = e.gt(m, BORDER);
  const centre = e.select(above, e.const(CENTRE, 'float32'), 1);
  const difference = e.sub(m, centre);
  const sum = e.add(m, centre);
  const sumUpper = upperHalf(sum);
  const sumLower = e.sub(m, rounded(e.sub(sumUpper, centre)));
  const inverse = e.div(1, sum);

  const s = e.mul(difference, inverse);
  const sUpper = upperHalf(s);
  const rest = e.sub(rounded(e.sub(difference, e.mul(sUpper, sumUpper))), e.mul(sUpper, sumLower));
  const square = e.mul(s, s);
  const tail = e.add(e.mul(rest, inverse), e.mul(e.mul(s, square), horner(square, ARTANH)));

  const head = e.add(k, e.select(above, e.const(LOG2_CENTRE_UPPER, 'float32'), 0));
  const main = e.mul(sUpper, TWO_OVER_LN2_UPPER);
  const upper = rounded(e.add(head, main));
  const lost = e.sub(main, rounded(e.sub(upper, head)));
  const small = e.add(
    e.add(e.mul(sUpper, TWO_OVER_LN2_LOWER), e.mul(tail, TWO_OVER_LN2)),
    e.select(above, e.const(LOG2_CENTRE_LOWER, 'float32'), 0),
  );
  const cut = upperHalf(upper);
  return { upper: cut, lower: e.add(e.sub(upper, cut), e.add(lost, small)) };
}

/** With a larger |y| every |x| but 1 gives 0 or infinity. */
const LARGEST_EXPONENT = 2 ** 33;

/** |x|^y for |x| neither 0 nor infinite. */
function positivePower(magnitude: Expr, y: Expr): Expr {
  const log = doubleLog2(magnitude);
  const bounded = e.max(e.min(y, LARGEST_EXPONENT), -LARGEST_EXPONENT);
  const yUpper = upperHalf(bounded);
  const yLower = e.sub(bounded, yUpper);
  // Both parts are bounded: past the bounds of the upper one, the lower says nothing.
  const upper = e.max(e.min(e.mul(yUpper, log.upper), 130), -152);
  const lower = e.max(e.min(e.add(e.mul(yLower, log.upper), e.mul(bounded, log.lower)), 1), -1);
  return exp2OfSum(upper, lower);
}

function floatPower(x: Expr, y: Expr): Expr {
  const bits = magnitudeBits(x);
  const yBits = magnitudeBits(y);
  const yNegative = e.lt(bitsOf(y), 0);
  const xNegative = e.lt(bitsOf(x), 0);
  const xInfinite = e.eq(bits, INFINITY_BITS);
  const xExtreme = e.or(xInfinite, e.eq(bits, 0));

  const extreme = e.select(e.ne(xInfinite, yNegative), e.const(Infinity, 'float32'), 0);
  const magnitude = e.select(xExtreme, extreme, positivePower(floatOf(bits), y));

  const whole = e.eq(e.floor(y), y);
  const half = e.mul(y, 0.5);
  const odd = e.and(whole, e.ne(e.floor(half), half));
  const signed = floatOf(
    e.xor(bitsOf(magnitude), e.select(e.and(xNegative, odd), e.const(SIGN_BIT, 'int32'), 0)),
  );
  const noRealValue = e.and(e.and(xNegative, e.not(whole)), e.not(xExtreme));
  const real = e.select(noRealValue, e.const(NaN, 'float32'), signed);
  const value = e.select(e.or(isNaNBits(x), isNaNBits(y)), e.add(x, y), real);
  return e.select(e.or(e.eq(yBits, 0), e.eq(bitsOf(x), ONE_BITS)), 1, value);
}

/** By the binary digits of the exponent. */
function integerPower(x: Expr, y: Expr, digits: number): Expr {
  let [result, square] = [e.const(1, x.dtype), x];
  for (let i = 0; i < digits; i++) {
    const digit = e.ne(e.and(e.shr(y, i), 1), 0);
    result = e.select(digit, e.mul(result, square), result);
    if (i < digits - 1) square = e.mul(square, square);
  }
  const oddSign = e.select(e.ne(e.and(y, 1), 0), e.const(-1, x.dtype), 1);
  const inverse = e.select(e.eq(x, 1), 1, e.select(e.eq(x, -1), oddSign, 0));
  return e.select(e.lt(y, 0), inverse, result);
}

export const pow = /* @__PURE__ */ e.derived({
  name: 'pow',
  arity: 2,
  js: js.power,
  cost: 120,
  float32: floatPower,
  int32: (x, y) => integerPower(x, y, 31),
  int64: (x, y) => integerPower(x, y, 63),
});
