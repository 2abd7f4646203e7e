/**
 * @sconce/core: the nouns of Sconce. Tensor, graph, op definition, autograd, devices, the backend-plugin interface.
 */
export * from './errors.js';
export * from './dtype.js';
export * from './shape.js';
export * from './expr.js';
export * from './instructions.js';
export * as e from './e.js';
export { type Build, type ExprOperand } from './build.js';
export { castValue } from './math/convert.js';
export { applyInstruction, evaluate } from './math/eval.js';
export * from './op.js';
export * from './graph.js';
export { follow, followValue, newBranch, type Branch } from './structure.js';
export * from './backend.js';
export { backendOf, defaultDevice, devices, requireDType, setDefaultDevice } from './device.js';
export { use, useSync } from './use.js';
export { loseDevice, memory, type MemoryReport } from './memory.js';
export * from './modes.js';
export * from './record.js';
export { accumulate, alias, cast, constantLike, detach, isAccumulation, to, transfer, type ToOptions } from './builtin.js';
export { grad, type BackwardOptions } from './autograd.js';
export { gradientOf } from './gradients.js';
export { assign, rebind } from './inplace.js';
export { planStatistics } from './plans.js';
export { commit, readHost, readHostSync } from './realize.js';
export { realize, realizeSync } from './compute.js';
export * from './tensor.js';
export { findKnown, indexError, requireIndices } from './indices.js';
export * from './create.js';
export { dtypeOfArray, numbersOf, nestedArray, type NestedArray, type Scalar } from './nested.js';
export * from './half.js';
export { getRandomState, manualSeed, reserveRandom, setRandomState, type RandomState } from './random.js';
export * from './scope.js';
export * from './print.js';
export * from './debug.js';
export { torchText } from './print/torch-text.js';
