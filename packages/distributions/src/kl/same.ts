/**
 * Divergences of two distributions of the same family.
 *
 * Reference: Gil, On Rényi divergence measures for continuous alphabet sources (2011); Chyzak & Nielsen, A closed-form
 * formula for the Kullback–Leibler divergence between Cauchy distributions (2019).
 */
import { ArgumentError, findKnown, type Tensor } from '@sconce/core';
import { abs, add, any, digamma, div, eq, exp, gt, lgamma, log, log1p, lt, logicalOr, mul, neg, square, sub, sum, unsqueeze, where } from '@sconce/ops';
import { Bernoulli, Geometric } from '../bernoulli.js';
import { Beta, Dirichlet } from '../beta.js';
import { Categorical, OneHotCategorical } from '../categorical.js';
import { ContinuousBernoulli } from '../continuous-bernoulli.js';
import { Binomial, Poisson } from '../counts.js';
import { Exponential, Gumbel, Pareto } from '../exponential.js';
import { Gamma } from '../gamma.js';
import { Cauchy, Laplace } from '../location-scale.js';
import { HalfNormal, Normal } from '../normal.js';
import { EULER, softplus } from '../numbers.js';
import { Uniform } from '../uniform.js';
import { rule, type Rule } from './registry.js';

function bernoulli(p: Bernoulli, q: Bernoulli): Tensor {
  const ones = mul(p.probs, sub(softplus(neg(q.logits)), softplus(neg(p.logits))));
  const zeros = mul(sub(1, p.probs), sub(softplus(q.logits), softplus(p.logits)));
  return add(
    where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, ones)),
    where(eq(p.probs, 1), 0, where(eq(q.probs, 1), Infinity, zeros)),
  );
}

/** log of the beta function */
const logBeta = (a: Tensor, b: Tensor): Tensor => sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));

function beta(p: Beta, q: Beta): Tensor {
  const [a, b, c, d] = [p.concentration1, p.concentration0, q.concentration1, q.concentration0];
  const slopes = add(mul(sub(a, c), digamma(a)), mul(sub(b, d), digamma(b)));
  const both = mul(sub(add(c, d), add(a, b)), digamma(add(a, b)));
  return add(add(sub(logBeta(c, d), logBeta(a, b)), slopes), both);
}

/** Infinite where p has more trials than q, as in PyTorch; where it has fewer there is no closed form. */
function binomial(p: Binomial, q: Binomial): Tensor {
  const [n, m] = [p.totalCount, q.totalCount];
  const isFewer = lt(n, m);
  if (findKnown(any(isFewer), Boolean) !== undefined) throw new ArgumentError('klDivergence: there is no closed form for binomials of which the second has more trials.');
  const each = add(mul(p.probs, sub(p.logits, q.logits)), sub(log1p(neg(p.probs)), log1p(neg(q.probs))));
  return where(isFewer, NaN, where(gt(n, m), Infinity, mul(n, each)));
}

function categorical(p: Categorical, q: Categorical): Tensor {
  const each = mul(p.probs, sub(p.logits, q.logits));
  return sum(where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, each)), -1);
}

function cauchy(p: Cauchy, q: Cauchy): Tensor {
  const apart = add(square(add(p.scale, q.scale)), square(sub(p.loc, q.loc)));
  return sub(log(apart), log(mul(mul(p.scale, q.scale), 4)));
}

function continuousBernoulli(p: ContinuousBernoulli, q: ContinuousBernoulli): Tensor {
  const ofP = add(p.logNorm, log1p(neg(p.probs)));
  const ofQ = add(q.logNorm, log1p(neg(q.probs)));
  return sub(add(mul(p.mean, sub(p.logits, q.logits)), ofP), ofQ);
}

function dirichlet(p: Dirichlet, q: Dirichlet): Tensor {
  const [a, b] = [p.concentration, q.concentration];
  const [allA, allB] = [sum(a, -1), sum(b, -1)];
  const norms = sub(sub(lgamma(allA), lgamma(allB)), sum(sub(lgamma(a), lgamma(b)), -1));
  return add(norms, sum(mul(sub(a, b), sub(digamma(a), unsqueeze(digamma(allA), -1))), -1));
}

function exponential(p: Exponential, q: Exponential): Tensor {
  const ratio = div(q.rate, p.rate);
  return sub(sub(ratio, log(ratio)), 1);
}

function gamma(p: Gamma, q: Gamma): Tensor {
  const [a, b] = [p.concentration, q.concentration];
  const norms = add(mul(b, log(div(p.rate, q.rate))), sub(lgamma(b), lgamma(a)));
  return add(add(norms, mul(sub(a, b), digamma(a))), mul(sub(q.rate, p.rate), div(a, p.rate)));
}

const geometric = (p: Geometric, q: Geometric): Tensor => sub(sub(neg(p.entropy()), div(log1p(neg(q.probs)), p.probs)), q.logits);

function gumbel(p: Gumbel, q: Gumbel): Tensor {
  const ratio = div(p.scale, q.scale);
  const apart = div(sub(p.loc, q.loc), q.scale);
  const expected = exp(sub(lgamma(add(ratio, 1)), apart));
  return sub(add(add(sub(apart, log(ratio)), mul(ratio, EULER)), expected), 1 + EULER);
}

function laplace(p: Laplace, q: Laplace): Tensor {
  const ratio = div(p.scale, q.scale);
  const apart = abs(sub(p.loc, q.loc));
  const ends = mul(ratio, exp(neg(div(apart, p.scale))));
  return sub(add(add(div(apart, q.scale), ends), neg(log(ratio))), 1);
}

export function normal(p: Normal, q: Normal): Tensor {
  const ratio = square(div(p.scale, q.scale));
  const apart = square(div(sub(p.loc, q.loc), q.scale));
  return mul(sub(sub(add(ratio, apart), 1), log(ratio)), 0.5);
}

function pareto(p: Pareto, q: Pareto): Tensor {
  const ratio = div(q.alpha, p.alpha);
  const finite = add(sub(mul(q.alpha, log(div(p.scale, q.scale))), log(ratio)), sub(ratio, 1));
  return where(lt(p.scale, q.scale), Infinity, finite);
}

const poisson = (p: Poisson, q: Poisson): Tensor => sub(mul(p.rate, sub(log(p.rate), log(q.rate))), sub(p.rate, q.rate));

function uniform(p: Uniform, q: Uniform): Tensor {
  const finite = log(div(sub(q.high, q.low), sub(p.high, p.low)));
  return where(logicalOr(gt(q.low, p.low), lt(q.high, p.high)), Infinity, finite);
}

/** Called when a divergence is first asked for: a table would keep every family in every bundle. */
export const same = (): readonly Rule[] => [
  rule(Bernoulli, Bernoulli, bernoulli),
  rule(Beta, Beta, beta),
  rule(Binomial, Binomial, binomial),
  rule(Categorical, Categorical, categorical),
  rule(Cauchy, Cauchy, cauchy),
  rule(ContinuousBernoulli, ContinuousBernoulli, continuousBernoulli),
  rule(Dirichlet, Dirichlet, dirichlet),
  rule(Exponential, Exponential, exponential),
  rule(Gamma, Gamma, gamma),
  rule(Geometric, Geometric, geometric),
  rule(Gumbel, Gumbel, gumbel),
  rule(HalfNormal, HalfNormal, (p, q) => normal(p.baseDist, q.baseDist)),
  rule(Laplace, Laplace, laplace),
  rule(Normal, Normal, normal),
  rule(OneHotCategorical, OneHotCategorical, (p, q) => categorical(p.categorical, q.categorical)),
  rule(Pareto, Pareto, pareto),
  rule(Poisson, Poisson, poisson),
  rule(Uniform, Uniform, uniform),
];
