/**
 * The libraries of a run: Sconce first, then the peers that are there, and Sconce in other processes for the rows that
 * are about another number of threads or another Node.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu, use } from 'sconce';
import { reasonOf } from '../measure/row.js';
import type { Options, Peer } from '../options.js';
import { packageRoot } from '../package-root.js';
import type { Variant, Workload } from '../workload.js';
import type { Library } from './library.js';
import { startRemote } from './remote.js';
import { loadSconce } from './sconce/index.js';
import { loadTorch } from './torch/index.js';

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

/** Peers are loaded when they are asked for. */
const PEERS: Readonly<Record<Peer, (options: Options) => Promise<Library>[]>> = {
  tfjs: () => [import('./tfjs/index.js').then(({ loadTfjs }) => loadTfjs())],
  'jax-js': () => [import('./jaxjs/index.js').then(({ loadJaxjs }) => loadJaxjs(versionOf('@jax-js/jax')))],
  torch: ({ python }) => [loadTorch(python, 1), loadTorch(python, 2)],
};

const serve = join(packageRoot, 'dist/serve.js');

/** How to run Sconce for rows that are about it; undefined where this machine cannot. */
const VARIANTS: Readonly<Record<Variant, (options: Options) => { command: string; args: string[] } | undefined>> = {
  'one thread': () => ({ command: process.execPath, args: [serve, '--threads', '1'] }),
  'Node 24': ({ node24 }) => (node24 === undefined ? undefined : { command: node24, args: ['--experimental-wasm-revectorize', serve, '--revectorize'] }),
};

export interface Libraries {
  readonly all: readonly Library[];
  /** Why peers are missing. */
  readonly missing: readonly string[];
  /** Sconce and the peers, for this workload; null where the row cannot be measured here. */
  for(workload: Workload): Promise<readonly Library[] | null>;
  close(): void;
}

export async function loadLibraries(options: Options): Promise<Libraries> {
  if (options.threads !== undefined) await use(cpu({ threads: options.threads }));
  const missing: string[] = [];
  const peers: Library[] = [];
  for (const name of options.peers) {
    for (const loaded of await Promise.allSettled(PEERS[name](options))) {
      if (loaded.status === 'fulfilled') peers.push(loaded.value);
      else missing.push(`${name} is not there: ${reasonOf(loaded.reason)}`);
    }
  }
  const own = loadSconce(versionOf('sconce'));
  const variants = new Map<Variant, Library | null>();
  const variantOf = async (variant: Variant): Promise<Library | null> => {
    const known = variants.get(variant);
    if (known !== undefined) return known;
    const how = VARIANTS[variant](options);
    const started = how === undefined ? null : await startRemote({ name: 'sconce', ...how });
    variants.set(variant, started);
    return started;
  };
  return {
    all: [own, ...peers],
    missing: [...new Set(missing)],
    async for({ variant }) {
      const first = variant === undefined ? own : await variantOf(variant);
      return first === null ? null : [first, ...peers];
    },
    close() {
      for (const library of [...peers, ...variants.values()]) library?.close?.();
    },
  };
}
