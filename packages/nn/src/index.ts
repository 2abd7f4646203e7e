/**
 * @sconce/nn: modules, parameters, containers, layers, initialisers and `functional`.
 */
export * as functional from './functional/index.js';
export * as init from './init.js';
export * as utils from './utils/index.js';
export * from './parameter.js';
export * from './module.js';
export * from './containers.js';
export { ParameterDict, type GivenParameters } from './parameter-dict.js';
export { UninitializedBuffer, UninitializedParameter } from './uninitialized.js';
export * from './layers/index.js';
export { cloneModule } from './clone.js';
export { AveragedModel, emaAverage, updateBn, type AverageRule } from './averaged.js';
