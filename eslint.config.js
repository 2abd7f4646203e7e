/**
 * The habits of the code as rules: the import arrows, no environment outside
 * the edges, no cycles, files of one idea, types without holes. No rule may be
 * switched off inline; scripts/lint.test.ts proves that each one fires.
 */
import { defineConfig } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { arrowsRule } from './scripts/arrows.js';

/** What only backends, apps, tests and file access may touch. */
const environment = [
  ...['process', 'Buffer', 'require', '__dirname', '__filename'],
  ...['navigator', 'window', 'document', 'self', 'location', 'localStorage', 'fetch'],
  ...['WebAssembly', 'Worker', 'SharedArrayBuffer', 'Atomics'],
];

export default defineConfig(
  { ignores: ['**/dist/', '**/dist-web/', '**/node_modules/', '.tools/', '.turbo/', 'coverage/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    settings: {
      // Without parsers and extensions for .ts, no-cycle sees nothing and says nothing.
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
      'import-x/resolver-next': [createTypeScriptImportResolver({ conditionNames: ['source', 'import'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A string may be one of our names or the user's own; an async method may have nothing to wait for.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.{ts,js,mjs}'],
    ignores: ['**/*.generated.ts'],
    rules: { 'max-lines': ['error', 400] },
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    plugins: { sconce: { rules: { arrows: arrowsRule } } },
    rules: { 'sconce/arrows': 'error' },
  },
  {
    files: ['packages/{core,compiler,ops,nn,losses,optim,distributions,data,serialization,sconce}/src/**/*.ts'],
    ignores: ['**/*.test.ts', 'packages/serialization/src/io/**'],
    rules: { 'no-restricted-globals': ['error', { globals: environment, checkGlobalObject: true }] },
  },
);
