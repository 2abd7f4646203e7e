/**
 * Losses of distances between embeddings.
 *
 * Reference: Schroff et al., FaceNet (CVPR 2015); https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html
 */
import { ArgumentError, cast, floatFor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, clampMin, div, eq, minimum, mul, pairwiseDistance, sqrt, sub, sum, where } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import type { MarginOptions } from './margin.js';
import { checkLossOptions, reduce, requireAll, type ReductionOptions } from './reduction.js';

/** Added to squared norms, so that zero vectors have a cosine. */
const LEAST_SQUARE = 1e-12;

/**
 * The mean of 1 − cos(x₁, x₂) where y is 1, and of max(0, cos(x₁, x₂) − margin) where it is −1.
 *
 * @param input1, input2 vectors [N, D] or [D]
 * @param target 1 or −1, [N] or []
 * @param options margin: in [−1, 1], default 0.
 * @throws ShapeError when the dimensions do not fit.
 * @example
 * cosineEmbeddingLoss(tensor([[1, 0]]), tensor([[1, 1]]), tensor([1]));        // 0.2929
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html
 */
export const cosineEmbeddingLoss = /* @__PURE__ */ describeOp(
  (input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor => {
    const op = 'cosineEmbeddingLoss';
    const reduction = checkLossOptions(op, options, ['margin']);
    requireAll(op, { input1, input2, target });
    const dim = target.ndim;
    if (dim > 1 || input1.ndim !== dim + 1 || input2.ndim !== dim + 1) {
      const shapes = [input1, input2, target].map((x) => shapeText(x.shape)).join(', ');
      throw new ShapeError(`${op}: input1, input2 and target must be [N, D], [N, D] and [N], or [D], [D] and [], got ${shapes}.`);
    }
    const [a, b] = [input1, input2].map((x) => cast(x, floatFor(x.dtype)));
    const square = (x: Tensor): Tensor => add(sum(mul(x, x), dim), LEAST_SQUARE);
    const cosine = div(sum(mul(a, b), dim), sqrt(mul(square(a), square(b))));
    const near = where(eq(target, 1), sub(1, cosine), 0);
    return reduce(add(near, where(eq(target, -1), clampMin(sub(cosine, options.margin ?? 0), 0), 0)), reduction);
  },
  {
    name: 'cosineEmbeddingLoss',
    samples: [{ tensors: [{ shape: [3, 4], low: 0.5, high: 2 }, { shape: [3, 4], low: 0.5, high: 2 }, { shape: [3], dtype: 'int32', low: 1, high: 2 }] }],
    differentiable: true,
  },
);

// ── triplets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A distance between vectors along the last dimension. */
export type Distance = (x: Tensor, y: Tensor) => Tensor;

export interface TripletOptions extends ReductionOptions {
  /** By how much the negative should be farther away than the positive. Default 1. */
  readonly margin?: number;
  /** Take the negative's distance to the positive where that is smaller. Default false. */
  readonly swap?: boolean;
}

export interface TripletMarginOptions extends TripletOptions {
  /** The order of the norm. Default 2. */
  readonly p?: number;
  /** Added to every difference. Default 1e-6. */
  readonly eps?: number;
}

const SAMPLES = [{ tensors: [{ shape: [3, 4] }, { shape: [3, 4], low: 1.5, high: 2 }, { shape: [3, 4], low: -2, high: -1.5 }], rest: [{ margin: 2, swap: true }] }];

function triplet(op: string, points: readonly Tensor[], distance: Distance, { reduction, margin = 1, swap = false }: TripletOptions): Tensor {
  const [anchor, positive, negative] = points;
  requireAll(op, { anchor, positive, negative });
  if (points.some((x) => x.ndim !== anchor.ndim)) {
    throw new ShapeError(`${op}: anchor, positive and negative must have as many dimensions each, got shapes ${points.map((x) => shapeText(x.shape)).join(', ')}.`);
  }
  const near = distance(anchor, positive);
  const away = distance(anchor, negative);
  const far = swap ? minimum(away, distance(positive, negative)) : away;
  return reduce(clampMin(add(sub(near, far), margin), 0), reduction ?? 'mean');
}

/**
 * The mean of max(0, ‖a − p‖ − ‖a − n‖ + margin) for anchors a, positives p and negatives n.
 *
 * @param anchor, positive, negative vectors [N, D] or [D]
 * @throws ShapeError when the shapes do not fit.
 * @example
 * tripletMarginLoss(tensor([[0, 0]]), tensor([[0, 2]]), tensor([[1, 0]]));        // 2.0000
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html
 */
export const tripletMarginLoss = /* @__PURE__ */ describeOp(
  (anchor: Tensor, positive: Tensor, negative: Tensor, options: TripletMarginOptions = {}): Tensor => {
    checkLossOptions('tripletMarginLoss', options, ['margin', 'swap', 'p', 'eps']);
    const { p = 2, eps = 1e-6 } = options;
    return triplet('tripletMarginLoss', [anchor, positive, negative], (x, y) => pairwiseDistance(x, y, p, { eps }), options);
  },
  { name: 'tripletMarginLoss', samples: SAMPLES, differentiable: true },
);

export interface TripletDistanceOptions extends TripletOptions {
  /** Default: `pairwiseDistance`. */
  readonly distanceFunction?: Distance | null;
}

/**
 * The mean of max(0, d(a, p) − d(a, n) + margin) for a distance d of the user's.
 *
 * @throws ArgumentError when the distance is no function; ShapeError when the shapes do not fit.
 * @example
 * const [anchor, positive, negative] = unbind(randn([3, 8, 16]));
 * tripletMarginWithDistanceLoss(anchor, positive, negative, { distanceFunction: (x, y) => sub(1, cosineSimilarity(x, y)) });
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_with_distance_loss.html
 */
export const tripletMarginWithDistanceLoss = /* @__PURE__ */ describeOp(
  (anchor: Tensor, positive: Tensor, negative: Tensor, options: TripletDistanceOptions = {}): Tensor => {
    const op = 'tripletMarginWithDistanceLoss';
    checkLossOptions(op, options, ['margin', 'swap', 'distanceFunction']);
    const distance = options.distanceFunction ?? ((x: Tensor, y: Tensor): Tensor => pairwiseDistance(x, y));
    if (typeof distance !== 'function') throw new ArgumentError(`${op}: distanceFunction must be a function of two tensors.`);
    return triplet(op, [anchor, positive, negative], distance, options);
  },
  { name: 'tripletMarginWithDistanceLoss', samples: SAMPLES, differentiable: true },
);
