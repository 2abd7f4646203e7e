/**
 * @sconce/losses: all losses of PyTorch, each as a function and as a Module.
 */
export { checkLossOptions, type Reduction, type ReductionOptions } from './reduction.js';
export * from './regression.js';
export * from './binary.js';
export * from './likelihood.js';
export * from './cross-entropy.js';
export * from './margin.js';
export * from './distance.js';
export * from './ctc.js';
export * from './modules/numbers.js';
export * from './modules/labels.js';
export * from './modules/embeddings.js';
