/**
 * @sconce/ops: every `torch.*` function as a pure function of tensors.
 */
export * from './families/sample.js';
