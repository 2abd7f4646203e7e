/**
 * Draws: random numbers of a distribution for every element of a shape.
 *
 * Element i of a draw is a function of (seed, offset + i). Key and counter are runtime scalars, so another draw compiles
 * nothing; the draw reserves its numbers when it is called, so the order of calls alone decides who gets which.
 *
 * Invariant: the bits are equal on every backend and for every number of threads.
 *
 * Reference: docs of `reserveRandom` in core; Box and Muller (1958); Lemire, Fast Random Integer Generation in an
 * Interval (2019), without the rejection, whose bias is below range / 2^32.
 */
import {
  computeType,
  defineOp,
  NO_ATTRS,
  numberNode,
  reserveRandom,
  sizeOf,
  stridesOf,
  Tensor,
  type DType,
  type Expr,
  type Op,
  type Reader,
  type Shape,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { made, type Target } from '../creation/make.js';
import { counterAt, philox, type Words4 } from './philox.js';

/** The random words of the element at an index, from the inputs that hold key and counter. */
function wordsAt(ix: readonly Expr[], shape: Shape, inputs: readonly Reader[]): Words4 {
  const strides = stridesOf(shape);
  const position = ix.reduce((sum, i, d) => e.add(sum, e.mul(i, strides[d])), e.const(0, 'int32'));
  const [key0, key1, low, high] = inputs.map((x) => x([]));
  return philox(counterAt(position, [low, high]), [key0, key1]);
}

// ── floats from bits ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Bits of a uniform number: as many as every multiple of 2^-bits below 1 is a number of the dtype. */
const UNIFORM_BITS: Partial<Record<DType, number>> = { float16: 11, bfloat16: 8 };

/** A multiple of 2^-bits in [0, 1). */
const fraction = (word: Expr, bits: number): Expr => e.mul(e.cast(e.ushr(word, 32 - bits), 'float32'), 2 ** -bits);

/** A multiple of 2^-53 in [0, 1), from 27 and 26 bits. */
const wideFraction = (high: Expr, low: Expr): Expr =>
  e.mul(e.add(e.mul(e.cast(e.ushr(high, 5), 'float64'), 2 ** 26), e.cast(e.ushr(low, 6), 'float64')), 2 ** -53);

const uniformFrom = ([a, b]: Words4, dtype: DType): Expr =>
  dtype === 'float64' ? wideFraction(a, b) : fraction(a, UNIFORM_BITS[dtype] ?? 24);

/** Box–Muller: a radius from a number in (0, 1] that is as fine near 0 as its type allows, and an angle. */
function normalFrom([a, b, c, d]: Words4, dtype: DType): Expr {
  const [above0, turn] =
    dtype === 'float64'
      ? [e.add(wideFraction(a, b), 2 ** -54), wideFraction(c, d)]
      : [e.mul(e.add(e.cast(e.ushr(a, 1), 'float32'), 0.5), 2 ** -31), fraction(b, 24)];
  return e.mul(e.sqrt(e.mul(e.log(above0), -2)), e.cosPi(e.mul(turn, 2)));
}

// ── the ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const drawOp = (name: string, from: (words: Words4, dtype: DType, more: readonly Expr[]) => Expr): Op =>
  defineOp({
    name,
    form: 'element',
    lower: (ix, inputs, { shape, dtype }) => from(wordsAt(ix, shape, inputs), dtype, inputs.slice(4).map((x) => x([]))),
  });

const UNIFORM = /* @__PURE__ */ drawOp('rand', uniformFrom);
const NORMAL = /* @__PURE__ */ drawOp('randn', normalFrom);
const BITS = /* @__PURE__ */ drawOp('randomBits', ([a]) => a);
const INTEGERS = /* @__PURE__ */ drawOp('randint', ([a], dtype, [low, range]) =>
  e.add(e.cast(low, computeType(dtype)), unsignedAs(e.umulhi(a, range), dtype)),
);

/** A word that may be above 2^31, as a number of a dtype; in 32 bits it wraps around, as the sum with it does. */
function unsignedAs(x: Expr, dtype: DType): Expr {
  const type = computeType(dtype);
  if (type === 'int32' || type === 'bool') return e.cast(x, type);
  return e.add(e.mul(e.cast(e.ushr(x, 16), type), 65536), e.cast(e.and(x, 0xffff), type));
}

function drawn(op: Op, shape: Shape, target: Target, more: readonly Tensor[] = []): Tensor {
  const { key, counter } = reserveRandom(sizeOf(shape));
  const words = [...key, ...counter].map((x) => new Tensor(numberNode(x, 'int32', target.device)));
  return made(op, [...words, ...more], NO_ATTRS, shape, target);
}

/** Uniform in [0, 1): (bits >>> 8) · 2^-24 for float32. */
export const drawUniform = (shape: Shape, target: Target): Tensor => drawn(UNIFORM, shape, target);

/** Normal with mean 0 and deviation 1. */
export const drawNormal = (shape: Shape, target: Target): Tensor => drawn(NORMAL, shape, target);

/** Uniform integers from `low` up to but without low + range, where 0 < range < 2^32. */
export function drawIntegers(low: number, range: number, shape: Shape, target: Target): Tensor {
  const base = new Tensor(numberNode(low, target.dtype === 'int64' ? 'int64' : 'int32', target.device));
  return drawn(INTEGERS, shape, target, [base, new Tensor(numberNode(range | 0, 'int32', target.device))]);
}

/** 32 random bits as int32. */
export const drawBits = (shape: Shape, device: string): Tensor => drawn(BITS, shape, { dtype: 'int32', device, requiresGrad: false });
