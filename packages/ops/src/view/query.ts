/**
 * Questions that shape and dtype answer: nothing is computed, but for `isNonzero`.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#tensors
 */
import { ArgumentError, categoryOf, DTypeError, isDType, isFloat, operandType, promoteTypes, requireTensor, sameShape, shapeText, type DType, type Operand, type Tensor } from '@sconce/core';

/**
 * How many elements `input` has.
 *
 * @example numel(zeros(2, 3))                             // 6
 * @see https://pytorch.org/docs/stable/generated/torch.numel.html
 */
export function numel(input: Tensor): number {
  requireTensor('numel', input);
  return input.numel();
}

/**
 * Whether elements are floats.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.is_floating_point.html
 */
export function isFloatingPoint(input: Tensor): boolean {
  requireTensor('isFloatingPoint', input);
  return isFloat(input.dtype);
}

const UNSIGNED: ReadonlySet<DType> = /* @__PURE__ */ new Set(['uint8', 'bool']);

/**
 * Whether elements can be negative.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_signed.html
 */
export function isSigned(input: Tensor): boolean {
  requireTensor('isSigned', input);
  return !UNSIGNED.has(input.dtype);
}

/**
 * Whether two tensors have one shape.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_same_size.html
 */
export function isSameSize(input: Tensor, other: Tensor): boolean {
  requireTensor('isSameSize', input);
  requireTensor('isSameSize', other, 'other');
  return sameShape(input.shape, other.shape);
}

/**
 * Whether the only element is not zero.
 *
 * @throws ArgumentError when there is not exactly one.
 * @returns a promise, because the value is read
 * @example await isNonzero(tensor([0.5]))                // true
 * @see https://pytorch.org/docs/stable/generated/torch.is_nonzero.html
 */
export async function isNonzero(input: Tensor): Promise<boolean> {
  requireTensor('isNonzero', input);
  if (input.numel() !== 1) throw new ArgumentError(`isNonzero: got a tensor of shape ${shapeText(input.shape)}, expected one element. Use any or all.`);
  return (await input.item()) !== 0;
}

/**
 * Whether promotion may turn elements of the one dtype into the other: bool into integers, and those into floats.
 *
 * @throws DTypeError for what is no dtype.
 * @example canCast('int64', 'float32')                    // true
 * @see https://pytorch.org/docs/stable/generated/torch.can_cast.html
 */
export function canCast(from: DType, to: DType): boolean {
  for (const dtype of [from, to]) if (!isDType(dtype)) throw new DTypeError(`canCast: there is no dtype '${String(dtype)}'.`);
  return categoryOf(promoteTypes(from, to)) === categoryOf(to);
}

/**
 * The dtype that arithmetic on two operands gives: a number counts only where its kind is above the tensor's, and a 0-d
 * tensor only where its kind is above that of one with dimensions.
 *
 * @throws ArgumentError for what is neither tensor nor number.
 * @example resultType(tensor([1, 2]), 1.5)                // 'float32'
 * @see https://pytorch.org/docs/stable/generated/torch.result_type.html
 */
export function resultType(first: Operand, second: Operand): DType {
  for (const x of [first, second]) if (!['number', 'boolean', 'bigint'].includes(typeof x)) requireTensor('resultType', x);
  return operandType([first, second]);
}
