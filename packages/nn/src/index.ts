/**
 * @sconce/nn: modules, parameters, containers, layers, initialisers and `functional`.
 */
export * as functional from './functional/index.js';
export * from './parameter.js';
export * from './module.js';
export * from './containers.js';
