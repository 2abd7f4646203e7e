import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../package-root.js';
import { bundled } from './size.js';

/** kB that must not be exceeded on the way to the promise, MOST_KB: lower it with every part that learns to stay out. */
const BOUND_KB = 62;

it('bundles a small network within its bound', async () => {
  expect((await bundled('sconce', ['source'])).kB).toBeLessThanOrEqual(BOUND_KB);
});

// What was built shakes as well as its sources: no chunk that entries of a package share keeps what nobody uses. Parts on
// demand share nothing with what starts, so it is one file.
it.runIf(existsSync(join(packageRoot, '../../packages/ops/dist/index.js')))('bundles what was built as small, in one file', async () => {
  const [built, source] = [await bundled('sconce'), await bundled('sconce', ['source'])];
  expect(built.kB / source.kB).toBeLessThan(1.02);
  expect(built.files).toBe(1);
});
