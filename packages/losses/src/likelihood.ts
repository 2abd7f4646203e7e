/**
 * Losses of distributions: the Kullback-Leibler divergence, and negative log-likelihoods of Poisson and Gaussian models.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 */
import { ArgumentError, findKnown, cast, DTypeError, floatFor, isFloat, ShapeError, sameShape, shapeText, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, clampMin, div, exp, le, log, mul, square, sub, sum, unsqueeze, where, xlogy } from '@sconce/ops';
import { describeOp, guarded, unary, verified } from '@sconce/ops/families';
import { checkLossOptions, reduce, requireAll, requireNumbers, type Reduction, type ReductionOptions } from './reduction.js';

export interface KLDivOptions {
  /** 'batchmean' divides the sum by the first dimension, which is the mathematical definition; 'mean' (default) by all. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether the target, too, is given as logarithms. */
  readonly logTarget?: boolean;
}

/**
 * The mean of y (log y − x), where x is a logarithm of probabilities and y are probabilities.
 *
 * @param input logarithms of probabilities
 * @param target probabilities, or their logarithms with `logTarget`
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers.
 * @example
 * klDiv(log(tensor([[0.5, 0.5]])), tensor([[0.25, 0.75]]), { reduction: 'batchmean' });        // 0.1308
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export const klDiv = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor => {
    const reduction = checkLossOptions<Reduction | 'batchmean'>('klDiv', options, ['logTarget'], ['batchmean']);
    requireAll('klDiv', { input, target });
    if (!isFloat(input.dtype) || !isFloat(target.dtype)) {
      throw new DTypeError(`klDiv: input and target must be floating point, got ${input.dtype} and ${target.dtype}. Use x.to('float32').`);
    }
    const loss = options.logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
    if (reduction !== 'batchmean') return reduce(loss, reduction);
    return input.ndim === 0 ? sum(loss) : div(sum(loss), input.shape[0]);
  },
  {
    name: 'klDiv',
    samples: [{ tensors: [{ shape: [2, 3], low: -3, high: -0.1 }, { shape: [2, 3], low: 0.1, high: 0.9 }], rest: [{ reduction: 'batchmean' }] }],
    differentiable: true,
  },
);

export interface PoissonOptions extends ReductionOptions {
  /** Whether input is the logarithm of the rate (default) or the rate itself. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of log y!, for targets above 1. */
  readonly full?: boolean;
  /** Added under the logarithm of a rate. Default 1e-8. */
  readonly eps?: number;
}

/**
 * The mean of eˣ − y x for logarithms of rates x and counts y; of x − y log(x + ε) for rates x.
 *
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * poissonNllLoss(tensor([0.5, 1.2]), tensor([1, 3]));    // 0.4344
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html
 */
export const poissonNllLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, options: PoissonOptions = {}): Tensor => {
    const reduction = checkLossOptions('poissonNllLoss', options, ['logInput', 'full', 'eps']);
    requireAll('poissonNllLoss', { input, target });
    const { logInput = true, full = false, eps = 1e-8 } = options;
    const x = cast(input, floatFor(input.dtype));
    const loss = logInput ? sub(exp(x), mul(target, x)) : sub(x, mul(target, log(add(x, eps))));
    return reduce(full ? add(loss, stirling(target)) : loss, reduction);
  },
  { name: 'poissonNllLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3], low: 1.5, high: 4 }], rest: [{ full: true }] }], differentiable: true },
);

/** log y! ≈ y log y − y + ½ log(2πy), and 0 where y is at most 1. */
function stirling(y: Tensor): Tensor {
  const t = cast(y, floatFor(y.dtype));
  const value = add(sub(mul(t, log(t)), t), mul(log(mul(t, 2 * Math.PI)), 0.5));
  return where(le(t, 1), 0, value);
}

export interface GaussianOptions extends ReductionOptions {
  /** Add the constant ½ log 2π. */
  readonly full?: boolean;
  /** Least variance. Default 1e-6. */
  readonly eps?: number;
}

/**
 * The mean of ½ (log v + (x − y)² / v) for means x, targets y and variances v.
 *
 * @param variance in the shape of input, with a last dimension of 1, or without the last dimension; not negative
 * @throws ShapeError when the shapes do not fit; ArgumentError for a negative variance, on reading where it was computed.
 * @example
 * gaussianNllLoss(tensor([0.5, 1.2]), tensor([1, 1]), tensor([0.5, 2]));        // 0.1300
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 */
export const gaussianNllLoss = /* @__PURE__ */ describeOp(
  (input: Tensor, target: Tensor, variance: Tensor, options: GaussianOptions = {}): Tensor => {
    const reduction = checkLossOptions('gaussianNllLoss', options, ['full', 'eps']);
    requireNumbers('gaussianNllLoss', { input, target, var: variance });
    const { full = false, eps = 1e-6 } = options;
    const fitting = fitVariance(variance, input);
    const wrong = findKnown(variance, (v) => v < 0);
    if (wrong !== undefined) throw new ArgumentError(`gaussianNllLoss: var must not be negative, got ${wrong.value} at position ${wrong.position}.`);
    const v = guarded([fitting], () => clampMin(notNegative(fitting), eps));
    const loss = mul(add(log(v), div(square(sub(input, target)), v)), 0.5);
    return reduce(full ? add(loss, 0.5 * Math.log(2 * Math.PI)) : loss, reduction);
  },
  { name: 'gaussianNllLoss', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [2, 3], low: 0.5, high: 2 }] }], differentiable: true },
);

const notNegative = /* @__PURE__ */ unary({
  name: 'variance',
  scalar: (v) => verified(v, e.not(e.lt(v, 0)), 'gaussianNllLoss', 'variance'),
});

function fitVariance(variance: Tensor, input: Tensor): Tensor {
  if (sameShape(variance.shape, input.shape)) return variance;
  const rows = input.shape.slice(0, -1);
  if (sameShape(variance.shape, rows)) return unsqueeze(variance, -1);
  if (sameShape(variance.shape, [...rows, 1])) return variance;
  throw new ShapeError(`gaussianNllLoss: var has shape ${shapeText(variance.shape)}, expected ${shapeText(input.shape)}, ${shapeText([...rows, 1])} or ${shapeText(rows)}.`);
}
