/**
 * What a page must load: the program of a small network with its gradients, with core, the ops that it uses and the CPU
 * backend, bundled, minified and gzipped. What a program loads later, on demand, does not count.
 */
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { reasonOf, type Row } from '../measure/row.js';
import { packageRoot } from '../package-root.js';

/** kB of the promise. */
export const MOST_KB = 60;

/** One SGD step of a network with a hidden layer, in the words of each library. */
const PROGRAMS: Readonly<Record<string, string>> = {
  sconce: `
    import { tensor, use } from '@sconce/core';
    import { add, logSoftmax, matmul, mul, neg, relu, sub, sum } from '@sconce/ops';
    import { cpu } from '@sconce/backend-cpu';
    await use(cpu());
    export function step(x, y, weights, lr) {
      const [a, b, c, d] = weights.map((w) => tensor(w, { requiresGrad: true }));
      const hidden = relu(add(matmul(tensor(x), a), b));
      const loss = neg(sum(mul(logSoftmax(add(matmul(hidden, c), d), 1), tensor(y))));
      loss.backward();
      return [a, b, c, d].map((w) => sub(w, mul(w.grad, lr)));
    }`,
  tfjs: `
    import * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    import '@tensorflow/tfjs-backend-wasm';
    await tf.setBackend('wasm');
    export function step(x, y, weights, lr) {
      const all = weights.map((w) => tf.variable(tf.tensor(w)));
      const [a, b, c, d] = all;
      tf.train.sgd(lr).minimize(() => tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, a), b)), c), d)));
      return all;
    }`,
  'jax-js': `
    import { defaultDevice, grad, init, jit, nn, numpy as np } from '@jax-js/jax';
    await init('wasm');
    defaultDevice('wasm');
    const loss = (w, x, y) => nn.logSoftmax(np.matmul(nn.relu(np.matmul(x, w[0]).add(w[1])), w[2]).add(w[3])).mul(y).sum().neg();
    export const step = jit((w, x, y, lr) => {
      const g = grad(loss)(w, x, y);
      return w.map((p, i) => p.sub(g[i].mul(lr)));
    });`,
};

/** Where esbuild puts what starts: the program that it is given as text. */
const ENTRY = 'out/stdin.js';

/** The entry and what it imports at once, not what it imports on demand. */
function loadedAtStart({ outputs }: Metafile): string[] {
  const found = new Set([ENTRY]);
  for (const path of found) for (const { path: to, kind, external } of outputs[path].imports) if (kind === 'import-statement' && external !== true) found.add(to);
  return [...found];
}

/** A bundle as a page loads it: its size, minified and gzipped, in how many files. */
export interface Bundle {
  readonly kB: number;
  readonly files: number;
}

/**
 * The bundle of the program of a library.
 *
 * @param conditions of package exports: `source` takes the workspace's sources, none what was built.
 */
export async function bundled(library: string, conditions: readonly string[] = []): Promise<Bundle> {
  const options: BuildOptions = {
    stdin: { contents: PROGRAMS[library], resolveDir: packageRoot, sourcefile: 'program.js' },
    bundle: true, splitting: true, minify: true, format: 'esm', target: 'es2022', platform: 'browser',
    external: ['node:*', 'fs', 'path', 'os', 'worker_threads', 'perf_hooks', 'crypto', 'url', 'module'],
    conditions: [...conditions], outdir: 'out', write: false, metafile: true, legalComments: 'none', logLevel: 'silent',
  };
  const { outputFiles, metafile } = await build(options);
  const wanted = loadedAtStart(metafile!);
  const text = wanted.map((path) => outputFiles!.find((file) => file.path.endsWith(path.replace(/^out/, '')))!.text);
  return { kB: gzipSync(text.join('\n'), { level: 9 }).length / 1000, files: wanted.length };
}

export async function size(peers: readonly string[]): Promise<Row[]> {
  const excluded: { library: string; reason: string }[] = [];
  const timings = [];
  for (const library of ['sconce', ...peers].filter((name) => name in PROGRAMS)) {
    try {
      const { kB } = await bundled(library);
      timings.push({ library, median: kB, low: kB, high: kB, runs: 1 });
    } catch (error) {
      excluded.push({ library, reason: reasonOf(error) });
    }
  }
  return [{ section: 'Whole programs', title: 'bundle of a small network, minified and gzipped', unit: 'kB', target: MOST_KB, timings, excluded }];
}
