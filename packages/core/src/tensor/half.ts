/**
 * Half-precision bits: float16 and bfloat16 from and to float32, rounding to nearest, ties to even.
 *
 * Reference: IEEE 754-2019, binary16; bfloat16 is the upper half of a binary32.
 */

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** The nearest bfloat16, as its bits. */
export function bfloat16Bits(x: number): number {
  f32[0] = x;
  const bits = u32[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays a NaN
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** The number that the bits of a bfloat16 stand for. */
export function bfloat16Value(bits: number): number {
  u32[0] = bits << 16;
  return f32[0];
}

/** The nearest float16, as its bits. */
export function float16Bits(x: number): number {
  f32[0] = x;
  const bits = u32[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude < 0x38800000) {
    f32[0] = Math.abs(f32[0]) + 0.5; // subnormal: where the last bit stands for 2^-24, as in the result
    return sign | (u32[0] - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The number that the bits of a float16 stand for. */
export function float16Value(bits: number): number {
  u32[0] = (bits & 0x7fff) << 13;
  const value = f32[0] * 2 ** 112; // its exponent is 112 less than a float32's
  const magnitude = value < 65536 ? value : value === 65536 ? Infinity : NaN;
  return bits & 0x8000 ? -magnitude : magnitude;
}
