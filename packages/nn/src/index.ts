/**
 * @sconce/nn: modules, parameters, containers, layers, initialisers and `functional`.
 */
export * from './parameter.js';
export * from './module.js';
export * from './containers.js';
