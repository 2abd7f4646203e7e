/**
 * Decimal text of a double with a fixed number of digits, as C's and Python's `%.4f` and `%.4e` write it.
 *
 * Invariant: the exact binary value is rounded once, ties to even. JavaScript's `toFixed` and `toExponential` round once
 * too, but ties up (2.5 becomes "3"); more digits of the same value tell a tie.
 *
 * Reference: Python's format mini-language, https://docs.python.org/3/library/string.html#formatspec
 */

/** Digits that tell a tie: of all doubles only one that lies exactly between has a 5 and so many zeros. */
const BEYOND = 40;
/** The most that JavaScript gives. */
const MOST_DIGITS = 100;

/** A text that was rounded with ties up, rounded with ties to even; `longer` has the digits beyond. */
function tiesToEven(rounded: string, longer: string): string {
  const isTie = /^\.?50*$/.test(longer.slice(rounded.length));
  return isTie && Number(rounded.at(-1)) % 2 === 1 ? longer.slice(0, rounded.length) : rounded;
}

const signOf = (x: number): string => (x < 0 || Object.is(x, -0) ? '-' : '');

/** Python's spelling of what has no digits. */
export const nonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf');

/** `x` with `precision` digits after the point, as Python's `'{:.4f}'`. */
export function fixed(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const a = Math.abs(x);
  // From 1e21 on `toFixed` changes notation, and numbers are whole.
  if (a >= 1e21) return `${signOf(x)}${BigInt(a)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
  return signOf(x) + tiesToEven(a.toFixed(precision), a.toFixed(Math.min(precision + BEYOND, MOST_DIGITS)));
}

/** The exponent part of scientific notation: a sign and at least `digits` digits. */
export const exponentText = (exponent: number, digits = 2): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(digits, '0')}`;

/** `x` in scientific notation with `precision` digits after the point, as Python's `'{:.4e}'`. */
export function scientific(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const digitsOf = (count: number): string[] => Math.abs(x).toExponential(Math.min(count, MOST_DIGITS)).split('e');
  const [digits, exponent] = digitsOf(precision);
  const [longer, unrounded] = digitsOf(precision + BEYOND);
  // What was rounded to a power of ten ends in an even 0, which is not among its digits.
  const even = exponent === unrounded ? tiesToEven(digits, longer) : digits;
  return signOf(x) + even + exponentText(Number(exponent));
}
