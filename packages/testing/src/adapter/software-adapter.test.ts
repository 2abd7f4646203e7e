import { expect, it } from 'vitest';
import { addVectors } from './add-vectors.js';
import { installSoftwareAdapter, softwareGpu } from './software-adapter.js';

it('adds two vectors exactly, in Node', async () => {
  const a = Array.from({ length: 1000 }, (_, i) => Math.fround(i * 0.1));
  const b = a.map((x) => 1 - x);
  const sum = a.map((x, i) => Math.fround(x + Math.fround(b[i])));
  expect(await addVectors(await softwareGpu(), a, b)).toEqual(sum);
}, 30_000);

it('is SwiftShader, whatever else the machine has', async () => {
  await installSoftwareAdapter();
  const adapter = await (await softwareGpu()).requestAdapter();
  expect(adapter?.info).toMatchObject({ vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true });
});
