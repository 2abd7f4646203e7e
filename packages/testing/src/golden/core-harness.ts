/**
 * The golden harness of `@sconce/core`: its tensors on one of its registered devices.
 *
 * Invariant: data goes in and out unchanged, so what differs was computed.
 *
 * Reference: harness.ts
 */
import {
  backendOf,
  bfloat16Bits,
  float16Bits,
  fromHost,
  grad,
  hostArray,
  numbersOf,
  SconceError,
  Tensor,
  type DType,
  type TypedArray,
} from '@sconce/core';
import type { PlainTensor } from './decode.js';
import type { TrainingHarness } from './harness.js';

/** How a number is held in host memory, where it is not held as itself. */
const BITS: Partial<Record<DType, (x: number) => number | bigint>> = {
  int64: BigInt,
  float16: float16Bits,
  bfloat16: bfloat16Bits,
};

/** The elements as host memory holds them. */
export function hostOf({ dtype, data }: PlainTensor): TypedArray {
  const host = hostArray(dtype, data.length);
  const bits = BITS[dtype] ?? ((x: number) => x);
  for (let i = 0; i < data.length; i++) Reflect.set(host, i, bits(data[i]));
  return host;
}

/**
 * @param device a registered device
 * @param leastSquares mean((x @ w + b - y)^2), of ops, which core does not have
 */
export function coreHarness(
  device: string,
  leastSquares: TrainingHarness<Tensor>['leastSquares'],
): TrainingHarness<Tensor> {
  return {
    device,
    dtypes: backendOf(device).dtypes,
    isTensor: (value) => value instanceof Tensor,
    makeTensor: (plain, { requiresGrad }) => fromHost(hostOf(plain), plain.shape, plain.dtype, { device, requiresGrad }),
    async readTensor(tensor) {
      const { dtype, shape } = tensor;
      return { dtype, shape, data: numbersOf(await tensor.data(), dtype) };
    },
    gradients(outputs, weights, inputs) {
      const differentiable = outputs.map((_, i) => i).filter((i) => outputs[i].requiresGrad);
      if (differentiable.length === 0) return inputs.map(() => null);
      const options = { gradOutputs: differentiable.map((i) => weights[i]), allowUnused: true };
      return grad(differentiable.map((i) => outputs[i]), inputs, options);
    },
    isTypedError: (error) => error instanceof SconceError,
    leastSquares,
    backward: (loss) => loss.backward(),
  };
}
