/**
 * Rows fuse: what sweeps over the last dimension several times is one kernel, forward and backward.
 */
import { grad, realizeSync, tensor, type Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchesOf, useRecorder } from './launches.js';

beforeAll(() => useRecorder('recorder'));

/** A [rows, columns] matrix whose values are there. */
function matrix(rows: number, columns: number, requiresGrad = false): Tensor {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
  const x = torch.reshape(tensor(values), [rows, columns]);
  x.dataSync();
  return requiresGrad ? tensor(Array.from({ length: rows }, (_, r) => Array.from(values.slice(r * columns, (r + 1) * columns))), { requiresGrad }) : x;
}

const ROWS: Record<string, (x: Tensor) => Tensor> = {
  softmax: (x) => torch.softmax(x, 1),
  logSoftmax: (x) => torch.logSoftmax(x, 1),
  logsumexp: (x) => torch.logsumexp(x, 1),
  var: (x) => torch.var(x, 1),
  std: (x) => torch.std(x, 1, { keepdim: true }),
  mean: (x) => torch.mean(x, 1),
  amax: (x) => torch.amax(x, 1),
  norm: (x) => torch.norm(x, 2, 1),
  'max with its position': (x) => torch.max(x, 1).values,
  'a standardised row': (x) => torch.div(torch.sub(x, torch.mean(x, 1, { keepdim: true })), torch.std(x, 1, { keepdim: true })),
};

describe.each(Object.entries(ROWS))('%s over the last dimension', (_, fn) => {
  it.each([[64, 10], [4, 1000]])('is one kernel for [%d, %d]', async (rows, columns) => {
    const x = matrix(rows, columns);
    const launched = await launchesOf(() => fn(x).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });

  it('is one kernel backward', async () => {
    const x = matrix(64, 10, true);
    const y = fn(x);
    const g = torch.reshape(tensor(Float32Array.from({ length: y.numel() }, (_v, i) => Math.cos(i))), y.shape);
    y.dataSync();
    g.dataSync();
    y.backward(g);
    const launched = await launchesOf(() => x.grad!.dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });
});

describe('a normalisation with all its gradients', () => {
  const gradients = (y: Tensor, inputs: Tensor[], g: Tensor): Tensor[] => grad(y, inputs, { gradOutputs: g }) as Tensor[];
  const vector = (size: number): Tensor => tensor(Array.from({ length: size }, (_, i) => i / size), { requiresGrad: true });

  it('is two kernels over rows: one of rows, one of the columns that weight and bias stand for', async () => {
    const [x, w, b, g] = [matrix(64, 10, true), vector(10), vector(10), matrix(64, 10)];
    const launched = await launchesOf(() => realizeSync(gradients(F.layerNorm(x, [10], w, b), [x, w, b], g)));
    expect(launched.length, launched.join('\n\n')).toBe(2);
  });

  it('is one kernel over the channels of images, forward included', async () => {
    const [x, g] = [1, 2].map(() => torch.reshape(matrix(64, 20), [4, 20, 4, 4]));
    realizeSync([x, g]);
    x.requiresGrad_();
    const [w, b] = [vector(20), vector(20)];
    const launched = await launchesOf(() => {
      const y = F.batchNorm(x, null, null, w, b, { training: true });
      realizeSync([y, ...gradients(y, [x, w, b], g)]);
    });
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });
});

describe('parts', () => {
  it('of variance and mean come from one kernel', async () => {
    const x = matrix(64, 10);
    const { var: variance, mean } = torch.varMean(x, 1);
    const launched = await launchesOf(() => torch.add(variance, mean).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });
});

describe('linear', () => {
  it('adds its bias in the epilogue', async () => {
    const [x, w, b] = [matrix(8, 16), matrix(4, 16), torch.reshape(matrix(1, 4), [4])];
    b.dataSync();
    const launched = await launchesOf(() => F.relu(F.linear(x, w, b)).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });

  it('takes a map of its own into what reads product and map', async () => {
    const [x, w, z] = [matrix(8, 16), matrix(16, 4), matrix(8, 4)];
    const y = torch.exp(z);
    const launched = await launchesOf(() => realizeSync([y, torch.mul(torch.matmul(x, w), y)]));
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });

  it('compiles a matrix for its transpose without copying it', async () => {
    const [x, w] = [matrix(8, 16), matrix(4, 16)];
    const launched = await launchesOf(() => torch.matmul(x, torch.t(w)).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });

  it('scales and adds in the epilogue of addmm', async () => {
    const [c, x, w] = [matrix(8, 4), matrix(8, 16), matrix(16, 4)];
    const launched = await launchesOf(() => torch.addmm(c, x, w, { beta: 0.5, alpha: 2 }).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });
});

describe('a batch that broadcasts', () => {
  it('is read where it is', async () => {
    const x = torch.reshape(matrix(8, 16), [1, 8, 16]);
    const w = torch.reshape(matrix(48, 4), [3, 16, 4]);
    x.dataSync();
    w.dataSync();
    const launched = await launchesOf(() => torch.matmul(x, w).dataSync());
    expect(launched.length, launched.join('\n\n')).toBe(1);
  });
});

describe('a reduction of nothing', () => {
  it('is a constant, and reads nothing', async () => {
    const none = tensor(new Int32Array(0));
    const launched = await launchesOf(() => expect(torch.sum(torch.indexSelect(matrix(3, 2), 0, none), 0).toArraySync()).toEqual([0, 0]));
    expect(launched.join('\n')).toMatch(/out\d\[i\] = 0$/);
  });
});
