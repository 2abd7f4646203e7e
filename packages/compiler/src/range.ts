/**
 * Ranges: the least and greatest value that an int32 expression can take, from the extents of its axes.
 *
 * Invariant: a range is a promise about the exact integer result; where the result may wrap, or comes from data, there is
 * no range (null), and nothing may be concluded.
 */
import type { Expr } from '@sconce/core';

/** The least and the greatest value of an integer expression. */
export type Range = readonly [number, number] | null;

const LIMIT = 2 ** 31;
/** What any int32 is within, also one that wrapped or comes from data. */
const ANY = [-LIMIT, LIMIT - 1] as const;
const within = (lo: number, hi: number): Range => (lo >= -LIMIT && hi < LIMIT ? [lo, hi] : null);

const cache = new WeakMap<Expr, { readonly range: Range }>();

/** The range of an integer expression, as far as its structure tells. */
export function rangeOf(x: Expr): Range {
  let entry = cache.get(x);
  if (entry === undefined) cache.set(x, (entry = { range: compute(x) }));
  return entry.range;
}

function compute(x: Expr): Range {
  if (x.dtype !== 'int32') return null;
  if (x.op === 'const') return within(Number(x.value), Number(x.value));
  if (x.op === 'axis') return [0, Math.max(x.axis.extent - 1, 0)];
  // Of one place it is not said that the index is 0: what follows from that would leave the check out.
  if (x.op === 'check') return [0, Math.max(x.check.size - 1, 1)];
  if (x.op === 'load') return x.storage === 'uint8' ? [0, 255] : x.storage === 'int8' ? [-128, 127] : null;
  if (x.op === 'cast' && x.args[0].dtype === 'bool') return [0, 1];
  if (x.op === 'select') return union(rangeOf(x.args[1]), rangeOf(x.args[2]));
  const a = x.args.length > 0 ? rangeOf(x.args[0]) : null;
  const b = x.args.length > 1 ? rangeOf(x.args[1]) : null;
  if (x.op === 'min' || x.op === 'max') return joined(x.op, a ?? ANY, b ?? ANY);
  if (a === null) return null;
  if (x.op === 'neg') return within(-a[1], -a[0]);
  if (x.op === 'abs') return a[0] >= 0 ? a : within(0, Math.max(-a[0], a[1]));
  if (b === null) return null;
  switch (x.op) {
    case 'add':
      return within(a[0] + b[0], a[1] + b[1]);
    case 'sub':
      return within(a[0] - b[1], a[1] - b[0]);
    case 'mul': {
      const ends = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
      return within(Math.min(...ends), Math.max(...ends));
    }
    case 'quot':
      return b[0] === b[1] && b[0] > 0 ? [Math.trunc(a[0] / b[0]), Math.trunc(a[1] / b[0])] : null;
    case 'rem':
      return b[0] === b[1] && b[0] > 0 ? [a[0] >= 0 ? 0 : 1 - b[0], a[1] < 0 ? 0 : Math.min(b[0] - 1, Math.max(a[1], 0))] : null;
    default:
      return null;
  }
}

const joined = (op: 'min' | 'max', a: readonly [number, number], b: readonly [number, number]): Range => [Math[op](a[0], b[0]), Math[op](a[1], b[1])];

const union = (a: Range, b: Range): Range => (a === null || b === null ? null : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]);
