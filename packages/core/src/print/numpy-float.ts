/**
 * NumPy's spelling of floats: one number by itself, and the numbers of an array, which share notation and alignment.
 *
 * An array's numbers are first printed as short as they go, at most `precision` digits after the point, to learn the
 * widths on either side of the point; then again, padded to those. Any number from 1e8 on, any below 1e-4, or a spread
 * of more than 1000 turns the whole array to exponents.
 *
 * Reference: FloatingFormat in numpy/core/arrayprint.py; format_positional and format_scientific in dragon4.c
 */
import { exponentText, nonFinite } from './decimal.js';
import { dragon4, FLOAT_FORMATS, type Digits, type FloatFormat } from './dragon4.js';

export type FloatDType = keyof typeof FLOAT_FORMATS;

/** A number's text on both sides of the point; the point itself is written between them. */
interface Sides {
  readonly left: string;
  readonly right: string;
}

const trimZeros = (digits: string): string => digits.replace(/0+$/, '');
const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

function positionalSides(x: number, { digits, exponent }: Digits): Sides {
  const sign = isNegative(x) ? '-' : '';
  if (exponent < 0) return { left: `${sign}0`, right: trimZeros('0'.repeat(-exponent - 1) + digits) };
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return { left: sign + whole, right: trimZeros(digits.slice(exponent + 1)) };
}

function scientificSides(x: number, { digits }: Digits): Sides {
  return { left: (isNegative(x) ? '-' : '') + digits.charAt(0), right: trimZeros(digits.slice(1)) };
}

/** One number by itself, as `str(numpy.float64(x))`: shortest digits, exponents from 1e16 on and below 1e-4. */
export function floatScalarText(x: number, dtype: FloatDType): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const shortest = dragon4(x, FLOAT_FORMATS[dtype]);
  const magnitude = Math.abs(x);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const { left, right } = scientificSides(x, shortest);
    return `${left}${right === '' ? '' : `.${right}`}${exponentText(shortest.exponent)}`;
  }
  const { left, right } = positionalSides(x, shortest);
  return `${left}.${right === '' ? '0' : right}`;
}

/** How the numbers of one array are printed, from those that will be shown. */
export function floatFormatter(shown: readonly number[], dtype: FloatDType, precision: number): (x: number) => string {
  const format = FLOAT_FORMATS[dtype];
  const finite = shown.filter(Number.isFinite);
  const style = usesExponents(finite, dtype)
    ? scientificStyle(finite, format, precision)
    : positionalStyle(finite, format, precision);

  // What is not finite stands right-aligned in the same width, which it may widen.
  const width = shown.reduce((w, x) => (Number.isFinite(x) ? w : Math.max(w, nonFinite(x).length)), style.width);
  return (x) => (Number.isFinite(x) ? style.text(x) : nonFinite(x)).padStart(width);
}

function usesExponents(finite: readonly number[], dtype: FloatDType): boolean {
  let largest = 0;
  let smallest = Infinity;
  for (const x of finite) {
    const magnitude = Math.abs(x);
    if (magnitude === 0) continue;
    largest = Math.max(largest, magnitude);
    smallest = Math.min(smallest, magnitude);
  }
  if (largest === 0) return false;
  // NumPy divides in the array's own type.
  const spread = dtype === 'float64' ? largest / smallest : Math.fround(largest / smallest);
  return largest >= 1e8 || smallest < 1e-4 || spread > 1000;
}

interface Style {
  readonly width: number;
  readonly text: (x: number) => string;
}

function positionalStyle(finite: readonly number[], format: FloatFormat, precision: number): Style {
  let padLeft = 0;
  let padRight = 0;
  for (const x of finite) {
    const { left, right } = positionalSides(x, dragon4(x, format, { after: 'point', max: precision }));
    padLeft = Math.max(padLeft, left.length);
    padRight = Math.max(padRight, right.length);
  }
  const text = (x: number): string => {
    // The digits before the point are all exact, even where fewer would tell the number from its neighbours.
    const { left, right } = positionalSides(x, dragon4(x, format, { after: 'point', min: 0, max: precision }));
    return `${left.padStart(padLeft)}.${right.padEnd(padRight)}`;
  };
  return { width: padLeft + 1 + padRight, text };
}

function scientificStyle(finite: readonly number[], format: FloatFormat, precision: number): Style {
  let padLeft = 0;
  let fraction = 0;
  let exponentDigits = 2;
  for (const x of finite) {
    const shortest = dragon4(x, format, { after: 'leading', max: precision });
    const { left, right } = scientificSides(x, shortest);
    padLeft = Math.max(padLeft, left.length);
    fraction = Math.max(fraction, right.length);
    exponentDigits = Math.max(exponentDigits, String(Math.abs(shortest.exponent)).length);
  }
  const text = (x: number): string => {
    // All numbers show as many digits as the longest; those beyond the shortest are the exact value's.
    const exact = dragon4(x, format, { after: 'leading', min: fraction, max: fraction });
    const { left, right } = scientificSides(x, exact);
    return `${left.padStart(padLeft)}.${right.padEnd(fraction, '0')}${exponentText(exact.exponent, exponentDigits)}`;
  };
  return { width: padLeft + 1 + fraction + 2 + exponentDigits, text };
}
