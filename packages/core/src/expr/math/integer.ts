/**
 * Integer instructions in simpler ones.
 *
 * Invariant: sums and products wrap around, so each half-word product below is exact as 32 unsigned bits.
 *
 * Reference: Warren, Hacker's Delight (2012), section 8-2.
 */
import * as e from '../build.js';
import * as js from './scalar.js';

/** The upper 32 bits of the product of two unsigned 32-bit integers, from four products of half-words. */
export const umulhi = /* @__PURE__ */ e.derived({
  name: 'umulhi',
  arity: 2,
  js: js.upperProduct,
  cost: 16,
  int32: (a, b) => {
    const [aLow, aHigh] = [e.and(a, 0xffff), e.ushr(a, 16)];
    const [bLow, bHigh] = [e.and(b, 0xffff), e.ushr(b, 16)];
    const low = e.ushr(e.mul(aLow, bLow), 16);
    const first = e.add(e.mul(aHigh, bLow), low);
    const second = e.add(e.mul(aLow, bHigh), e.and(first, 0xffff));
    return e.add(e.mul(aHigh, bHigh), e.add(e.ushr(first, 16), e.ushr(second, 16)));
  },
});
