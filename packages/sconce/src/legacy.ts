/**
 * PyTorch's older constructors, named after what a tensor holds: of data, or of sizes.
 *
 *   torch.FloatTensor([1, 2]);          // tensor([1, 2], { dtype: 'float32' })
 *   new torch.LongTensor(2, 3);         // zeros(2, 3, { dtype: 'int64' })
 *
 * Reference: https://pytorch.org/docs/stable/tensors.html
 */
import { ArgumentError, describe, isTensor, tensor, type DType, type Tensor, type TensorData } from '@sconce/core';
import { zeros } from '@sconce/ops';

/** Called with or without `new`. */
interface LegacyConstructor {
  (data: TensorData): Tensor;
  (...sizes: number[]): Tensor;
  new (data: TensorData): Tensor;
  new (...sizes: number[]): Tensor;
}

function legacy(name: string, dtype: DType): LegacyConstructor {
  return function (...given: readonly unknown[]): Tensor {
    const [data] = given;
    if (isTensor(data)) throw new ArgumentError(`${name}: got ${describe(data)}, expected data or sizes. Use x.to('${dtype}').`);
    if (typeof data === 'object' && given.length === 1) return tensor(data as TensorData, { dtype });
    return given.length === 0 ? zeros([0], { dtype }) : zeros(given as readonly number[], { dtype });
  } as LegacyConstructor;
}

export const FloatTensor: LegacyConstructor = /* @__PURE__ */ legacy('FloatTensor', 'float32');
export const DoubleTensor: LegacyConstructor = /* @__PURE__ */ legacy('DoubleTensor', 'float64');
export const HalfTensor: LegacyConstructor = /* @__PURE__ */ legacy('HalfTensor', 'float16');
export const BFloat16Tensor: LegacyConstructor = /* @__PURE__ */ legacy('BFloat16Tensor', 'bfloat16');
export const IntTensor: LegacyConstructor = /* @__PURE__ */ legacy('IntTensor', 'int32');
export const LongTensor: LegacyConstructor = /* @__PURE__ */ legacy('LongTensor', 'int64');
export const CharTensor: LegacyConstructor = /* @__PURE__ */ legacy('CharTensor', 'int8');
export const ByteTensor: LegacyConstructor = /* @__PURE__ */ legacy('ByteTensor', 'uint8');
export const BoolTensor: LegacyConstructor = /* @__PURE__ */ legacy('BoolTensor', 'bool');
