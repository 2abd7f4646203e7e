/**
 * Elements between host and device: on the device every element takes four bytes, because WGSL has no smaller ones that
 * invocations could store independently.
 *
 * Invariant: the bits of float32 and int32 do not change; the other types come back as they went.
 */
import { hostArray, hostView, type DType, type TypedArray } from '@sconce/core';

/** Dtypes that the device has. */
export const DEVICE_DTYPES: readonly DType[] = ['float32', 'float16', 'bfloat16', 'int32', 'int8', 'uint8', 'bool'];

const SAME = new Set<DType>(['float32', 'int32']);

/** What the device gets for these elements. No copy where the types are the same. */
export const toDevice = (data: TypedArray, dtype: DType): TypedArray =>
  SAME.has(dtype) ? data : Int32Array.from(data as Int32Array);

/** The elements in memory that came from the device, which becomes theirs. */
export function fromDevice(memory: ArrayBuffer, dtype: DType, size: number): TypedArray {
  if (SAME.has(dtype)) return hostView(dtype, memory, 0, size);
  const data = hostArray(dtype, size);
  (data as Uint8Array).set(new Int32Array(memory, 0, size));
  return data;
}
