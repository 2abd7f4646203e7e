/**
 * Cross-entropy and negative log-likelihood of classes.
 *
 * From class labels, cross-entropy is log Σ exp(x − m) − (x_y − m) about the row's maximum m, one value a sample, and its
 * gradient softmax(x) − onehot(y), scaled: each one sweep over rows whose exponentials it shares, so that forward and
 * backward are one kernel each. From probabilities it is a sum over log-softmax.
 *
 * Invariant: gradients of gradients are right, because what the gradient is made of (exponentials and their sum) has
 * gradients; the maximum needs none, it only shifts.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html; Szegedy et al., Rethinking the
 * Inception architecture (CVPR 2016), for label smoothing.
 */
import {
  ArgumentError,
  cast,
  computeType,
  constant,
  defineOp,
  DTypeError,
  isFloat,
  NO_ATTRS,
  record,
  sameShape,
  type Expr,
  type Tensor,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, amax, div, exp, log, logSoftmax, mul, neg, reshape, square, sub, sum, where, ne } from '@sconce/ops';
import { describeOp, type Rest, withMore } from '@sconce/ops/families';
import { classDim, classOf, classWeight, labelsOf, pickClass, requireClassWeight, sampleOf, withClass, type Labels } from './classes.js';
import { checkLossOptions, lossOptions, reduce, type Reduction, type ReductionOptions, requireAll, requireFloat } from './reduction.js';

export interface NLLOptions extends ReductionOptions {
  /** A factor for each class, [C]. A mean is over the weights. */
  readonly weight?: Tensor | null;
  /** A label that does not count. Default −100. */
  readonly ignoreIndex?: number;
}

/** The losses of samples, of which a mean is over their weights. */
function reduceWeighted(loss: Tensor, weights: () => Tensor, reduction: Reduction): Tensor {
  return reduction === 'mean' ? div(sum(loss), sum(weights())) : reduce(loss, reduction);
}

const SAMPLES = [
  { tensors: [{ shape: [3, 4] }, { shape: [3], dtype: 'int32', low: 0, high: 4 }] },
  { tensors: [{ shape: [2, 4, 3] }, { shape: [2, 3], dtype: 'int32', low: 0, high: 4 }], rest: [{ reduction: 'sum', ignoreIndex: 1 }] },
] as const;

/**
 * The weighted mean of −x_y, where x are logarithms of probabilities and y the class labels.
 *
 * @param input [N, C, …] or [C]
 * @param target integer labels, [N, …] or []
 * @throws ShapeError, DTypeError; IndexError when computed, for a label that is no class.
 * @example
 * nllLoss(tensor([[-0.5, -1.2], [-2.0, -0.1]]), tensor([0, 1]));        // 0.3
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export const nllLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, ...rest: Rest<NLLOptions, ['weight']>): Tensor => {
    const op = 'nllLoss';
    const options = lossOptions<NLLOptions>(op, rest, ['weight']);
    const reduction = checkLossOptions(op, options, ['weight', 'ignoreIndex']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    const { weight, ignoreIndex = -100 } = options;
    const labels = labelsOf(op, input, target, weight, ignoreIndex);
    const loss = neg(pickClass(input, target, labels));
    const weights = (): Tensor => classWeight(target, weight, labels, input.dtype);
    return reduceWeighted(weight ? mul(loss, weights()) : loss, weights, reduction);
  },
  { name: 'nllLoss', samples: SAMPLES, differentiable: true },
);

// ── from labels ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** x − m, where m shifts a row and has no influence on what follows. */
const SHIFT = /* @__PURE__ */ defineOp({
  name: 'shift',
  form: 'element',
  lower: (ix, [x, m]) => e.sub(x(ix), m(rowIndex(ix, m.shape))),
  grad: (g) => [g, null],
});

/** The index of a row's one element, in a tensor whose class dimension has size 1. */
const rowIndex = (ix: readonly Expr[], shape: readonly number[]): Expr[] => ix.map((x, d) => (shape[d] === 1 ? constant(0, 'int32') : x));

/** A row: its maximum, the exponentials of what lies below it, and their sum. */
interface Row {
  readonly max: Tensor;
  readonly powers: Tensor;
  readonly total: Tensor;
}

function rowOf(x: Tensor, dim: number): Row {
  const max = amax(x, dim, { keepdim: true });
  const powers = exp(record(SHIFT, [x, max], NO_ATTRS, x.shape, x.dtype));
  return { max, powers, total: sum(powers, dim, { keepdim: true }) };
}

/** One loss a sample. */
const LOSS = /* @__PURE__ */ defineOp({
  name: 'crossEntropy',
  form: 'element',
  lower: (ix, [x, max, _powers, total, target, weight], { attrs, dtype }) => {
    const labels = attrs as Labels;
    const { cls, kept } = classOf(target(ix), labels);
    const row = withClass(ix, labels.dim, constant(0, 'int32'));
    const loss = e.sub(e.log(total(row)), e.sub(x(withClass(ix, labels.dim, cls)), max(row)));
    return kept(weight === undefined ? loss : e.mul(loss, e.cast(weight([cls]), computeType(dtype))));
  },
  grad: (g, { inputs: [, , powers, total, target, weight], attrs }) => [
    record(GRADIENT, weight === undefined ? [g, powers, total, target] : [g, powers, total, target, weight], attrs, powers.shape, powers.dtype),
  ],
});

/** (softmax − onehot) · weight · g. */
const GRADIENT = /* @__PURE__ */ defineOp({
  name: 'crossEntropyGradient',
  form: 'element',
  lower: (ix, [g, powers, total, target, weight], { attrs, dtype }) => {
    const labels = attrs as Labels;
    const sample = sampleOf(ix, labels.dim);
    const { cls, kept } = classOf(target(sample), labels);
    const scale = weight === undefined ? g(sample) : e.mul(g(sample), e.cast(weight([cls]), computeType(dtype)));
    const share = e.div(powers(ix), total(withClass(sample, labels.dim, constant(0, 'int32'))));
    const one = e.select(e.eq(ix[labels.dim], cls), constant(1, share.dtype), 0);
    return kept(e.mul(scale, e.sub(share, one)));
  },
  grad: (h, { inputs: [g, powers, total, target, weight], attrs }) => {
    const labels = attrs as Labels;
    const weights = classWeight(target, weight, labels, h.dtype);
    const scale = reshape(mul(g, weights), total.shape);
    const along = sum(mul(h, div(powers, total)), labels.dim);
    return [
      mul(weights, sub(along, pickClass(h, target, labels))),
      div(mul(h, scale), total),
      neg(div(mul(scale, sum(mul(h, powers), labels.dim, { keepdim: true })), square(total))),
    ];
  },
});

function fromLabels(x: Tensor, target: Tensor, labels: Labels, { weight, reduction = 'mean', labelSmoothing = 0 }: CrossEntropyOptions): Tensor {
  const { max, powers, total } = rowOf(x, labels.dim);
  const inputs = [x, max, powers, total, target];
  const loss = record(LOSS, weight ? [...inputs, weight] : inputs, labels, target.shape, x.dtype);
  const weights = (): Tensor => classWeight(target, weight, labels, x.dtype);
  if (labelSmoothing === 0) return reduceWeighted(loss, weights, reduction);

  const below = sub(log(total), record(SHIFT, [x, max], NO_ATTRS, x.shape, x.dtype));
  const even = sum(weight ? mul(below, alongClasses(weight, x)) : below, labels.dim);
  const counted = where(ne(target, labels.ignore!), even, 0);
  const mixed = add(mul(loss, 1 - labelSmoothing), mul(counted, labelSmoothing / labels.classes));
  return reduceWeighted(mixed, weights, reduction);
}

/** Weights [C] beside scores [N, C, …]. */
const alongClasses = (weight: Tensor, x: Tensor): Tensor => reshape(weight, x.shape.map((n, d) => (d === classDim(x) ? n : 1)));

// ── from probabilities ───────────────────────────────────────────────────────────────────────────────────────────────

function fromProbabilities(x: Tensor, target: Tensor, { weight, reduction = 'mean', labelSmoothing = 0 }: CrossEntropyOptions): Tensor {
  const dim = classDim(x);
  const classes = x.shape[dim];
  const probabilities = labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const terms = mul(logSoftmax(x, dim), probabilities);
  const loss = neg(sum(weight ? mul(terms, alongClasses(weight, x)) : terms, dim));
  return reduce(loss, reduction);
}

export interface CrossEntropyOptions extends NLLOptions {
  /** Part of the target that is spread evenly over all classes, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The weighted mean of −log softmax(x)_y for scores x and class labels y, or of −Σ p log softmax(x) for probabilities p.
 *
 * @param input scores (logits), [N, C, …] or [C]
 * @param target integer labels [N, …] or [], or probabilities in the shape of input
 * @throws ShapeError, DTypeError, ArgumentError; IndexError when computed, for a label that is no class.
 * @example
 * crossEntropy(tensor([[0.1, 0.2, 3.9], [1.2, 0.1, 0.3]]), tensor([2, 0]));        // 0.2998
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 */
export const crossEntropy = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, ...rest: Rest<CrossEntropyOptions, ['weight']>): Tensor => {
    const op = 'crossEntropy';
    const options = lossOptions<CrossEntropyOptions>(op, rest, ['weight']);
    checkLossOptions(op, options, ['weight', 'ignoreIndex', 'labelSmoothing']);
    requireAll(op, { input, target });
    requireFloat(op, input, 'input');
    const { weight, ignoreIndex = -100, labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new ArgumentError(`${op}: labelSmoothing must be in [0, 1], got ${String(labelSmoothing)}.`);
    }
    const wide = cast(input, computeType(input.dtype));
    if (!sameShape(input.shape, target.shape) || input.ndim === 0) {
      const labels = labelsOf(op, input, target, weight, ignoreIndex);
      return cast(fromLabels(wide, target, labels, options), input.dtype);
    }
    if (!isFloat(target.dtype)) {
      throw new DTypeError(`${op}: target has the shape of input, so it must hold probabilities, got ${target.dtype}. Class labels have no class dimension.`);
    }
    if (ignoreIndex >= 0) throw new ArgumentError(`${op}: ignoreIndex is for class labels, got probabilities.`);
    requireClassWeight(op, weight, input.shape[classDim(input)]);
    return cast(fromProbabilities(wide, target, options), input.dtype);
  },
  {
    name: 'crossEntropy',
    samples: /* @__PURE__ */ withMore(SAMPLES, { tensors: [{ shape: [3, 4] }, { shape: [3, 4], low: 0.1, high: 0.5 }], rest: [{ labelSmoothing: 0.1 }] }),
    differentiable: true,
  },
);
