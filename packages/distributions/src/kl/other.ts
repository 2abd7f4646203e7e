/**
 * Divergences of distributions of different families.
 *
 * Invariant: where p has values at which q has none, the divergence is infinite.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
 */
import { broadcastShapes, type Tensor } from '@sconce/core';
import { add, digamma, div, erf, exp, full, ge, gt, le, lgamma, log, log1p, logicalOr, lt, mul, neg, pow, reciprocal, square, sub, where } from '@sconce/ops';
import { Bernoulli } from '../bernoulli.js';
import { Beta } from '../beta.js';
import { ContinuousBernoulli } from '../continuous-bernoulli.js';
import { Binomial, Poisson } from '../counts.js';
import type { Distribution } from '../distribution.js';
import { Exponential, Gumbel, Pareto } from '../exponential.js';
import { Gamma } from '../gamma.js';
import { Laplace } from '../location-scale.js';
import { Normal } from '../normal.js';
import { EULER, LOG_SQRT_2PI, xLogX } from '../numbers.js';
import { Uniform } from '../uniform.js';
import { rule, type DistributionClass, type Rule } from './registry.js';

// ── cross-entropies −E log q, of what p's moments say ────────────────────────────────────────────────────────────────

/** E (x − loc)² / 2 scale² + log √2π scale, from mean and variance of x. */
function againstNormal(mean: Tensor, variance: Tensor, q: Normal): Tensor {
  const spread = div(add(variance, square(sub(mean, q.loc))), mul(square(q.scale), 2));
  return add(add(spread, log(q.scale)), LOG_SQRT_2PI);
}

const againstExponential = (mean: Tensor, q: Exponential): Tensor => sub(mul(q.rate, mean), log(q.rate));

/** From mean and mean logarithm of x. */
function againstGamma(mean: Tensor, meanLog: Tensor, q: Gamma): Tensor {
  const norm = sub(lgamma(q.concentration), mul(q.concentration, log(q.rate)));
  return add(sub(norm, mul(sub(q.concentration, 1), meanLog)), mul(q.rate, mean));
}

/** From the mean of x, and of e^(−x / scale). */
function againstGumbel(mean: Tensor, meanExp: Tensor, q: Gumbel): Tensor {
  return add(add(div(sub(mean, q.loc), q.scale), mul(exp(div(q.loc, q.scale)), meanExp)), log(q.scale));
}

const againstContinuousBernoulli = (mean: Tensor, q: ContinuousBernoulli): Tensor => neg(add(add(mul(mean, q.logits), log1p(neg(q.probs))), q.logNorm));

const infiniteWhere = (condition: Tensor, finite: Tensor): Tensor => where(condition, Infinity, finite);

// ── of numbers of (0, 1) ─────────────────────────────────────────────────────────────────────────────────────────────

const total = (p: Beta): Tensor => add(p.concentration1, p.concentration0);
const negativeEntropy = (p: Distribution): Tensor => neg(p.entropy());

const fromBeta = (): readonly Rule[] => [
  rule(Beta, ContinuousBernoulli, (p, q) => add(negativeEntropy(p), againstContinuousBernoulli(p.mean, q))),
  rule(Beta, Exponential, (p, q) => add(negativeEntropy(p), againstExponential(p.mean, q))),
  rule(Beta, Gamma, (p, q) => add(negativeEntropy(p), againstGamma(p.mean, sub(digamma(p.concentration1), digamma(total(p))), q))),
  rule(Beta, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Beta, Uniform, (p, q) => infiniteWhere(logicalOr(gt(q.low, 0), lt(q.high, 1)), add(negativeEntropy(p), log(sub(q.high, q.low))))),
  rule(ContinuousBernoulli, Exponential, (p, q) => add(negativeEntropy(p), againstExponential(p.mean, q))),
  rule(ContinuousBernoulli, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(ContinuousBernoulli, Uniform, (p, q) => infiniteWhere(logicalOr(ge(q.low, 0), le(q.high, 1)), add(negativeEntropy(p), log(sub(q.high, q.low))))),
];

// ── of positive numbers ──────────────────────────────────────────────────────────────────────────────────────────────

/** The mean of e^(−x / scale) of a gamma number. */
const gammaMeanExp = (p: Gamma, q: Gumbel): Tensor => pow(add(reciprocal(mul(p.rate, q.scale)), 1), neg(p.concentration));

/** log x has the mean log(scale) + 1/α. */
const paretoMeanLog = (p: Pareto): Tensor => add(log(p.scale), reciprocal(p.alpha));
const paretoMean = (p: Pareto): Tensor => div(mul(p.alpha, p.scale), sub(p.alpha, 1));
const paretoVariance = (p: Pareto): Tensor => div(mul(p.alpha, square(div(p.scale, sub(p.alpha, 1)))), sub(p.alpha, 2));

const fromPositive = (): readonly Rule[] => [
  rule(Exponential, Gamma, (p, q) => add(negativeEntropy(p), againstGamma(p.mean, neg(add(log(p.rate), EULER)), q))),
  rule(Exponential, Gumbel, (p, q) => {
    const product = mul(p.rate, q.scale);
    return add(negativeEntropy(p), againstGumbel(p.mean, div(product, add(product, 1)), q));
  }),
  rule(Exponential, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Gamma, Exponential, (p, q) => add(negativeEntropy(p), againstExponential(p.mean, q))),
  rule(Gamma, Gumbel, (p, q) => add(negativeEntropy(p), againstGumbel(p.mean, gammaMeanExp(p, q), q))),
  rule(Gamma, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Pareto, Exponential, (p, q) => infiniteWhere(le(p.alpha, 1), add(negativeEntropy(p), againstExponential(paretoMean(p), q)))),
  rule(Pareto, Gamma, (p, q) => infiniteWhere(le(p.alpha, 1), add(negativeEntropy(p), againstGamma(paretoMean(p), paretoMeanLog(p), q)))),
  rule(Pareto, Normal, (p, q) => infiniteWhere(le(p.alpha, 2), add(negativeEntropy(p), againstNormal(paretoMean(p), paretoVariance(p), q)))),
];

// ── of real numbers ──────────────────────────────────────────────────────────────────────────────────────────────────

function normalToLaplace(p: Normal, q: Laplace): Tensor {
  const apart = sub(p.loc, q.loc);
  const standard = div(apart, p.scale);
  const expected = add(mul(mul(p.scale, Math.sqrt(2 / Math.PI)), exp(mul(square(standard), -0.5))), mul(apart, erf(mul(standard, Math.SQRT1_2))));
  return add(negativeEntropy(p), add(div(expected, q.scale), log(mul(q.scale, 2))));
}

const fromReal = (): readonly Rule[] => [
  rule(Gumbel, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Laplace, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Normal, Gumbel, (p, q) => {
    const meanExp = exp(sub(mul(square(div(p.scale, q.scale)), 0.5), div(p.loc, q.scale)));
    return add(negativeEntropy(p), againstGumbel(p.mean, meanExp, q));
  }),
  rule(Normal, Laplace, normalToLaplace),
];

// ── of intervals ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The mean logarithm of a number uniform in [low, high]. */
const meanLog = (low: Tensor, high: Tensor): Tensor => sub(div(sub(xLogX(high), xLogX(low)), sub(high, low)), 1);

function uniformToBeta(p: Uniform, q: Beta): Tensor {
  const [a, b] = [q.concentration1, q.concentration0];
  const powers = add(mul(sub(a, 1), meanLog(p.low, p.high)), mul(sub(b, 1), meanLog(sub(1, p.high), sub(1, p.low))));
  const norm = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));
  return infiniteWhere(logicalOr(gt(p.high, 1), lt(p.low, 0)), sub(sub(norm, powers), p.entropy()));
}

function uniformToGumbel(p: Uniform, q: Gumbel): Tensor {
  const ends = sub(exp(neg(div(p.low, q.scale))), exp(neg(div(p.high, q.scale))));
  return add(negativeEntropy(p), againstGumbel(p.mean, mul(ends, div(q.scale, sub(p.high, p.low))), q));
}

function uniformToPareto(p: Uniform, q: Pareto): Tensor {
  const density = sub(add(log(q.alpha), mul(q.alpha, log(q.scale))), mul(add(q.alpha, 1), meanLog(p.low, p.high)));
  return infiniteWhere(lt(p.low, q.scale), sub(negativeEntropy(p), density));
}

const isNegative = (p: Uniform): Tensor => lt(p.low, 0);

const fromUniform = (): readonly Rule[] => [
  rule(Uniform, Beta, uniformToBeta),
  rule(Uniform, ContinuousBernoulli, (p, q) =>
    infiniteWhere(logicalOr(ge(p.high, 1), le(p.low, 0)), add(negativeEntropy(p), againstContinuousBernoulli(p.mean, q))),
  ),
  rule(Uniform, Exponential, (p, q) => infiniteWhere(isNegative(p), add(negativeEntropy(p), againstExponential(p.mean, q)))),
  rule(Uniform, Gamma, (p, q) => infiniteWhere(isNegative(p), add(negativeEntropy(p), againstGamma(p.mean, meanLog(p.low, p.high), q)))),
  rule(Uniform, Gumbel, uniformToGumbel),
  rule(Uniform, Normal, (p, q) => add(negativeEntropy(p), againstNormal(p.mean, p.variance, q))),
  rule(Uniform, Pareto, uniformToPareto),
];

// ── of counts ────────────────────────────────────────────────────────────────────────────────────────────────────────

const fromCounts = (): readonly Rule[] => [
  rule(Bernoulli, Poisson, (p, q) => sub(negativeEntropy(p), sub(mul(p.probs, log(q.rate)), q.rate))),
];

// ── with values where q has none ─────────────────────────────────────────────────────────────────────────────────────

/** Infinity in the shape of both batches. */
const infinite = (p: Distribution, { batchShape }: Distribution): Tensor =>
  full(broadcastShapes('klDivergence', p.batchShape, batchShape), Infinity, { dtype: p.model.dtype, device: p.model.device });

const OUTSIDE: readonly (readonly [DistributionClass, readonly DistributionClass[]])[] = [
  [Beta, [Pareto]],
  [ContinuousBernoulli, [Pareto]],
  [Exponential, [Beta, ContinuousBernoulli, Pareto, Uniform]],
  [Gamma, [Beta, ContinuousBernoulli, Pareto, Uniform]],
  [Gumbel, [Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform]],
  [Laplace, [Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform]],
  [Normal, [Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform]],
  [Pareto, [Beta, ContinuousBernoulli, Uniform]],
  [Poisson, [Bernoulli, Binomial]],
];

/** Called when a divergence is first asked for: a table would keep every family in every bundle. */
export const other = (): readonly Rule[] => [
  ...[fromBeta(), fromPositive(), fromReal(), fromUniform(), fromCounts()].flat(),
  ...OUTSIDE.flatMap(([p, qs]) => qs.map((q) => rule(p, q, infinite))),
];
