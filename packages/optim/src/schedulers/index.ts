/**
 * Learning rate schedulers.
 */
export * from './scheduler.js';
export * from './decay.js';
export * from './cosine.js';
export * from './cycles.js';
export * from './plateau.js';
export * from './sequence.js';
export * from './swa.js';
