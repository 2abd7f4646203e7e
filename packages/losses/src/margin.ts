/**
 * Losses with a margin: zero once a score is better than another by enough.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
 */
import { ArgumentError, cast, DTypeError, floatFor, isInteger, ShapeError, sameShape, shapeText, type Tensor } from '@sconce/core';
import { add, any, broadcastTo, clampMin, cumsum, eq, logicalAnd, mean, mul, ne, reshape, square, sub, sum, unsqueeze, where } from '@sconce/ops';
import { describeOp } from '@sconce/ops/families';
import { classWeight, isClass, labelsOf, pickClass, type Labels } from './classes.js';
import { checkLossOptions, reduce, requireAll, requireFloat, requireNumbers, type ReductionOptions } from './reduction.js';

export interface MarginOptions extends ReductionOptions {
  readonly margin?: number;
}

const floating = (x: Tensor): Tensor => cast(x, floatFor(x.dtype));

/**
 * The mean of max(0, −y (x₁ − x₂) + margin): x₁ should rank higher where y is 1, lower where it is −1.
 *
 * @param options margin: default 0.
 * @throws ShapeError when the numbers of dimensions differ, or the shapes do not broadcast.
 * @example
 * marginRankingLoss(tensor([1, 2]), tensor([0, 3]), tensor([1, 1]));        // 0.5
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html
 */
export const marginRankingLoss = /* @__PURE__ */ describeOp(
  (input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor => {
    const op = 'marginRankingLoss';
    const reduction = checkLossOptions(op, options, ['margin']);
    requireNumbers(op, { input1, input2, target });
    if (input1.ndim !== input2.ndim || input1.ndim !== target.ndim) {
      const shapes = [input1, input2, target].map((x) => shapeText(x.shape)).join(', ');
      throw new ShapeError(`${op}: input1, input2 and target must have as many dimensions each, got shapes ${shapes}.`);
    }
    const lead = floating(mul(target, sub(input1, input2)));
    return reduce(clampMin(sub(options.margin ?? 0, lead), 0), reduction);
  },
  {
    name: 'marginRankingLoss',
    samples: [{ tensors: [{ shape: [3], low: -2, high: -1 }, { shape: [3], low: 1, high: 2 }, { shape: [3], low: 0.5, high: 1 }] }],
    differentiable: true,
  },
);

/**
 * The mean of x where y is 1, and of max(0, margin − x) where it is −1.
 *
 * @param options margin: default 1.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1]));        // 0.625
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html
 */
export const hingeEmbeddingLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor => {
    const reduction = checkLossOptions('hingeEmbeddingLoss', options, ['margin']);
    requireNumbers('hingeEmbeddingLoss', { input, target });
    const x = floating(input);
    const apart = where(ne(target, 1), clampMin(sub(options.margin ?? 1, x), 0), 0);
    return reduce(add(apart, where(ne(target, -1), x, 0)), reduction);
  },
  { name: 'hingeEmbeddingLoss', samples: [{ tensors: [{ shape: [2, 3], low: 0, high: 0.8 }, { shape: [2, 3] }] }], differentiable: true },
);

// ── between classes ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Scores of one sample as a batch of one. */
function batched(op: string, input: Tensor): Tensor {
  if (input.ndim > 2 || input.shape.at(-1) === 0) {
    throw new ShapeError(`${op}: input must be [N, C] or [C] with at least one class, got ${shapeText(input.shape)}.`);
  }
  return input.ndim === 2 ? input : reshape(input, [1, input.numel()]);
}

export interface MultiMarginOptions extends MarginOptions {
  /** The power of the shortfall: 1 (default) or 2. */
  readonly p?: 1 | 2;
  /** A factor for each class, [C]. */
  readonly weight?: Tensor | null;
}

/**
 * For each sample Σ max(0, margin − x_y + x_i)^p / C over the classes i other than its own, y.
 *
 * @param input scores, [N, C] or [C]
 * @param target integer labels, [N] or []
 * @param options margin: default 1.
 * @throws ArgumentError for another p; ShapeError, DTypeError; IndexError when computed, for a label that is no class.
 * @example
 * multiMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([3]));        // 0.3250
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html
 */
export const multiMarginLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor => {
    const op = 'multiMarginLoss';
    const reduction = checkLossOptions(op, options, ['p', 'margin', 'weight']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    const { p = 1, margin = 1, weight } = options;
    if (p !== 1 && p !== 2) throw new ArgumentError(`${op}: p must be 1 or 2, got ${String(p)}.`);
    const x = batched(op, input);
    if (input.ndim < 2 && target.numel() !== 1) {
      throw new ShapeError(`${op}: target has shape ${shapeText(target.shape)}, expected one label for an input of shape ${shapeText(input.shape)}.`);
    }
    const y = input.ndim < 2 ? reshape(target, [1]) : target;
    const labels = labelsOf(op, x, y, weight, null);
    const shortfall = clampMin(add(sub(margin, unsqueeze(pickClass(x, y, labels), 1)), x), 0);
    const others = where(isClass(y, labels, x.shape), 0, p === 2 ? square(shortfall) : shortfall);
    const loss = mean(weight ? mul(others, unsqueeze(classWeight(y, weight, labels, x.dtype), 1)) : others, 1);
    return reduce(target.ndim === 0 ? reshape(loss, []) : loss, reduction);
  },
  { name: 'multiMarginLoss', samples: [{ tensors: [{ shape: [3, 4] }, { shape: [3], dtype: 'int32', low: 0, high: 4 }], rest: [{ p: 2 }] }], differentiable: true },
);

/**
 * For each sample Σ max(0, 1 − (x_y − x_i)) / C over its classes y and the classes i that are not among them.
 *
 * @param input scores, [N, C] or [C]
 * @param target integer labels in the shape of input; a sample's classes end at the first −1
 * @throws ShapeError, DTypeError; IndexError when computed, for a label that is no class.
 * @example
 * multilabelMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]]));        // 0.8500
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html
 */
export const multilabelMarginLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor => {
    const op = 'multilabelMarginLoss';
    const reduction = checkLossOptions(op, options);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    if (!isInteger(target.dtype)) throw new DTypeError(`${op}: target must hold integer class labels, got ${target.dtype}. Use target.to('int32').`);
    if (!sameShape(input.shape, target.shape)) {
      throw new ShapeError(`${op}: target has shape ${shapeText(target.shape)}, expected ${shapeText(input.shape)}, the shape of input.`);
    }
    const x = batched(op, input);
    const loss = mean(shortfalls(op, x, reshape(target, x.shape)), 1);
    return reduce(input.ndim < 2 ? reshape(loss, []) : loss, reduction);
  },
  { name: 'multilabelMarginLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3], dtype: 'int32', low: -1, high: 3 }] }], differentiable: true },
);

/** For each class i that is not a sample's, what it lacks to the margin below the sample's classes: [N, C]. */
function shortfalls(op: string, x: Tensor, target: Tensor): Tensor {
  const [n, classes] = x.shape;
  const END = -1;
  const listed = eq(cumsum(cast(eq(target, END), 'int32'), 1), 0);
  const labels: Labels = { op, dim: 1, classes, ignore: END };
  const y = where(listed, target, END);
  // Each place of the list is a sample of its own: [N, places] labels over [N, C, places] scores.
  const columns = (t: Tensor): Tensor => unsqueeze(t, 2);
  const wide = [n, classes, classes];
  const own = unsqueeze(pickClass(broadcastTo(columns(x), wide), y, labels), 1);
  const lack = where(unsqueeze(listed, 1), clampMin(add(sub(1, own), columns(x)), 0), 0);
  const isOwn = any(logicalAnd(isClass(y, labels, wide), unsqueeze(listed, 1)), 2);
  return where(isOwn, 0, sum(lack, 2));
}
