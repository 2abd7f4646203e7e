/**
 * jax-js on its WebAssembly backend, under `jit`. Its arrays are consumed by use: `.ref` keeps one.
 *
 * Reference: https://jax-js.com/docs/
 */
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad, grad, type Array as JaxArray } from '@jax-js/jax';
import { labelsFor, WORKLOADS, type Library, type Subject } from '../workload.js';

type Compute = (...inputs: JaxArray[]) => JaxArray;

const make = (values: Float32Array | Int32Array, shape: readonly number[]): JaxArray => np.array(values.slice()).reshape([...shape]);

const expression =
  (name: string, compute: Compute, read = false) =>
  (arrays: readonly Float32Array[]): Subject => {
    const { inputs: shapes } = WORKLOADS.find((w) => w.name === name)!;
    const inputs = arrays.map((a, i) => make(a, shapes[i]));
    const compiled = jit(compute);
    const once = (): JaxArray => compiled(...inputs.map((x) => x.ref));
    return {
      async run() {
        const y = once();
        if (read) await y.data();
        else {
          await y.blockUntilReady();
          y.dispose();
        }
      },
      result: async () => (await once().data()) as Float32Array,
    };
  };

type Parameters = JaxArray[];

function mlp([images, w1, w2]: readonly Float32Array[]): Subject {
  const x = make(images, [64, 784]);
  const y = nn.oneHot(np.array(labelsFor(64, 10)), 10);
  const loss = (p: Parameters): JaxArray => {
    const hidden = nn.relu(np.matmul(x.ref, p[0]).add(p[1]));
    const logits = np.matmul(hidden, p[2]).add(p[3]);
    return nn.logSoftmax(logits).mul(y.ref).sum().mul(-1 / 64);
  };
  const update = jit((p: Parameters): [JaxArray, Parameters] => {
    const [value, g] = valueAndGrad(loss)(p.map((t) => t.ref)) as unknown as [JaxArray, Parameters];
    return [value, p.map((t, i) => t.sub(g[i].mul(0.1)))];
  });
  const start = (): (() => Promise<number>) => {
    let parameters: Parameters = [
      make(w1.map((v) => v * 0.05), [784, 128]), np.zeros([128]), make(w2.map((v) => v * 0.05), [128, 10]), np.zeros([10]),
    ];
    return async () => {
      const [value, next] = update(parameters);
      parameters = next;
      const read = (await value.data()) as ArrayLike<number>;
      return read[0];
    };
  };
  const step = start();
  return {
    run: async () => void (await step()),
    async result() {
      const fresh = start();
      return [await fresh(), await fresh(), await fresh()];
    },
  };
}

const gelu: Compute = (x) => nn.gelu(x, { approximate: false });
const layerNorm: Compute = (x) => {
  const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
  const variance = centred.ref.mul(centred.ref).mean(-1, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5)));
};

/** Starts the backend. */
export async function loadJaxjs(version: string): Promise<Library> {
  await init('wasm');
  defaultDevice('wasm');
  const labels = nn.oneHot(np.array(labelsFor(128, 1000)), 1000);
  const entropy = (x: JaxArray): JaxArray => nn.logSoftmax(x).mul(labels.ref).sum().mul(-1 / 128);
  return {
    name: 'jax-js',
    version,
    subjects: {
      'matmul 1024': expression('matmul 1024', (a, b) => np.matmul(a, b)),
      'matmul 256': expression('matmul 256', (a, b) => np.matmul(a, b)),
      'matmul 64, read': expression('matmul 64, read', (a, b) => np.matmul(a, b), true),
      'MLP step 64x784-128-10, SGD, loss read': mlp,
      'conv2d 1x64x56x56, 64 of 3x3': expression('conv2d 1x64x56x56, 64 of 3x3', (x, w) => lax.conv(x, w, [1, 1], 'SAME')),
      'softmax 128x1000': expression('softmax 128x1000', (x) => nn.softmax(x)),
      'exp 1Mi': expression('exp 1Mi', (x) => np.exp(x)),
      'gelu 1Mi': expression('gelu 1Mi', gelu),
      'sum 1Mi, read': expression('sum 1Mi, read', (x) => x.sum(), true),
      'relu(a*b+a) 1e6': expression('relu(a*b+a) 1e6', (a, b) => nn.relu(a.ref.mul(b).add(a))),
      'add 16, read': expression('add 16, read', (a, b) => a.add(b), true),
      'layerNorm 512x768': expression('layerNorm 512x768', layerNorm),
      'cross-entropy 128x1000, forward and backward': expression('cross-entropy 128x1000, forward and backward', (x) => grad(entropy)(x)),
      'transpose 2048x2048': expression('transpose 2048x2048', (x) => x.transpose().add(0)),
      'sum over the outer axis 1000x1000': expression('sum over the outer axis 1000x1000', (x) => x.sum(0)),
      'cumsum 1000x1000': expression('cumsum 1000x1000', (x) => np.cumsum(x, 1)),
      'matrix-vector 4096': expression('matrix-vector 4096', (a, b) => np.matmul(a, b)),
    },
  };
}
