/**
 * One build for every package: each `source` of its exports becomes the file
 * that its `import` names. Run in a package's folder. Imports of packages stay
 * imports, and pure annotations survive, so that applications can shake the
 * tree. Declarations come from scripts/types.mjs, for all packages at once.
 *
 * A file costs a program's start up to a millisecond, so what starts lies
 * together. Entries share a chunk where they must, but not for what is another
 * entry's: what lies in the folder of an entry comes from that entry. An entry
 * of `WHOLE` is a file that holds all it needs of its package, and one of
 * `COPIED` lies in whoever imports it from another package. What is loaded on
 * demand, by `import('./…')`, holds all it needs of any package of ours:
 * bundlers put what two files share into a third, which names all that it
 * hands over.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, posix, resolve, sep } from 'node:path';
import type { Options } from 'tsup';

interface Manifest {
  name: string;
  exports: Record<string, { source: string; import: string }>;
  /** What a name that begins with # is, for each condition: one thing in Node and another in a page. */
  imports?: Record<string, Record<string, { source: string; default: string }>>;
}

/** Entries that other entries of their package have no state in common with. */
const WHOLE = new Set(['interpreter', 'methods', 'sync', 'utils']);

/** Entries without state, which take longer to find than to run. */
const COPIED = ['@sconce/compiler/interpreter', '@sconce/ops/autograd', '@sconce/ops/linalg-methods', '@sconce/ops/methods'];

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

const { name, exports, imports = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const entries = Object.values(exports).map((to): [string, string] => [basename(to.import, '.js'), to.source]);

/** What a file that is imported on demand is built as: its own name, or its folder's where it is an index. */
const builtAs = (path: string): string => (basename(path, '.js') === 'index' ? basename(dirname(path)) : basename(path, '.js'));

/** The sources that are imported on demand, by the names that they are built under. */
function onDemand(): [string, string][] {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  return sources.flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/\bimport\('(\..*)\.js'\)/g)].map(([, path]): [string, string] => [
      builtAs(`${path}.js`), join('src', file, '..', `${path}.ts`),
    ]),
  );
}

/** The sources that stand for a name of the manifest's `imports`, by the names that they are built under. */
const conditional = Object.values(imports).flatMap(Object.values<{ source: string }>).map(({ source }): [string, string] => [builtAs(source.replace(/ts$/, 'js')), source]);

/** What the sources of entries are imported as: by their own package, and by others. */
const within = new Map(entries.map(([built, source]) => [resolve(source), `./${built}.js`]));
const beyond = new Map(
  readdirSync('../../packages').flatMap((name) => {
    const folder = join('../../packages', name);
    const other = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return Object.entries(other.exports).map(([path, { source }]): [string, string] => [resolve(folder, source), posix.join(other.name, path)]);
  }),
);

/** The entry whose folder a source lies in, for who imports it from elsewhere. */
function entryAround(source: string, importer: string): string | undefined {
  for (const [entry, path] of within) {
    const folder = dirname(entry) + sep;
    if (basename(entry) === 'index.ts' && folder !== resolve('src') + sep && source.startsWith(folder) && !importer.startsWith(folder)) return path;
  }
  return undefined;
}

/**
 * An entry that another one imports stays a file of its own. Put into a chunk that both share, the namespace object of
 * an `import * as` would lie beside what it names, and an application that uses one function would carry all.
 */
const entriesStayApart: EsbuildPlugin = {
  name: 'entries-stay-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir, importer }) => {
      const source = join(resolveDir, path).replace(/\.js$/, '.ts');
      const other = within.get(source) ?? beyond.get(source) ?? entryAround(source, importer);
      return kind === 'entry-point' || other === undefined ? undefined : { path: other, external: true };
    });
  },
};

/** What is loaded on demand is a file of its own. */
const demandedLater: EsbuildPlugin = {
  name: 'demanded-later',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind }) => (kind === 'dynamic-import' ? { path: `./${builtAs(path)}.js`, external: true } : undefined));
  },
};

/** Packages whose classes tell their names: modules in their printed form, optimisers and distributions in their errors. */
const NAMED = ['@sconce/nn', '@sconce/losses', '@sconce/optim', '@sconce/distributions'];

/** Classes carry their names as text: a user's bundler renames classes as it likes, and `constructor.name` with them. */
const withNames = (code: string): string => code.replace(/^(?:export )?class (\w+)[^{\n]*\{/gm, '$& static name = "$1";');

/** What a constant is computed from: numbers, operators, Math, other constants, and keys of a table. */
const COMPUTED = /^(?:[\d.,n\s+*/<()[\]{}-]|Math\.\w+\b|"\w+"|\b\w+:|\b[A-Z][A-Z\d_]*\b)+$/;

/**
 * Constants that are computed are marked as pure. In one built file esbuild keeps 1/12, and the tables made of such, in
 * every application that uses anything of the file.
 */
const withPureConstants = (code: string): string =>
  code.replace(/^((?:export )?const [A-Z][A-Z\d_]* = )([^;]*);$/gm, (all: string, head: string, value: string) =>
    /[*/<]|Math/.test(value) && COMPUTED.test(value) ? `${head}/* @__PURE__ */ (() => (${value}))();` : all,
  );

/** As in `tsconfig.base.json`: a field is there once it is assigned, and a class need not name it twice. */
const FIELDS = { compilerOptions: { useDefineForClassFields: false } };

const shaken: EsbuildPlugin = {
  name: 'shaken',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const { code } = await build.esbuild.transform(source, { loader: 'ts', target: 'es2022', tsconfigRaw: FIELDS, sourcemap: 'inline', sourcefile: path });
      const pure = withPureConstants(code);
      return { contents: NAMED.includes(name) ? withNames(pure) : pure, loader: 'js' };
    });
  },
};

/** A file that imports no other of ours. It holds copies, so what it uses of packages below has no state. */
const alone = (file: [string, string]): Options => ({
  ...build([file], []),
  external: [/^node:/],
  noExternal: [/^@sconce\//],
});

const build = (files: readonly [string, string][], apart = [entriesStayApart]): Options => ({
  entry: Object.fromEntries(files),
  esbuildPlugins: [demandedLater, ...apart, shaken],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/, /^#/],
  noExternal: COPIED,
  esbuildOptions: (options) => {
    options.conditions = ['source'];
  },
  // Merges the imports of the sources in a file, which V8 reads at every start: ops names core's functions 577 times.
  treeshake: 'safest',
  removeNodeProtocol: false,
  sourcemap: true,
  silent: true,
});

// Builds run side by side, so what earlier ones left goes before any starts.
if (existsSync('dist')) for (const file of readdirSync('dist')) if (/\.js(\.map)?$/.test(file)) rmSync(join('dist', file));

const together = entries.filter(([name]) => !WHOLE.has(name));
const apart = entries.filter(([name]) => WHOLE.has(name));
const demanded = [...new Map([...onDemand(), ...conditional])];
const sources = new Map<string, string>();
for (const [built, source] of [...together, ...apart, ...demanded]) {
  const other = sources.get(built) ?? source;
  if (resolve(other) !== resolve(source)) throw new Error(`${name}: ${other} and ${source} would both be built as ${built}.js; rename one`);
  sources.set(built, source);
}

export default [build(together), ...apart.map((file) => build([file])), ...demanded.map(alone)];
