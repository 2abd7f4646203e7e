/**
 * @sconce/testing: the bridge to recorded PyTorch calls, and what the tests of several packages share.
 */
export { optimizers, schedulers, torchModules, torchOps } from './bridge/index.js';
export * from './golden/index.js';
export { createRunner } from './runner.js';
