/**
 * One build for every package: each `source` of its exports becomes the file
 * that its `import` names. Run in a package's folder. Imports of packages stay
 * imports, and pure annotations survive, so that applications can shake the
 * tree. Declarations come from scripts/types.mjs, for all packages at once.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Options } from 'tsup';

interface Manifest {
  exports: Record<string, { source: string; import: string }>;
}

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const config: Options = {
  entry: Object.fromEntries(Object.values(exports).map((to) => [basename(to.import, '.js'), to.source])),
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
  silent: true,
};

export default config;
