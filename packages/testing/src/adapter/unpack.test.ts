import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unpack } from './unpack.js';

let cache: string;
beforeEach(async () => void (cache = await mkdtemp(join(tmpdir(), 'sconce-unpack-'))));
afterEach(() => rm(cache, { recursive: true }));

it('lets one of several racing calls win, and leaves one whole folder', async () => {
  const folders = await Promise.all([1, 2, 3].map(() => unpack('driver', cache)));
  expect(new Set(folders)).toEqual(new Set([join(cache, 'driver')]));
  expect(await readdir(cache)).toEqual(['driver']);
  expect(await readdir(folders[0])).toEqual(
    expect.arrayContaining(['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json']),
  );
}, 30_000);
