/**
 * @sconce/testing: what the tests of several packages share.
 */
export { generator, randomGraph } from './fusion/random-graph.js';
