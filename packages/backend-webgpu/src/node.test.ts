/**
 * WebGPU in processes of Node's own: without the `webgpu` package the error says what to install, and a process that
 * computed ends by itself.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
/** Beside the packages, where `webgpu` and the adapter are found; and where they are not. */
const cache = join(import.meta.dirname, '../../testing/node_modules/.cache');
mkdirSync(cache, { recursive: true });
const inside = mkdtempSync(join(cache, 'node-'));
const outside = mkdtempSync(join(tmpdir(), 'sconce-node-'));

const PROGRAMS = {
  none: `
    import { use } from '@sconce/core';
    import { webgpu } from '@sconce/backend-webgpu';
    await use(webgpu()).catch((error) => console.log(error.name + ': ' + error.message));`,
  computes: `
    import { manualSeed, tensor, use } from '@sconce/core';
    import { webgpu } from '@sconce/backend-webgpu';
    import { mul, sum } from '@sconce/ops';
    import { softwareGpu } from '@sconce/testing/adapter';
    await use(webgpu({ gpu: await softwareGpu() }));
    const unread = mul(tensor([1, 2, 3]), 7);
    console.log(await sum(mul(tensor([1, 2, 3]), 2)).item());
    void unread.data();`,
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(inside, `${name}.js`), text);
  await build({
    root: inside,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: [/^@sconce/], resolve: { conditions: ['source'] } },
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(inside, 'dist'),
      rollupOptions: { input: Object.keys(PROGRAMS).map((name) => join(inside, `${name}.js`)), output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } },
    },
  });
  cpSync(join(inside, 'dist'), outside, { recursive: true });
}, 60_000);

afterAll(() => {
  rmSync(inside, { recursive: true });
  rmSync(outside, { recursive: true });
});

describe('in a process of its own', () => {
  test('without the package, the error says what to install', async () => {
    const { stdout, stderr } = await run(process.execPath, ['none.mjs'], { cwd: outside, timeout: 20_000 });
    expect(stdout.trim()).toBe('DeviceError: webgpu: Node has no WebGPU of its own. Install it with `npm install webgpu`, or pass { gpu }.');
    expect(stderr).toBe('');
  }, 30_000);

  test('a program that computed, and one that still computes, end', async () => {
    const { stdout } = await run(process.execPath, ['computes.mjs'], { cwd: join(inside, 'dist'), timeout: 20_000 });
    expect(stdout.trim()).toBe('12');
  }, 30_000);
});
