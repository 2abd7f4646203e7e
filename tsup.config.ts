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
  name: string;
  exports: Record<string, { source: string; import: string }>;
}

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const entry = Object.fromEntries(Object.values(exports).map((to) => [basename(to.import, '.js'), to.source]));

/**
 * An entry that another one imports stays a file of its own. Put into a chunk that both share, the namespace object of
 * an `import * as` would lie beside what it names, and an application that uses one function would carry all.
 */
const entriesStayApart: EsbuildPlugin = {
  name: 'entries-stay-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      const source = join(resolveDir, path).replace(/\.js$/, '.ts');
      const name = Object.keys(entry).find((key) => resolve(entry[key]) === source);
      return kind === 'entry-point' || name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/** Packages whose classes tell their names: modules in their printed form, optimisers in their errors. */
const NAMED = ['@sconce/nn', '@sconce/losses', '@sconce/optim'];

/** Classes carry their names as text: a user's bundler renames classes as it likes, and `constructor.name` with them. */
const classesKeepNames: EsbuildPlugin = {
  name: 'classes-keep-names',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const { code } = await build.esbuild.transform(source, { loader: 'ts', target: 'es2022', sourcemap: 'inline', sourcefile: path });
      return { contents: code.replace(/^(?:export )?class (\w+)[^{\n]*\{/gm, '$& static name = "$1";'), loader: 'js' };
    });
  },
};

const config: Options = {
  entry,
  esbuildPlugins: NAMED.includes(name) ? [entriesStayApart, classesKeepNames] : [entriesStayApart],
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
