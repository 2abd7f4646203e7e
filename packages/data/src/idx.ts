/**
 * IDX, the format of MNIST: a type, sizes, and elements with the most significant byte first.
 *
 *   00 00 TYPE RANK, RANK sizes of four bytes, elements
 *
 * Reference: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
 */
import { hostArray, sizeOf, StateError, type DType } from '@sconce/core';
import type { HostArray } from './collate.js';

interface ElementType {
  readonly bytes: number;
  /** What holds it here: 16-bit integers become int32. */
  readonly dtype: DType;
  readonly read: (view: DataView, at: number) => number;
}

const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, dtype: 'int8', read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, dtype: 'float64', read: (view, at) => view.getFloat64(at) },
};

/**
 * The array in the bytes of an IDX file, unpacked from gzip if it was packed.
 *
 * @throws StateError when the bytes are no IDX file, or too few.
 * @example
 * const { data, shape, dtype } = readIdx(await readFile('train-images-idx3-ubyte'));
 * const images = fromHost(data, shape, dtype);           // uint8, [60000, 28, 28]
 */
export function readIdx(bytes: Uint8Array | ArrayBuffer): HostArray {
  const view = bytes instanceof ArrayBuffer ? new DataView(bytes) : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength >= 2 && view.getUint16(0) === 0x1f8b) throw new StateError('readIdx: the file is packed with gzip. Unpack it first, as with gunzipSync.');
  const type = view.byteLength >= 4 && view.getUint16(0) === 0 ? TYPES[view.getUint8(2)] : undefined;
  if (type === undefined) throw new StateError('readIdx: this is no IDX file: it must begin with 0, 0, the code of a type and the number of dimensions.');
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  const shape = view.byteLength < start ? [] : Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d));
  const size = sizeOf(shape);
  if (view.byteLength !== start + size * type.bytes) {
    throw new StateError(`readIdx: the file has ${view.byteLength} bytes, expected ${start + size * type.bytes} for the shape [${shape.join(', ')}].`);
  }
  const data = hostArray(type.dtype, size);
  for (let i = 0; i < size; i++) data[i] = type.read(view, start + i * type.bytes);
  return { dtype: type.dtype, shape, data };
}
