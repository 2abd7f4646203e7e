/**
 * Quotients and remainders by constants of numbers that are never negative, as indices are made of: by a power of two a
 * shift and a mask, in lanes otherwise a product with the reciprocal.
 *
 * Invariant: exact. With x < 2²² the float x + ½ is exact, and (x + ½)/d is at least ½/d away from a whole number, more
 * than the two roundings can move it.
 *
 * Reference: Granlund & Montgomery, Division by Invariant Integers using Multiplication (PLDI 1994).
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { rangeOf } from '@sconce/compiler';
import type { Term, Terms } from './term.js';

const EXACT = 2 ** 22;

/** The constant that a number which is never negative is divided by; null where that is not what `x` is. */
function divisorOf(x: Expr): number | null {
  if ((x.op !== 'quot' && x.op !== 'rem') || x.dtype !== 'int32') return null;
  const [a, b] = x.args;
  const divisor = b.op === 'const' ? Number(b.value) : 0;
  return divisor > 0 && (rangeOf(a)?.[0] ?? -1) >= 0 ? divisor : null;
}

/** The same as a shift or a mask, where it is one. */
export function asBits(x: Expr): Expr {
  const divisor = divisorOf(x);
  if (divisor === null || (divisor & (divisor - 1)) !== 0) return x;
  return x.op === 'quot' ? e.ushr(x.args[0], Math.log2(divisor)) : e.and(x.args[0], divisor - 1);
}

/** Whether `quotientOf` computes it. */
export const hasReciprocal = (x: Expr): boolean => divisorOf(x) !== null && rangeOf(x.args[0])![1] < EXACT;

/** Of four numbers. */
export function quotientOf(t: Terms, x: Expr, numbers: Term): Term {
  const divisor = divisorOf(x)!;
  const middle = t.op('f32x4.add', t.op('f32x4.convert_i32x4_s', numbers), 0.5);
  const quotient = t.op('i32x4.trunc_sat_f32x4_s', t.op('f32x4.mul', middle, Math.fround(1 / divisor)));
  return x.op === 'quot' ? quotient : t.op('i32x4.sub', numbers, t.op('i32x4.mul', quotient, divisor));
}
