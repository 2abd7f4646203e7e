/**
 * Random graphs on the software adapter and on the interpreter: the same numbers, but for rounding.
 */
import type { Backend, Graph } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { generator, randomGraph } from '@sconce/testing';
import { softwareGpu } from '@sconce/testing/adapter';
import { expect, test } from 'vitest';
import { webgpu } from './index.js';

async function runOn(backend: Backend, graph: Graph): Promise<number[][]> {
  const next = generator(7);
  const size = (i: number): number => graph.nodes[i].shape.reduce((p, n) => p * n, 1);
  const executable = backend.compile(graph);
  const inputs = graph.inputs.map((i) => {
    const buffer = backend.allocate(backend.bytesFor('float32', size(i)));
    backend.upload(buffer, Float32Array.from({ length: size(i) }, () => next(2000) / 1000 - 1), 'float32');
    return buffer;
  });
  const outputs = executable.outputs.map((i) => backend.allocate(backend.bytesFor('float32', size(i))));
  backend.run(executable, inputs, [], outputs);
  const results = await Promise.all(graph.roots.map((r) => backend.download(outputs[executable.outputs.indexOf(r)], 'float32', size(r))));
  [...inputs, ...outputs].forEach((b) => backend.free(b));
  return results.map((r) => Array.from(r as Float32Array));
}

const SEEDS = 60;

test(`${SEEDS} random graphs`, async () => {
  const oracle = createBackend(interpreterTarget('oracle'));
  const gpu = await webgpu({ gpu: await softwareGpu() });
  for (let seed = 1001; seed <= 1000 + SEEDS; seed++) {
    const graph = randomGraph(seed);
    if (graph.roots.length === 0) continue;
    const wanted = await runOn(oracle, graph);
    const got = await runOn(gpu, graph);
    wanted.forEach((want, r) => {
      const scale = Math.max(1, ...want.map(Math.abs).filter(Number.isFinite));
      want.forEach((w, i) => {
        const g = got[r][i];
        const isClose = Object.is(w, g) || w === g || Math.abs(w - g) <= 1e-4 * scale;
        if (!isClose) expect.fail(`seed ${seed}, root ${r}, element ${i}: webgpu ${g}, interpreter ${w}`);
      });
    });
  }
  expect(gpu.poolBytes().used).toBe(0);
  gpu.dispose();
}, 120_000);
