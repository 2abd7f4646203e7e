/**
 * sconce: everything under one name, with the CPU registered.
 *
 * @example
 * import * as torch from 'sconce';
 *
 * const x = torch.tensor([2.0, 1.0, 0.1]);
 * await torch.print(torch.softmax(x, 0));      // tensor([0.6590, 0.2424, 0.0986])
 */
import { cpu } from '@sconce/backend-cpu/sync';
import { useSync } from '@sconce/core';
import '@sconce/nn/methods';
import '@sconce/ops/linalg-methods';
import '@sconce/ops/methods';

useSync(cpu());

export * from '@sconce/core';
export * from '@sconce/ops';
export { broadcastShapes } from '@sconce/ops';
export { cpu };
export * as special from '@sconce/ops/special';
export * as fft from '@sconce/ops/fft';
export { complex, istft, polar, stft, viewAsComplex, viewAsReal } from '@sconce/ops/fft';
export * as linalg from '@sconce/ops/linalg';
export { cholesky, choleskyInverse, choleskySolve, det, geqrf, inv as inverse, logdet, luUnpack, matrixExp, matrixPower, ormqr, pcaLowrank, pinv as pinverse, slogdet, svdLowrank } from '@sconce/ops/linalg';
export { lu, luSolve, orgqr, qr, svd, triangularSolve } from '@sconce/ops/linalg-methods';
export * from './legacy.js';
export * from './names.js';
export * from './layers.js';
export { noGrad as inferenceMode } from '@sconce/core';
export * as nn from './nn.js';
export * as autograd from './autograd.js';
export * as losses from '@sconce/losses';
export * as optim from './optim.js';
export * as data from '@sconce/data';
export * as utils from './tools.js';
export * as serialization from '@sconce/serialization';
export { load, save } from '@sconce/serialization';
