/**
 * What all formats share: values of tensors on the host, as bytes and back.
 *
 * Invariant: files and host arrays are little-endian; a value loaded is a copy, so the file's bytes may be dropped.
 */
import { backendOf, defaultDevice, DTypeError, fromHost, readHost, sizeOf, StateError, type DType, type Shape, type Tensor, type TypedArray } from '@sconce/core';

export interface LoadOptions {
  /** Name of a registered device; default: the default device. */
  readonly device?: string;
}

/** The bytes of a tensor's elements, row-major. */
export async function bytesOf(x: Tensor): Promise<Uint8Array> {
  const host = await readHost(x.node);
  return new Uint8Array(host.buffer, host.byteOffset, host.byteLength);
}

type ArrayClass = new (buffer: ArrayBuffer) => ArrayLike<number> | ArrayLike<bigint>;

/** How elements of a file become those of a dtype. */
export interface Stored {
  readonly dtype: DType;
  /** Bytes of one element in the file. */
  readonly bytes: number;
  /** The array that holds them as they are. */
  readonly array: ArrayClass;
  /** The dtype's own array, where it is another. */
  readonly wider?: (values: ArrayLike<never>) => TypedArray;
}

const FLOATS = {
  float64: { dtype: 'float64', bytes: 8, array: Float64Array },
  float32: { dtype: 'float32', bytes: 4, array: Float32Array },
  float16: { dtype: 'float16', bytes: 2, array: Uint16Array },
  bfloat16: { dtype: 'bfloat16', bytes: 2, array: Uint16Array },
} as const;

const toInt32 = (values: ArrayLike<number>): TypedArray => Int32Array.from(values);

/** By the name of what is stored; 16-bit and unsigned integers are held in the next wider dtype. */
export const STORED: Readonly<Record<string, Stored>> = {
  ...FLOATS,
  int64: { dtype: 'int64', bytes: 8, array: BigInt64Array },
  int32: { dtype: 'int32', bytes: 4, array: Int32Array },
  int16: { dtype: 'int32', bytes: 2, array: Int16Array, wider: toInt32 },
  int8: { dtype: 'int8', bytes: 1, array: Int8Array },
  uint32: { dtype: 'int64', bytes: 4, array: Uint32Array, wider: (values: ArrayLike<number>) => BigInt64Array.from(Array.from(values, BigInt)) },
  uint16: { dtype: 'int32', bytes: 2, array: Uint16Array, wider: toInt32 },
  uint8: { dtype: 'uint8', bytes: 1, array: Uint8Array },
  bool: { dtype: 'bool', bytes: 1, array: Uint8Array },
};

/** A tensor over a copy of these bytes. */
export function tensorOf(op: string, bytes: Uint8Array, shape: Shape, stored: Stored, options: LoadOptions): Tensor {
  const expected = sizeOf(shape) * stored.bytes;
  if (bytes.length !== expected) throw new StateError(`${op}: got ${bytes.length} bytes for the shape [${shape.join(', ')}], expected ${expected}.`);
  const own = new stored.array(new Uint8Array(bytes).buffer);
  const host = stored.wider === undefined ? (own as TypedArray) : stored.wider(own as ArrayLike<never>);
  return placed(op, host, shape, stored.dtype, options.device ?? defaultDevice());
}

/** On a device without int64, integers that fit become int32. */
function placed(op: string, host: TypedArray, shape: Shape, dtype: DType, device: string): Tensor {
  if (dtype !== 'int64' || backendOf(device).dtypes.includes('int64')) return fromHost(host, shape, dtype, { device });
  const narrow = Int32Array.from(host as BigInt64Array, Number);
  const lost = (host as BigInt64Array).find((x, i) => BigInt(narrow[i]) !== x);
  if (lost !== undefined) throw new DTypeError(`${op}: ${device} has no int64, and ${lost} does not fit int32. Load it on the cpu.`);
  return fromHost(narrow, shape, 'int32', { device });
}

/** Whether an array of indices says a shape. */
export const isShape = (x: unknown): x is number[] => Array.isArray(x) && x.every((n) => Number.isInteger(n) && n >= 0);

/** An object without a class of its own. */
export const isPlain = (x: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(x) as object | null);
