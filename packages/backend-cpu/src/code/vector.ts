/**
 * Vector instructions: each basic instruction on four values at once.
 *
 * Four lanes whatever the type: float32, int32 and bool take one v128, float64 and int64 two (lanes 0 and 1, lanes 2
 * and 3). A bool lane is a mask of 32 bits, all ones for true; masks widen and narrow where they meet 64-bit lanes.
 * So types mix freely in one kernel, as they do in scalar code.
 *
 * Invariant: lane i is what `scalar.ts` computes for lane i. Where SIMD has no instruction, `vectorOp` says so with
 * undefined, and the caller goes lane by lane.
 */
import type { ComputeType } from '@sconce/core';
import type { Op } from '../wasm/index.js';
import type { Shape } from '../wasm/instruction.js';
import { conversion, ON_BITS, ROUNDING, spelled } from './spelling.js';
import type { Term, Terms } from './term.js';

export const LANES = 4;

export const eachLane = <R>(f: (lane: number) => R): R[] => Array.from({ length: LANES }, (_, lane) => f(lane));

/** A value: the parts of a vector of four lanes, or one that is no vector. */
export type Parts = readonly Term[];

export const isVector = ([x]: Parts): boolean => x.type === 'v128';

export const SHAPE: Record<ComputeType, Shape> = {
  float32: 'f32x4', float64: 'f64x2', int32: 'i32x4', int64: 'i64x2', bool: 'i32x4',
};
export const isWide = (t: ComputeType): boolean => t === 'float64' || t === 'int64';

/** Bytes of two vectors, by the position of their 32-bit lanes: 0 to 3 of the first, 4 to 7 of the second. */
export const lanes32 = (...lanes: readonly number[]): number[] => lanes.flatMap((l) => eachLane((b) => 4 * l + b));
const EVEN = lanes32(0, 2, 4, 6);
const LOW_64 = lanes32(0, 1, 4, 5);
const HIGH_HALF = lanes32(2, 3, 2, 3);
const ODD = lanes32(1, 3, 5, 7);

/** The even 32-bit lanes of two vectors: masks and integers of 64 bits cut to 32. */
export const narrow = (t: Terms, [low, high]: Parts): Term => t.laneOp('i8x16.shuffle', EVEN, low, high);
const joinHalves = (t: Terms, low: Term, high: Term): Term => t.laneOp('i8x16.shuffle', LOW_64, low, high);
const upper = (t: Terms, x: Term): Term => t.laneOp('i8x16.shuffle', HIGH_HALF, x, x);

/** A mask for 64-bit lanes. */
export const widen = (t: Terms, mask: Term): Parts => [
  t.op('i64x2.extend_low_i32x4_s', mask),
  t.op('i64x2.extend_high_i32x4_s', mask),
];

export function splat(t: Terms, x: Term, dtype: ComputeType): Parts {
  if (x.kind === 'constant') return constantParts(t, x.values[0], dtype);
  if (dtype === 'bool') return [t.op('i32x4.splat', t.op('i32.sub', 0, x))];
  const one = t.op(`${SHAPE[dtype]}.splat` as Op, x);
  return isWide(dtype) ? [one, one] : [one];
}

export function constantParts(t: Terms, value: number | bigint, dtype: ComputeType): Parts {
  const one = t.splat(SHAPE[dtype], dtype === 'bool' ? 0 - Number(value) : value);
  return isWide(dtype) ? [one, one] : [one];
}

/** One lane as a scalar. */
export function extract(t: Terms, parts: Parts, dtype: ComputeType, lane: number): Term {
  const perPart = LANES / parts.length;
  const name = `${SHAPE[dtype]}.extract_lane` as Op;
  const x = t.laneOp(name, [lane % perPart], parts[Math.floor(lane / perPart)]);
  return dtype === 'bool' ? t.op('i32.and', x, 1) : x;
}

/** Four scalars as a vector. */
export function assemble(t: Terms, lanes: readonly Term[], dtype: ComputeType): Parts {
  const shape = SHAPE[dtype];
  const pack = (xs: readonly Term[]): Term =>
    xs.slice(1).reduce((v, x, i) => t.laneOp(`${shape}.replace_lane` as Op, [i + 1], v, x), t.op(`${shape}.splat` as Op, xs[0]));
  if (isWide(dtype)) return [pack(lanes.slice(0, 2)), pack(lanes.slice(2))];
  const all = pack(lanes);
  return [dtype === 'bool' ? t.op('i32x4.neg', all) : all];
}

const BITS: Readonly<Record<string, Op>> = { and: 'v128.and', or: 'v128.or', xor: 'v128.xor', not: 'v128.not' };
/** Masks compare as unsigned: false is 0. */
const BOOL: Readonly<Record<string, Op>> = {
  eq: 'i32x4.eq', ne: 'v128.xor', lt: 'i32x4.lt_u', le: 'i32x4.le_u', gt: 'i32x4.gt_u', ge: 'i32x4.ge_u',
};
const SHIFTS = new Set(['shl', 'shr', 'ushr']);

const isSplatConstant = (x: Term): boolean => x.kind === 'constant' && x.values.every((v) => v === x.values[0] && v === v);

/** Whether all bits are 0. */
const isZero = (x: Term): boolean => x.kind === 'constant' && x.values.every((v) => Object.is(v, 0) || v === 0n);

/** `ifTrue` where the mask is set. */
export function choose(t: Terms, mask: Term, ifTrue: Parts, ifFalse: Parts): Parts {
  const masks = ifTrue.length === 2 ? widen(t, mask) : [mask];
  return ifTrue.map((a, i) => {
    if (a === ifFalse[i]) return a;
    return isZero(ifFalse[i]) ? t.op('v128.and', a, masks[i]) : t.op('v128.bitselect', a, ifFalse[i], masks[i]);
  });
}

/** The instruction on vectors; undefined where SIMD has none. `dtype` is the operands' type, `to` the result's. */
export function vectorOp(t: Terms, name: string, dtype: ComputeType, to: ComputeType, args: readonly Parts[]): Parts | undefined {
  const [a, b] = args;
  const each = (op: Op): Parts => a.map((_, i) => t.op(op, ...args.map((x) => x[i])));
  const shape = SHAPE[dtype];
  if (name === 'select') return choose(t, a[0], args[1], args[2]);
  if (name === 'cast') return castParts(t, dtype, to, a);
  if (name === 'bitcast') return a;
  if (dtype === 'bool') {
    const op = BOOL[name] ?? BITS[ON_BITS[name] ?? name];
    return op === undefined ? undefined : each(op);
  }
  const op = spelled(shape, name);
  if (to === 'bool') {
    const masks = each(op!);
    return masks.length === 2 ? [narrow(t, masks)] : masks;
  }
  if (shape.startsWith('f')) {
    if (name === 'min' || name === 'max') return extremes(t, name, shape, a, b);
    return op === undefined ? undefined : each(op);
  }
  if (ROUNDING.has(name)) return a;
  if (name === 'umulhi') return [upperProducts(t, a[0], b[0])];
  if (name in BITS) return each(BITS[name]);
  if (SHIFTS.has(name)) {
    const amount = b[0];
    if (amount.kind !== 'constant') return undefined;
    const by = t.i32(Number(amount.values[0]));
    return a.map((x) => t.op(op!, x, by));
  }
  if (shape === 'i64x2' && (name === 'min' || name === 'max')) {
    return a.map((x, i) => t.op('v128.bitselect', x, b[i], t.op(name === 'min' ? 'i64x2.lt_s' : 'i64x2.gt_s', x, b[i])));
  }
  if (name === 'mul' && isNegation(b[0])) return a.map((x) => t.op(`${shape}.neg` as Op, x));
  if (name === 'add') return a.map((x, i) => sumOf(t, shape, x, b[i]));
  return op === undefined ? undefined : each(op);
}

const isNegation = (x: Term): boolean => x.kind === 'constant' && x.values.every((v) => Number(v) === -1);

/** The sum of integers, as a difference where one is negated: linear forms of indices hold no differences. */
function sumOf(t: Terms, shape: Shape, a: Term, b: Term): Term {
  const negated = (x: Term): Term | null => (x.kind === 'operation' && x.instruction.name === `${shape}.neg` ? x.operands[0] : null);
  const [x, y] = negated(a) === null ? [a, b] : [b, a];
  const minus = negated(y);
  return minus === null ? t.op(`${shape}.add` as Op, x, y) : t.op(`${shape}.sub` as Op, x, minus);
}

/** The upper halves of the 64-bit products of lanes as unsigned numbers. */
const upperProducts = (t: Terms, a: Term, b: Term): Term =>
  t.laneOp('i8x16.shuffle', ODD, t.op('i64x2.extmul_low_i32x4_u', a, b), t.op('i64x2.extmul_high_i32x4_u', a, b));

/**
 * The lesser or greater of floats, NaN when either is NaN. Against a constant, `pmin` and `pmax`, one instruction of the
 * machine, do: they keep their first operand where the comparison is false, as it is for NaN.
 */
function extremes(t: Terms, name: 'min' | 'max', shape: Shape, a: Parts, b: Parts): Parts {
  if (isSplatConstant(b[0])) return a.map((x, i) => t.op(`${shape}.p${name}` as Op, x, b[i]));
  if (isSplatConstant(a[0])) return a.map((x, i) => t.op(`${shape}.p${name}` as Op, b[i], x));
  return a.map((x, i) => t.op(`${shape}.${name}` as Op, x, b[i]));
}

function castParts(t: Terms, from: ComputeType, to: ComputeType, x: Parts): Parts | undefined {
  if (from === to) return x;
  const wide = isWide(to);
  if (from === 'bool') return (wide ? widen(t, x[0]) : x).map((mask) => t.op('v128.and', mask, constantParts(t, 1, to)[0]));
  if (to === 'bool') {
    const masks = x.map((part) => t.op(`${SHAPE[from]}.ne` as Op, part, 0));
    return isWide(from) ? [narrow(t, masks)] : masks;
  }
  if (from === 'int32' && to === 'int64') return widen(t, x[0]);
  if (from === 'int64' && to === 'int32') return [narrow(t, x)];
  const op = conversion(SHAPE[from], SHAPE[to]);
  if (op === undefined) return undefined;
  const given = wide && !isWide(from) ? [x[0], upper(t, x[0])] : x;
  const made = given.map((part) => t.op(op, part));
  return isWide(from) && !wide ? [joinHalves(t, made[0], made[1])] : made;
}

const LOW_32 = lanes32(0, 4, 1, 5);
const HIGH_32 = lanes32(2, 6, 3, 7);
const HIGH_64 = lanes32(2, 3, 6, 7);

/** Four vectors of four elements, turned: the i-th result has the i-th element of each. */
export function transpose(t: Terms, rows: readonly Parts[]): Parts[] {
  const mix = (lanes: readonly number[], x: Term, y: Term): Term => t.laneOp('i8x16.shuffle', lanes, x, y);
  if (rows[0].length === 2) {
    return eachLane((i) => {
      const lanes = i % 2 === 0 ? LOW_64 : HIGH_64;
      const half = i >> 1;
      return [mix(lanes, rows[0][half], rows[1][half]), mix(lanes, rows[2][half], rows[3][half])];
    });
  }
  const [a, b, c, d] = rows.map((r) => r[0]);
  const pairs = [mix(LOW_32, a, b), mix(LOW_32, c, d), mix(HIGH_32, a, b), mix(HIGH_32, c, d)];
  return [0, 2].flatMap((p) => [[mix(LOW_64, pairs[p], pairs[p + 1])], [mix(HIGH_64, pairs[p], pairs[p + 1])]]);
}

