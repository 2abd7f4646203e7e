/**
 * Distances and similarities between vectors, and vectors brought to a length.
 *
 * Each is a norm of differences, computed where it is needed: the differences of all pairs are never stored.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.cdist.html
 */
import { ArgumentError, cast, floatFor, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, clampMin, div, gt, mul, sub, where } from '../elementwise/index.js';
import { requireInteger } from '../families/arguments.js';
import { noBoolDifference } from '../families/checks.js';
import { guarded } from '../families/composite.js';
import { checkOptions } from '../families/options.js';
import { reduceAttrs } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { indexSelect } from '../index/gather.js';
import { normOver, requireOrder } from '../reduce/norm.js';
import { floatType, sum } from '../reduce/sum.js';
import { broadcastTensors, select, triuIndices, unsqueeze } from '../view/index.js';
import { requireOneDType, requireRank } from './product.js';

/** A norm's order for distances: not negative. */
function requireDistanceOrder(op: string, p: number): number {
  if (typeof p !== 'number' || !(p >= 0)) throw new ArgumentError(`${op}: p must be a number that is not negative, got ${String(p)}.`);
  return p;
}

/** The p-norm over the last dimension. */
const lastNorm = (op: string, x: Tensor, p: number, keepdim = false): Tensor => normOver(op, x, p, reduceAttrs(op, x, -1, keepdim));

/**
 * The distances of order `p` between every row of `x` and every row of `other`, batch by batch.
 *
 * @param x […, n, d]
 * @param other […, m, d]; batches broadcast
 * @returns […, n, m]
 * @throws ShapeError when the last sizes differ; DTypeError for integers; ArgumentError for a negative p.
 * @example
 * cdist(tensor([[0.5, 0.5]]), tensor([[3.5, 4.5], [0.5, 1.5]]));                  // [[5, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.cdist.html
 */
export const cdist = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, p = 2): Tensor => {
    requireTensor('cdist', x, 'x1');
    requireTensor('cdist', other, 'x2');
    requireOneDType('cdist', x, other);
    floatType('cdist', x, undefined);
    if (x.ndim < 2 || other.ndim < 2 || x.shape.at(-1) !== other.shape.at(-1)) {
      throw new ShapeError(`cdist: got ${shapeText(x.shape)} and ${shapeText(other.shape)}, expected […, n, d] and […, m, d].`);
    }
    return lastNorm('cdist', sub(unsqueeze(x, -2), unsqueeze(other, -3)), requireDistanceOrder('cdist', p));
  },
  { name: 'cdist', samples: [{ tensors: [{ shape: [3, 2] }, { shape: [2, 2], low: 2, high: 3 }] }], differentiable: true },
);

/**
 * The distances of order `p` between the rows of a matrix, each pair once: of row 0 to 1, 2, …, then of row 1 to 2, ….
 *
 * @param x [n, d]
 * @returns [n (n − 1) / 2]
 * @throws ShapeError unless `x` has 2 dimensions; DTypeError for integers; ArgumentError for a negative p.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html
 */
export const pdist = /* @__PURE__ */ describeOp(
  (x: Tensor, p = 2): Tensor => {
    requireRank('pdist', x, 2, 'input', 'Use cdist for batches');
    floatType('pdist', x, undefined);
    const [n] = x.shape;
    const [first, second] = [0, 1].map((row) => select(triuIndices(n, n, 1, { device: x.device }), 0, row));
    return lastNorm('pdist', sub(indexSelect(x, 0, first), indexSelect(x, 0, second)), requireDistanceOrder('pdist', p));
  },
  { name: 'pdist', samples: [{ shape: [3, 2] }], differentiable: true },
);

export interface PairwiseDistanceOptions {
  /** Added to every difference. Default: 1e-6. */
  readonly eps?: number;
  /** Keep the last dimension with size 1. Default: false. */
  readonly keepdim?: boolean;
}

/**
 * The distance ‖x − other + eps‖ of order `p` between vectors along the last dimension, which broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
 */
export const pairwiseDistance = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, p = 2, options: PairwiseDistanceOptions = {}): Tensor => {
    requireTensor('pairwiseDistance', x, 'x1');
    requireTensor('pairwiseDistance', other, 'x2');
    checkOptions('pairwiseDistance', options, ['eps', 'keepdim']);
    const { eps = 1e-6, keepdim = false } = options;
    for (const { dtype } of [x, other]) noBoolDifference(dtype, 'pairwiseDistance');
    const difference = sub(x, other);
    return lastNorm('pairwiseDistance', add(cast(difference, floatFor(difference.dtype)), eps), requireOrder('pairwiseDistance', p), keepdim);
  },
  { name: 'pairwiseDistance', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3], low: 2, high: 3 }] }], differentiable: true },
);

export interface EpsOptions {
  /** The least norm that is divided by. */
  readonly eps?: number;
}

/**
 * The cosine x · other / (‖x‖ ‖other‖) along `dim`, of operands that broadcast.
 *
 * @param dim Default: 1.
 * @param options `eps`: the least norm that is divided by. Default: 1e-8.
 * @throws ShapeError when the shapes do not broadcast; IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
 */
export const cosineSimilarity = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, dim = 1, options: EpsOptions = {}): Tensor => {
    requireTensor('cosineSimilarity', x, 'x1');
    requireTensor('cosineSimilarity', other, 'x2');
    checkOptions('cosineSimilarity', options, ['eps']);
    requireInteger('cosineSimilarity', 'dim', dim);
    const units = broadcastTensors(x, other).map((t) => {
      const wide = cast(t, floatFor(t.dtype));
      const norm = normOver('cosineSimilarity', wide, 2, reduceAttrs('cosineSimilarity', wide, dim, true));
      return div(wide, guarded([norm], () => clampMin(norm, options.eps ?? 1e-8)));
    });
    return sum(mul(units[0], units[1]), dim);
  },
  { name: 'cosineSimilarity', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3] }] }], differentiable: true },
);

/**
 * x / max(‖x‖, eps), vectors along `dim` brought to the p-norm 1.
 *
 * @param p order of the norm. Default: 2.
 * @param dim Default: 1.
 * @param options `eps`: the least norm that is divided by. Default: 1e-12.
 * @throws DTypeError for integers; IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 */
export const normalize = /* @__PURE__ */ describeOp(
  (x: Tensor, p = 2, dim: number | readonly number[] = 1, options: EpsOptions = {}): Tensor => {
    requireTensor('normalize', x);
    checkOptions('normalize', options, ['eps']);
    floatType('normalize', x, undefined);
    const norm = normOver('normalize', x, requireOrder('normalize', p), reduceAttrs('normalize', x, dim, true));
    return div(x, clampMin(norm, options.eps ?? 1e-12));
  },
  { name: 'normalize', samples: [{ shape: [2, 3] }], differentiable: true },
);

/**
 * The parts of `x` along `dim`, each scaled down to the p-norm `maxnorm` where it has a greater one.
 *
 * @throws ShapeError for fewer than 2 dimensions; DTypeError for integers; IndexError when `dim` is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.renorm.html
 */
export const renorm = /* @__PURE__ */ describeOp(
  (x: Tensor, p: number, dim: number, maxnorm: number): Tensor => {
    requireTensor('renorm', x);
    floatType('renorm', x, undefined);
    if (x.ndim < 2) throw new ShapeError(`renorm: input must have at least 2 dimensions, got ${shapeText(x.shape)}.`);
    if (!(p > 0)) throw new ArgumentError(`renorm: p must be positive, got ${String(p)}.`);
    if (!(maxnorm >= 0)) throw new ArgumentError(`renorm: maxnorm must not be negative, got ${String(maxnorm)}.`);
    const { dims: [kept] } = reduceAttrs('renorm', x, dim);
    const attrs = reduceAttrs('renorm', x, x.shape.flatMap((_, d) => (d === kept ? [] : [d])), true);
    const norm = normOver('renorm', x, p, attrs);
    return mul(x, where(gt(norm, maxnorm), div(maxnorm, add(norm, 1e-7)), 1));
  },
  { name: 'renorm', samples: [{ tensors: [{ shape: [2, 3] }], rest: [2, 0, 0.5] }], differentiable: true },
);
