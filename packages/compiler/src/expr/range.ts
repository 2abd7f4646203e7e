/**
 * Ranges: the least and greatest value that an int32 expression can take, from the extents of its axes.
 *
 * Invariant: a range is a promise about the exact integer result; where the result may wrap, or comes from data, there is
 * no range (null), and nothing may be concluded.
 */
import { rowOf, type Expr } from '@sconce/core';
import { memoized } from './memoized.js';

/** The least and the greatest value of an integer expression. */
export type Range = readonly [number, number] | null;

const LIMIT = 2 ** 31;
/** What any int32 is within, also one that wrapped or comes from data. */
const ANY = [-LIMIT, LIMIT - 1] as const;
/** The other operand of an instruction that has none. */
const ZERO = [0, 0] as const;
const within = (lo: number, hi: number): Range => (lo >= -LIMIT && hi < LIMIT ? [lo, hi] : null);

/** Instructions that are least and greatest where their operands are. */
const AT_ENDS = new Set(['add', 'sub', 'mul', 'quot', 'neg', 'min', 'max']);

/** The range of an integer expression, as far as its structure tells. */
export const rangeOf: (x: Expr) => Range = /* @__PURE__ */ memoized(compute);

function compute(x: Expr): Range {
  if (x.dtype !== 'int32') return null;
  if (x.op === 'const') return within(Number(x.value), Number(x.value));
  if (x.op === 'axis') return [0, Math.max(x.axis.extent - 1, 0)];
  // Of one place it is not said that the index is 0: what follows from that would leave the check out.
  if (x.op === 'check') return [0, Math.max(x.check.size - 1, 1)];
  if (x.op === 'load') return x.storage === 'uint8' ? [0, 255] : x.storage === 'int8' ? [-128, 127] : null;
  if (x.op === 'cast' && x.args[0].dtype === 'bool') return [0, 1];
  if (x.op === 'select') return union(rangeOf(x.args[1]), rangeOf(x.args[2]));
  const known = x.op === 'min' || x.op === 'max' ? ANY : null;
  const [a, b = ZERO] = x.args.map((y) => rangeOf(y) ?? known);
  if (!a || !b) return null;
  if (x.op === 'abs') return within(Math.max(a[0], 0), Math.max(-a[0], a[1]));
  if ((x.op === 'quot' || x.op === 'rem') && (b[0] !== b[1] || b[0] <= 0)) return null;
  if (x.op === 'rem') return [a[0] >= 0 ? 0 : 1 - b[0], a[1] < 0 ? 0 : Math.min(b[0] - 1, Math.max(a[1], 0))];
  if (!AT_ENDS.has(x.op)) return null;
  const value = rowOf(x)!.js as (p: number, q: number) => number;
  const ends = a.flatMap((p) => b.map((q) => Math.trunc(value(p, q))));
  return within(Math.min(...ends), Math.max(...ends));
}

const union = (a: Range, b: Range): Range => (a === null || b === null ? null : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]);
