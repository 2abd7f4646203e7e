/**
 * Making tensors from data on the host.
 *
 * Invariant: the data is copied and checked at the call; where it goes to the device is decided when it is first used.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.tensor.html
 */
import { leafNode } from '../graph/builtin.js';
import { defaultDevice, requireDType } from '../device/device.js';
import { isDType, type DType, type TypedArray } from './dtype.js';
import { ArgumentError, DTypeError } from '../errors.js';
import { checkSize, dtypeOfArray, flatten, holds, hostOf, inferDType, type NestedArray } from './nested.js';
import { Tensor } from './tensor.js';
import type { Shape } from './shape.js';

/** Options of every function that makes a tensor. */
export interface TensorOptions {
  readonly dtype?: DType;
  /** Name of a registered device; default: the default device. */
  readonly device?: string;
  readonly requiresGrad?: boolean;
}

export type TensorData = NestedArray | TypedArray | Uint8ClampedArray | readonly TensorData[];

/** The device and dtype that options ask for, checked. */
export function resolveOptions(options: TensorOptions, dtype: DType): { dtype: DType; device: string } {
  const device = options.device ?? defaultDevice();
  if (options.dtype !== undefined && !isDType(options.dtype)) {
    throw new DTypeError(`'${String(options.dtype)}' is no dtype. Use 'float32', 'float64', 'int32', 'bool', …`);
  }
  requireDType(options.dtype ?? dtype, device);
  return { dtype: options.dtype ?? dtype, device };
}

/**
 * A tensor of this data: a number, nested arrays, or a typed array (which keeps its dtype).
 *
 * Numbers become float32, integers int32 (PyTorch: int64), booleans bool, unless `dtype` says otherwise.
 * @throws ShapeError for ragged lists, DTypeError for a value that the dtype cannot hold.
 * @example
 * const x = tensor([[1, 2], [3, 4.5]]);                  // float32, shape [2, 2]
 * const w = tensor([0.1, 0.2], { requiresGrad: true });
 * @see https://pytorch.org/docs/stable/generated/torch.tensor.html
 */
export function tensor(data: TensorData | Tensor, options: TensorOptions = {}): Tensor {
  if (data instanceof Tensor) {
    throw new ArgumentError('tensor: got a Tensor. Use x.detach() for the same values without a graph, or clone(x).');
  }
  const typed = ArrayBuffer.isView(data) ? (data as TypedArray) : undefined;
  if (typed !== undefined) {
    const { dtype } = resolveOptions(options, options.dtype ?? dtypeOfArray(typed) ?? 'float32');
    const host = holds(typed, dtype) ? typed.slice() : hostOf(typed, dtype);
    return fromHost(host, [typed.length], dtype, options);
  }
  const { values, shape } = flatten(data);
  const { dtype } = resolveOptions(options, inferDType(values));
  return fromHost(hostOf(values, dtype), shape, dtype, options);
}

/** A tensor over a host array in the dtype's representation. The array belongs to the tensor from here on. */
export function fromHost(host: TypedArray, shape: Shape, dtype: DType, options: TensorOptions = {}): Tensor {
  checkSize('fromHost', host.length, shape);
  const { device } = resolveOptions({ ...options, dtype }, dtype);
  const t = new Tensor(leafNode(host, [...shape], dtype, device));
  return options.requiresGrad === true ? t.requiresGrad_() : t;
}
