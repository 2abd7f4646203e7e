/**
 * @sconce/optim: optimisers, learning rate schedulers, gradient clipping.
 */
export * from './optimizer.js';
export * from './sgd.js';
export * from './adam.js';
export * from './adam-relatives.js';
export * from './adaptive.js';
export * from './lbfgs.js';
export * from './sparse-adam.js';
export type { StepPostHook, StepPreHook } from './hooks.js';
export type { Manners, Settings } from './rules.js';
export * from './clip.js';
export * from './schedulers/index.js';
