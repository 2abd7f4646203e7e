/**
 * Every example of a doc comment runs, and gives what it says that it gives.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setDefaultDevice, Tensor, use } from '@sconce/core';
import { cpu } from '@sconce/backend-cpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimOf, examplesIn, withChecks, type Claim, type Claimed } from './extract.js';
import { surroundings, writeFiles } from './surroundings.js';

const root = resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'sconce-examples-'));
const here = process.cwd();

const PRIVATE = join('packages', 'testing');
const files = readdirSync(join(root, 'packages'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /[\\/]src([\\/]|$)/.test(entry.parentPath) && !entry.parentPath.includes('node_modules'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith(PRIVATE));
const examples = files.flatMap((path) => examplesIn(readFileSync(join(root, path), 'utf8')).map((code) => [path, code] as const));

type Body = (scope: object) => Promise<void>;
// Sloppy mode, which `with` needs: code made at run time has no "use strict" of its own.
const AsyncFunction = (async () => undefined).constructor as new (parameter: string, body: string) => Body;

/** A value as a claim would show it. */
async function shown(value: unknown): Promise<unknown> {
  const x = await value;
  if (x instanceof Tensor) return x.toArray();
  return Array.isArray(x) ? Promise.all(x.map(shown)) : x;
}

function agree(got: unknown, want: Claimed, digits: number): boolean {
  if (Array.isArray(want)) return Array.isArray(got) && got.length === want.length && want.every((w: Claimed, i) => agree(got[i], w, digits));
  if (typeof want !== 'number' || typeof got !== 'number') return got === want;
  // Whole numbers stand for themselves; others for what rounds to their digits.
  return Object.is(got, want) || Math.abs(got - want) <= (digits === 0 ? 1e-5 : 0.51 * 10 ** -digits);
}

async function check(values: readonly unknown[], comment: string): Promise<void> {
  const { text, values: want, digits } = claimOf(comment) as Claim;
  const got = await shown(values);
  if (!agree(got, want, digits)) expect.fail(`gives ${JSON.stringify(got).slice(1, -1)}, and says ${text}`);
}

beforeAll(async () => {
  await use(cpu());
  process.chdir(folder);
  await writeFiles();
});

afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true });
});

describe('an example in a doc comment runs, and gives what it says', () => {
  test.each(examples)('%s: %s', async (path, code) => {
    setDefaultDevice('cpu');
    await new AsyncFunction('scope', `with (scope) {\n${withChecks(code)}\n}`)({ ...surroundings(path), check });
  });
});

describe('a claim', () => {
  test('is a list of values, and prose is none', () => {
    expect(claimOf('[5, 7], [1., NaN]')).toMatchObject({ values: [[5, 7], [1, NaN]] });
    expect(claimOf('[0.6590, 2]')).toMatchObject({ values: [[0.659, 2]], digits: 4 });
    expect(claimOf('true')).toMatchObject({ values: [true] });
    for (const prose of ['ten dice, int32', '[N, C, H, W] → [N, H, W, C]', 'the trace', '']) expect(claimOf(prose)).toBeUndefined();
  });

  test('that is wrong is found', async () => {
    for (const code of ['const [, b] = [1, 2];   // 3', 'Math.PI;   // 3.1415', 'Math.PI // [3.1416]']) {
      const run = new AsyncFunction('scope', `with (scope) {\n${withChecks(code)}\n}`)({ check });
      await expect(run).rejects.toThrow('and says');
    }
    await new AsyncFunction('scope', `with (scope) {\n${withChecks('Math.PI // 3.1416')}\n}`)({ check });
  });
});
