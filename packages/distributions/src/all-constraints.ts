/**
 * `torch.distributions.constraints`.
 */
export * from './constraints.js';
export * from './event-constraints.js';
