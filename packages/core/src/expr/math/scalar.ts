/**
 * The JavaScript meaning of the instructions that `Math` does not have.
 *
 * Invariant: exact for integers of every width (int64 arrives as bigint), and float64-accurate for floats.
 *
 * Reference: C99 annex F for the special cases of pow; `special.ts` for the error and gamma functions.
 */
import type { Value } from '../instructions.js';

export { digamma, erf, erfc, erfinv, lgamma } from './special.js';

const isBig = (x: Value): x is bigint => typeof x === 'bigint';

// ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Products of two int32 exceed 2^53; their low bits are Math.imul's. Floats that large are exact in neither way. */
export function multiply(a: number, b: number, dtype?: string): number {
  return dtype === 'int32' ? Math.imul(a, b) : a * b;
}

export const absolute = (a: Value): Value => (isBig(a) ? (a < 0n ? -a : a) : Math.abs(a));

export const minimum = (a: number, b: number): number => (isBig(a) ? (a < b ? a : b) : Math.min(a, b));
export const maximum = (a: number, b: number): number => (isBig(a) ? (a > b ? a : b) : Math.max(a, b));

export function nearest(x: number): number {
  const floor = Math.floor(x);
  const gap = x - floor;
  const up = gap > 0.5 || (gap === 0.5 && floor % 2 !== 0);
  return up ? floor + 1 || x * 0 : floor; // a negative x gives −0
}

export const not = (a: Value, dtype?: string): Value => (isBig(a) ? ~a : dtype === 'bool' ? 1 - a : ~a);
export const logicalShift = (a: Value, b: Value): Value =>
  isBig(a) ? BigInt.asUintN(64, a) >> BigInt(b) : Number(a) >>> Number(b);
export const upperProduct = (a: number, b: number): number =>
  Number((BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n) | 0;

// ── exponentials ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const exp2 = (x: number): number => 2 ** x;
export const log2 = (x: number): number => Math.log2(x);

export function sigmoid(x: number): number {
  const t = Math.exp(-Math.abs(x));
  return (x < 0 ? t : 1) / (1 + t);
}

/** Integers wrap around and take only exponents from 0 (below 0: the truncated value). Floats follow C99. */
export function power(a: Value, b: Value, dtype?: string): Value {
  if (isBig(a) && isBig(b)) return wrappingPower(a, b, 64);
  const [x, y] = [Number(a), Number(b)];
  if (dtype === 'int32') return Number(wrappingPower(BigInt(x), BigInt(y), 32));
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1; // where ECMAScript says NaN
  return x ** y;
}

function wrappingPower(base: bigint, exponent: bigint, width: number): bigint {
  if (exponent < 0n) return base === 1n || (base === -1n && exponent % 2n === 0n) ? 1n : base === -1n ? -1n : 0n;
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(width, result * square);
    square = BigInt.asIntN(width, square * square);
  }
  return result;
}
