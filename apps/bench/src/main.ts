/**
 * Sconce beside its peers, in one process.
 *
 *   npm run bench -- [--only TEXT] [--peers tfjs,jax-js] [--out FOLDER]
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { sconce } from './libraries/sconce.js';
import { measure, type Row } from './measure.js';
import { remarks, table, write, type Report } from './report.js';
import { WORKLOADS, type Library } from './workload.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'string', default: 'tfjs,jax-js' },
    out: { type: 'string', default: 'bench-results' },
  },
});

/** The version in a package's manifest, which its exports may hide. */
function versionOf(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
      if (manifest.name === name) return manifest.version ?? '';
    } catch {
      continue;
    }
  }
  return '';
}

const PEERS: Readonly<Record<string, () => Promise<Library>>> = {
  tfjs: async () => (await import('./libraries/tfjs.js')).loadTfjs(),
  'jax-js': async () => (await import('./libraries/jaxjs.js')).loadJaxjs(versionOf('@jax-js/jax')),
};

const peers = options.peers.split(',').filter((name) => name !== '');
for (const name of peers) if (!(name in PEERS)) throw new Error(`--peers: '${name}' is not known; there are ${Object.keys(PEERS).join(', ')}.`);
const libraries = [sconce, ...(await Promise.all(peers.map((name) => PEERS[name]())))];
const workloads = WORKLOADS.filter((w) => options.only === undefined || w.name.includes(options.only));

const bar = new SingleBar({ format: '{bar} {value}/{total} {name}', hideCursor: true }, Presets.shades_classic);
bar.start(workloads.length, 0, { name: '' });
const rows: Row[] = [];
for (const workload of workloads) {
  bar.update(rows.length, { name: workload.name });
  rows.push(await measure(workload, libraries));
}
bar.update(rows.length, { name: 'done' });
bar.stop();

const report: Report = {
  environment: {
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads`,
    engine: `Node ${process.version}, V8 ${process.versions.v8}`,
    flags: process.execArgv.join(' ') || 'no flags',
    versions: Object.fromEntries(libraries.map((l) => [l.name, l.version])),
  },
  rows,
};
console.log(`${Object.values(report.environment).map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join('\n')}\n\n${table(report)}\n`);
for (const line of remarks(report)) console.log(line);
mkdirSync(options.out, { recursive: true });
console.log(write(report, options.out).join('\n'));
