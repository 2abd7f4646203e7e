/**
 * Covariance and correlation of variables, each a row of observations.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.cov.html
 */
import {
  ArgumentError,
  backendOf,
  cast,
  DTypeError,
  floatFor,
  isFloat,
  numbersOf,
  promoteTypes,
  requireTensor,
  ShapeError,
  shapeText,
  type Tensor,
} from '@sconce/core';
import { clamp, clampMin, div, mul, sqrt, sub } from '../elementwise/index.js';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { matmul } from '../matrix/matmul.js';
import { diagonal, reshape, t, unsqueeze } from '../view/index.js';
import { mean, sum } from './sum.js';

export interface CovOptions {
  /** What is taken off the count of observations in the divisor. Default: 1. */
  readonly correction?: number;
  /** How often each observation was made: [observations], integers. */
  readonly fweights?: Tensor | null;
  /** How much each observation counts: [observations], floats. */
  readonly aweights?: Tensor | null;
}

/** Checks weights: one for each observation, none negative as far as that is known without computing. */
function requireWeights(name: string, weights: Tensor, observations: number, float: boolean): void {
  requireTensor('cov', weights, name);
  if (weights.ndim > 1 || weights.numel() !== observations) {
    throw new ShapeError(`cov: ${name} is ${shapeText(weights.shape)}, expected [${observations}], one for each observation.`);
  }
  if (isFloat(weights.dtype) !== float || weights.dtype === 'bool') {
    throw new DTypeError(`cov: ${name} must be ${float ? 'floating point' : 'integers'}, got ${weights.dtype}.`);
  }
  if (weights.node.storage === null || !backendOf(weights.device).syncReads) return;
  const negative = Array.from(numbersOf(weights.dataSync(), weights.dtype)).findIndex((w) => w < 0);
  if (negative >= 0) throw new ArgumentError(`cov: ${name} must not be negative, got a negative weight at position ${negative}.`);
}

/** The weight of each observation; null when all weigh the same. */
function weightsOf({ fweights, aweights }: CovOptions, observations: number): Tensor | null {
  if (fweights) requireWeights('fweights', fweights, observations, false);
  if (aweights) requireWeights('aweights', aweights, observations, true);
  if (fweights && aweights) return mul(fweights, aweights);
  return fweights ?? aweights ?? null;
}

/** What the sum of products is divided by: never negative. */
function divisorOf(weights: Tensor | null, observations: number, { correction = 1, aweights }: CovOptions): Tensor | number {
  if (weights === null) return Math.max(observations - correction, 0);
  const total = sum(weights);
  if (!aweights || correction === 0) return clampMin(sub(total, correction), 0);
  return clampMin(sub(total, div(mul(sum(mul(weights, aweights)), correction), total)), 0);
}

/**
 * The covariance Σ w (x_i − mean_i)(x_j − mean_j) / divisor of every two variables.
 *
 * @param x [variables, observations]; [observations] is one variable
 * @param options `correction` (default 1); `fweights` and `aweights`: weights of the observations
 * @returns [variables, variables]; a scalar for one variable
 * @throws ShapeError for more than 2 dimensions; ShapeError, DTypeError or ArgumentError for weights that do not fit.
 * @example
 * cov(tensor([[0.5, 1.5, 2.5], [2.5, 1.5, 0.5]]));       // [[1, -1], [-1, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.cov.html
 */
export const cov = /* @__PURE__ */ describeOp(
  (x: Tensor, options: CovOptions = {}): Tensor => {
    requireTensor('cov', x);
    checkOptions('cov', options, ['correction', 'fweights', 'aweights']);
    if (options.correction !== undefined) requireInteger('cov', 'correction', options.correction);
    if (x.ndim > 2) throw new ShapeError(`cov: got ${shapeText(x.shape)}, expected at most 2 dimensions.`);
    if (x.dtype === 'bool') throw new DTypeError(`cov: got bool, expected numbers. Use x.to('float32').`);
    const rows = reshape(x, [x.ndim < 2 ? 1 : x.shape[0], x.shape.at(-1) ?? 1]);
    const observations = rows.shape[1];
    const weights = weightsOf(options, observations);
    const dtype = weights === null ? floatFor(x.dtype) : floatFor(promoteTypes(x.dtype, weights.dtype));
    const wide = cast(rows, dtype);
    const center = weights === null ? mean(wide, 1, { keepdim: true }) : div(sum(mul(wide, weights), 1, { keepdim: true }), sum(weights));
    const distance = sub(wide, center);
    const products = matmul(distance, t(weights === null ? distance : mul(distance, weights)));
    const covariance = div(products, divisorOf(weights, observations, options));
    return covariance.shape[0] === 1 ? reshape(covariance, []) : covariance;
  },
  { name: 'cov', samples: [{ shape: [2, 4] }, { shape: [4] }], differentiable: true },
);

/**
 * Pearson's correlation cov_ij / √(cov_ii cov_jj) of every two variables, between −1 and 1.
 *
 * @param x [variables, observations]; [observations] is one variable
 * @returns [variables, variables]; a scalar for one variable
 * @throws ShapeError for more than 2 dimensions.
 * @example
 * corrcoef(tensor([[0.5, 1.5, 2.5], [2.5, 1.5, 0.5]]));  // [[1, -1], [-1, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.corrcoef.html
 */
export const corrcoef = /* @__PURE__ */ describeOp(
  (x: Tensor): Tensor => {
    requireTensor('corrcoef', x);
    const covariance = cov(x);
    if (covariance.ndim === 0) return div(covariance, covariance);
    const deviation = sqrt(diagonal(covariance));
    return clamp(div(div(covariance, unsqueeze(deviation, 1)), deviation), -1, 1);
  },
  { name: 'corrcoef', samples: [{ shape: [2, 4] }], differentiable: true },
);
