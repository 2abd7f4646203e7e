/**
 * One build for every package: each `source` of its exports becomes the file
 * that its `import` names. Run in a package's folder. Imports of packages stay
 * imports, and pure annotations survive, so that applications can shake the
 * tree. Declarations come from scripts/types.mjs, for all packages at once.
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Options } from 'tsup';

interface Manifest {
  exports: Record<string, { source: string; import: string }>;
}

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const entry = Object.fromEntries(Object.values(exports).map((to) => [basename(to.import, '.js'), to.source]));

/**
 * An entry that another one imports stays a file of its own. Put into a chunk that both share, the namespace object of
 * an `import * as` would lie beside what it names, and an application that uses one function would carry all.
 */
const entriesStayApart: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'entries-stay-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      const source = join(resolveDir, path).replace(/\.js$/, '.ts');
      const name = Object.keys(entry).find((key) => resolve(entry[key]) === source);
      return kind === 'entry-point' || name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

const config: Options = {
  entry,
  esbuildPlugins: [entriesStayApart],
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
