/**
 * @sconce/distributions: `torch.distributions`. A distribution is made of tensors, and gives densities and samples as
 * tensors, which fuse and have gradients like all others.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html
 */
export type { DistributionOptions, OddsArgument, OddsOptions } from './arguments.js';
export { Bernoulli, Geometric } from './bernoulli.js';
export { Beta, Dirichlet } from './beta.js';
export { Categorical, OneHotCategorical, OneHotCategoricalStraightThrough } from './categorical.js';
export type { Constraint } from './constraints.js';
export * as constraints from './all-constraints.js';
export { ContinuousBernoulli, type ContinuousBernoulliOptions } from './continuous-bernoulli.js';
export { Binomial, NegativeBinomial, Poisson } from './counts.js';
export { Distribution, type Constraints } from './distribution.js';
export { Exponential, Gumbel, Pareto, Weibull } from './exponential.js';
export { Chi2, FisherSnedecor, Gamma, StudentT } from './gamma.js';
export { Independent } from './independent.js';
export { klDivergence, registerKl } from './kl/index.js';
export { Cauchy, Laplace } from './location-scale.js';
export { LowRankMultivariateNormal } from './low-rank.js';
export { LKJCholesky, Wishart } from './matrices.js';
export { MixtureSameFamily } from './mixture.js';
export { Multinomial } from './multinomial.js';
export { MultivariateNormal, type CovarianceOptions } from './multivariate-normal.js';
export { HalfCauchy, HalfNormal, LogisticNormal, LogNormal, Normal } from './normal.js';
export { ExpRelaxedCategorical, LogitRelaxedBernoulli, RelaxedBernoulli, RelaxedOneHotCategorical } from './relaxed.js';
export { bijectTo, transformTo, type ConstraintRegistry } from './transform-registry.js';
export { TransformedDistribution } from './transformed.js';
export * as transforms from './transforms/index.js';
export * from './transforms/index.js';
export { Kumaraswamy, Uniform } from './uniform.js';
export { VonMises } from './von-mises.js';
