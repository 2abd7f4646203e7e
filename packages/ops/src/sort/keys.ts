/**
 * Keys: unsigned integers that order as the elements do, made from the elements' bits.
 *
 * Invariant: key(a) < key(b) exactly when a comes before b. -0 equals 0, and NaN comes after everything.
 *
 * Reference: M. Herf, Radix tricks (2001), for floats as sortable integers.
 */
import { type DType, type TypedArray } from '@sconce/core';

/** The keys of an array: `high`, and below it `low` where an element has more than 32 bits. */
export interface Keys {
  readonly high: Uint32Array;
  readonly low: Uint32Array | null;
  /** Bits of `high` that may differ. */
  readonly bits: number;
}

const wordsOf = (data: TypedArray, size: number): Uint32Array => new Uint32Array(data.buffer, data.byteOffset, size);

const SIGN = 0x80000000;
const LAST = 0xffffffff;

/** Keys of elements that fit one word. */
const single =
  (bits: number, key: (word: number) => number, read: (data: TypedArray) => ArrayLike<number> = (data) => data as unknown as ArrayLike<number>) =>
  (data: TypedArray): Keys => {
    const words = read(data);
    const high = new Uint32Array(data.length);
    for (let i = 0; i < high.length; i++) high[i] = key(words[i]);
    return { high, low: null, bits };
  };

/** A 16-bit float's key; `infinity` is the magnitude beyond which bits mean NaN. */
const half = (infinity: number) =>
  single(16, (word) => {
    const magnitude = word & 0x7fff;
    if (magnitude > infinity) return 0xffff;
    if (magnitude === 0) return 0x8000;
    return word > 0x7fff ? ~word & 0xffff : word | 0x8000;
  });

/** Signs are as likely as not, so they take no branch: all bits change below 0, the sign above. */
const float32Key = (word: number): number => {
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return LAST;
  if (magnitude === 0) return SIGN;
  return word ^ ((word >> 31) | SIGN);
};

/** Keys of two words; `key` gets the words of an element and stores its key. */
const double =
  (key: (low: number, high: number, i: number, keys: { high: Uint32Array; low: Uint32Array }) => void) =>
  (data: TypedArray): Keys => {
    const words = wordsOf(data, data.length * 2);
    const keys = { high: new Uint32Array(data.length), low: new Uint32Array(data.length) };
    for (let i = 0; i < data.length; i++) key(words[2 * i], words[2 * i + 1], i, keys);
    return { ...keys, bits: 32 };
  };

const KEYS: Readonly<Record<DType, (data: TypedArray) => Keys>> = {
  bool: /* @__PURE__ */ single(1, (x) => x),
  uint8: /* @__PURE__ */ single(8, (x) => x),
  int8: /* @__PURE__ */ single(8, (x) => x + 128),
  int32: /* @__PURE__ */ single(32, (x) => x ^ SIGN),
  float16: /* @__PURE__ */ half(0x7c00),
  bfloat16: /* @__PURE__ */ half(0x7f80),
  float32: /* @__PURE__ */ single(32, float32Key, (data) => wordsOf(data, data.length)),
  int64: /* @__PURE__ */ double((low, high, i, keys) => {
    keys.low[i] = low;
    keys.high[i] = high ^ SIGN;
  }),
  float64: /* @__PURE__ */ double((low, high, i, keys) => {
    const magnitude = high & 0x7fffffff;
    const isNaN = magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && low !== 0);
    const isZero = magnitude === 0 && low === 0;
    const negative = high >= SIGN;
    keys.low[i] = isNaN ? LAST : isZero ? 0 : negative ? ~low : low;
    keys.high[i] = isNaN ? LAST : isZero ? SIGN : negative ? ~high : high | SIGN;
  }),
};

/** The keys of all elements; inverted for a descending order, in which NaN comes first. */
export function keysOf(data: TypedArray, dtype: DType, descending: boolean): Keys {
  const { high, low, bits } = KEYS[dtype](data);
  const mask = bits === 32 ? LAST : 2 ** bits - 1;
  if (descending) {
    for (let i = 0; i < high.length; i++) high[i] ^= mask;
    if (low !== null) for (let i = 0; i < low.length; i++) low[i] = ~low[i];
  }
  return { high, low, bits };
}
