/**
 * A part of the suite in headless Chromium, with WebGPU on a software adapter: some of the recorded calls of every kind,
 * wrong calls, memory, training, and the loss of the browser's GPU process. A browser without an adapter fails here.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashGpu, launchChromium, serveFolder, type Served } from '../adapter/index.js';
import { GoldenRunner, type RunnableGroup } from '../golden/index.js';
import { fromDisk } from '../golden/load.js';
import { NOT_BUILT } from '../suite/not-built.js';
import type { Suite } from './page.js';

/** Of the records of a group every so many-th is run. */
const EVERY: Readonly<Record<RunnableGroup, number>> = { ops: 20, modules: 14, errors: 10, optim: 4, schedulers: 5 };
const GROUPS = Object.keys(EVERY) as RunnableGroup[];

/** What Chromium itself says of a GPU process that died while it was asked for something. */
const CRASHED = 'A valid external Instance reference no longer exists.';

const said: string[] = [];
let folder: string;
let browser: Browser;
let server: Served;
let page: Page;

const runner = new GoldenRunner<never>({ ops: {}, modules: {}, optimizers: {}, schedulers: {} }, undefined as never);
const chosen: (readonly [RunnableGroup, string])[] = [];
for (const group of GROUPS) {
  const built = (await runner.names(group)).filter((name) => !NOT_BUILT[group].has(name));
  chosen.push(...built.filter((_, i) => i % EVERY[group] === 0).map((name) => [group, name] as const));
}

/** Calls one of the page's functions. */
const inPage = <N extends keyof Suite>(name: N, ...args: Parameters<Suite[N]>): Promise<Awaited<ReturnType<Suite[N]>>> =>
  page.evaluate(`suite.${name}(...${JSON.stringify(args)})`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sconce-suite-'));
  const bundled = build({
    root: import.meta.dirname,
    base: './',
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    worker: { format: 'es' },
    // Modules print under the names of their classes.
    esbuild: { target: 'es2022', keepNames: true },
    build: { outDir: folder, target: 'es2022', minify: false, modulePreload: false, rollupOptions: { external: [/^node:/] } },
  });
  [browser] = await Promise.all([launchChromium(), bundled]);
  for (const group of ['ops', 'modules', 'errors', 'optim', 'schedulers'] as const) await writeFile(join(folder, `${group}.tsv`), await fromDisk(group));
  server = await serveFolder(folder);
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.text() !== CRASHED) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(server.url);
  await page.waitForFunction('globalThis.suite !== undefined');
  expect(await inPage('start')).toMatch(/swiftshader/);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

describe('in Chromium', () => {
  test.each(chosen)('%s: %s', async (group, name) => expect(await inPage('golden', group, name)).toEqual([]));

  test('wrong calls throw what they should', async () => expect(await inPage('wrongCalls')).toEqual([]));
  test('an index out of range throws', async () => expect(await inPage('outOfRange')).toEqual([]));
  test('kernels are fused', async () => expect(await inPage('kernelCounts')).toEqual({ chain: 1, softmax: 1, variance: 1 }));

  test('memory stays flat, and later steps compile nothing', async () => {
    const { early, late, compiled } = await inPage('soak', 300);
    expect(late).toEqual(early);
    expect(compiled).toBe(0);
  });

  test('the CPU in the same page draws the same bits, and trains alike', async () => {
    const [onCpu, onGpu] = await inPage('draws');
    expect(onGpu).toEqual(onCpu);
    const want = await inPage('losses', 'cpu', 20);
    const got = await inPage('losses', 'webgpu', 20);
    expect(want[19]).toBeLessThan(want[0]);
    want.forEach((w, i) => expect(Math.abs(got[i] - w)).toBeLessThanOrEqual(1e-4));
  });

  test("the CPU's threads are there, give the bits of one, and are not waited for when they are dead", async () => {
    const one = await inPage('bits', 1, 3);
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await inPage('bits', 3, 3)).toEqual(one);
    await expect.poll(() => page.workers().length).toBe(2);
    const { thrown, bits } = await inPage('bitsOfSurvivors', 3, 3);
    expect(bits).toEqual(one);
    expect(thrown.filter((error) => !error.startsWith('WorkerError'))).toEqual([]);
  });

  test('the CPU off the thread of the page gives the same bits, and leaves the page its turns', async () => {
    const { turns, bits } = await inPage('bitsElsewhere', 2, 20);
    expect(bits.slice(0, 15)).toEqual(await inPage('bits', 1, 3));
    expect(turns).toBeGreaterThan(3);
  });

  test('after the GPU process died, what is on the host comes back, and the rest says that it is lost', async () => {
    await inPage('beforeLoss');
    await crashGpu(browser);
    const { unread, ...others } = await inPage('afterLoss');
    expect(unread).toMatch(/^DeviceLostError: .*lost/);
    expect(others).toEqual({ host: [2, 3, 4.5], read: [3, 5, 8], anew: [0.5, 0.5] });
    expect(await inPage('soak', 3)).toBeDefined();
  });

  test('nothing was said on the console', () => expect(said).toEqual([]));
});
