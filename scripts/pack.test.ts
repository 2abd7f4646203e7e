/**
 * The packages as a stranger gets them: packed, installed from the tarballs
 * alone, without the workspace and without a network. The README's snippet for
 * single packages runs in plain Node and prints what its comments say, and a
 * network that a bundler has minified prints its modules; publint, attw and a
 * strict consumer's tsc have nothing to object to.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build as bundle } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exec } from './workspace.mjs';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports: Record<string, unknown>;
}

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sconce-pack-'));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const run = promisify(execFile);

const packages = readdirSync(join(root, 'packages'))
  .map((name) => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest)
  .filter((manifest) => !manifest.private);
const names = packages.map(({ name }) => name);

/** A program that prints modules, the name of a class whose name is Node's too, and an error that names its class. */
const NETWORK = `
import { use } from '@sconce/core';
import { Buffer, Dropout, Linear, ReLU, Sequential } from '@sconce/nn';
import { cpu } from '@sconce/backend-cpu';

await use(cpu());
console.log(String(new Sequential(new Linear(2, 3), new ReLU())));
console.log(Buffer.name);
try {
  new Dropout(2);
} catch (error) {
  console.log(String(error));
}
`;

const tarball = (name: string) => {
  const { version } = packages.find((manifest) => manifest.name === name)!;
  return join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
};

function inWorkspace(command: string, args: string[]): void {
  const { status, stdout, stderr } = exec(command, args, { cwd: root, stdio: 'pipe' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
}

/** An empty folder with these packages installed by npm. */
async function consumer(name: string, installed: string[]): Promise<string> {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...installed.map(tarball)], { cwd });
  return cwd;
}

/** The fenced block that follows the marker in the README. */
function snippet(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, code] = /<!-- test: single-packages -->\s*```(?:js|ts)\n([^]*?)```/.exec(readme) ?? [];
  if (!code) throw new Error('README.md has no block after <!-- test: single-packages -->');
  return code;
}

/** The JavaScript in the READMEs of packages, by package. */
const readmes = readdirSync(join(root, 'packages')).flatMap((name) => {
  const path = join(root, 'packages', name, 'README.md');
  const [, code] = (existsSync(path) && /```js\n([^]*?)```/.exec(readFileSync(path, 'utf8'))) || [];
  return code === undefined ? [] : [[name, code] as const];
});

/** What the snippet says that it prints: the comments that end its lines of output. */
const announced = (code: string) => [...code.matchAll(/(?:print|console\.log)\(.*\/\/ (.+)$/gm)].map(([, text]) => text.trim());

beforeAll(() => {
  inWorkspace('turbo', ['build', 'types', '--output-logs=errors-only']);
  inWorkspace('pnpm', ['-r', ...names.flatMap((name) => ['--filter', name]), 'pack', '--pack-destination', folder]);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a packed package', () => {
  test.each(names)('%s is clean to publint', async (name) => {
    const bytes = new Uint8Array(readFileSync(tarball(name)));
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test.each(names)('%s carries its README and its licence', async (name) => {
    const { stdout } = await run('tar', ['tzf', tarball(name)]);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/package.json']));
  });

  test.concurrent.each(names)('%s has the right types for every resolution', async (name) => {
    await run(bin('attw'), [tarball(name), '--profile', 'esm-only']);
  });
});

test('single packages install alone and run the snippet of the README', async () => {
  const code = snippet();
  const cwd = await consumer('single', ['@sconce/core', '@sconce/compiler', '@sconce/ops', '@sconce/backend-cpu']);
  writeFileSync(join(cwd, 'main.js'), code);
  const { stdout } = await run(process.execPath, ['main.js'], { cwd });
  expect(stdout.trim().split('\n')).toEqual(announced(code));
});

test('modules print under their names after a bundler has renamed their classes', async () => {
  const cwd = await consumer('bundled', ['@sconce/core', '@sconce/compiler', '@sconce/ops', '@sconce/nn', '@sconce/backend-cpu']);
  writeFileSync(join(cwd, 'main.js'), NETWORK);
  const options = { target: 'es2022', ssr: 'main.js', minify: 'esbuild' } as const;
  await bundle({ root: cwd, configFile: false, logLevel: 'silent', build: options, ssr: { noExternal: true } });
  const { stdout } = await run(process.execPath, ['dist/main.js'], { cwd });
  const printed = ['Sequential(', '  (0): Linear(in_features=2, out_features=3, bias=True)', '  (1): ReLU()', ')', 'Buffer'];
  expect(stdout.split('\n').slice(0, 5)).toEqual(printed);
  expect(stdout).toContain('ArgumentError: Dropout: p ');
  expect(readFileSync(join(cwd, 'dist/main.js'), 'utf8')).not.toContain('ConvTranspose');
});

/** What strict projects add, and the smallest `lib`: no page, and no WebAssembly, which Node's types lack. */
const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--noPropertyAccessFromIndexSignature', '--lib', 'es2022', '--noEmit', '--target', 'es2022'];

const RESOLUTIONS = {
  node16: ['--module', 'node16'],
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

test("the READMEs' programs run and print what they say", async () => {
  const cwd = await consumer('readmes', names);
  for (const [name, code] of readmes) {
    writeFileSync(join(cwd, `${name}.js`), code);
    const { stdout } = await run(process.execPath, [`${name}.js`], { cwd });
    expect(stdout.split('\n'), name).toEqual(expect.arrayContaining(announced(code)));
  }
});

test("a consumer's strict tsc accepts the types of every entry, however it resolves them", async () => {
  const cwd = await consumer('strict', names);
  const entries = packages.flatMap(({ name, exports }) => Object.keys(exports).map((path) => name + path.slice(1)));
  writeFileSync(join(cwd, 'main.ts'), entries.map((entry, i) => `import * as e${i} from '${entry}';\nvoid e${i};\n`).join(''));
  writeFileSync(join(cwd, 'snippet.ts'), snippet());
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    const tsc = run(bin('tsc'), [...STRICT, ...resolution, 'main.ts', 'snippet.ts'], { cwd });
    const { stdout } = await tsc.catch((failure: unknown) => failure as { stdout: string });
    expect(stdout, name).toBe('');
  }
});
