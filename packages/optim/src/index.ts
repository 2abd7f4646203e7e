/**
 * @sconce/optim: optimisers, learning rate schedulers, gradient clipping.
 */
export { Optimizer, RuleOptimizer, type GivenGroup, type OptimizerState, type ParamGroup, type Params } from './optimizer.js';
export * from './sgd.js';
export * from './adam.js';
export * from './adam-relatives.js';
export * from './adaptive.js';
export * from './lbfgs.js';
export * from './sparse-adam.js';
export type { StepPostHook, StepPreHook } from './hooks.js';
export type { Manners, Settings } from './rules.js';
export * from './clip.js';
export * from './torch-state.js';
export * from './schedulers/index.js';
