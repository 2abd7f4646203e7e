/**
 * The notebook equals the original on the CPU and on WebGPU, cell by cell, because its cells run: other inputs give other
 * outputs.
 */
import { readFileSync } from 'node:fs';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from '@sconce/testing/adapter';
import { setDefaultDevice, use } from 'sconce';
import { expect, test } from 'vitest';
import { parseCells, type CodeCell } from './cells.js';
import { createKernel } from './kernel.js';
import { sconceKernel } from './modules.js';
import { RECORDED } from './recorded.js';
import { runCell } from './run.js';

const cells = parseCells(readFileSync(new URL('./notebook.ts', import.meta.url), 'utf8'));
const code = cells.filter((c): c is CodeCell => c.kind === 'code');

test('the cells are those of the original, in its order', () => {
  expect(code.map((c) => c.number)).toEqual([1, 2, 17, 16, 46, 47, 48, 49, 6, 7, 12, 13, 14, 15]);
  expect(cells.length - code.length).toBe(10);
});

test.each(['cpu', 'webgpu'])('every cell prints what the original printed, on %s', async (device) => {
  if (device === 'webgpu') await use(webgpu({ gpu: await softwareGpu() }));
  setDefaultDevice(device);
  const kernel = sconceKernel();
  for (const cell of code) {
    const result = await runCell(kernel, cell);
    expect(result.error).toBeUndefined();
    expect(result.output).toBe(RECORDED[cell.number] ?? '');
    expect(result.agrees).toBe(true);
  }
  setDefaultDevice('cpu');
});

test('another input gives another output, and does not agree', async () => {
  const kernel = sconceKernel();
  const [imports, softmax] = code;
  await runCell(kernel, imports);
  const changed = await runCell(kernel, { ...softmax, source: softmax.source.replaceAll('[2.0, 1.0, 0.1]', '[2.0, 1.0, 0.5]') });
  expect(changed.agrees).toBe(false);
  expect(changed.output).toBe('softmax numpy: [0.62853172 0.2312239  0.14024438]\nsoftmax torch: tensor([0.6285, 0.2312, 0.1402])');
});

test('a cell sees what earlier cells declared, and running it again replaces it', async () => {
  const kernel = createKernel({}, (x) => Promise.resolve(String(x)));
  await kernel.run('let a: number = 1;\nconst [, b] = [0, 2];\nclass C { value = 3; }');
  expect(await kernel.run('console.log(a + b + new C().value, a)')).toBe('6 1');
  await kernel.run('a = 5;');
  expect(await kernel.run('console.log(a)')).toBe('5');
});

test('a cell that throws says what', async () => {
  const result = await runCell(sconceKernel(), { kind: 'code', number: 2, source: 'import { tensor } from "sconce";\ntensor([[1], [2, 3]]);' });
  expect(result.agrees).toBe(false);
  expect(result.error).toMatch(/ShapeError: tensor: the lists are ragged/);
});
