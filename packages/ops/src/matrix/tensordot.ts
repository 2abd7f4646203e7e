/**
 * Products said in other ways: over chosen dimensions, block by block, along a chain; and the trace.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.tensordot.html
 */
import { ArgumentError, describe, normalizeDims, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { mul } from '../elementwise/index.js';
import { tensorsOf } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { sum } from '../reduce/sum.js';
import { diagonal, reshape } from '../view/index.js';
import { matmul } from './matmul.js';
import { labelledProduct, outerLabels, requireOneDType, requireRank } from './product.js';

/** How many dimensions to join, the last of one operand with the first of the other; or the dimensions of each. */
export type TensordotDims = number | readonly [number | readonly number[], number | readonly number[]];

function joinedDims(x: Tensor, other: Tensor, dims: TensordotDims): [number[], number[]] {
  if (typeof dims === 'number') {
    if (!Number.isInteger(dims) || dims < 0 || dims > Math.min(x.ndim, other.ndim)) {
      throw new ArgumentError(`tensordot: dims must be between 0 and ${Math.min(x.ndim, other.ndim)} here, got ${dims}.`);
    }
    const count = Array.from({ length: dims }, (_, i) => i);
    return [count.map((i) => x.ndim - dims + i), count];
  }
  if (!Array.isArray(dims) || dims.length !== 2) throw new ArgumentError(`tensordot: dims must be a number or two lists, got ${describe(dims)}.`);
  const [a, b] = [x, other].map((t, i) => {
    const list = [dims[i] as number | readonly number[]].flat();
    normalizeDims('tensordot', list.length === 0 ? null : list, t.ndim);
    return list.map((d) => (d < 0 ? d + t.ndim : d));
  });
  if (a.length !== b.length) throw new ArgumentError(`tensordot: dims names ${a.length} dimensions of one and ${b.length} of the other, expected as many.`);
  return [a, b];
}

/**
 * The product over chosen dimensions of both operands; the others follow one another in the result. A size of 1 stands for
 * any size of its partner.
 *
 * @param dims a number n for the last n of `x` with the first n of `other`, or `[dimsOfX, dimsOfOther]`. Default: 2.
 * @throws ShapeError when the sizes differ; DTypeError for two dtypes.
 * @example
 * tensordot(tensor([[1, 2]]), tensor([[3], [4]]), [[1], [0]]);                   // [[11]]
 * @see https://pytorch.org/docs/stable/generated/torch.tensordot.html
 */
export const tensordot = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, dims: TensordotDims = 2): Tensor => {
    requireTensor('tensordot', x);
    requireTensor('tensordot', other, 'other');
    requireOneDType('tensordot', x, other);
    const [a, b] = joinedDims(x, other, dims);
    a.forEach((d, i) => {
      const [n, m] = [x.shape[d], other.shape[b[i]]];
      if (n === m || n === 1 || m === 1) return;
      throw new ShapeError(`tensordot: dimension ${d} of ${shapeText(x.shape)} and ${b[i]} of ${shapeText(other.shape)} differ. Expected equal sizes, or a size of 1.`);
    });
    const labels = [...outerLabels(x.ndim + other.ndim)];
    const left = labels.slice(0, x.ndim);
    const right = other.shape.map((_, d) => (b.includes(d) ? left[a[b.indexOf(d)]] : labels[x.ndim + d]));
    const out = [...left.filter((_, d) => !a.includes(d)), ...right.filter((_, d) => !b.includes(d))];
    return labelledProduct('tensordot', x, left.join(''), other, right.join(''), out.join(''));
  },
  { name: 'tensordot', samples: [{ tensors: [{ shape: [2, 3, 2] }, { shape: [3, 2, 2] }] }], differentiable: true },
);

/**
 * The Kronecker product: `other` scaled by each element of `x`, block by block.
 *
 * @example
 * kron(tensor([1, 10]), tensor([1, 2]));                 // [1, 2, 10, 20]
 * @see https://pytorch.org/docs/stable/generated/torch.kron.html
 */
export const kron = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor): Tensor => {
    requireTensor('kron', x);
    requireTensor('kron', other, 'other');
    const rank = Math.max(x.ndim, other.ndim);
    const padded = (t: Tensor): number[] => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
    const [outer, inner] = [padded(x), padded(other)];
    const blocks = mul(reshape(x, outer.flatMap((n) => [n, 1])), reshape(other, inner.flatMap((n) => [1, n])));
    return reshape(blocks, outer.map((n, d) => n * inner[d]));
  },
  { name: 'kron', samples: [{ tensors: [{ shape: [2, 2] }, { shape: [3] }] }], differentiable: true },
);

/**
 * The sum of a matrix's diagonal.
 *
 * @throws ShapeError unless `x` has 2 dimensions.
 * @example
 * trace(tensor([[1, 2], [3, 4]]));                       // 5
 * @see https://pytorch.org/docs/stable/generated/torch.trace.html
 */
export const trace = /* @__PURE__ */ describeOp(
  (x: Tensor): Tensor => {
    requireRank('trace', x, 2, 'input', 'Use sum(diagonal(x, 0, -2, -1), -1) for a batch');
    return sum(diagonal(x));
  },
  { name: 'trace', samples: [{ shape: [2, 3] }], differentiable: true },
);

// ── chains ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where to cut each part of a chain so that the multiplications are fewest. `sizes[i]` × `sizes[i + 1]` is matrix i. */
function bestCuts(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = sizes.map(() => new Array<number>(n).fill(0));
  const cuts = sizes.map(() => new Array<number>(n).fill(0));
  for (let length = 2; length <= n; length++) {
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      cost[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (total < cost[i][j]) [cost[i][j], cuts[i][j]] = [total, k];
      }
    }
  }
  return cuts;
}

/**
 * The product of a chain of matrices, in the order that takes the fewest multiplications. The first and the last may be
 * vectors.
 *
 * @throws ArgumentError for fewer than two; ShapeError when neighbours do not fit; DTypeError for two dtypes.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
 */
export const multiDot = /* @__PURE__ */ describeOp(
  (...tensors: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor => {
    const chain = tensorsOf('multiDot', tensors);
    if (chain.length < 2) throw new ArgumentError(`multiDot: got ${chain.length} tensors, expected at least 2.`);
    chain.forEach((x, i) => {
      const end = i === 0 || i === chain.length - 1;
      if (x.ndim === 2 || (end && x.ndim === 1)) return;
      throw new ShapeError(`multiDot: tensor ${i} is ${shapeText(x.shape)}, expected a matrix${end ? ' or a vector' : ''}.`);
    });
    const first = chain[0].ndim === 1 ? 1 : chain[0].shape[0];
    const sizes = [first, ...chain.map((x, i) => (i > 0 && x.ndim === 1 ? 1 : x.shape.at(-1)!))];
    const cuts = bestCuts(sizes);
    const product = (i: number, j: number): Tensor => (i === j ? chain[i] : matmul(product(i, cuts[i][j]), product(cuts[i][j] + 1, j)));
    return product(0, chain.length - 1);
  },
  { name: 'multiDot', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4, 2] }] }], differentiable: true },
);

/** PyTorch's older name of `multiDot`. */
export const chainMatmul = multiDot;
