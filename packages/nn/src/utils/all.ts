/**
 * @sconce/nn/utils: all of `torch.nn.utils` but for clipping, which is in `@sconce/optim`: weights that are normalised,
 * parametrised and pruned, layers that are fused, calls with other parameters. The main entry's `utils` is the part of it
 * that sequences and optimisers need.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#utilities
 */
import { utils } from '../index.js';

export const rnn = utils.rnn;
export const parametersToVector = utils.parametersToVector;
export const vectorToParameters = utils.vectorToParameters;
export * as parametrizations from './parametrizations.js';
export * as parametrize from './parametrize.js';
export * as prune from './prune.js';
export { fuseConvBnEval, fuseConvBnWeights, fuseLinearBnEval, fuseLinearBnWeights, type FusedWeights } from './fusion.js';
export { type SpectralOptions } from './norms.js';
export { functionalCall, skipInit } from './stateless.js';
export { removeSpectralNorm, removeWeightNorm, spectralNorm, weightNorm } from './weight-norm.js';
