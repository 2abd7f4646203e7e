/**
 * @sconce/ops/families: the constructors of ops. A stanza that calls one defines an op with shapes, dtypes, lowering,
 * gradient and samples.
 *
 * Invariant: a family knows no op, but for the sums that gradients of broadcasts need.
 */
export * from './arguments.js';
export * from './binary.js';
export * from './bits.js';
export * from './checks.js';
export * from './composite.js';
export * from './contract.js';
export * from './element.js';
export * from './hosted.js';
export * from './keywords.js';
export * from './locate.js';
export * from './options.js';
export * from './parts.js';
export * from './pick.js';
export * from './reduce.js';
export * from './sample.js';
export * from './scan.js';
export * from './series.js';
export * from './unary.js';
export * from './view.js';
export * from './workspace.js';
