import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addVectors } from './add-vectors.js';
import { crashGpu, launchChromium } from './chromium.js';
import { serveFolder, type Served } from './serve.js';

const printed: string[] = [];
let folder: string;
let browser: Browser;
let server: Served;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sconce-page-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><html lang="en"><link rel="icon" href="data:,"><span>Text</span>');
  [browser, server] = await Promise.all([launchChromium(), serveFolder(folder)]);
  page = await browser.newPage();
  page.on('console', (message) => printed.push(message.text()));
  await page.goto(server.url);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

/** Runs the program of the Node test inside the page. */
const addInPage = (a: number[], b: number[]) =>
  page.evaluate<number[]>(`(${addVectors.toString()})(navigator.gpu, ${JSON.stringify(a)}, ${JSON.stringify(b)})`);

it('adds two vectors exactly, in a browser, and prints nothing', async () => {
  expect(await addInPage([1, 2, 3], [0.5, -2, 1e6])).toEqual([1.5, 0, 1000003]);
  expect(printed).toEqual([]);
});

it('isolates the page and draws its text', async () => {
  expect(await page.evaluate('crossOriginIsolated')).toBe(true);
  expect(await page.evaluate('document.querySelector("span").offsetWidth')).toBeGreaterThan(10);
});

it('loses the device with the GPU process, and finds an adapter again', async () => {
  for (let loss = 0; loss < 7; loss++) {
    await page.evaluate(`(async () => {
      const device = await (await navigator.gpu.requestAdapter()).requestDevice();
      globalThis.lost = device.lost.then(({ reason }) => reason);
    })()`);
    await crashGpu(browser);
    expect(await page.evaluate('lost')).toBe('unknown');
  }
  expect(await addInPage([1], [2])).toEqual([3]);
}, 30_000);
