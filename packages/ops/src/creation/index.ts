/**
 * Creation: tensors from sizes and numbers. `tensor`, from data, is core's.
 */
export * from './fill.js';
export * from './from.js';
export * from './range.js';
export * from './windows.js';
