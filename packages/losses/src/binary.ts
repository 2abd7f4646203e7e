/**
 * Losses of yes or no: cross-entropy of a probability or of its logit, and its forms with targets 1 and −1.
 *
 * Invariant: from logits nothing overflows; from probabilities each logarithm is at least −100, as in PyTorch, so that a
 * loss is finite.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
import { ArgumentError, broadcastShapes, findKnown, sameShape, ShapeError, shapeText, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { functional as F } from '@sconce/nn';
import { add, clampMin, div, log, log1p, mul, neg, sigmoid, sub, sum } from '@sconce/ops';
import { binary, describeOp, elementwise, probability, type Rest } from '@sconce/ops/families';
import { checkLossOptions, lossOptions, reduce, type ReductionOptions, requireAll, requireEqualShapes, requireFloat } from './reduction.js';

export interface WeightOptions extends ReductionOptions {
  /** Factor of every single loss; broadcasts. */
  readonly weight?: Tensor | null;
}

const weighted = (loss: Tensor, weight: Tensor | null | undefined): Tensor => (weight ? mul(loss, weight) : loss);

/** A weight may be repeated, the losses may not. */
function requireFitting(op: string, name: string, weight: Tensor | null | undefined, input: Tensor): void {
  if (!weight) return;
  requireAll(op, { [name]: weight });
  if (sameShape(broadcastShapes(op, input.shape, weight.shape), input.shape)) return;
  throw new ShapeError(`${op}: ${name} of shape ${shapeText(weight.shape)} does not broadcast to ${shapeText(input.shape)}, the shape of input.`);
}

// ── probabilities ────────────────────────────────────────────────────────────────────────────────────────────────────

const LEAST_LOG = -100;
const LEAST_VARIANCE = 1e-12;

const fromProbability = /* @__PURE__ */ binary({
  name: 'binaryCrossEntropy',
  scalar: (given, y) => {
    const p = probability(given, 'binaryCrossEntropy');
    const [yes, no] = [e.max(e.log(p), LEAST_LOG), e.max(e.log1p(e.neg(p)), LEAST_LOG)];
    return e.sub(e.mul(e.sub(y, 1), no), e.mul(y, yes));
  },
  grad: [
    (g, _loss, p, y) => div(mul(g, sub(p, y)), clampMin(mul(sub(1, p), p), LEAST_VARIANCE)),
    (g, _loss, p) => mul(g, sub(log1p(neg(p)), log(p))),
  ],
});

/**
 * The mean of −(y log p + (1 − y) log(1 − p)) for probabilities p and targets y.
 *
 * @param input probabilities, in [0, 1]
 * @param target numbers in [0, 1], in the shape of input
 * @throws ShapeError when the shapes differ, or the weight does not broadcast; DTypeError for integers; ArgumentError for
 * an input outside [0, 1], on reading where it was computed.
 * @example
 * binaryCrossEntropy(tensor([0.9, 0.2]), tensor([1.0, 0.0]));        // 0.1643
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export const binaryCrossEntropy = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, ...rest: Rest<WeightOptions, ['weight']>): Tensor => {
    const op = 'binaryCrossEntropy';
    const options = lossOptions<WeightOptions>(op, rest, ['weight']);
    const reduction = checkLossOptions(op, options, ['weight']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    requireEqualShapes(op, input, target);
    requireFitting(op, 'weight', options.weight, input);
    const wrong = findKnown(input, (p) => !(p >= 0 && p <= 1));
    if (wrong !== undefined) throw new ArgumentError(`${op}: input must hold probabilities from 0 to 1, got ${wrong.value} at position ${wrong.position}. Use binaryCrossEntropyWithLogits for logits.`);
    return reduce(weighted(fromProbability(input, target), options.weight), reduction);
  },
  { name: 'binaryCrossEntropy', samples: [{ tensors: [{ shape: [2, 3], low: 0.1, high: 0.9 }, { shape: [2, 3], low: 0, high: 1 }] }], differentiable: true },
);

// ── logits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** log(1 + e⁻ˣ), the loss of a yes. */
const ofYes = (x: Expr): Expr => e.add(e.max(e.neg(x), 0), e.log1p(e.exp(e.neg(e.abs(x)))));

const fromLogit = /* @__PURE__ */ elementwise({
  name: 'binaryCrossEntropyWithLogits',
  arity: 3,
  scalar: (x, y, positive) => e.add(e.mul(e.sub(1, y), x), e.mul(e.add(e.mul(e.sub(positive, 1), y), 1), ofYes(x))),
  grad: [
    (g, _loss, x, y, positive) => {
      const yes = mul(positive, y);
      return mul(g, sub(mul(add(sub(yes, y), 1), sigmoid(x)), yes));
    },
    (g, _loss, x, _y, positive) => mul(g, sub(mul(sub(1, positive), F.logsigmoid(x)), x)),
    (g, _loss, x, y) => mul(g, neg(mul(y, F.logsigmoid(x)))),
  ],
});

export interface LogitOptions extends WeightOptions {
  /** Factor of the losses of positive targets; broadcasts. Default 1. */
  readonly posWeight?: Tensor | null;
}

/**
 * The mean of −(c · y log σ(x) + (1 − y) log(1 − σ(x))) for logits x, targets y and c = `posWeight`.
 *
 * @param input logits
 * @param target numbers in [0, 1], in the shape of input
 * @throws ShapeError when the shapes differ, or a weight does not broadcast; DTypeError for integers.
 * @example
 * binaryCrossEntropyWithLogits(tensor([2.2, -1.4]), tensor([1.0, 0.0]));        // 0.1628
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export const binaryCrossEntropyWithLogits = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, ...rest: Rest<LogitOptions, ['weight']>): Tensor => {
    const op = 'binaryCrossEntropyWithLogits';
    const options = lossOptions<LogitOptions>(op, rest, ['weight']);
    const reduction = checkLossOptions(op, options, ['weight', 'posWeight']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    requireEqualShapes(op, input, target);
    requireFitting(op, 'weight', options.weight, input);
    requireFitting(op, 'posWeight', options.posWeight, input);
    return reduce(weighted(fromLogit(input, target, options.posWeight ?? 1), options.weight), reduction);
  },
  { name: 'binaryCrossEntropyWithLogits', samples: [{ tensors: [{ shape: [2, 3], low: -3, high: 3 }, { shape: [2, 3], low: 0, high: 1 }] }], differentiable: true },
);

/**
 * The mean of log(1 + exp(−y · x)) for logits x and targets y of 1 and −1.
 *
 * @throws ShapeError when the shapes differ; DTypeError for integers.
 * @example
 * softMarginLoss(tensor([2.2, -1.4]), tensor([1, -1]));  // 0.1628
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html
 */
export const softMarginLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor => {
    const reduction = checkLossOptions('softMarginLoss', options);
    requireAll('softMarginLoss', { input, target });
    requireFloat('softMarginLoss', input, 'input');
    requireFitting('softMarginLoss', 'target', target, input);
    return reduce(neg(F.logsigmoid(mul(target, input))), reduction);
  },
  { name: 'softMarginLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3], low: 0.5, high: 1 }] }], differentiable: true },
);

/**
 * For each sample the mean over its classes of the cross-entropy of logits: each class is there or not.
 *
 * @param input logits [N, C] or [C]
 * @param target numbers in [0, 1], in the shape of input
 * @param options weight: a factor for each class.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers.
 * @example
 * multilabelSoftMarginLoss(tensor([[2.2, -1.4]]), tensor([[1, 0]]));        // 0.1628
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html
 */
export const multilabelSoftMarginLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: WeightOptions = {}): Tensor => {
    const op = 'multilabelSoftMarginLoss';
    const reduction = checkLossOptions(op, options, ['weight']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    requireFitting(op, 'weight', options.weight, input);
    const dim = Math.max(input.ndim - 1, 0);
    return reduce(div(sum(weighted(fromLogit(input, target, 1), options.weight), dim), input.shape[dim] ?? 1), reduction);
  },
  { name: 'multilabelSoftMarginLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3], low: 0, high: 1 }] }], differentiable: true },
);
