/**
 * What functional compiles to: how many kernels, and that no window is ever written to memory.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { tensor, useSync, type Executable, type Tensor } from '@sconce/core';
import { add, mul, relu, reshape, sum } from '@sconce/ops';
import { beforeEach, describe, expect, test } from 'vitest';
import * as F from './index.js';

const backend = createBackend(interpreterTarget('kernels'));
const compile = backend.compile.bind(backend);
let plans: Executable[] = [];
backend.compile = (graph) => {
  const plan = compile(graph);
  plans.push(plan);
  return plan;
};
useSync(backend);
beforeEach(() => {
  plans = [];
});

const filled = (...shape: number[]): Tensor => {
  const values = Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i));
  const x = reshape(tensor(values, { device: 'kernels' }), shape);
  x.dataSync();
  return x;
};

const kernels = (): string[] => plans.flatMap((p) => p.kernels.map((k) => k.name));

/** Kernels of f(xs) alone. */
function forward(f: (...xs: Tensor[]) => Tensor, ...xs: Tensor[]): string[] {
  plans = [];
  f(...xs).dataSync();
  return kernels();
}

/** Kernels of f(xs), a loss and all gradients, in one plan, without the loss's own. */
function training(f: (...xs: Tensor[]) => Tensor, ...xs: Tensor[]): string[] {
  const leaves = xs.map((x) => x.requiresGrad_());
  const weight = filled(...f(...xs).shape);
  plans = [];
  const y = f(...leaves);
  sum(mul(mul(y, y), weight)).backward();
  leaves[0].grad!.dataSync();
  return kernels().filter((name) => !/^mul_sum r|_mul_sum r/.test(name));
}

describe('convolution', () => {
  const layer = (x: Tensor, w: Tensor, b: Tensor): Tensor => relu(F.conv2d(x, w, b, { padding: 1 }));

  test('is one kernel with its bias and what follows', () => {
    expect(forward(layer, filled(2, 4, 8, 8), filled(8, 4, 3, 3), filled(8))).toHaveLength(1);
    expect(plans[0].arenaBytes).toBe(0);
  });
  test('is one kernel when each channel is a group', () => {
    const depthwise = (x: Tensor, w: Tensor, b: Tensor): Tensor => relu(F.conv2d(x, w, b, { padding: 1, groups: 4 }));
    expect(forward(depthwise, filled(2, 4, 8, 8), filled(4, 1, 3, 3), filled(4))).toHaveLength(1);
  });
  test('trains with one product for each gradient, and no windows in memory', () => {
    expect(training(layer, filled(2, 4, 8, 8), filled(8, 4, 3, 3), filled(8)).length).toBeLessThanOrEqual(4);
    // Temporaries hold values of the size of x and y, not 9 times that.
    expect(plans[0].arenaBytes).toBeLessThan(4 * 4 * 2 * 8 * 8 * 8);
  });
  test('with a stride spreads gradients without meeting zeros', async () => {
    const strided = (x: Tensor, w: Tensor): Tensor => F.conv2d(x, w, null, 2);
    training(strided, filled(2, 4, 8, 8), filled(8, 4, 2, 2));
    const product = (await plans[0].describe()).split('\n').find((line) => line.includes('contract a="ngm'));
    expect(product).toContain('float32[2,1,4,4,2,4,2]');
  });
});

describe('normalisation', () => {
  test('layer norm over the last dimension is one kernel, and trains in two, beside the loss', () => {
    const norm = (x: Tensor, w: Tensor, b: Tensor): Tensor => F.layerNorm(x, 64, w, b);
    expect(forward(norm, filled(32, 64), filled(64), filled(64))).toHaveLength(1);
    expect(training(norm, filled(32, 64), filled(64), filled(64)).length).toBeLessThanOrEqual(3);
  });
  test('batch norm is one kernel, with its running statistics too, and trains in one or two', () => {
    const norm = (x: Tensor, w: Tensor, b: Tensor): Tensor => F.batchNorm(x, null, null, w, b, true);
    expect(forward(norm, filled(8, 32, 4, 4), filled(32), filled(32))).toHaveLength(1);
    expect(training(norm, filled(8, 32, 4, 4), filled(32), filled(32)).length).toBeLessThanOrEqual(2);
    const [mean, variance] = [filled(32), filled(32)];
    forward((x) => F.batchNorm(x, mean, variance, { training: true }), filled(8, 32, 4, 4));
    expect(kernels()).toHaveLength(1);
  });
});

describe('pooling', () => {
  test('is one kernel, and trains in two, beside the loss', () => {
    for (const pool of [F.maxPool2d, F.avgPool2d]) {
      expect(forward((x) => pool(x, 2), filled(4, 8, 8, 8))).toHaveLength(1);
      expect(training((x) => pool(x, 2), filled(4, 8, 8, 8)).length).toBeLessThanOrEqual(3);
    }
  });
  test('over large windows goes one dimension after the other', () => {
    expect(forward((x) => F.avgPool2d(x, 7, 1, 3), filled(1, 2, 16, 16))).toHaveLength(2);
  });
  test('of everything is one sum', () => {
    expect(forward((x) => F.adaptiveAvgPool2d(x, 1), filled(2, 32, 7, 7))).toHaveLength(1);
  });
});

describe('resizing', () => {
  test('to the nearest fuses with what follows', () => {
    expect(forward((x) => add(F.interpolate(x, { scaleFactor: 2 }), 1), filled(1, 2, 8, 8))).toHaveLength(1);
  });

  test('with smoothing is a sum along each dimension, and nothing that it reads is written', () => {
    expect(forward((x) => F.interpolate(x, { size: 3, mode: 'bilinear', antialias: true }), filled(1, 2, 8, 8))).toHaveLength(2);
  });
});
