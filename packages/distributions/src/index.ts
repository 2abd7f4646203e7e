/**
 * @sconce/distributions: `torch.distributions`.
 */
export type { DistributionOptions, OddsArgument, OddsOptions } from './arguments.js';
export { Bernoulli, Geometric } from './bernoulli.js';
export { Categorical, OneHotCategorical, OneHotCategoricalStraightThrough } from './categorical.js';
export * as constraints from './constraints.js';
export { Distribution } from './distribution.js';
export { klDivergence, registerKl } from './kl/index.js';
export { Normal } from './normal.js';
