/**
 * Tensors from what may be a tensor already, and from one number.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#creation-ops
 */
import { isTensor, tensor, type Tensor, type TensorData, type TensorOptions } from '@sconce/core';
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
