/**
 * `torch.nn`: modules and losses under one name.
 */
export * from '@sconce/nn';
export * from '@sconce/losses';
export { functional } from './functional.js';
export { utils } from './utils.js';
