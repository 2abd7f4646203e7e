/**
 * What transforms take: a signal, lengths, dimensions and a norm, by position or as options after them.
 *
 * Invariant: what comes out is checked: the signal padded with zeros or cut to its lengths, dimensions distinct and in
 * range, no length below 1.
 *
 * Reference: PyTorch's aten/src/ATen/native/SpectralOps.cpp.
 */
import { ArgumentError, cast, describe, DTypeError, isFloat, isTensor, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { checkOptions, integerList, requireInteger } from '../families/index.js';
import { constantPadNd, narrow } from '../index.js';
import { complexParts, isComplex, type Signal } from './complex.js';
import type { Operands } from './routine.js';

/** Which way is divided by the number of points: backwards (default), forwards, or both by its root. */
export type Norm = 'backward' | 'forward' | 'ortho';

/** Options of a transform along one dimension. */
export interface LineOptions {
  /** Length of the signal: zeros are put at its end, or it is cut. Default: the size it has. */
  readonly n?: number | null;
  /** Default: the last. */
  readonly dim?: number;
  readonly norm?: Norm | null;
}

/** Options of a transform along several dimensions. */
export interface GridOptions {
  /** Lengths along `dim`, or along the last dimensions; −1 for the size that there is. */
  readonly s?: number | readonly number[] | null;
  /** Default: those that `s` has lengths for, otherwise all; of functions that end in 2, the last two. */
  readonly dim?: number | readonly number[] | null;
  readonly norm?: Norm | null;
}

/** Arguments by position, the last of which may be options in the place of all from there on. */
export function givenBy<O extends object>(op: string, names: readonly (keyof O & string)[], values: readonly unknown[]): Partial<O> {
  const given: Record<string, unknown> = {};
  for (const [i, value] of values.entries()) {
    if (value === undefined) continue;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      given[names[i]] = value;
      continue;
    }
    if (isTensor(value) || values.slice(i + 1).some((v) => v !== undefined)) throw new ArgumentError(`${op}: ${names[i]} is ${describe(value)}, expected a number; options come last.`);
    checkOptions(op, value, names.slice(i));
    Object.assign(given, value);
  }
  return given as Partial<O>;
}

// ── the signal ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Real numbers of float32 or float64; integers and booleans become float32, as in PyTorch. */
export function realSignal(op: string, x: unknown): Tensor {
  if (isComplex(x)) throw new DTypeError(`${op}: got complex numbers { real, imag }, expected a tensor of real ones. Use ${op.replace(/^r/, '').replace(/^ih/, 'i')}.`);
  requireTensor(op, x);
  if (isFloat(x.dtype) && x.dtype !== 'float32' && x.dtype !== 'float64') {
    throw new DTypeError(`${op}: got ${x.dtype}, expected float32 or float64. Use x.to('float32').`);
  }
  return isFloat(x.dtype) ? x : cast(x, 'float32');
}

/** Real numbers, or the parts of complex ones. */
export function signalOf(op: string, x: Signal): Operands {
  return isComplex(x) ? complexParts(op, x) : [realSignal(op, x)];
}

/** The signal with these lengths along these dimensions: with zeros at its end, or cut. */
export function resized<X extends Operands>(x: X, dims: readonly number[], lengths: readonly number[]): X {
  const one = (t: Tensor, d: number, n: number): Tensor => {
    const size = t.shape[d];
    if (n < size) return narrow(t, d, 0, n);
    return n === size ? t : constantPadNd(t, [...new Array<number>(2 * (t.ndim - 1 - d)).fill(0), 0, n - size]);
  };
  return x.map((part: Tensor) => dims.reduce((t, d, i) => one(t, d, lengths[i]), part)) as unknown as X;
}

// ── dimensions and lengths ───────────────────────────────────────────────────────────────────────────────────────────

/** Where a signal is transformed. */
export interface Grid {
  readonly dims: readonly number[];
  /** Points along each; null where the size says it. */
  readonly lengths: readonly (number | null)[];
}

/** The dimension and the length that a transform along a line is given. */
export function lineOf(op: string, x: Tensor, n: number | null | undefined, dim: number | undefined): Grid {
  if (x.ndim === 0) throw new ShapeError(`${op}: got a scalar, expected at least one dimension. Use x.reshape([1]).`);
  const d = normalizeDim(op, requireInteger(op, 'dim', dim ?? -1), x.ndim);
  return { dims: [d], lengths: [n === null || n === undefined ? null : requireInteger(op, 'n', n)] };
}

/** The dimensions and lengths that a transform of a grid is given. */
export function gridOf(op: string, x: Tensor, { s, dim }: GridOptions): Grid {
  if (x.ndim === 0) throw new ShapeError(`${op}: got a scalar, expected at least one dimension. Use x.reshape([1]).`);
  const sizes = s === null || s === undefined ? null : integerList(op, 's', s);
  const given = dim === null || dim === undefined ? null : integerList(op, 'dim', dim);
  if (given !== null && sizes !== null && given.length !== sizes.length) {
    throw new ArgumentError(`${op}: s has ${sizes.length} lengths and dim ${given.length} dimensions, expected as many.`);
  }
  if (given === null && sizes !== null && sizes.length > x.ndim) {
    throw new ArgumentError(`${op}: s has ${sizes.length} lengths, and ${shapeText(x.shape)} has ${x.ndim} dimensions.`);
  }
  const count = sizes?.length ?? x.ndim;
  // In the order in which they are given: of the last, real signals have half the frequencies.
  const dims = (given ?? Array.from({ length: count }, (_, i) => x.ndim - count + i)).map((d) => normalizeDim(op, d, x.ndim));
  if (new Set(dims).size < dims.length) throw new ArgumentError(`${op}: dim has a dimension twice, got [${given!.join(', ')}].`);
  return { dims, lengths: dims.map((_, i) => (sizes === null || sizes[i] === -1 ? null : sizes[i])) };
}

/** At least one point along each dimension, or an error. */
export function requirePoints(op: string, shape: readonly number[], { dims, lengths }: Grid, points: readonly number[]): void {
  points.forEach((n, i) => {
    if (n >= 1) return;
    if (lengths[i] !== null) throw new ArgumentError(`${op}: cannot transform ${n} points; n and s must be at least 1.`);
    throw new ShapeError(`${op}: dimension ${dims[i]} of ${shapeText(shape)} gives ${n} points, expected at least 1. Say how many with n or s.`);
  });
}

const NORMS: readonly unknown[] = ['backward', 'forward', 'ortho'];

/** What the sums over so many points are divided by. */
export function divisorOf(op: string, norm: Norm | null | undefined, forward: boolean, points: readonly number[]): number {
  const mode = norm ?? 'backward';
  if (!NORMS.includes(mode)) throw new ArgumentError(`${op}: norm must be 'backward', 'forward' or 'ortho', got ${describe(mode)}.`);
  const count = points.reduce((a, b) => a * b, 1);
  if (mode === 'ortho') return Math.sqrt(count);
  return (mode === 'forward') === forward ? count : 1;
}
