/**
 * Divergences of normal vectors, of Wishart's matrices, and of distributions that are made of others.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
 */
import { ArgumentError, broadcastShapes, sameShape, type Tensor } from '@sconce/core';
import { add, diagEmbed, diagonal, expand, matmul, mul, mvlgamma, rsqrt, sqrt, square, sub, sum, unsqueeze } from '@sconce/ops';
import { choleskySolve, solveTriangular } from '@sconce/ops/linalg';
import type { Distribution } from '../distribution.js';
import { Independent } from '../independent.js';
import { LowRankMultivariateNormal } from '../low-rank.js';
import { mvdigamma, Wishart } from '../matrices.js';
import { mahalanobis, MultivariateNormal } from '../multivariate-normal.js';
import { sumRightmost } from '../numbers.js';
import { TransformedDistribution } from '../transformed.js';
import { noRule, rule, type Divergence, type Rule } from './registry.js';

/** The sum of the squares of a matrix: the trace of XXᵀ. */
const squares = (x: Tensor): Tensor => sum(square(x), [-2, -1]);

function requireSameEvents(p: Distribution, q: Distribution): void {
  if (!sameShape(p.eventShape, q.eventShape)) throw new ArgumentError(`klDivergence: got events of [${p.eventShape.join(', ')}] and [${q.eventShape.join(', ')}], expected the same.`);
}

// ── normal vectors ───────────────────────────────────────────────────────────────────────────────────────────────────

type Normal = MultivariateNormal | LowRankMultivariateNormal;

const logDet = (p: Normal): Tensor => (p instanceof MultivariateNormal ? mul(p.covariance.halfLogDet, 2) : p.parts.logDet);

/** Matrices whose products XXᵀ add up to the covariance. */
const roots = (p: Normal): Tensor[] => (p instanceof MultivariateNormal ? [p.covariance.tril] : [p.parts.factor, diagEmbed(sqrt(p.parts.diag))]);

/** The trace of q's precision times XXᵀ. */
function traceUnder(q: Normal, x: Tensor): Tensor {
  if (q instanceof MultivariateNormal) return squares(solveTriangular(q.covariance.tril, x, { upper: false }));
  return sub(squares(mul(x, unsqueeze(rsqrt(q.parts.diag), -1))), squares(matmul(q.parts.correction, x)));
}

/** |x|² under q's precision. */
function distance(q: Normal, x: Tensor): Tensor {
  if (q instanceof LowRankMultivariateNormal) return q.parts.mahalanobis(x);
  const { tril } = q.covariance;
  const batch = broadcastShapes('klDivergence', x.shape.slice(0, -1), tril.shape.slice(0, -2));
  return mahalanobis(tril, expand(x, [...batch, x.shape[x.ndim - 1]]));
}

function normals(p: Normal, q: Normal): Tensor {
  requireSameEvents(p, q);
  const trace = roots(p).map((x) => traceUnder(q, x)).reduce((a, b) => add(a, b));
  const apart = distance(q, sub(q.loc, p.loc));
  return mul(sub(add(add(sub(logDet(q), logDet(p)), trace), apart), p.eventShape[0]), 0.5);
}

function wisharts(p: Wishart, q: Wishart): Tensor {
  requireSameEvents(p, q);
  const n = p.rows;
  const [half, other] = [mul(p.df, 0.5), mul(q.df, 0.5)];
  const dets = mul(q.df, sub(q.covariance.halfLogDet, p.covariance.halfLogDet));
  const trace = sum(diagonal(choleskySolve(p.covariance.get('covarianceMatrix'), q.covariance.tril), 0, -2, -1), -1);
  const norms = sub(mvlgamma(other, n), mvlgamma(half, n));
  return add(add(add(dets, mul(half, sub(trace, n))), norms), mul(sub(half, other), mvdigamma(half, n)));
}

// ── made of others ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What is the same function of two distributions diverges as they do. */
const transformed = (divergence: Divergence) => (p: TransformedDistribution, q: TransformedDistribution): Tensor => {
  const isSame = p.transforms.length === q.transforms.length && p.transforms.every((t, i) => t.equals(q.transforms[i]));
  if (!isSame || !sameShape(p.eventShape, q.eventShape)) throw noRule(p, q);
  return divergence(p.baseDist, q.baseDist);
};

const independent = (divergence: Divergence) => (p: Independent, q: Independent): Tensor => {
  if (p.reinterpretedBatchNdims !== q.reinterpretedBatchNdims) throw noRule(p, q);
  return sumRightmost(divergence(p.baseDist, q.baseDist), p.reinterpretedBatchNdims);
};

/** Rules that ask for divergences of parts. */
export const composite = (divergence: Divergence): readonly Rule[] => [
  rule(Independent, Independent, independent(divergence)),
  rule(TransformedDistribution, TransformedDistribution, transformed(divergence)),
  rule(MultivariateNormal, MultivariateNormal, normals),
  rule(MultivariateNormal, LowRankMultivariateNormal, normals),
  rule(LowRankMultivariateNormal, MultivariateNormal, normals),
  rule(LowRankMultivariateNormal, LowRankMultivariateNormal, normals),
  rule(Wishart, Wishart, wisharts),
];
