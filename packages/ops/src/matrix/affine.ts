/**
 * A product added to something: beta · input + alpha · (a product). Input, beta and alpha ride in the product's epilogue.
 *
 * Invariant: input broadcasts to the product's shape, never the other way; with beta 0 it is not read, so its NaN does not
 * count. Among integers alpha and beta are truncated, and among truth values they count as true unless 0, as in PyTorch.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.addmm.html
 */
import { isFloat, requireTensor, sameShape, broadcastShapes, ShapeError, shapeText, type DType, type Tensor } from '@sconce/core';
import { add, mul } from '../elementwise/index.js';
import { checkOptions } from '../families/options.js';
import { describeOp, type Sample } from '../families/sample.js';
import { broadcastTo } from '../view/index.js';
import { bmm, mm, mv, outer } from './matmul.js';
import { labelledProduct, requireOneDType, requireRank } from './product.js';

export interface AffineOptions {
  /** Factor of the input. Default: 1. */
  readonly beta?: number;
  /** Factor of the product. Default: 1. */
  readonly alpha?: number;
}

type Affine = (input: Tensor, a: Tensor, b: Tensor, options?: AffineOptions) => Tensor;

function fittingFactor(dtype: DType, factor: number): number {
  if (dtype === 'bool') return Number(factor !== 0);
  return isFloat(dtype) ? factor : Math.trunc(factor);
}

const scaled = (x: Tensor, factor: number): Tensor => {
  const fitting = fittingFactor(x.dtype, factor);
  return fitting === 1 ? x : mul(x, x.dtype === 'bool' ? false : fitting);
};

function affine(name: string, product: (a: Tensor, b: Tensor) => Tensor, tensors: readonly Sample[]): Affine {
  const call: Affine = (input, a, b, options = {}) => {
    requireTensor(name, input);
    checkOptions(name, options, ['beta', 'alpha']);
    const { beta = 1, alpha = 1 } = options;
    const result = product(a, b);
    requireOneDType(name, input, result);
    if (!sameShape(broadcastShapes(name, input.shape, result.shape), result.shape)) {
      throw new ShapeError(`${name}: input ${shapeText(input.shape)} does not broadcast to ${shapeText(result.shape)}, the shape of the product.`);
    }
    const term = scaled(result, alpha);
    const used = fittingFactor(input.dtype, beta);
    return used === 0 ? term : add(scaled(broadcastTo(input, result.shape), used), term);
  };
  return describeOp(call, { name, samples: tensors, differentiable: true });
}

const options = [{ beta: 0.5, alpha: 2 }];

/**
 * beta · input + alpha · (mat1 @ mat2).
 *
 * @param input broadcasts to [n, m]
 * @param mat1 [n, k]
 * @param mat2 [k, m]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.addmm.html
 */
export const addmm: Affine = /* @__PURE__ */ affine('addmm', mm, [
  { tensors: [{ shape: [2] }, { shape: [2, 3] }, { shape: [3, 2] }], rest: options },
]);

/**
 * beta · input + alpha · (mat @ vec).
 *
 * @param input broadcasts to [n]
 * @param mat [n, k]
 * @param vec [k]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.addmv.html
 */
export const addmv: Affine = /* @__PURE__ */ affine('addmv', mv, [
  { tensors: [{ shape: [2] }, { shape: [2, 3] }, { shape: [3] }], rest: options },
]);

/**
 * beta · input + alpha · (vec1 ⊗ vec2), the outer product.
 *
 * @param input broadcasts to [n, m]
 * @param vec1 [n]
 * @param vec2 [m]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.addr.html
 */
export const addr: Affine = /* @__PURE__ */ affine('addr', outer, [
  { tensors: [{ shape: [2, 3] }, { shape: [2] }, { shape: [3] }], rest: options },
]);

/**
 * beta · input + alpha · (batch1 @ batch2), matrix by matrix.
 *
 * @param input broadcasts to [b, n, m]
 * @param batch1 [b, n, k]
 * @param batch2 [b, k, m]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.baddbmm.html
 */
export const baddbmm: Affine = /* @__PURE__ */ affine('baddbmm', bmm, [
  { tensors: [{ shape: [2, 2, 2] }, { shape: [2, 2, 3] }, { shape: [2, 3, 2] }], rest: options },
]);

/** The sum of the products of two batches of matrices. */
function sumOfProducts(a: Tensor, b: Tensor): Tensor {
  requireRank('addbmm', a, 3, 'batch1');
  requireRank('addbmm', b, 3, 'batch2');
  if (a.shape[0] !== b.shape[0] || a.shape[2] !== b.shape[1]) {
    throw new ShapeError(`addbmm: ${shapeText(a.shape)} and ${shapeText(b.shape)} do not fit, expected [b, n, k] and [b, k, m].`);
  }
  return labelledProduct('addbmm', a, 'bik', b, 'bkj', 'ij');
}

/**
 * beta · input + alpha · Σ_b (batch1_b @ batch2_b).
 *
 * @param input broadcasts to [n, m]
 * @param batch1 [b, n, k]
 * @param batch2 [b, k, m]
 * @throws ShapeError when the shapes do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.addbmm.html
 */
export const addbmm: Affine = /* @__PURE__ */ affine('addbmm', sumOfProducts, [
  { tensors: [{ shape: [2, 2] }, { shape: [2, 2, 3] }, { shape: [2, 3, 2] }], rest: options },
]);
