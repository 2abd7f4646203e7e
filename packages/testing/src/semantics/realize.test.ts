/**
 * Computing now: what `realize` computed is not computed again, on either device, and what a scope gives back outlives it.
 */
import { ArgumentError, backendOf, DisposedError, memory, realize, realizeSync, scope, tensor, use, type Tensor } from '@sconce/core';
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { add, exp, mul, sum } from '@sconce/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { softwareGpu } from '../adapter/index.js';
import { compiledKernels } from '../suite/spy.js';

beforeAll(async () => {
  await use(cpu());
  await use(webgpu({ gpu: await softwareGpu() }));
});

const DEVICES = ['cpu', 'webgpu'];
const prepared = (device: string): Tensor => exp(mul(tensor([1.5, 2.5, 3.5], { device }), 0));

describe.each(DEVICES)('on %s', (device) => {
  test('a realised tensor is an input of what uses it', async () => {
    const x = prepared(device);
    await realize(x);
    const names = await compiledKernels(backendOf(device), () => sum(x).data());
    expect(names.join()).not.toContain('exp');
    expect(await x.toArray()).toEqual([1, 1, 1]);
  });

  test('a scope keeps what it gives back', async () => {
    const kept = scope(() => {
      const inner = prepared(device);
      realizeSync(inner);
      return add(inner, 1);
    });
    expect(await kept.toArray()).toEqual([2, 2, 2]);
  });

  test('a scope whose result cannot be computed frees what it made', async () => {
    let inner = prepared(device);
    const left = (): Tensor => {
      inner = prepared(device);
      realizeSync(inner);
      const gone = tensor([1.5], { device });
      const result = add(gone, inner);
      gone.dispose();
      return result;
    };
    expect(() => scope(left)).toThrow(DisposedError);
    await expect(inner.data()).rejects.toThrow(DisposedError);
  });

  test('a scope leaves what was recorded before it, also where a read inside computes it', async () => {
    const w = tensor([1.5, -2], { requiresGrad: true, device });
    const activations = exp(w);
    const loss = sum(mul(activations, activations));
    await scope(() => sum(add(activations, 1)).data());
    loss.backward();
    await scope(() => sum(activations).data());
    expect(((await w.grad!.toArray()) as number[]).map((x) => x.toFixed(3))).toEqual(['40.171', '0.037']);
    expect(await activations.toArray()).toHaveLength(2);
  });

  test('memory has a row for it, however little it holds', () => {
    expect(memory()[device]).toEqual({ bytes: expect.any(Number) as number, buffers: expect.any(Number) as number });
  });
});

test('tensors of several devices are realised in one call, and nothing else is', async () => {
  const both = DEVICES.map(prepared);
  await realize(both);
  expect(both.map((t) => t.node.storage !== null)).toEqual([true, true]);
  await expect(realize([both[0].node as unknown as Tensor])).rejects.toThrow(ArgumentError);
});
