/**
 * Reductions: elements along dimensions joined into one, and what is built of them.
 */
export type { Dims, DTypeOptions, KeepdimOptions, Reduction } from './arguments.js';
export { mean, nanmean, nansum, sum, sumToSize } from './sum.js';
export { prod } from './prod.js';
export { all, any, countNonzero } from './truth.js';
export { amax, amin, aminmax, argmax, argmin, max, min, type AminmaxOptions, type Extreme } from './extreme.js';
export { std, stdMean, var, variance, varMean, type VarianceOptions } from './variance.js';
export { dist, norm, vectorNorm, type NormOptions } from './norm.js';
export { logsumexp, logSoftmax, softmax, softmin } from './softmax.js';
export { corrcoef, cov, type CovOptions } from './statistics.js';
