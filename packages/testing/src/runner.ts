/**
 * The golden runner over Sconce itself: the bridges of `bridge/` on a registered device.
 */
import type { Tensor } from '@sconce/core';
import { add, matmul, mean, square, sub } from '@sconce/ops';
import { optimizers, schedulers, torchModules, torchOps } from './bridge/index.js';
import { coreHarness, GoldenRunner, type GoldenData } from './golden/index.js';

const leastSquares = (x: Tensor, w: Tensor, b: Tensor, y: Tensor): Tensor => mean(square(sub(add(matmul(x, w), b), y)));

/** A runner on this device, of records that come from disk unless told otherwise. */
export const createRunner = (device: string, data?: GoldenData): GoldenRunner<Tensor> =>
  new GoldenRunner<Tensor>({ ops: torchOps, modules: torchModules, optimizers, schedulers }, coreHarness(device, leastSquares), data);
