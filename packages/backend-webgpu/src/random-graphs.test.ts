/**
 * Random graphs on the software adapter and on the interpreter: the same numbers, but for rounding.
 */
import type { Backend, Graph } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { softwareGpu } from '@sconce/testing/adapter';
import { graphs, property, uniform } from '@sconce/testing/property';
import { afterAll, beforeAll, expect } from 'vitest';
import { webgpu, type WebGpuBackend } from './index.js';

async function runOn(backend: Backend, graph: Graph): Promise<number[][]> {
  const next = uniform(7);
  const size = (i: number): number => graph.nodes[i].shape.reduce((p, n) => p * n, 1);
  const executable = backend.compile(graph);
  const inputs = graph.inputs.map((i) => {
    const buffer = backend.allocate(backend.bytesFor('float32', size(i)));
    backend.upload(buffer, Float32Array.from({ length: size(i) }, () => 2 * next() - 1), 'float32');
    return buffer;
  });
  const outputs = executable.outputs.map((i) => backend.allocate(backend.bytesFor('float32', size(i))));
  backend.run(executable, inputs, [], outputs);
  const results = await Promise.all(graph.roots.map((r) => backend.download(outputs[executable.outputs.indexOf(r)], 'float32', size(r))));
  [...inputs, ...outputs].forEach((b) => backend.free(b));
  return results.map((r) => Array.from(r as Float32Array));
}

let oracle: Backend;
let gpu: WebGpuBackend;
beforeAll(async () => {
  oracle = createBackend(interpreterTarget('oracle'));
  gpu = await webgpu({ gpu: await softwareGpu() });
});
afterAll(() => {
  expect(gpu.poolBytes().used).toBe(0);
  gpu.dispose();
});

property('random graphs give what the interpreter gives', [graphs], async (graph) => {
  const wanted = await runOn(oracle, graph);
  const got = await runOn(gpu, graph);
  wanted.forEach((want, r) => {
    const scale = Math.max(1, ...want.map(Math.abs).filter(Number.isFinite));
    want.forEach((w, i) => {
      const g = got[r][i];
      const isClose = Object.is(w, g) || w === g || Math.abs(w - g) <= 1e-4 * scale;
      if (!isClose) expect.fail(`root ${r}, element ${i}: webgpu ${g}, interpreter ${w}`);
    });
  });
}, { runs: 60 });
