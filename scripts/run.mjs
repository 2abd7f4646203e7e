/**
 * The commands of package.json, on a machine that has only Node and npm: each
 * installs what it needs and no more, builds what is out of date, and runs.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildStale, everything, exec, folderOf, install, json } from './workspace.mjs';

/** Commands that run a program: the package it lives in, and the built file. */
const programs = {
  start: ['@sconce/examples', 'main.js'],
  web: ['@sconce/examples', 'web.js'],
  bench: ['@sconce/bench', 'main.js'],
  scoreboard: ['@sconce/testing', 'scoreboard.js'],
};

const steps = { build, lint, test };

const [command, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Sconce needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
process.exitCode = command in programs ? program(...programs[command]) : step(steps[command]);

function program(name, file) {
  // The GPU in Node comes from a peer, and an adapter for machines without one from the tests: both only in the whole workspace.
  const onGpu = args.some((arg) => arg.includes('webgpu'));
  install(onGpu ? everything : name);
  buildStale(name);
  if (onGpu) buildStale('@sconce/testing');
  return exec(process.execPath, [join(folderOf(name), 'dist', file), ...args]).status;
}

function step(run) {
  install(everything);
  return run();
}

function build() {
  return exec('turbo', ['build', 'types', '--output-logs=errors-only', '--ui=stream']).status;
}

function lint() {
  return exec('eslint', ['--max-warnings=0', '.']).status;
}

/** All that must hold: the build with its types, the lint rules, the tests. A broken gate counts as a failure. */
function test() {
  const report = 'node_modules/.cache/tests.json';
  rmSync(report, { force: true });
  const broken = [build, lint].filter((gate) => gate() !== 0).map((gate) => gate.name);
  const run = exec('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args]);
  for (const gate of broken) console.log(`npm run ${gate} failed`);

  const { passed, failed, skipped } = existsSync(report) ? count(json(report)) : { passed: 0, failed: 0, skipped: 0 };
  const unnamed = failed === 0 && (run.status !== 0 || passed === 0) ? 1 : 0;
  const failures = failed + unnamed + broken.length;
  console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failures === 0 ? 0 : 1;
}

/** A file that could not even be loaded has no tests to its name; it counts as one failure. */
function count(report) {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
