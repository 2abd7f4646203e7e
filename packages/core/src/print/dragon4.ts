/**
 * Dragon4: the shortest decimal digits that tell a float from its neighbours of the same type.
 *
 * The value is a fraction of big integers; digits come off by long division until what is left is closer to the value
 * than half the gap to a neighbour, or until a cutoff. `min` and `max` cutoffs may ask for more or fewer digits; then
 * the exact value is rounded, ties to even. Invariant: `value` is representable in `format`, so float32 values give
 * float32 digits (0.1, not 0.10000000149011612).
 *
 * Reference: Steele and White, "How to print floating-point numbers accurately" (1990); numpy/core/src/multiarray/dragon4.c
 */

/** A finite double as an exact fraction: |x| = mantissa · 2^exponent. */
export interface BinaryParts {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
}

const FRACTION_BITS = 52n;
const BIAS = 1075;

const bits = new DataView(new ArrayBuffer(8));

/** Takes a finite double apart; the sign of zero is kept. */
export function binaryParts(x: number): BinaryParts {
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> FRACTION_BITS) & 0x7ffn);
  const fraction = word & ((1n << FRACTION_BITS) - 1n);
  return {
    negative: word >> 63n === 1n,
    mantissa: biased === 0 ? fraction : fraction | (1n << FRACTION_BITS),
    exponent: Math.max(biased, 1) - BIAS,
  };
}

/** A binary float type: bits of precision, and the exponent of its smallest step. */
export interface FloatFormat {
  readonly precisionBits: number;
  readonly minExponent: number;
}

export const FLOAT_FORMATS = {
  float64: { precisionBits: 53, minExponent: -1074 },
  float32: { precisionBits: 24, minExponent: -149 },
  float16: { precisionBits: 11, minExponent: -24 },
  bfloat16: { precisionBits: 8, minExponent: -133 },
} as const satisfies Record<string, FloatFormat>;

/** How many digits to give after the point, or after the leading digit: at least `min`, at most `max`. */
export interface Cutoff {
  readonly after: 'point' | 'leading';
  readonly min?: number;
  readonly max?: number;
}

/** d.ddd · 10^exponent. */
export interface Digits {
  readonly digits: string;
  readonly exponent: number;
}

/** The digits of |value|. */
export function dragon4(value: number, format: FloatFormat, cutoff: Cutoff = { after: 'leading' }): Digits {
  if (value === 0) return { digits: '0', exponent: 0 };
  const { remainder, scale: unscaled, marginLow, marginHigh, even, leading } = scaled(value, format);
  const origin = cutoff.after === 'point' ? 0 : leading;
  const enough = origin - (cutoff.min ?? -Infinity);
  const last = origin - (cutoff.max ?? Infinity);
  // A value that begins beyond the cutoff still rounds to a digit there, 0 or 1.
  const start = Math.max(leading, last);

  const scale = unscaled * 10n ** BigInt(start - leading);
  let rest = remainder;
  let low = marginLow;
  let high = marginHigh;
  let digits = '';
  for (let position = start; ; position--) {
    const digit = rest / scale;
    rest %= scale;
    const nearBelow = even ? rest <= low : rest < low;
    const nearAbove = even ? rest + high >= scale : rest + high > scale;
    if (((nearBelow || nearAbove) && position <= enough) || position === last) {
      const down = nearBelow === nearAbove ? roundsDown(rest * 2n, scale, digit) : nearBelow;
      return down ? { digits: digits + digit.toString(), exponent: start } : increment(digits, digit, start);
    }
    digits += digit.toString();
    rest *= 10n;
    low *= 10n;
    high *= 10n;
  }
}

interface Scaled {
  /** value / 10^leading = remainder / scale, in [1, 10). */
  readonly remainder: bigint;
  readonly scale: bigint;
  /** Half the gaps to the neighbours below and above, over the same scale. */
  readonly marginLow: bigint;
  readonly marginHigh: bigint;
  /** Readers round ties to even, so an even mantissa owns its interval's ends. */
  readonly even: boolean;
  readonly leading: number;
}

function scaled(value: number, { precisionBits, minExponent }: FloatFormat): Scaled {
  const parts = binaryParts(value);
  const length = parts.mantissa.toString(2).length;
  // The exponent of one unit in the last place of this format, and the mantissa counted in such units.
  const exponent = Math.max(parts.exponent + length - precisionBits, minExponent);
  const shift = parts.exponent - exponent;
  const mantissa = shift >= 0 ? parts.mantissa << BigInt(shift) : parts.mantissa >> BigInt(-shift);

  // Everything is counted in quarter units, since just above a power of two the gap below is half as wide.
  const powerOfTwo = mantissa === 1n << BigInt(precisionBits - 1) && exponent > minExponent;
  const unit = exponent > 0 ? 1n << BigInt(exponent) : 1n;
  let scale = 4n * (exponent < 0 ? 1n << BigInt(-exponent) : 1n);
  let remainder = 4n * mantissa * unit;
  let marginLow = powerOfTwo ? unit : 2n * unit;
  let marginHigh = 2n * unit;

  let leading = Math.floor(Math.log10(Math.abs(value)));
  if (leading > 0) scale *= 10n ** BigInt(leading);
  if (leading < 0) {
    const up = 10n ** BigInt(-leading);
    remainder *= up;
    marginLow *= up;
    marginHigh *= up;
  }
  // The logarithm may be off by one next to a power of ten.
  if (remainder >= 10n * scale) {
    scale *= 10n;
    leading += 1;
  } else if (remainder < scale) {
    remainder *= 10n;
    marginLow *= 10n;
    marginHigh *= 10n;
    leading -= 1;
  }
  return { remainder, scale, marginLow, marginHigh, even: mantissa % 2n === 0n, leading };
}

const roundsDown = (twiceRest: bigint, scale: bigint, digit: bigint): boolean =>
  twiceRest < scale || (twiceRest === scale && digit % 2n === 0n);

/** Adds one in the last place; nines carry and drop off. */
function increment(digits: string, last: bigint, exponent: number): Digits {
  if (last < 9n) return { digits: digits + (last + 1n).toString(), exponent };
  const kept = digits.replace(/9+$/, '');
  if (kept === '') return { digits: '1', exponent: exponent + 1 };
  return { digits: kept.slice(0, -1) + String(Number(kept.at(-1)) + 1), exponent };
}
