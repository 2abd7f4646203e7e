/**
 * What is kept is found again and bounded: pipelines, bind groups; and what warming up says is so.
 */
import { planStatistics, realize, setDefaultDevice, tensor, use, type Tensor } from '@sconce/core';
import * as ops from '@sconce/ops';
import { watchedGpu, type Calls } from '@sconce/testing/adapter';
import { beforeAll, expect, test } from 'vitest';
import { webgpu, type WebGpuBackend } from './index.js';
import { createBindGroups, MOST } from './runtime/bind-groups.js';
import type { Pipeline } from './runtime/pipelines.js';

const calls: Calls = { createComputePipelineAsync: 0, createBindGroup: 0, createBuffer: 0 };
let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await webgpu({ gpu: await watchedGpu(calls) });
  await use(backend);
  setDefaultDevice('webgpu');
}, 60_000);

const given = (): Tensor => tensor(Float32Array.from({ length: 9 }, (_, i) => i / 4));
/** Two plans of several kernels. */
const program = (x: Tensor): Promise<void> => realize([ops.sin(ops.cumsum(x, 0)), ops.lgamma(x)]);

test('warmup counts what is compiled, and what ran after it compiles nothing', async () => {
  const before = calls.createComputePipelineAsync;
  const started = program(given());
  const heard: (readonly [number, number])[] = [];
  await backend.warmup((done, total) => heard.push([done, total]));
  await started;
  const asked = calls.createComputePipelineAsync - before;
  expect(asked).toBeGreaterThan(1);
  expect(heard[0]).toEqual([0, asked]);
  expect(heard.at(-1)).toEqual([asked, asked]);
  heard.forEach(([done], i) => expect(done).toBeGreaterThanOrEqual(i === 0 ? 0 : heard[i - 1][0]));

  const { compiled } = planStatistics();
  await program(given());
  await backend.warmup();
  expect(planStatistics().compiled).toBe(compiled);
  expect(calls.createComputePipelineAsync - before).toBe(asked);
});

test('warmup starts to count anew once all is compiled', async () => {
  await backend.warmup();
  void ops.erf(given()).data();
  const heard: number[] = [];
  await backend.warmup((_, total) => heard.push(total));
  expect(new Set(heard)).toEqual(new Set([1]));
});

test('steps on the same buffers bind nothing anew', async () => {
  const x = given();
  const step = (): Promise<unknown> => ops.mul(ops.softmax(x, 0), 3).data();
  for (let i = 0; i < 20; i++) await step();
  const { createBindGroup } = calls;
  for (let i = 0; i < 20; i++) await step();
  expect(calls.createBindGroup - createBindGroup).toBeLessThanOrEqual(2);
});

test('bind groups beyond the bound are forgotten, those used longest ago first', () => {
  let made = 0;
  const buffer = (): GPUBuffer => ({}) as GPUBuffer;
  const device = { createBuffer: buffer, createBindGroup: () => ({ number: made++ }) } as unknown as GPUDevice;
  const groups = createBindGroups(device, buffer());
  const pipeline = { layout: { label: 'rw' } } as Pipeline;
  const buffers = Array.from({ length: MOST + 1 }, buffer);
  const bind = (i: number): GPUBindGroup => groups.buffers(pipeline, [{ buffer: buffers[i], bytes: 4 }]);
  for (let i = 0; i < MOST; i++) bind(i);
  bind(0);
  expect(made).toBe(MOST);
  bind(MOST);
  bind(0);
  expect(made).toBe(MOST + 1);
  bind(1);
  expect(made).toBe(MOST + 2);
});
