/**
 * Kernel counts: what must compile to how many kernels, whatever the backend.
 */
import { backendOf, noGrad, planStatistics, realize, tensor, type Tensor } from '@sconce/core';
import { Linear } from '@sconce/nn';
import { crossEntropy } from '@sconce/losses';
import { SGD } from '@sconce/optim';
import { add, exp, logSoftmax, matmul, mul, randn, relu, softmax, sum, unsqueeze, variance } from '@sconce/ops';
import { describe, expect, test } from 'vitest';
import { compiledKernels } from './spy.js';

/** Registers the checks for a device. */
export function kernelSuite(device: () => string): void {
  const given = async (...shape: number[]): Promise<Tensor> => {
    const x = randn(shape, { device: device() });
    await realize(x);
    return x;
  };
  const kernelsOf = (run: () => Promise<unknown>): Promise<string[]> => compiledKernels(backendOf(device()), run);

  describe('kernel counts', () => {
    test('elementwise chains are one kernel', async () => {
      const x = await given(37, 21);
      expect(await kernelsOf(() => relu(add(mul(exp(x), 2.5), x)).data())).toHaveLength(1);
    });
    test('a chain of a thousand maps is cut where its expression would be too long', async () => {
      const x = await given(5);
      let y = x;
      for (let i = 1; i < 1000; i++) y = add(y, x);
      const count = (await kernelsOf(() => realize(y))).length;
      expect(count).toBeGreaterThan(3);
      expect(count).toBeLessThan(10);
      const [[first], [last]] = [await x.data(), await y.data()].map((data) => Array.from(data, Number));
      expect(last / first).toBeCloseTo(1000, 1);
    });
    test('a map of several maps is one kernel, which stores them all', async () => {
      const x = await given(37, 21);
      const [a, b] = [add(x, 1), mul(x, x)];
      expect(await kernelsOf(() => realize([a, b, mul(exp(a), b)]))).toHaveLength(1);
    });
    test('softmax and logSoftmax over rows are one kernel each', async () => {
      const x = await given(37, 21);
      expect(await kernelsOf(() => softmax(x, 1).data())).toHaveLength(1);
      expect(await kernelsOf(() => logSoftmax(x, 1).data())).toHaveLength(1);
    });
    test('a variance over rows is one kernel', async () => {
      const x = await given(37, 21);
      expect(await kernelsOf(() => variance(x, 1).data())).toHaveLength(1);
    });
    test('a linear layer with its activation is one kernel', async () => {
      const layer = new Linear(21, 13).to(device());
      const x = await given(37, 21);
      await realize([...layer.parameters()]);
      expect(await kernelsOf(() => noGrad(() => relu(layer.forward(x))).data())).toHaveLength(1);
    });
    test('a sum that reads a product is a kernel of its own, so that the product keeps its tiles', async () => {
      const [x, y, z] = [await given(37, 21), await given(21, 30), await given(37, 30, 5)];
      expect(await kernelsOf(() => sum(mul(unsqueeze(matmul(x, y), 2), z), 2).data())).toHaveLength(2);
    });
    test('cross-entropy forward is at most two kernels', async () => {
      const x = await given(37, 21);
      const y = tensor(Array.from({ length: 37 }, (_, i) => i % 21), { device: device() });
      const count = (await kernelsOf(() => crossEntropy(x, y).data())).length;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(2);
    });
    test('plain SGD rides in the kernel of the gradient', async () => {
      const w = await given(21, 13);
      w.requiresGrad_();
      const x = await given(37, 21);
      const optimizer = new SGD([w], { lr: 0.1 });
      // A step of another parameter computes what earlier tests recorded and never read.
      const other = (await given(2)).requiresGrad_();
      sum(mul(other, other)).backward();
      new SGD([other], { lr: 0.1 }).step();
      const kernels = await kernelsOf(async () => {
        sum(matmul(x, w)).backward();
        optimizer.step();
        await w.data();
      });
      expect(kernels.filter((name) => name.includes('21x13'))).toHaveLength(1);
    });
  });

  describe('plan cache', () => {
    test('other values, other numbers: nothing is compiled', async () => {
      const x = await given(5, 3);
      await mul(x, 0.25).data();
      const { compiled } = planStatistics();
      await mul(await given(5, 3), 0.75).data();
      await mul(x, 17).data();
      expect(planStatistics().compiled).toBe(compiled);
    });
    test('another shape compiles', async () => {
      const x = await given(5, 3);
      await mul(x, 0.25).data();
      const y = await given(5, 4);
      const { compiled } = planStatistics();
      await mul(y, 0.25).data();
      expect(planStatistics().compiled).toBe(compiled + 1);
    });
  });
}
