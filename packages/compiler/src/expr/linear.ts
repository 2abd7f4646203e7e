/**
 * Linear forms: an int32 expression as a constant plus a sum of coefficients times atoms. Index arithmetic of views is
 * linear except for quotients and remainders, and those mostly vanish once their operand is split into the part that the
 * divisor divides and the rest.
 *
 * Invariant: a linear form equals its expression modulo 2^32; quotients and remainders are split only where ranges prove
 * that nothing wraps and nothing is negative.
 *
 * Reference: tinygrad's symbolic shape algebra; Pugh, The Omega Test (1991), for the normal form.
 */
import type { Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import type { Interner } from './intern.js';
import { memoized } from './memoized.js';
import { rangeOf, type Range } from './range.js';

export interface Linear {
  readonly constant: number;
  /** Coefficient of each atom; no zeros. */
  readonly terms: ReadonlyMap<Expr, number>;
}

const wrap = (n: number): number => n | 0;

const linearConst = (constant: number): Linear => ({ constant, terms: new Map() });

/** The linear form of an expression whose children are simplified. */
export const linearOf: (x: Expr) => Linear = /* @__PURE__ */ memoized(linearise);

function linearise(x: Expr): Linear {
  if (x.op === 'const') return linearConst(Number(x.value));
  if (x.op === 'add') return combine(linearOf(x.args[0]), linearOf(x.args[1]), 1);
  if (x.op === 'sub') return combine(linearOf(x.args[0]), linearOf(x.args[1]), -1);
  if (x.op === 'neg') return scale(linearOf(x.args[0]), -1);
  if (x.op === 'mul') {
    const [a, b] = x.args;
    if (b.op === 'const') return scale(linearOf(a), Number(b.value));
    if (a.op === 'const') return scale(linearOf(b), Number(a.value));
  }
  return { constant: 0, terms: new Map([[x, 1]]) };
}

function scale(a: Linear, by: number): Linear {
  const terms = new Map<Expr, number>();
  for (const [atom, k] of a.terms) {
    const c = Math.imul(k, by);
    if (c !== 0) terms.set(atom, c);
  }
  return { constant: Math.imul(a.constant, by), terms };
}

function combine(a: Linear, b: Linear, sign: 1 | -1): Linear {
  const terms = new Map(a.terms);
  for (const [atom, k] of b.terms) {
    const c = wrap((terms.get(atom) ?? 0) + sign * k);
    if (c === 0) terms.delete(atom);
    else terms.set(atom, c);
  }
  return { constant: wrap(a.constant + sign * b.constant), terms };
}

/** x - quot(x, c)·c stands as rem(x, c) and back: k·c·quot(x, c) + k·rem(x, c) is k·x. */
function rejoin(a: Linear): Linear {
  for (const [atom, k] of a.terms) {
    if (atom.op !== 'rem' || atom.args[1].op !== 'const') continue;
    const c = Number(atom.args[1].value);
    for (const [other, l] of a.terms) {
      if (other.op !== 'quot' || other.args[0] !== atom.args[0] || other.args[1] !== atom.args[1] || l !== k * c) continue;
      const terms = new Map(a.terms);
      terms.delete(atom);
      terms.delete(other);
      return rejoin(combine({ constant: a.constant, terms }, scale(linearOf(atom.args[0]), k), 1));
    }
  }
  return a;
}

/** The canonical expression of a linear form: terms by interned identity, the constant last. */
export function fromLinear(form: Linear, interner: Interner): Expr {
  const a = rejoin(form);
  const make = (x: Expr): Expr => interner.intern(x);
  const number = (n: number): Expr => make(e.const(n, 'int32'));
  let sum: Expr | null = null;
  for (const [atom, k] of [...a.terms].sort((p, q) => interner.idOf(p[0]) - interner.idOf(q[0]))) {
    const term = k === 1 ? atom : make(e.mul(atom, number(k)));
    sum = sum === null ? term : make(e.add(sum, term));
  }
  if (sum === null) return number(a.constant);
  return a.constant === 0 ? sum : make(e.add(sum, number(a.constant)));
}

/** The least and the greatest value of a linear form. */
export function rangeOfLinear(a: Linear): Range {
  let lo = a.constant;
  let hi = a.constant;
  for (const [atom, k] of a.terms) {
    const r = rangeOf(atom);
    if (r === null) return null;
    lo += Math.min(k * r[0], k * r[1]);
    hi += Math.max(k * r[0], k * r[1]);
  }
  return lo >= -(2 ** 31) && hi < 2 ** 31 ? [lo, hi] : null;
}

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

/** The part that c divides, over c, and the rest. */
function split(a: Linear, c: number): { whole: Linear; rest: Linear } {
  const whole = new Map<Expr, number>();
  const rest = new Map<Expr, number>();
  for (const [atom, k] of a.terms) {
    if (k % c === 0) whole.set(atom, k / c);
    else rest.set(atom, k);
  }
  const floor = Math.floor(a.constant / c);
  return { whole: { constant: floor, terms: whole }, rest: { constant: a.constant - floor * c, terms: rest } };
}

/** quot(x, c) and rem(x, c) for a constant c > 0, split as far as ranges allow; null when nothing can be said. */
export function divide(x: Expr, c: number, interner: Interner): { quot: Linear; rem: Linear } | null {
  const a = linearOf(x);
  const range = rangeOfLinear(a);
  if (range === null || range[0] < 0) return null;
  const { whole, rest } = split(a, c);
  const r = rangeOfLinear(rest);
  if (r === null || r[0] < 0) return null;
  if (r[1] < c) return { quot: whole, rem: rest };
  // A common factor g of the rest: (g·y + k) over (g·d) is y over d, as 0 <= k < g.
  let g = c;
  for (const k of rest.terms.values()) g = gcd(k, g);
  const k = rest.constant % g;
  const y = fromLinear(
    { constant: (rest.constant - k) / g, terms: new Map([...rest.terms].map(([atom, n]) => [atom, n / g])) },
    interner,
  );
  const d = interner.intern(e.const(c / g, 'int32'));
  const atomOf = (op: 'quot' | 'rem'): Linear => linearOf(interner.intern(nested(op, y, d, interner)));
  return {
    quot: combine(whole, atomOf('quot'), 1),
    rem: combine(scale(atomOf('rem'), g), linearConst(k), 1),
  };
}

/** quot(quot(x, a), b) is quot(x, a·b). */
function nested(op: 'quot' | 'rem', y: Expr, d: Expr, interner: Interner): Expr {
  if (op === 'quot' && y.op === 'quot' && y.args[1].op === 'const' && d.op === 'const') {
    const both = Number(y.args[1].value) * Number(d.value);
    if (both < 2 ** 31) return e.quot(y.args[0], interner.intern(e.const(both, 'int32')));
  }
  return op === 'quot' ? e.quot(y, d) : e.rem(y, d);
}
