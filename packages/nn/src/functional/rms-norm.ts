/**
 * Normalisation of each sample by its root mean square: a layer norm that neither centres nor shifts.
 *
 * Invariant: half floats are normalised in float32.
 *
 * Reference: Zhang and Sennrich, Root Mean Square Layer Normalization (NeurIPS 2019)
 */
import { cast, computeType, type Tensor } from '@sconce/core';
import { add, finfo, mean, mul, rsqrt } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { lastSizes, requireAffine } from './layer-norm.js';

export interface RmsNormOptions {
  /** Scales what was normalised. */
  readonly weight?: Tensor | null;
  /** Is added to the mean of the squares. Default: the dtype's `eps`. */
  readonly eps?: number | null;
}

const RMS_NORM = ['weight', 'eps'] as const;

/**
 * Each sample's last dimensions over their root mean square: x / √(mean(x²) + eps) · weight.
 *
 * @param x […, normalizedShape]
 * @param normalizedShape the sizes of the last dimensions
 * @throws ShapeError when x does not end with them or weight has another shape; DTypeError for integers.
 * @example rmsNorm(tensor([[1.0, 7.5, 0.5, 2.0]]), 4)             // [[0.2550, 1.9127, 0.1275, 0.5101]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html
 */
export const rmsNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, normalizedShape: number | readonly number[], ...rest: Rest<RmsNormOptions, typeof RMS_NORM>): Tensor => {
    const op = 'rmsNorm';
    const { weight = null, eps } = keywords<RmsNormOptions>(op, RMS_NORM, rest);
    const shape = lastSizes(op, x, normalizedShape);
    requireAffine(op, x, weight, 'weight', shape, 'the normalizedShape');
    const wide = cast(x, computeType(x.dtype));
    const dims = shape.map((_, d) => x.ndim - shape.length + d);
    const scale = rsqrt(add(mean(mul(wide, wide), dims, { keepdim: true }), eps ?? finfo(x.dtype).eps));
    const value = mul(wide, scale);
    return cast(weight === null ? value : mul(value, weight), x.dtype);
  },
  {
    name: 'rmsNorm',
    samples: [{ tensors: [{ shape: [2, 4] }], rest: [4] }, { tensors: [{ shape: [2, 2, 2] }], rest: [[2, 2], { eps: 0.1 }] }],
    differentiable: true,
  },
);
