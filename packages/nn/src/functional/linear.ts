/**
 * Linear and bilinear maps, with a bias that rides in the product's epilogue.
 *
 * Invariant: weights have PyTorch's layouts, the outputs first; nothing is transposed or copied for it.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
import { DTypeError, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, einsum, matmul, t } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';

/** Throws unless `other` has the dtype of the input. */
function requireDTypeOf(op: string, input: Tensor, other: Tensor, name: string): void {
  requireTensor(op, other, name);
  if (other.dtype === input.dtype) return;
  throw new DTypeError(`${op}: input is ${input.dtype} and ${name} ${other.dtype}, expected one dtype. Use input.to('${other.dtype}').`);
}

/** Adds a bias with one element for each of `outputs`. */
function withBias(op: string, y: Tensor, bias: Tensor | null | undefined, outputs: number): Tensor {
  if (bias === undefined || bias === null) return y;
  requireDTypeOf(op, y, bias, 'bias');
  if (bias.ndim > 1 || (bias.numel() !== 1 && bias.numel() !== outputs)) {
    throw new ShapeError(`${op}: bias is ${shapeText(bias.shape)}, expected [${outputs}], one for each output.`);
  }
  return add(y, bias);
}

/**
 * input · weightᵀ + bias.
 *
 * @param input […, inFeatures]
 * @param weight [outFeatures, inFeatures], or [inFeatures] for one output without a dimension
 * @param bias [outFeatures]
 * @returns […, outFeatures]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @example
 * linear(tensor([[1, 2]]), tensor([[10, 1], [0, 1]]), tensor([5, 5]));             // [[17, 7]]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export const linear = /* @__PURE__ */ describeOp(
  (input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor => {
    requireTensor('linear', input);
    requireDTypeOf('linear', input, weight, 'weight');
    if (input.ndim === 0 || weight.ndim < 1 || weight.ndim > 2) {
      throw new ShapeError(`linear: got input ${shapeText(input.shape)} and weight ${shapeText(weight.shape)}, expected […, inFeatures] and [outFeatures, inFeatures].`);
    }
    const [given, taken] = [input.shape.at(-1)!, weight.shape.at(-1)!];
    if (given !== taken) {
      const turned = weight.ndim === 2 && weight.shape[0] === given;
      const remedy = turned ? `\n  Did you mean linear(x, w.t())? w.t() would be ${shapeText([taken, given])}.` : '';
      throw new ShapeError(
        `linear cannot multiply ${shapeText(input.shape)} by a weight of ${shapeText(weight.shape)}: the inner sizes ${given} and ${taken} differ.${remedy}`,
      );
    }
    return withBias('linear', matmul(input, t(weight)), bias, weight.ndim === 2 ? weight.shape[0] : 1);
  },
  {
    name: 'linear',
    samples: [{ tensors: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [4] }] }, { tensors: [{ shape: [3] }, { shape: [4, 3] }] }],
    differentiable: true,
  },
);

/**
 * y_o = Σ_ij input1_i · weight_oij · input2_j + bias_o.
 *
 * @param input1 […, in1Features]
 * @param input2 […, in2Features], with the same sizes before the last
 * @param weight [outFeatures, in1Features, in2Features]
 * @param bias [outFeatures]
 * @returns […, outFeatures]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html
 */
export const bilinear = /* @__PURE__ */ describeOp(
  (input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor => {
    requireTensor('bilinear', input1, 'input1');
    requireDTypeOf('bilinear', input1, input2, 'input2');
    requireDTypeOf('bilinear', input1, weight, 'weight');
    const [a, b, w] = [input1.shape, input2.shape, weight.shape];
    const fits = w.length === 3 && a.length > 0 && a.length === b.length && a.slice(0, -1).every((n, d) => n === b[d]);
    if (!fits || a.at(-1) !== w[1] || b.at(-1) !== w[2]) {
      throw new ShapeError(
        `bilinear: got inputs ${shapeText(a)} and ${shapeText(b)} and weight ${shapeText(w)}, expected […, in1], […, in2] and [out, in1, in2].`,
      );
    }
    if (bias && bias.numel() !== w[0]) throw new ShapeError(`bilinear: bias is ${shapeText(bias.shape)}, expected [${w[0]}], one for each output.`);
    return withBias('bilinear', einsum('...i,oij,...j->...o', input1, weight, input2), bias, w[0]);
  },
  {
    name: 'bilinear',
    samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 2] }, { shape: [4, 3, 2] }, { shape: [4] }] }],
    differentiable: true,
  },
);
