/**
 * What a checkout needs before anything runs, brought about only where it is
 * missing: the pinned pnpm, the packages of the frozen lockfile, and builds no
 * older than their sources. Notes go to stderr; a program's own output stays clean.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The whole workspace; any other scope is a package's name, and means it with what it depends on. */
export const everything = 'everything';

const installed = 'node_modules/.installed.json';
const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
  .filter((folder) => existsSync(join(folder, 'package.json')));
const manifests = new Map(folders.map((folder) => [folder, json(join(folder, 'package.json'))]));

export const folderOf = (name) => folders.find((folder) => manifests.get(folder).name === name);

/** Runs a tool of the workspace, or of the machine. One that could not start, or was killed, has failed. */
export function exec(command, args, { env, ...options } = {}) {
  const tools = ['.tools/node_modules/.bin', 'node_modules/.bin'].map((path) => resolve(path));
  const result = spawnSync(command, args, {
    stdio: 'inherit',
    encoding: 'utf8',
    shell: process.platform === 'win32',
    ...options,
    env: { ...process.env, PATH: [...tools, process.env.PATH].join(delimiter), ...env },
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return { ...result, status: result.status ?? 1 };
}

/**
 * Installs a scope with the frozen lockfile, unless that was done for these very
 * manifests. A checkout that has the tools for checking, vitest say, keeps them.
 */
export function install(wanted) {
  bringPnpm();
  const scope = existsSync('node_modules/vitest') ? everything : wanted;
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...folders.map((path) => join(path, 'package.json'))];
  const digest = createHash('sha256').update(inputs.map((path) => readFileSync(path, 'utf8')).join()).digest('hex');
  const last = existsSync(installed) ? json(installed) : {};
  const scopes = last.digest === digest ? last.scopes : [];
  if (scopes.includes(scope) || scopes.includes(everything)) return;

  const extent = scope === everything ? [] : ['--prod', '--filter', `${scope}...`];
  console.error(`Installing ${scope === everything ? 'the workspace' : `what ${scope} needs`} …`);
  quietly('pnpm', ['install', '--frozen-lockfile', ...extent]);
  writeFileSync(installed, JSON.stringify({ digest, scopes: [...scopes, scope] }));
}

/** Builds those of a package and its dependencies whose sources are newer than what was built. */
export function buildStale(name) {
  const stale = [...closure(name)].filter((folder) => {
    const outputs = Object.values(manifests.get(folder).exports).map((to) => modified(join(folder, to.import)));
    // What is built holds copies of parts of packages below (tsup.config.ts), so their sources count too.
    const sources = [...closure(manifests.get(folder).name)].flatMap((below) => readdirSync(join(below, 'src'), { recursive: true }).map((path) => join(below, 'src', path)));
    const inputs = [...sources, join(folder, 'package.json'), 'tsup.config.ts'].map(modified);
    return Math.min(...outputs) < Math.max(...inputs);
  });
  if (stale.length === 0) return;
  console.error(`Building ${stale.length} package${stale.length === 1 ? '' : 's'} …`);
  quietly('pnpm', [...stale.flatMap((folder) => ['--filter', `./${folder}`]), 'run', 'build']);
}

/** The folders of a package and of what it depends on. */
function closure(name, found = new Set()) {
  const folder = folderOf(name);
  if (!folder || found.has(folder)) return found;
  found.add(folder);
  for (const dependency of Object.keys(manifests.get(folder).dependencies ?? {})) closure(dependency, found);
  return found;
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The pnpm that package.json pins, fetched with npm where .tools has it not. */
function bringPnpm() {
  const { packageManager } = json('package.json');
  const home = '.tools/node_modules/pnpm/package.json';
  if (existsSync(home) && `pnpm@${json(home).version}` === packageManager) return;
  mkdirSync('.tools', { recursive: true });
  console.error(`Fetching ${packageManager} …`);
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  quietly('npm', ['install', '--prefix', '.tools', ...flags, packageManager]);
}

/** Runs to success without a word, or shows what was said and ends. */
function quietly(command, args) {
  const { status, stdout, stderr } = exec(command, args, { stdio: 'pipe', env: { CI: '1' } });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`);
  console.error(`${command} ${args.join(' ')} failed`);
  process.exit(1);
}
