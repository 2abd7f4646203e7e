/**
 * Decimal text of a double with a fixed number of digits, as C's and Python's `%.4f` and `%.4e` write it.
 *
 * Invariant: the exact binary value is rounded once, ties to even. JavaScript's `toFixed` and `toExponential` round ties
 * up (2.5 becomes "3") and change notation at 1e21, so digits come from integer arithmetic on the value's exact fraction.
 *
 * Reference: Python's format mini-language, https://docs.python.org/3/library/string.html#formatspec
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

/** numerator / denominator, rounded to the nearest integer, ties to even. */
function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** |x| · 10^power, rounded to an integer. */
function scaledInteger({ mantissa, exponent }: BinaryParts, power: number): bigint {
  const up = (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (power > 0 ? 10n ** BigInt(power) : 1n);
  const down = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * (power < 0 ? 10n ** BigInt(-power) : 1n);
  return divideHalfEven(mantissa * up, down);
}

/** Python's spelling of what has no digits. */
export const nonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf');

/** `x` with `precision` digits after the point, as Python's `'{:.4f}'`. */
export function fixed(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const parts = binaryParts(x);
  const digits = scaledInteger(parts, precision).toString().padStart(precision + 1, '0');
  const point = digits.length - precision;
  const fraction = precision > 0 ? `.${digits.slice(point)}` : '';
  return `${parts.negative ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

/** The exponent part of scientific notation: a sign and at least `digits` digits. */
export const exponentText = (exponent: number, digits = 2): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(digits, '0')}`;

/** `x` in scientific notation with `precision` digits after the point, as Python's `'{:.4e}'`. */
export function scientific(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const parts = binaryParts(x);
  // The estimate may be one too high or too low; then the digits have the wrong count.
  let exponent = x === 0 ? 0 : Math.floor(Math.log10(Math.abs(x)));
  let digits = scaledInteger(parts, precision - exponent).toString();
  while (x !== 0 && digits.length !== precision + 1) {
    exponent += digits.length > precision + 1 ? 1 : -1;
    digits = scaledInteger(parts, precision - exponent).toString();
  }
  digits = digits.padEnd(precision + 1, '0');
  const fraction = precision > 0 ? `.${digits.slice(1)}` : '';
  return `${parts.negative ? '-' : ''}${digits.charAt(0)}${fraction}${exponentText(exponent)}`;
}
