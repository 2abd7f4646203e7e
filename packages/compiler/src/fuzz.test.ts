/**
 * Random graphs, compiled twice: once with everything stored in kernels of its own, once with fusing and merging. Both
 * must give the same numbers. The first form is too simple to be wrong in the same way.
 */
import type { Graph } from '@sconce/core';
import { graphs, property, uniform } from '@sconce/testing/property';
import { expect } from 'vitest';
import { createBackend } from './index.js';
import { interpreterTarget, verifyKernel } from './interpreter.js';
import { compile } from './compile.js';

function runOn(graph: Graph, merged: boolean): number[][] {
  const target = interpreterTarget(merged ? 'merged' : 'plain');
  const backend = createBackend(merged ? target : { ...target, maxKernelBuffers: 2 });
  for (const step of compile(graph, backend.target).steps) if (step.kind === 'kernel') verifyKernel(step.kernel);
  const executable = backend.compile(graph);
  const next = uniform(7);
  const size = (i: number): number => graph.nodes[i].shape.reduce((p, n) => p * n, 1);
  const inputs = graph.inputs.map((i) => {
    const buffer = backend.allocate(4 * size(i));
    backend.upload(buffer, Float32Array.from({ length: size(i) }, () => 2 * next() - 1), 'float32');
    return buffer;
  });
  const outputs = executable.outputs.map((i) => backend.allocate(4 * size(i)));
  backend.run(executable, inputs, [], outputs);
  return graph.roots.map((r) => Array.from(backend.downloadSync!(outputs[executable.outputs.indexOf(r)], 'float32', size(r)) as Float32Array));
}

property('merging changes no value', [graphs], (graph) => {
  const plain = runOn(graph, false);
  const merged = runOn(graph, true);
  plain.forEach((want, r) => {
    const scale = Math.max(1, ...want.map(Math.abs).filter(Number.isFinite));
    want.forEach((w, i) => {
      const got = merged[r][i];
      const close = Object.is(w, got) || w === got || Math.abs(w - got) <= 1e-4 * scale || (Number.isNaN(w) && Number.isNaN(got));
      if (!close) expect.fail(`root ${r}, element ${i}: merged ${got}, plain ${w}`);
    });
  });
}, { runs: 200 });
