/**
 * The page as its readers have it: a static build, in headless Chromium with WebGPU on a software adapter. A browser
 * without an adapter fails here.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium, serveFolder, type Served } from '@sconce/testing/adapter';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RECORDED } from '../notebook/recorded.js';
import { site } from '../site.js';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

const CELLS = 14;
const PATIENCE = 120_000;
const said: string[] = [];
let folder: string;
let server: Served;
let browser: Browser;
let page: Page;

async function open(url: string): Promise<Page> {
  const opened = await browser.newPage();
  opened.on('console', (message) => said.push(message.text()));
  opened.on('pageerror', (error) => said.push(String(error)));
  await opened.goto(url);
  await opened.waitForSelector('#run-all');
  return opened;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sconce-web-'));
  [browser] = await Promise.all([launchChromium(), build(site(fileURLToPath(new URL('../..', import.meta.url)), folder))]);
  server = await serveFolder(folder);
  page = await open(server.url);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

/** What the toolbar says once every cell has run. */
async function outcome(label: string): Promise<string> {
  const status = page.locator('#status', { hasText: `cells equal the notebook on ${label}` });
  await status.waitFor({ timeout: PATIENCE });
  return status.innerText();
}

async function expectAgreement(label: string): Promise<void> {
  expect(await outcome(label)).toMatch(new RegExp(`^${CELLS} of ${CELLS} cells`));
  expect(await page.locator('.cell[data-state="agrees"]').count()).toBe(CELLS);
  for (const [number, text] of Object.entries(RECORDED)) {
    expect(await page.locator(`.cell[data-number="${number}"] .output`).textContent()).toBe(text);
  }
}

test('every cell agrees on the CPU, on WebGPU, and on the CPU again', async () => {
  await page.click('#run-all');
  await expectAgreement('CPU');
  const choice = page.locator('label', { hasText: 'WebGPU' });
  expect(await choice.innerText()).toMatch(/swiftshader.*in software/i);
  await choice.click();
  await expectAgreement('WebGPU');
  await page.locator('label', { hasText: 'CPU' }).click();
  await expectAgreement('CPU');
}, 2 * PATIENCE);

test('an edited cell runs from the keyboard, and no longer agrees', async () => {
  const cell = page.locator('.cell[data-number="2"]');
  await cell.locator('.cm-content').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type("\nawait print('and', x.sum());");
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.cell[data-number="2"][data-state="differs"]');
  expect(await cell.locator('.output').textContent()).toBe(`${RECORDED[2]}\nand tensor(3.1000)`);
  await cell.getByText('Restore').click();
  await cell.locator('.cm-content').press('Shift+Enter');
  await page.waitForSelector('.cell[data-number="2"][data-state="agrees"]');
}, PATIENCE);

test('formulas are typeset and figures drawn', async () => {
  expect(await page.locator('.markdown .katex-display').count()).toBe(1);
  const titles = await page.locator('svg.figure > title').allTextContents();
  expect(titles).toHaveLength(5);
  expect(titles[0]).toContain('0.6590, 0.2424, 0.0986');
});

test.each(['CPU', 'WebGPU'])('training on %s lowers the loss while the page answers, stops, and reads a digit', async (label) => {
  await page.locator('label', { hasText: label }).click();
  await page.click('#run-all');
  await outcome(label);
  await page.click('#train');
  const status = page.locator('#training-status');
  const lossAt = async (step: number): Promise<number> => {
    const text = await page.waitForFunction((least) => {
      const found = /step (\d+) of \d+ · loss ([\d.]+)/.exec(document.querySelector('#training-status')?.textContent ?? '');
      return found !== null && Number(found[1]) >= least ? found[2] : null;
    }, step, { timeout: PATIENCE });
    return Number(await text.jsonValue());
  };
  expect(await lossAt(1)).toBeGreaterThan(1.7);
  expect(await lossAt(40)).toBeLessThan(1.5);
  await page.getByText('Stop', { exact: true }).click();
  await page.getByText('Train again').waitFor();
  expect(await status.textContent()).toMatch(new RegExp(`^stopped · .* · ${label}, `));

  const canvas = await page.locator('canvas.sketch').boundingBox();
  if (canvas === null) throw new Error('no canvas');
  await page.locator('canvas.sketch').scrollIntoViewIfNeeded();
  await page.getByText('Clear').click();
  await page.locator('canvas.sketch').hover({ position: { x: canvas.width / 2, y: canvas.height / 5 } });
  await page.mouse.down();
  await page.locator('canvas.sketch').hover({ position: { x: canvas.width / 2, y: (canvas.height * 4) / 5 } });
  await page.mouse.up();
  await page.getByText(/looks like a \d/).waitFor();
  const shares = await page.locator('.bars .value').allTextContents();
  expect(shares.reduce((sum, text) => sum + parseFloat(text), 0)).toBeCloseTo(100, 0);
}, 2 * PATIENCE);

test('fits a phone, without scrolling sideways', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test('without isolation it says that there is one thread; without WebGPU, what to do', async () => {
  const bare = await serveFolder(folder, { isolated: false });
  const other = await browser.newPage();
  await other.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
  await other.goto(bare.url);
  await other.getByText('runs on a single thread').waitFor();
  await other.getByText('This browser has no WebGPU').waitFor();
  expect(await other.locator('input[value="webgpu"]').isDisabled()).toBe(true);
  await other.click('#run-all');
  await other.getByText(`${CELLS} of ${CELLS} cells equal the notebook on CPU`).waitFor({ timeout: PATIENCE });
  await other.close();
  await bare.close();
}, PATIENCE);

test('nothing was said on the console', () => expect(said).toEqual([]));
