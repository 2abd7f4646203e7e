/**
 * Compares what a call returned with what PyTorch returned: a tensor, a plain value, or lists of them.
 *
 * Invariant: nothing passes unread. A result of another kind than expected is a mismatch, not an error; a result with
 * named fields counts as the list that it iterates over.
 *
 * Reference: decode.ts, tolerance.ts
 */
import { isFloat, type DType } from '@sconce/core';
import { decodeNumber, decodeTensor, isEncodedTensor, isList } from './decode.js';
import type { Harness } from './harness.js';
import type { Encoded, EncodedTensor } from './records.js';
import { agrees, allClose, toleranceOf, type Quantity } from './tolerance.js';

/** A floating tensor among the outputs, to differentiate. */
export interface FloatingOutput<T> {
  readonly tensor: T;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface OutputComparison<T> {
  /** What differs, each with its place in the output. */
  readonly mismatches: readonly string[];
  /** In reading order. */
  readonly floating: readonly FloatingOutput<T>[];
}

/** Compares a whole output; plain numbers are held to the tolerance of `dtype`. */
export async function compareOutput<T>(
  got: unknown,
  want: Encoded,
  dtype: DType,
  harness: Harness<T>,
): Promise<OutputComparison<T>> {
  const mismatches: string[] = [];
  const floating: FloatingOutput<T>[] = [];

  const visit = async (value: unknown, expected: Encoded, path: string): Promise<void> => {
    if (harness.isTensor(value)) {
      const plain = await harness.readTensor(value);
      if (isFloat(plain.dtype)) floating.push({ tensor: value, dtype: plain.dtype, shape: plain.shape });
      if (!isEncodedTensor(expected)) {
        mismatches.push(`${path}: got a tensor, want ${describe(expected)}`);
        return;
      }
      const wanted = decodeTensor(expected);
      const tolerance = toleranceOf(wanted.dtype, harness.device, 'output');
      const comparison = allClose(plain, wanted, tolerance);
      if (!comparison.close) mismatches.push(`${path}: ${comparison.message}`);
      return;
    }
    if (typeof expected === 'object' && expected !== null && isList(expected)) {
      const list = isIterable(value) ? Array.from(value) : undefined;
      if (list === undefined || list.length !== expected.length) {
        mismatches.push(`${path}: got ${describe(list ?? value)}, want ${describe(expected)}`);
        return;
      }
      for (let i = 0; i < list.length; i++) await visit(list[i], expected[i], `${path}[${i}]`);
      return;
    }
    if (!samePlain(value, expected, dtype, harness.device)) {
      mismatches.push(`${path}: got ${describe(value)}, want ${describe(expected)}`);
    }
  };

  await visit(got, want, 'output');
  return { mismatches, floating };
}

/** Compares one tensor; undefined when it agrees. A gradient that is absent counts as zero. */
export async function compareTensor<T>(
  got: T | null | undefined,
  want: EncodedTensor,
  quantity: Quantity,
  harness: Harness<T>,
): Promise<string | undefined> {
  const wanted = decodeTensor(want);
  if (got === undefined || (got === null && quantity === 'output')) return 'got nothing, want a tensor';
  const plain = got === null ? { ...wanted, data: new Float64Array(wanted.data.length) } : await harness.readTensor(got);
  const comparison = allClose(plain, wanted, toleranceOf(wanted.dtype, harness.device, quantity));
  if (comparison.close) return undefined;
  return got === null ? `absent, so zero; ${comparison.message}` : comparison.message;
}

function samePlain(got: unknown, want: Encoded, dtype: DType, backend: string): boolean {
  const number = numberOf(want);
  if (number === undefined) return got === want;
  return typeof got === 'number' && agrees(got, number, toleranceOf(dtype, backend, 'output'));
}

/** The number that a plain value stands for. */
function numberOf(value: Encoded): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null && 'float' in value ? decodeNumber(value.float) : undefined;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    return 'tensor' in value ? 'a tensor' : `an object with ${Object.keys(value).join(', ') || 'no fields'}`;
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}
