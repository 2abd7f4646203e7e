/**
 * Agreement with the interpreter: the same graph on this backend and on the oracle, compared element by element.
 *
 * Invariant: for tests only. Integers, truth values and NaN agree exactly, floats to a relative error.
 */
import { defineOp, devices, fromHost, hostArray, isFloat, record, useSync, type Attrs, type DType, type Lower, type Op, type Shape, type Tensor } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { cpuSync } from './sync.js';

const ORACLE = 'oracle';

export function useBoth(): void {
  if (!devices().includes('cpu')) useSync(cpuSync());
  if (!devices().includes(ORACLE)) useSync(createBackend(interpreterTarget(ORACLE)));
}

/** Makes the inputs of a test on the device at hand. */
export type Make = (values: readonly number[] | ((i: number) => number), shape: Shape, dtype?: DType) => Tensor;

const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

const maker = (device: string): Make => (values, shape, dtype = 'float32') => {
  const host = hostArray(dtype, sizeOf(shape));
  for (let i = 0; i < host.length; i++) {
    const given = typeof values === 'function' ? values(i) : values[i % values.length];
    const v = dtype === 'bool' ? Number(given !== 0) : given;
    host[i] = (dtype === 'int64' ? BigInt(Math.trunc(v)) : v);
  }
  return fromHost(host, shape, dtype, { device });
};

/** Values of the results on one device. */
export function evaluateOn(device: string, build: (make: Make) => readonly Tensor[]): (readonly (number | bigint)[])[] {
  return build(maker(device)).map((t) => Array.from(t.dataSync() as unknown as ArrayLike<number | bigint>));
}

/** The first disagreement, in words; null when there is none. */
export function disagreement(build: (make: Make) => readonly Tensor[], tolerance = 1e-6): string | null {
  const ours = evaluateOn('cpu', build);
  const theirs = evaluateOn(ORACLE, build);
  for (const [r, expected] of theirs.entries()) {
    // Where terms cancel, the error is that of the terms.
    const scale = expected.reduce<number>((max, x) => (Number.isFinite(Number(x)) ? Math.max(max, Math.abs(Number(x))) : max), 0);
    const slack = tolerance * Math.min(scale, 100);
    for (const [i, want] of expected.entries()) {
      const got = ours[r][i];
      if (agrees(got, want, tolerance, slack)) continue;
      return `result ${r}, element ${i}: got ${String(got)}, the interpreter says ${String(want)}`;
    }
  }
  return null;
}

function agrees(got: number | bigint, want: number | bigint, tolerance: number, slack: number): boolean {
  if (got === want) return true;
  if (typeof got === 'bigint' || typeof want === 'bigint') return false;
  if (Number.isNaN(got) || Number.isNaN(want)) return Number.isNaN(got) && Number.isNaN(want);
  return Number.isFinite(got) && Number.isFinite(want) && Math.abs(got - want) <= tolerance * Math.abs(want) + slack;
}

const ops = new Map<string, Op>();

/** A node of an op that a test makes up: `lower` must depend on nothing but the name and its arguments. */
export function made(name: string, inputs: readonly Tensor[], shape: Shape, lower: Lower, dtype: DType = inputs[0].dtype, attrs: Attrs = {}): Tensor {
  const form = 'element';
  let op = ops.get(name);
  if (op === undefined) ops.set(name, (op = defineOp({ name, form, lower })));
  return record(op, inputs, attrs, shape, dtype);
}

/** As `made`, for reductions, scans and scatters. */
export function joined(form: 'reduce' | 'scan' | 'scatter', name: string, inputs: readonly Tensor[], shape: Shape, lower: Lower, dtype: DType = inputs[0].dtype, attrs: Attrs = {}): Tensor {
  const key = `${form} ${name}`;
  let op = ops.get(key);
  if (op === undefined) ops.set(key, (op = defineOp({ name, form, lower })));
  return record(op, inputs, attrs, shape, dtype);
}

/** Values that instructions find difficult, by category. */
export const difficult = (dtype: DType): readonly number[] =>
  isFloat(dtype)
    ? [0, -0, 1, -1, 0.5, -2.5, 3.7, 1e-3, -7.25, 100.125, NaN, Infinity, -Infinity, 2.5, 1.5, -0.5, 65504, 1e-40, -3]
    : dtype === 'bool'
      ? [0, 1, 1, 0, 1]
      : dtype === 'uint8'
        ? [0, 1, 2, 3, 100, 200, 255]
        : dtype === 'int8'
          ? [0, 1, -1, 2, -3, 100, -128, 127]
          : [0, 1, -1, 2, -3, 7, 100, -12345, 2 ** 31 - 1, -(2 ** 31), 31, 5];

/** Numbers from −2 to 2 that look random and are always the same. */
export const noise = (i: number): number => ((Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24) * 4 - 2;

export const errorOf = (run: () => unknown): unknown => {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
};

