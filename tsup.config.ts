/**
 * One build for every package: each `source` of its exports becomes the file
 * that its `import` names. Run in a package's folder. Imports stay imports;
 * pure annotations survive, so that applications can shake the tree.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Options } from 'tsup';

interface Entry {
  source: string;
  import: string;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, Entry> };

/** Declarations take most of the time and running needs none: SCONCE_TYPES=0 leaves them out. */
const types = process.env['SCONCE_TYPES'] !== '0';

const config: Options = {
  entry: Object.fromEntries(Object.values(manifest.exports).map((to) => [basename(to.import, '.js'), to.source])),
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
  silent: true,
  // Against the declarations of the packages below, not against their sources.
  dts: types && { compilerOptions: { customConditions: [] } },
};

export default config;
