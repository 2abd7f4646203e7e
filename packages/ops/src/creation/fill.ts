/**
 * Tensors with one value everywhere.
 */
import {
  defineOp,
  NO_ATTRS,
  requireTensor,
  tensor,
  type DType,
  type Shape,
  type Tensor,
  type TensorData,
  type TensorOptions,
} from '@sconce/core';
import { requireSizes, splitOptions, type Integers, type SizesWith } from '../families/arguments.js';
import { constantFor, made, requireNumber, scalarFor, targetLike, targetOf, type Target } from './make.js';

const FILL = /* @__PURE__ */ defineOp({ name: 'full', form: 'element', lower: (_ix, [value]) => value([]) });

type Fill = number | boolean | bigint;

/** A value that the program fixes. */
const constantFill = (value: number, shape: Shape, target: Target): Tensor =>
  made(FILL, [constantFor(target, value)], NO_ATTRS, shape, target);

/** A value that the user passes. */
const numberFill = (op: string, value: Fill, shape: Shape, target: Target): Tensor =>
  made(FILL, [scalarFor(op, target, value)], NO_ATTRS, shape, target);

/** The dtype that PyTorch infers for a fill value, with int32 for integers that fit it. */
function dtypeOfFill(value: Fill): DType {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'float32';
  return value >= -(2 ** 31) && value < 2 ** 31 ? 'int32' : 'int64';
}

/** `sizes` come as one list or one by one, options after them. */
const sized = (op: string, value: number) =>
  (...given: SizesWith<TensorOptions>): Tensor => {
    const { sizes, options } = splitOptions(given);
    return constantFill(value, requireSizes(op, sizes), targetOf(op, options, 'float32'));
  };

/**
 * A tensor of zeros.
 *
 * @param given sizes as one list or one by one, then `{ dtype, device, requiresGrad }`.
 * @throws ShapeError for a negative size.
 * @example
 * zeros([2, 3]);      // as zeros(2, 3)
 * @see https://pytorch.org/docs/stable/generated/torch.zeros.html
 */
export const zeros = /* @__PURE__ */ sized('zeros', 0);

/**
 * A tensor of ones.
 *
 * @throws ShapeError for a negative size.
 * @see https://pytorch.org/docs/stable/generated/torch.ones.html
 */
export const ones = /* @__PURE__ */ sized('ones', 1);

/**
 * A tensor whose values do not matter: zeros.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.empty.html
 */
export const empty = /* @__PURE__ */ sized('empty', 0);

/**
 * A tensor with `fillValue` everywhere. Another value compiles nothing.
 *
 * @param options the default dtype is that of the value: bool, int32 for an integer, float32.
 * @throws ShapeError for a negative size; DTypeError for a value that the dtype cannot hold.
 * @example
 * full([2, 3], 0.5);
 * @see https://pytorch.org/docs/stable/generated/torch.full.html
 */
export function full(size: readonly number[], fillValue: Fill, options: TensorOptions = {}): Tensor {
  const value = requireNumber('full', 'fillValue', fillValue);
  return numberFill('full', value, requireSizes('full', [size]), targetOf('full', options, dtypeOfFill(value)));
}

// ── like another tensor ──────────────────────────────────────────────────────────────────────────────────────────────

const like = (op: string, value: number) =>
  (x: Tensor, options: TensorOptions = {}): Tensor => {
    requireTensor(op, x);
    return constantFill(value, x.shape, targetLike(op, x, options));
  };

/**
 * Zeros with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.zeros_like.html
 */
export const zerosLike = /* @__PURE__ */ like('zerosLike', 0);

/**
 * Ones with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.ones_like.html
 */
export const onesLike = /* @__PURE__ */ like('onesLike', 1);

/**
 * As `empty`, with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.empty_like.html
 */
export const emptyLike = /* @__PURE__ */ like('emptyLike', 0);

/**
 * `fillValue` everywhere, with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.full_like.html
 */
export function fullLike(x: Tensor, fillValue: Fill, options: TensorOptions = {}): Tensor {
  requireTensor('fullLike', x);
  return numberFill('fullLike', requireNumber('fullLike', 'fillValue', fillValue), x.shape, targetLike('fullLike', x, options));
}

// ── of the same kind, in another shape ───────────────────────────────────────────────────────────────────────────────

const fresh = (op: string, value: number) =>
  (x: Tensor, ...given: SizesWith<TensorOptions>): Tensor => {
    const { sizes, options } = splitOptions(given);
    return constantFill(value, requireSizes(op, sizes), targetLike(op, x, options));
  };

/**
 * Zeros of the given sizes with dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_zeros.html
 */
export const newZeros = /* @__PURE__ */ fresh('newZeros', 0);

/**
 * Ones of the given sizes with dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_ones.html
 */
export const newOnes = /* @__PURE__ */ fresh('newOnes', 1);

/**
 * As `empty`, with dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_empty.html
 */
export const newEmpty = /* @__PURE__ */ fresh('newEmpty', 0);

/**
 * `fillValue` in the given sizes, with dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_full.html
 */
export function newFull(x: Tensor, size: readonly number[], fillValue: Fill, options: TensorOptions = {}): Tensor {
  const value = requireNumber('newFull', 'fillValue', fillValue);
  return numberFill('newFull', value, requireSizes('newFull', [size] as Integers), targetLike('newFull', x, options));
}

/**
 * A tensor of this data, with dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_tensor.html
 */
export const newTensor = (x: Tensor, data: TensorData, options: TensorOptions = {}): Tensor =>
  tensor(data, targetLike('newTensor', x, options));
