/**
 * @sconce/ops/families: the constructors of ops. A stanza that calls one defines an op with shapes, dtypes, lowering,
 * gradient and samples.
 *
 * Invariant: a family knows no op, but for the sums that gradients of broadcasts need.
 */
export * from './binary.js';
export * from './contract.js';
export * from './parts.js';
export * from './reduce.js';
export * from './sample.js';
export * from './unary.js';
export * from './view.js';
