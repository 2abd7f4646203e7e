/**
 * sin, cos and tan of angles too large for a reduction in floats, exactly reduced in integers.
 *
 * x = M·2ᴱ with a 24-bit M. Of the bits of 2/π, those whose product with x is a multiple of 4 do not matter, so a window
 * of 96 bits, chosen by E, times M gives x·2/π modulo 4: two bits of quadrant and 62 of fraction. The window is moved by
 * selecting, because lanes of a SIMD shift share their amount: by 64, 32, 16 and 8 bits, and M itself by 4, 2 and 1.
 *
 * Invariant: float32, 4096 ≤ |x| < ∞, at most 2 ulp; of inf and NaN it is NaN; elsewhere the value is meaningless.
 *
 * Reference: Payne & Hanek, Radian reduction for trigonometric functions (1983).
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import { umulhi } from './integer.js';
import { bitsOf, flipSign, floatOf, INFINITY_BITS, magnitudeBits, rounded } from './parts.js';
import { sineOf, tangentOf } from './quadrant.js';

/** 2/π after 13 bits of 0. */
const TWO_OVER_PI = [
  0x000517cc, 0x1b727220, 0xa94fe13a, 0xbe8fa9a6, 0xee06db14, 0xacc9e21c, 0x820ff28b, 0x1d5ef5de,
];

/** π/2 as a number of 13 bits and the rest. */
const HALF_PI_UPPER = 1.570556640625;
const HALF_PI_LOWER = Math.PI / 2 - HALF_PI_UPPER;

/** The exponent field of 2¹². */
const FIRST_EXPONENT = 139;

/** The words moved up by a number of bits where the condition holds. */
function moveUp(words: readonly Expr[], condition: Expr, bits: number): Expr[] {
  const whole = bits >> 5;
  const moved = (i: number): Expr =>
    whole > 0 ? words[i + whole] : e.or(e.shl(words[i], bits), e.ushr(words[i + 1], 32 - bits));
  return words.slice(0, words.length - Math.max(whole, 1)).map((word, i) => e.select(condition, moved(i), word));
}

/** What is left of an angle: r − rest, in |r| ≤ π/4. */
interface Angle {
  readonly r: Expr;
  /** What r lost in rounding. */
  readonly rest: Expr;
}

/** |x| as a quadrant, 0 to 3 modulo 4, and the remaining angle. */
function reduce(x: Expr): Angle & { quadrant: Expr } {
  const bits = magnitudeBits(x);
  const exponent = e.sub(e.ushr(bits, 23), FIRST_EXPONENT);
  const has = (bit: number): Expr => e.ne(e.and(exponent, bit), 0);

  let words = TWO_OVER_PI.map((word) => e.const(word | 0, 'int32'));
  for (const shift of [64, 32, 16, 8]) words = moveUp(words, has(shift), shift);
  let mantissa = e.or(e.and(bits, 0x007fffff), 0x00800000);
  for (const shift of [4, 2, 1]) mantissa = e.select(has(shift), e.shl(mantissa, shift), mantissa);

  const [w0, w1, w2] = [words[0], words[1], words[2]];
  const middle = e.mul(mantissa, w1);
  const lower = e.add(middle, umulhi(mantissa, w2));
  const carry = e.cast(unsignedLess(lower, middle), 'int32');
  const upper = e.add(e.add(e.mul(mantissa, w0), umulhi(mantissa, w1)), carry);

  const quadrant = e.ushr(e.add(upper, 0x20000000), 30);
  return { quadrant, ...angleOf(e.sub(upper, e.shl(quadrant, 30)), lower) };
}

const unsignedLess = (a: Expr, b: Expr): Expr => e.lt(e.xor(a, -0x80000000), e.xor(b, -0x80000000));

/**
 * (upper·2³² + lower)·2⁻⁶² quarter turns in radians. The first two of its four parts have 11 bits, so that their products
 * with the upper 13 of π/2 are exact; what those leave is small beside either.
 */
function angleOf(upper: Expr, lower: Expr): Angle {
  const first = e.shr(e.add(upper, 0x20000), 18);
  const second = e.add(e.shl(e.sub(upper, e.shl(first, 18)), 6), e.ushr(lower, 26));
  const third = e.and(lower, 0x03ffffff);
  const float = (part: Expr, power: number): Expr => e.mul(e.cast(part, 'float32'), 2 ** power);
  const head = float(first, -12);
  const middle = float(second, -36);
  const neck = floatOf(e.and(bitsOf(middle), -0x2000));
  const tail = e.add(e.sub(middle, neck), float(third, -62));

  const [large, small] = [rounded(e.mul(head, HALF_PI_UPPER)), rounded(e.mul(neck, HALF_PI_UPPER))];
  const exact = rounded(e.add(large, small));
  const lost = e.add(e.sub(large, exact), small);
  const more = e.add(lost, e.add(e.mul(e.add(head, neck), HALF_PI_LOWER), e.mul(tail, Math.PI / 2)));
  const r = rounded(e.add(exact, more));
  return { r, rest: e.sub(e.sub(r, exact), more) };
}

/** `value`, or NaN where x is not finite. */
const finiteOnly = (x: Expr, value: Expr): Expr =>
  e.select(e.ge(magnitudeBits(x), INFINITY_BITS), NaN, value);

/** The largest float below 2048π. */
const LARGEST_MODERATE_BITS = 0x45c90fda;

/** Where sin, cos and tan take the values of this file. */
export const isLargeAngle = (x: Expr): Expr => e.gt(magnitudeBits(x), LARGEST_MODERATE_BITS);

export const sinLarge = /* @__PURE__ */ e.derived({
  name: 'sinLarge',
  js: Math.sin,
  cost: 2,
  rare: isLargeAngle,
  float32: (x) => {
    const { quadrant, r } = reduce(x);
    return finiteOnly(x, flipSign(sineOf(quadrant, r), x));
  },
});

export const cosLarge = /* @__PURE__ */ e.derived({
  name: 'cosLarge',
  js: Math.cos,
  cost: 2,
  rare: isLargeAngle,
  float32: (x) => {
    const { quadrant, r } = reduce(x);
    return finiteOnly(x, sineOf(e.add(quadrant, 1), r));
  },
});

export const tanLarge = /* @__PURE__ */ e.derived({
  name: 'tanLarge',
  js: Math.tan,
  cost: 2,
  rare: isLargeAngle,
  float32: (x) => {
    const { quadrant, r, rest } = reduce(x);
    return finiteOnly(x, flipSign(tangentOf(quadrant, r, rest), x));
  },
});
