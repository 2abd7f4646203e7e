/**
 * Type-checks the whole workspace in one program, and writes each package's
 * declarations into its dist. One program checks every file once; one program a
 * package would parse the libraries a dozen times.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  { noEmit: false, declaration: true, emitDeclarationOnly: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (error) => report([error]) },
);
const program = ts.createProgram(fileNames, options);
report([...errors, ...ts.getPreEmitDiagnostics(program)]);

for (const name of readdirSync('packages')) {
  const dist = join('packages', name, 'dist');
  const stale = existsSync(dist) ? readdirSync(dist, { recursive: true }) : [];
  for (const file of stale.filter((path) => path.endsWith('.d.ts'))) rmSync(join(dist, file));
}

const { diagnostics } = program.emit(undefined, (path, text) => {
  const [, folder, file] = /(packages\/[^/]+)\/src\/(.+)/.exec(path) ?? [];
  if (!file || file.endsWith('.test.d.ts')) return;
  const target = join(folder, 'dist', file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
});
report(diagnostics);

function report(found) {
  if (found.length === 0) return;
  const host = { getCurrentDirectory: ts.sys.getCurrentDirectory, getCanonicalFileName: String, getNewLine: () => '\n' };
  console.error(ts.formatDiagnostics(found, host));
  console.error(`${found.length} type error${found.length === 1 ? '' : 's'}`);
  process.exit(1);
}
