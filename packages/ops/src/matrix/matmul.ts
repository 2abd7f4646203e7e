/**
 * Products of matrices and vectors. All of them are one contraction.
 *
 * Invariant: both operands have one dtype, integers and bool among them; inner sizes are equal; batches broadcast and are
 * never copied.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.matmul.html
 */
import { broadcastShapes, normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { mul } from '../elementwise/index.js';
import { describeOp } from '../families/sample.js';
import { sum } from '../reduce/sum.js';
import { reshape } from '../view/index.js';
import { labelledProduct, outerLabels, requireOneDType, requireRank } from './product.js';

/** The labels of a product of operands of these ranks. */
function labelsOfProduct(left: number, right: number): readonly [x: string, other: string, out: string] {
  const [rows, columns] = [left > 1 ? 'i' : '', right > 1 ? 'j' : ''];
  return [`${outerLabels(left - 2)}${rows}k`, `${outerLabels(right - 2)}k${columns}`, `${outerLabels(Math.max(left, right) - 2)}${rows}${columns}`];
}

const known: ReturnType<typeof labelsOfProduct>[][] = [];

/** The same, worked out once for each pair of ranks. */
const labelsOf = (left: number, right: number): ReturnType<typeof labelsOfProduct> => ((known[left] ??= [])[right] ??= labelsOfProduct(left, right));

/** The error for inner sizes that differ, with the transpose that was probably meant. */
function innerSizesDiffer(op: string, x: Tensor, y: Tensor): ShapeError {
  const [a, b] = [x.shape, y.shape];
  const inner = [a.at(-1)!, b.at(Math.max(-2, -b.length))!];
  const transposed = (shape: readonly number[]): string => shapeText([...shape.slice(0, -2), ...shape.slice(-2).reverse()]);
  const hint = (call: string, shape: readonly number[], name: string): string =>
    `\n  Did you mean ${op}(${call})? ${name} would be ${transposed(shape)}.`;
  const [dot, other] = y.ndim === 2 ? ['w.t()', 'w'] : ['mT(w)', 'w'];
  const fitsLeft = x.ndim > 1 && a.at(-2) === inner[1] && b.at(-1) !== inner[0];
  const left = x.ndim === 2 ? 'x.t()' : 'mT(x)';
  const remedy = fitsLeft ? hint(`${left}, ${other}`, a, left) : y.ndim > 1 ? hint(`x, ${dot}`, b, dot) : '';
  return new ShapeError(`${op} cannot multiply ${shapeText(a)} by ${shapeText(b)}: the inner sizes ${inner[0]} and ${inner[1]} differ.${remedy}`);
}

function requireInner(op: string, x: Tensor, y: Tensor): void {
  requireOneDType(op, x, y);
  if (x.shape.at(-1) !== y.shape.at(Math.max(-2, -y.ndim))) throw innerSizesDiffer(op, x, y);
}

/**
 * The product of matrices, of batches of them, or of vectors with them.
 *
 * Vectors are multiplied as a row on the left and as a column on the right; the dimensions before the last two are
 * batches, which broadcast.
 *
 * @param x [k], [n, k] or […, n, k]
 * @param other [k], [k, m] or […, k, m]
 * @returns […, n, m], without n or m where there was a vector
 * @throws ShapeError when the inner sizes differ or the batches do not broadcast; DTypeError for two dtypes.
 * @example
 * matmul(tensor([[1, 2], [3, 4]]), tensor([1, 10]));     // [21, 43]
 * @see https://pytorch.org/docs/stable/generated/torch.matmul.html
 */
export const matmul = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor): Tensor => {
    requireTensor('matmul', x);
    requireTensor('matmul', other, 'other');
    if (x.ndim === 0 || other.ndim === 0) {
      throw new ShapeError(`matmul: got ${shapeText(x.shape)} and ${shapeText(other.shape)}, expected at least 1 dimension each. Use mul.`);
    }
    requireInner('matmul', x, other);
    if (x.ndim > 2 || other.ndim > 2) broadcastShapes('matmul', x.shape.slice(0, -2), other.shape.slice(0, -2));
    const [a, b, out] = labelsOf(x.ndim, other.ndim);
    return labelledProduct('matmul', x, a, other, b, out);
  },
  {
    name: 'matmul',
    samples: [
      { tensors: [{ shape: [2, 3] }, { shape: [3, 2] }] },
      { tensors: [{ shape: [2, 1, 2, 3] }, { shape: [2, 3, 2] }] },
      { tensors: [{ shape: [3] }, { shape: [2, 3, 2] }] },
    ],
    differentiable: true,
  },
);

/** A product of operands whose ranks are fixed; every label that both have must have one size. */
function fixed(op: string, x: Tensor, xLabels: string, y: Tensor, yLabels: string, out: string): Tensor {
  requireRank(op, x, xLabels.length, 'input');
  requireRank(op, y, yLabels.length, op === 'mv' ? 'vec' : 'mat2');
  requireOneDType(op, x, y);
  if (xLabels.startsWith('b') && x.shape[0] !== y.shape[0]) {
    throw new ShapeError(`${op}: got batches of ${x.shape[0]} and ${y.shape[0]} matrices, expected equal ones. Use matmul to broadcast.`);
  }
  requireInner(op, x, y);
  return labelledProduct(op, x, xLabels, y, yLabels, out);
}

/**
 * The product of two matrices; it does not broadcast.
 *
 * @param x [n, k]
 * @param mat2 [k, m]
 * @throws ShapeError for other ranks, or when the inner sizes differ; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.mm.html
 */
export const mm = /* @__PURE__ */ describeOp((x: Tensor, mat2: Tensor): Tensor => fixed('mm', x, 'ik', mat2, 'kj', 'ij'), {
  name: 'mm',
  samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3, 2] }] }],
  differentiable: true,
});

/**
 * The products of two batches of matrices, one by one.
 *
 * @param x [b, n, k]
 * @param mat2 [b, k, m]
 * @throws ShapeError for other ranks, other batches, or when the inner sizes differ; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.bmm.html
 */
export const bmm = /* @__PURE__ */ describeOp((x: Tensor, mat2: Tensor): Tensor => fixed('bmm', x, 'bik', mat2, 'bkj', 'bij'), {
  name: 'bmm',
  samples: [{ tensors: [{ shape: [2, 2, 3] }, { shape: [2, 3, 2] }] }],
  differentiable: true,
});

/**
 * The product of a matrix and a vector.
 *
 * @param x [n, k]
 * @param vec [k]
 * @throws ShapeError for other ranks, or when the inner sizes differ; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.mv.html
 */
export const mv = /* @__PURE__ */ describeOp((x: Tensor, vec: Tensor): Tensor => fixed('mv', x, 'ik', vec, 'k', 'i'), {
  name: 'mv',
  samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }],
  differentiable: true,
});

const VECTORS = [{ tensors: [{ shape: [3] }, { shape: [3] }] }];

function dotOf(op: string, x: Tensor, other: Tensor): Tensor {
  requireRank(op, x, 1, 'input');
  requireRank(op, other, 1, 'other');
  requireInner(op, x, other);
  return labelledProduct(op, x, 'k', other, 'k', '');
}

/**
 * The product Σ x_i · other_i of two vectors.
 *
 * @throws ShapeError for other ranks, or when the sizes differ; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.dot.html
 */
export const dot = /* @__PURE__ */ describeOp((x: Tensor, other: Tensor): Tensor => dotOf('dot', x, other), {
  name: 'dot',
  samples: VECTORS,
  differentiable: true,
});

/**
 * For real numbers the same as `dot`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.vdot.html
 */
export const vdot = /* @__PURE__ */ describeOp((x: Tensor, other: Tensor): Tensor => dotOf('vdot', x, other), {
  name: 'vdot',
  samples: VECTORS,
  differentiable: true,
});

/**
 * The products Σ x_i · other_i along `dim`, of operands that broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast; IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vecdot.html
 */
export const vecdot = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, dim = -1): Tensor => {
    requireTensor('vecdot', x);
    requireTensor('vecdot', other, 'other');
    requireOneDType('vecdot', x, other);
    const product = mul(x, other);
    return sum(product, normalizeDim('vecdot', dim, product.ndim), { dtype: x.dtype });
  },
  { name: 'vecdot', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3] }], rest: [0] }], differentiable: true },
);

/**
 * The products over the last dimensions: out[…, …] = Σ_k x[…, k] · other[…, k]. With a scalar it is `mul`, dtypes included.
 *
 * @throws ShapeError when the last sizes differ; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.inner.html
 */
export const inner = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor): Tensor => {
    requireTensor('inner', x);
    requireTensor('inner', other, 'other');
    if (x.ndim === 0 || other.ndim === 0) return mul(x, other);
    requireOneDType('inner', x, other);
    const [n, m] = [x.shape.at(-1), other.shape.at(-1)];
    if (n !== m) {
      throw new ShapeError(`inner: the last sizes ${n} and ${m} of ${shapeText(x.shape)} and ${shapeText(other.shape)} differ.`);
    }
    const labels = outerLabels(x.ndim + other.ndim - 2);
    const [left, right] = [labels.slice(0, x.ndim - 1), labels.slice(x.ndim - 1)];
    return labelledProduct('inner', x, `${left}k`, other, `${right}k`, labels);
  },
  { name: 'inner', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3] }] }], differentiable: true },
);

/**
 * The outer product x_i · vec2_j of two vectors.
 *
 * @throws ShapeError unless both have 1 dimension.
 * @example
 * outer(tensor([1, 2]), tensor([10, 20]));               // [[10, 20], [20, 40]]
 * @see https://pytorch.org/docs/stable/generated/torch.outer.html
 */
export const outer = /* @__PURE__ */ describeOp(
  (x: Tensor, vec2: Tensor): Tensor => {
    requireRank('outer', x, 1, 'input', 'Use flatten, or mul with unsqueeze');
    requireRank('outer', vec2, 1, 'vec2', 'Use flatten, or mul with unsqueeze');
    return mul(reshape(x, [-1, 1]), vec2);
  },
  { name: 'outer', samples: [{ tensors: [{ shape: [2] }, { shape: [3] }] }], differentiable: true },
);

/** PyTorch's other name of `outer`. */
export const ger = outer;
