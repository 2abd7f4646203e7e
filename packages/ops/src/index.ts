/**
 * @sconce/ops: every `torch.*` function as a pure function of tensors, one folder an area.
 */
export { tensor } from '@sconce/core';
export { opInfo, type OpInfo, type Sample, type TensorSample } from './families/sample.js';
export type { Parts } from './families/parts.js';
export * from './elementwise/index.js';
export * from './creation/index.js';
export * from './index/index.js';
export * from './random/index.js';
export * from './view/index.js';
export * from './matrix/index.js';
export * from './reduce/index.js';
export * from './scan/index.js';
export * from './sort/index.js';
