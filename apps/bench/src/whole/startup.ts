/**
 * Import and first result as a user feels them: whole processes, from start to exit, less what the interpreter itself
 * takes. They alternate like everything else, and each is compared with a bare interpreter just before it.
 */
import { spawnSync } from 'node:child_process';
import { reasonOf, timingOf, type Row } from '../measure/row.js';
import { packageRoot } from '../package-root.js';

const ROUNDS = 15;
/** Of processes that take longer than a second. */
const SLOW_ROUNDS = 3;

/** The same sum of two small tensors, brought to JavaScript. */
const PROGRAMS: Readonly<Record<string, string>> = {
  sconce: `
    import * as torch from 'sconce';
    const y = await torch.add(torch.tensor([1, 2, 3]), torch.tensor([1, 1, 1])).data();
    if (y[2] !== 4) process.exit(1);`,
  tfjs: `
    import * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-backend-wasm';
    await tf.setBackend('wasm');
    const y = await tf.add(tf.tensor([1, 2, 3]), tf.tensor([1, 1, 1])).data();
    if (y[2] !== 4) process.exit(1);`,
  'jax-js': `
    import { defaultDevice, init, numpy as np } from '@jax-js/jax';
    await init('wasm');
    defaultDevice('wasm');
    const y = await np.array([1, 2, 3]).add(np.array([1, 1, 1])).data();
    if (y[2] !== 4) process.exit(1);`,
};

const PARTS = `
    import { tensor, use } from '@sconce/core';
    import { add } from '@sconce/ops';
    import { cpu } from '@sconce/backend-cpu';
    await use(cpu());
    const y = await add(tensor([1, 2, 3]), tensor([1, 1, 1])).data();
    if (y[2] !== 4) process.exit(1);`;

const TORCH = 'import torch\nassert (torch.tensor([1., 2., 3.]) + torch.ones(3)).tolist()[2] == 4';

/** Certificates that Node is told to read more than double its own start, and make it swing. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** Milliseconds of one process. */
function wall(command: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { cwd: packageRoot, env: environment, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split('\n').at(-1) ?? 'the process failed');
  return performance.now() - start;
}

interface Entry {
  readonly library: string;
  readonly command: string;
  readonly bare: readonly string[];
  readonly args: readonly string[];
}

const inNode = (library: string, program: string): Entry => ({
  library, command: process.execPath, bare: ['--input-type=module', '--eval', ''], args: ['--input-type=module', '--eval', program],
});

function row(title: string, entries: readonly Entry[]): Row {
  const excluded: { library: string; reason: string }[] = [];
  const running = entries.flatMap((entry) => {
    try {
      return [{ ...entry, rounds: wall(entry.command, entry.args) > 1000 ? SLOW_ROUNDS : ROUNDS, samples: [] as number[] }];
    } catch (error) {
      excluded.push({ library: entry.library, reason: reasonOf(error) });
      return [];
    }
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { command, bare, args, rounds, samples } of running) {
      if (round < rounds) samples.push(-wall(command, bare) + wall(command, args));
    }
  }
  return {
    section: 'Whole programs', title, unit: 'ms', target: 40, excluded,
    timings: running.map(({ library, samples }) => timingOf(library, samples)),
  };
}

/** Milliseconds beyond the start of the interpreter. */
export function startup(peers: readonly string[], python: string | undefined): Row[] {
  const torch: Entry[] = python === undefined ? [] : [{ library: 'PyTorch, 1 thread', command: python, bare: ['-c', 'pass'], args: ['-c', TORCH] }];
  const known = ['sconce', ...peers].filter((name) => name in PROGRAMS);
  return [
    row("import of everything and first result, beyond Node's own start", [...known.map((name) => inNode(name, PROGRAMS[name])), ...torch]),
    row("import of core, ops and CPU backend and first result, beyond Node's own start", [inNode('sconce', PARTS)]),
  ];
}
