/**
 * Simplifying expressions: index arithmetic through linear forms, comparisons through ranges, and the identities that
 * hold for every float (x·1, x/1, both sides of a select equal). x + 0 and x·0 are no identities for floats.
 *
 * Invariant: the result is interned, equals its argument for every value of the axes, and simplifying again changes nothing.
 */
import { applyInstruction, constant, rowOf, withArgs, type Expr, type Instruction } from '@sconce/core';
import * as e from '@sconce/core/e';
import { Interner } from './intern.js';
import { divide, fromLinear, linearOf, rangeOfLinear } from './linear.js';
import { rangeOf } from './range.js';

const isConst = (x: Expr, value?: number): x is Expr & { op: 'const' } =>
  x.op === 'const' && (value === undefined || Number(x.value) === value);

/** A function that brings expressions to their simplest form. */
export function simplifier(interner = new Interner()): (x: Expr) => Expr {
  const done = new Map<Expr, Expr>();

  const simplify = (x: Expr): Expr => {
    let y = done.get(x);
    if (y === undefined) {
      y = interner.intern(rules(interner.intern(withArgs(x, x.args.map(simplify)))));
      done.set(x, y);
      done.set(y, y);
    }
    return y;
  };

  const rules = (x: Expr): Expr => {
    const row = rowOf(x);
    if (row === undefined) return x;
    if (x.args.every((a) => a.op === 'const')) return fold(row, x);
    if (x.dtype === 'int32' && (x.op === 'add' || x.op === 'sub' || x.op === 'mul' || x.op === 'neg')) {
      return fromLinear(linearOf(x), interner);
    }
    if (x.dtype === 'int32' && (x.op === 'quot' || x.op === 'rem')) return quotients(x);
    if (row.result === 'bool' && x.args[0].dtype === 'int32') return compared(row, x);
    return identities(x);
  };

  const fold = (row: Instruction, x: Expr): Expr => {
    const values = x.args.map((a) => (a as Expr & { op: 'const' }).value);
    return constant(applyInstruction(row, values, x.args[x.args.length - 1].dtype, x.dtype), x.dtype);
  };

  const quotients = (x: Expr): Expr => {
    const [a, d] = x.args;
    if (!isConst(d) || Number(d.value) <= 0) return x;
    const parts = divide(a, Number(d.value), interner);
    if (parts === null) return x;
    return fromLinear(x.op === 'quot' ? parts.quot : parts.rem, interner);
  };

  /** A comparison that the range of its difference decides; which side is greater, where neither wraps around. */
  const compared = (row: Instruction, x: Expr): Expr => {
    const [a, b] = x.args;
    if (x.op !== 'eq' && x.op !== 'ne' && (rangeOf(a) === null || rangeOf(b) === null)) return x;
    const difference = rangeOfLinear(linearOf(interner.intern(fromLinear(linearOf(e.sub(a, b)), interner))));
    if (difference === null) return x;
    const [lo, hi] = difference;
    // What it says at both ends, and of 0 or what is next to it, it says of all between.
    const verdicts = [lo, hi, Math.min(Math.max(lo, 0), hi)].map((d) => applyInstruction(row, [d, 0], 'int32', 'bool'));
    return verdicts.every((v) => v === verdicts[0]) ? constant(verdicts[0], 'bool') : x;
  };

  /** An integer minimum or maximum that the ranges decide. */
  const bounded = (x: Expr): Expr => {
    const [a, b] = x.op === 'min' ? x.args : [x.args[1], x.args[0]];
    const [r, s] = [rangeOf(a), rangeOf(b)];
    if (r === null || s === null) return x;
    if (r[1] <= s[0]) return x.args[0];
    return s[1] <= r[0] ? x.args[1] : x;
  };

  const identities = (x: Expr): Expr => {
    const [a, b, c] = x.args;
    switch (x.op) {
      case 'mul':
        return isConst(b, 1) ? a : isConst(a, 1) ? b : x;
      case 'div':
        return isConst(b, 1) ? a : x;
      case 'sub':
        return isConst(b, 0) && !Object.is((b as { value?: number }).value, -0) ? a : x;
      case 'select':
        if (isConst(a)) return Number(a.value) !== 0 ? b : c;
        return b === c ? b : x;
      case 'and':
      case 'or': {
        if (x.dtype !== 'bool') return x;
        const deciding = x.op === 'or' ? 1 : 0;
        if (isConst(a)) return isConst(a, deciding) ? a : b;
        if (isConst(b)) return isConst(b, deciding) ? b : a;
        return a === b ? a : x;
      }
      case 'min':
      case 'max':
        return x.dtype === 'int32' ? bounded(x) : x;
      case 'neg':
        return a.op === 'neg' ? a.args[0] : x;
      case 'cast':
        return a.dtype === x.dtype ? a : x;
      default:
        return x;
    }
  };

  return simplify;
}
