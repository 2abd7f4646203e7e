/**
 * Names under which PyTorch's users write dtypes, devices and numbers: `torch.float32`, `torch.device('cpu')`, `torch.inf`.
 *
 * Invariant: they are the strings and numbers that stand for them everywhere else.
 *
 * Reference: https://pytorch.org/docs/stable/tensor_attributes.html
 */
import { backendOf } from '@sconce/core';

export const float32 = 'float32';
export const float = 'float32';
export const float64 = 'float64';
export const double = 'float64';
export const float16 = 'float16';
export const half = 'float16';
export const bfloat16 = 'bfloat16';
export const int32 = 'int32';
export const int = 'int32';
export const int64 = 'int64';
export const long = 'int64';
export const int8 = 'int8';
export const uint8 = 'uint8';
export const bool = 'bool';

export const inf = Infinity;
export const nan = NaN;
export const pi: number = Math.PI;

/**
 * The name of a device, checked to be registered.
 *
 * @throws DeviceError for another one.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#torch.device
 */
export const device = (name: string): string => backendOf(name).name;
