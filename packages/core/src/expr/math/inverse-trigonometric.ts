/**
 * asin, acos, atan and atan2 in simpler instructions.
 *
 * atan2 has one polynomial for the quotient of the smaller by the larger of |y| and |x|, and turns it into the octant.
 * asin has one on |x| ≤ ½, and beyond uses asin x = π/2 − 2·asin √((1 − x)/2).
 *
 * Invariant: float32, at most 2 ulp. ±0 keeps its sign; atan2 of zeros and infinities as in IEEE 754.
 *
 * Reference: Cody & Waite, Software Manual for the Elementary Functions (1980), chapters 10 and 11; C99 annex F.9.1.
 */
import * as e from '../build.js';
import type { Expr } from '../expr.js';
import {
  bitsOf,
  horner,
  INFINITY_BITS,
  isNaNBits,
  magnitudeBits,
  oddPolynomial,
  rounded,
  upperHalf,
  withSignOf,
} from './parts.js';

/** (atan t − t)/t³ in t², on |t| ≤ 1 */
const ATAN = [
  -0.333332986, 0.19998531, -0.142640531, 0.109511904, -0.0840054005, 0.0579079129, -0.0311285611, 0.0108882776,
  -0.00178776553,
];
/** (asin t − t)/t³ in t², on |t| ≤ ½ */
const ASIN = [0.166667521, 0.0749530718, 0.0454696119, 0.0241817906, 0.0421644188];

const HALF_PI = Math.PI / 2;
/** What float32 loses of π/2. */
const HALF_PI_LOWER = HALF_PI - Math.fround(HALF_PI);

/** In place of a divisor 0. */
const SMALLEST = 2 ** -126;

/** π/2 − t */
const complement = (t: Expr): Expr => e.sub(HALF_PI, e.sub(t, HALF_PI_LOWER));

export const atan = /* @__PURE__ */ e.derived({
  name: 'atan',
  js: Math.atan,
  cost: 32,
  float32: (x) => {
    const a = e.abs(x);
    const steep = e.gt(a, 1);
    const t = oddPolynomial(e.select(steep, e.div(1, a), a), ATAN);
    return withSignOf(e.select(steep, complement(t), t), x);
  },
});

export const atan2 = /* @__PURE__ */ e.derived({
  name: 'atan2',
  arity: 2,
  js: Math.atan2,
  cost: 52,
  float32: (y, x) => {
    const [ay, ax] = [e.abs(y), e.abs(x)];
    const steep = e.gt(ay, ax);
    const larger = e.select(steep, ay, ax);
    const quotient = e.div(e.select(steep, ax, ay), larger);
    // 0/0 counts as 0 and inf/inf as 1.
    const bits = bitsOf(larger);
    const bothInfinite = e.and(e.eq(magnitudeBits(x), INFINITY_BITS), e.eq(magnitudeBits(y), INFINITY_BITS));
    const ratio = e.select(e.eq(bits, 0), 0, e.select(bothInfinite, 1, quotient));
    const t = oddPolynomial(ratio, ATAN);
    const acute = e.select(steep, complement(t), t);
    const value = e.select(e.lt(bitsOf(x), 0), e.sub(Math.PI, e.sub(acute, 2 * HALF_PI_LOWER)), acute);
    return e.select(e.or(isNaNBits(x), isNaNBits(y)), e.add(x, y), withSignOf(value, y));
  },
});

/**
 * Beyond ½, π/2 − 2·asin s with s = √z: s is taken apart into 12 bits, which leave π/2 exactly, and a correction that
 * includes what the root lost in rounding.
 */
export const asin = /* @__PURE__ */ e.derived({
  name: 'asin',
  js: Math.asin,
  cost: 26,
  float32: (x) => {
    const a = e.abs(x);
    const outer = e.gt(a, 0.5);
    const z = e.select(outer, e.mul(e.sub(1, a), 0.5), e.mul(a, a));
    const s = e.select(outer, e.sqrt(z), a);
    const more = e.mul(e.mul(s, z), horner(z, ASIN));
    const head = upperHalf(s);
    const tail = e.div(e.sub(z, rounded(e.mul(head, head))), e.max(e.add(s, head), SMALLEST));
    const twice = e.sub(e.add(more, tail), HALF_PI_LOWER / 2);
    const far = e.sub(e.sub(HALF_PI, e.add(head, head)), e.add(twice, twice));
    return withSignOf(e.select(outer, far, e.add(s, more)), x);
  },
});

/** asin of √((1 − a)/2) where a > ½, and of a elsewhere, for a = |x|. */
function halfAngle(a: Expr): { outer: Expr; angle: Expr } {
  const outer = e.gt(a, 0.5);
  const t = e.select(outer, e.sqrt(e.mul(e.sub(1, a), 0.5)), a);
  return { outer, angle: oddPolynomial(t, ASIN) };
}

export const acos = /* @__PURE__ */ e.derived({
  name: 'acos',
  js: Math.acos,
  cost: 30,
  float32: (x) => {
    const { outer, angle } = halfAngle(e.abs(x));
    const negative = e.lt(bitsOf(x), 0);
    const twice = e.add(angle, angle);
    const far = e.select(negative, e.sub(Math.PI, e.sub(twice, 2 * HALF_PI_LOWER)), twice);
    return e.select(outer, far, complement(withSignOf(angle, x)));
  },
});
