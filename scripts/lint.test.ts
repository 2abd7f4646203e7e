/**
 * Every habit that the linter guards, proved by planting one violation of each
 * in a workspace of its own: a rule that has gone silent fails here.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrows } from './arrows.js';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sconce-lint-'));

/** Each violation: the rule that must fire, the file it is planted in, and its text. */
const planted: [rule: string, file: string, text: string][] = [
  ['sconce/arrows', 'packages/core/src/upward.ts', `export { add } from '@sconce/ops';`],
  ['sconce/arrows', 'packages/compiler/src/sideways.ts', `import '@sconce/ops';`],
  ['sconce/arrows', 'packages/nn/src/backend.ts', `export const load = () => import('@sconce/backend-cpu');`],
  ['sconce/arrows', 'packages/ops/src/umbrella.ts', `export type All = typeof import('sconce');`],
  ['sconce/arrows', 'packages/distributions/src/upwards.ts', `import { Linear } from '@sconce/nn';`],
  ['sconce/arrows', 'packages/optim/src/subpath.ts', `import '@sconce/nn/init';`],
  ['sconce/arrows', 'packages/sconce/src/gpu.ts', `export * from '@sconce/backend-webgpu';`],
  ['sconce/arrows', 'packages/core/src/library.ts', `import 'lodash';`],
  ['sconce/arrows', 'packages/core/src/node.ts', `import 'node:fs';`],
  ['sconce/arrows', 'packages/nn/src/deep/relative.ts', `import '../../../core/src/tensor.js';`],
  ['sconce/arrows', 'packages/nn/src/relative.test.ts', `import '../../core/src/tensor.js';`],

  ['no-restricted-globals', 'packages/core/src/process.ts', `export const debug = process.env['SCONCE_DEBUG'];`],
  ['no-restricted-globals', 'packages/core/src/global.ts', `export const agent: unknown = globalThis.navigator;`],
  ['no-restricted-globals', 'packages/compiler/src/wasm.ts', `export const ok = WebAssembly.validate(new Uint8Array());`],
  ['no-restricted-globals', 'packages/nn/src/window.ts', `export const wide = window.innerWidth;`],
  ['no-restricted-globals', 'packages/data/src/document.ts', `export const page = document.title;`],
  ['no-restricted-globals', 'packages/sconce/src/buffer.ts', `export const bytes = Buffer.from('');`],
  ['no-restricted-globals', 'packages/serialization/src/fetch.ts', `export const get = () => fetch('');`],

  ['max-lines', 'packages/ops/src/long.ts', '// A line.\n'.repeat(401)],
  ['import-x/no-cycle', 'packages/nn/src/chicken.ts', `import { egg } from './egg.js';\nexport const chicken = () => egg;`],
  ['import-x/no-cycle', 'packages/nn/src/egg.ts', `import { chicken } from './chicken.js';\nexport const egg = () => chicken;`],
  ['@typescript-eslint/no-explicit-any', 'packages/core/src/any.ts', `export const x: any = 1;`],
  ['@typescript-eslint/no-unsafe-member-access', 'packages/core/src/hole.ts', `export const x = JSON.parse('{}').x as number;`],
  ['@typescript-eslint/no-unused-vars', 'packages/core/src/unused.ts', `const unused = 1;\nexport {};`],
  ['@typescript-eslint/no-floating-promises', 'packages/core/src/float.ts', `Promise.resolve(1);\nexport {};`],
  ['@typescript-eslint/ban-ts-comment', 'packages/core/src/comment.ts', `// @ts-ignore\nexport const x: string = 1;`],
  ['eqeqeq', 'packages/core/src/equal.ts', `export const same = (x: unknown) => x == 1;`],
];

/** What the same rules leave alone. */
const clean: [file: string, text: string][] = [
  ['packages/losses/src/fine.ts', `export * from '@sconce/nn';\nexport * from './deep/fine.js';`],
  ['packages/losses/src/deep/fine.ts', `export const one = 1;`],
  ['packages/core/src/fine.test.ts', `import '@sconce/backend-cpu';\nimport 'node:fs';\nexport const home = process.env['HOME'];`],
  ['packages/backend-cpu/src/fine.ts', `import 'node:worker_threads';\nexport const ok = WebAssembly.validate(new Uint8Array());`],
  ['packages/backend-webgpu/src/fine.ts', `export const load = (): Promise<unknown> => import('webgpu');`],
  ['packages/serialization/src/io/fine.ts', `import 'node:fs';\nexport const get = () => fetch('');`],
  ['packages/sconce/src/fine.ts', `import '@sconce/backend-cpu';`],
  ['apps/examples/src/fine.ts', `import 'sconce';\nimport '@sconce/backend-webgpu';\nexport const dir = process.cwd();`],
];

const tsconfig = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
  include: ['packages', 'apps'],
};

const switchedOff = 'packages/core/src/inline.ts';
const found = new Map<string, { rules: (string | null)[]; text: string }>();

beforeAll(async () => {
  const files = [
    ...planted.map(([, file, text]) => [file, text]),
    ...clean,
    [switchedOff, '// eslint-disable-next-line @typescript-eslint/no-explicit-any\nexport const x: any = 1;'],
    ['tsconfig.json', JSON.stringify(tsconfig)],
  ];
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: join(root, 'eslint.config.js'),
    overrideConfig: { languageOptions: { parserOptions: { tsconfigRootDir: folder } } },
  });
  for (const { filePath, messages } of await eslint.lintFiles('.')) {
    const rules = messages.map(({ ruleId }) => ruleId);
    found.set(relative(folder, filePath), { rules, text: messages.map(({ message }) => message).join('\n') });
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the linter', () => {
  test.each(planted)('%s fires in %s', (rule, file) => {
    expect(found.get(file)?.rules).toContain(rule);
  });

  test.each(clean)('leaves %s alone', (file) => {
    expect(found.get(file)).toEqual({ rules: [], text: '' });
  });

  test('lets no rule be switched off inline', () => {
    expect(found.get(switchedOff)?.rules).toContain('@typescript-eslint/no-explicit-any');
    expect(found.get(switchedOff)?.text).toMatch('no effect');
  });

  test('says which way the arrows point', () => {
    expect(found.get('packages/compiler/src/sideways.ts')?.text).toBe(
      'compiler may not import @sconce/ops: its arrows point to core.',
    );
  });
});

describe('the manifests', () => {
  const folders = ['packages', 'apps'].flatMap((parent) => readdirSync(join(root, parent)).map((name) => [name, parent]));

  test.each(folders)('%s depends only where its arrows point', (name, parent) => {
    const text = readFileSync(join(root, parent, name, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    const internal = Object.keys(dependencies).filter((key) => dependencies[key].startsWith('workspace:'));
    const targets: readonly string[] = arrows[name as keyof typeof arrows];
    expect(targets).toEqual(expect.arrayContaining(internal.map((key) => key.replace('@sconce/', ''))));
  });
});
