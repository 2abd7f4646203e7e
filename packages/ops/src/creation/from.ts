/**
 * Tensors from what may be a tensor already, from bytes, and from one number.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#creation-ops
 */
import { ArgumentError, describe, dtypeBytes, fromHost, hostView, isTensor, resolveOptions, tensor, type Tensor, type TensorData, type TensorOptions } from '@sconce/core';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { full } from './fill.js';

/**
 * `data` as a tensor. One that has the dtype and the device already is returned as it is, so gradients flow through it.
 *
 * @throws as `tensor`, for lists of unequal lengths and the like.
 * @example
 * asTensor([1, 2, 3]);
 * @see https://pytorch.org/docs/stable/generated/torch.as_tensor.html
 */
export const asTensor = (data: TensorData | Tensor, options: TensorOptions = {}): Tensor => (isTensor(data) ? data.to(options) : tensor(data, options));

/**
 * A 0-d tensor of one number, float32 unless `dtype` says otherwise.
 *
 * @example
 * scalarTensor(3).dtype;      // 'float32'
 * @see https://pytorch.org/docs/stable/generated/torch.scalar_tensor.html
 */
export const scalarTensor = (value: number | boolean | bigint, options: TensorOptions = {}): Tensor => full([], value, { ...options, dtype: options.dtype ?? 'float32' });

/** As `asTensor`. */
export const asarray = asTensor;

export interface FromBufferOptions extends TensorOptions {
  /** How many elements to take. Default: all that there are. */
  readonly count?: number;
  /** Bytes before the first element. Default: 0. */
  readonly offset?: number;
}

/**
 * The elements that a buffer's bytes hold, in the machine's order of bytes. They are copied.
 *
 * @throws ArgumentError when nothing is asked for, or more than the buffer holds.
 * @example
 * frombuffer(new Uint8Array([1, 0, 2, 0]).buffer, { dtype: 'uint8', offset: 2 });      // [2, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.frombuffer.html
 */
export function frombuffer(buffer: ArrayBufferLike, options: FromBufferOptions = {}): Tensor {
  const op = 'frombuffer';
  const { count = -1, offset = 0, ...rest } = options;
  checkOptions(op, rest, ['dtype', 'device', 'requiresGrad']);
  const bytes = (buffer as Partial<ArrayBufferLike> | null | undefined)?.byteLength;
  if (bytes === undefined || ArrayBuffer.isView(buffer)) throw new ArgumentError(`${op}: got ${describe(buffer)}, expected an ArrayBuffer. Use array.buffer, or tensor(array).`);
  const { dtype } = resolveOptions(rest, 'float32');
  const size = dtypeBytes(dtype);
  requireInteger(op, 'count', count, -1);
  requireInteger(op, 'offset', offset, 0);
  const length = count === -1 ? (bytes - offset) / size : count;
  if (!Number.isInteger(length) || length <= 0 || offset + length * size > bytes) {
    throw new ArgumentError(`${op}: ${count === -1 ? 'all' : count} elements of ${size} bytes from byte ${offset} on are not in a buffer of ${bytes} bytes.`);
  }
  return fromHost(hostView(dtype, buffer.slice(offset, offset + length * size), 0, length), [length], dtype, rest);
}
