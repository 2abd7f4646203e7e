/**
 * @sconce/testing/property: what the property tests of all packages share: the runner, what properties range over, and the elements of large tensors.
 */
export { default as fc } from 'fast-check';
export { graphs } from '../fusion/random-graph.js';
export * from './arbitraries.js';
export * from './check.js';
export * from './fill.js';
