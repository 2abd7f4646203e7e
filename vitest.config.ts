/**
 * Tests sit beside the source and run from source, in packages without a
 * config of their own: each folder of the workspace is a project named after
 * its package, and the `source` condition of the exports finds the others.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const here = import.meta.dirname;
const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(join(here, parent)).map((child) => join(here, parent, child)))
  .filter((folder) => existsSync(join(folder, 'package.json')));

const nameOf = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }).name;

const conditions = ['source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // What Node 20 cannot parse yet, such as `using`, is lowered.
  esbuild: { target: 'es2022' },
  test: {
    // A slow machine is no failure; a hang still is one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...folders.map((root) => ({ extends: true as const, root, test: { name: nameOf(root) } })),
      { extends: true as const, root: join(here, 'scripts'), test: { name: 'workspace', testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
