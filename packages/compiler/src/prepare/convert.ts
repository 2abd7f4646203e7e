/**
 * 16-bit floats as integer arithmetic on their bits, for targets whose registers hold none.
 *
 * Invariant: rounds to nearest, ties to even; NaN, infinities and subnormals survive, as in `@sconce/core`'s half.ts, also
 * on targets that take subnormal float32 for 0: no float that is computed with is one.
 *
 * Reference: IEEE 754-2019, binary16; F. Giesen, half to float done quickly (2012), for the subtraction of 2^-14.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';

type Half = 'float16' | 'bfloat16';

export const isHalf = (storage: string): storage is Half => storage.endsWith('float16');

/** Between the exponents of the two formats, as bits of a float32. */
const REBIAS = 112 << 23;
const ONE_EXPONENT = 1 << 23;

/** The float32 value of 16 bits in an int32. */
export function decodeBits(bits: Expr, half: Half): Expr {
  if (half === 'bfloat16') return e.bitcast(e.shl(bits, 16), 'float32');
  const sign = e.shl(e.and(bits, 0x8000), 16);
  const magnitude = e.shl(e.and(bits, 0x7fff), 13);
  const normal = e.add(magnitude, REBIAS);
  // A subnormal's digits behind a leading one, which is then taken off.
  const withOne = e.bitcast(e.add(magnitude, REBIAS + ONE_EXPONENT), 'float32');
  const subnormal = e.bitcast(e.sub(withOne, 2 ** -14), 'int32');
  const special = e.or(magnitude, 0x7f800000);
  const finite = e.select(e.lt(magnitude, ONE_EXPONENT), subnormal, normal);
  return e.bitcast(e.or(e.select(e.ge(magnitude, 0x0f800000), special, finite), sign), 'float32');
}

/** The 16 bits nearest to a float32 value, in an int32. */
export function encodeBits(x: Expr, half: Half): Expr {
  const bits = e.bitcast(x, 'int32');
  const magnitude = e.and(bits, 0x7fffffff);
  const isNaN = e.gt(magnitude, 0x7f800000);
  if (half === 'bfloat16') {
    const rounded = e.ushr(e.add(bits, e.add(0x7fff, e.and(e.ushr(bits, 16), 1))), 16);
    return e.select(isNaN, e.or(e.ushr(bits, 16), 0x40), rounded);
  }
  const sign = e.and(e.ushr(bits, 16), 0x8000);
  const normal = e.ushr(e.sub(e.add(magnitude, e.add(0xfff, e.and(e.ushr(magnitude, 13), 1))), 0x38000000), 13);
  // Adding 0.5 aligns the value to units of 2^-24; the addition rounds, and the low bits are the result.
  const tiny = e.sub(e.bitcast(e.add(e.bitcast(magnitude, 'float32'), 0.5), 'int32'), 0x3f000000);
  const finite = e.select(e.lt(magnitude, 0x38800000), tiny, normal);
  const bounded = e.select(e.ge(magnitude, 0x477ff000), 0x7c00, finite);
  return e.or(sign, e.select(isNaN, 0x7e00, bounded));
}
