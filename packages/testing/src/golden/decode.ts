/**
 * Undoes the encoding of golden records, without knowing any tensor class: tensors are made by a callback.
 *
 * Invariant: tensors are made in reading order, arguments first, then keyword arguments, which is the order in which a
 * record lists their gradients.
 *
 * Reference: records.ts
 */
import type { DType } from '@sconce/core';
import type { Encoded, EncodedCall, EncodedNumber, EncodedTensor } from './records.js';

/** A tensor as plain data, flat and row-major; booleans are 0 and 1. */
export interface PlainTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Python's `start:stop:step`; null where it was left out. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

/** Python's `...` among indices. */
export const ELLIPSIS = '...';

export type Decoded<T> = null | boolean | number | string | T | Slice | readonly Decoded<T>[];

/** A call as the bridge takes it: arguments by position, and the same by name as far as their names are known. */
export interface DecodedCall<T> {
  readonly args: Decoded<T>[];
  readonly named: Record<string, Decoded<T>>;
}

export type MakeTensor<T> = (tensor: PlainTensor) => T;

const SPELLED: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

export const decodeNumber = (x: EncodedNumber | boolean): number => (typeof x === 'string' ? SPELLED[x] : Number(x));

export const isEncodedTensor = (value: Encoded): value is EncodedTensor =>
  typeof value === 'object' && value !== null && 'tensor' in value;

/** `Array.isArray`, which does not narrow readonly arrays by itself. */
export const isList = (value: object): value is readonly Encoded[] => Array.isArray(value);

export function decodeTensor({ tensor }: EncodedTensor): PlainTensor {
  return { dtype: tensor.dtype, shape: tensor.shape, data: tensor.data.map(decodeNumber) };
}

/** One value: dtypes become their names, slices `{ start, stop, step }`, the ellipsis `'...'`. */
export function decode<T>(value: Encoded, makeTensor: MakeTensor<T>): Decoded<T> {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => decode(item, makeTensor));
  if ('tensor' in value) return makeTensor(decodeTensor(value));
  if ('dtype' in value) return value.dtype;
  if ('float' in value) return decodeNumber(value.float);
  if ('ellipsis' in value) return ELLIPSIS;
  const [start, stop, step] = value.slice;
  return { start, stop, step };
}

export function decodeCall<T>(call: EncodedCall, makeTensor: MakeTensor<T>): DecodedCall<T> {
  const args = call.args.map((value) => decode(value, makeTensor));
  const named: Record<string, Decoded<T>> = {};
  call.names?.forEach((name, i) => {
    if (i < args.length) named[name] = args[i];
  });
  for (const [name, value] of Object.entries(call.kwargs ?? {})) named[name] = decode(value, makeTensor);
  return { args, named };
}
